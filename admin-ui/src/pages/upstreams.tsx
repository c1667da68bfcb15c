import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { ApiError, call, url } from "../lib/api";
import { EndpointHistory } from "../lib/endpointstats";
import { ago, clock, count, dateTime, duration, percent, plural, rate, short } from "../lib/format";
import { figures, now } from "../lib/live";
import { nudge, usePoll } from "../lib/poll";
import { href, place } from "../lib/router";
import { mayChange } from "../lib/session";
import type { Endpoint, Upstream, UpstreamsAnswer } from "../lib/types";
import { CallError, Choice, Dialog, Empty, Facts, State, say } from "../ui/bits";
import type { Tone } from "../ui/icons";

type Act = { upstream: string; endpoint: Endpoint; what: "drain" | "ready" | "auto" | "weight" };

const history = new EndpointHistory();
const search = signal("");
const show = signal<"all" | "trouble">("all");
const acting = signal<Act | null>(null);

export function Upstreams(): JSX.Element {
  const polled = usePoll<UpstreamsAnswer>("/api/v1/upstreams", 1_500, figures.value?.version ?? 0);
  const answer = polled.data.value;
  useMemo(() => answer && history.take(Date.now(), answer), [answer]);
  const upstreams = answer?.upstreams;
  const [only] = place.value.rest;
  const words = search.value.toLowerCase();
  const seen = (upstreams ?? [])
    .filter((each) => only === undefined || each.name === only)
    .filter(
      (each) =>
        show.value === "all" || each.endpoints.some((endpoint) => !endpoint.available) || each.endpoints.length === 0,
    )
    .filter(
      (each) =>
        words === "" ||
        `${each.name} ${each.endpoints.map((endpoint) => endpoint.address).join(" ")}`.toLowerCase().includes(words),
    );
  return (
    <>
      <div class="top">
        <h1>
          {only === undefined ? (
            "Upstreams"
          ) : (
            <>
              <a href={href("upstreams")}>Upstreams</a> <span class="muted">/</span> {only}
            </>
          )}
        </h1>
        {only === undefined && (
          <>
            <input
              class="input search"
              type="search"
              data-search
              placeholder="Name or address  ( / )"
              aria-label="Search upstreams"
              value={search.value}
              onInput={(event) => {
                search.value = event.currentTarget.value;
              }}
            />
            <Choice
              label="Show"
              value={show.value}
              options={[
                ["all", `All ${count(upstreams?.length ?? 0)}`],
                ["trouble", "With trouble"],
              ]}
              change={(value) => {
                show.value = value;
              }}
            />
          </>
        )}
      </div>
      <CallError error={polled.error.value} what="Upstreams can't be read" />
      <div class="stack">
        {seen.slice(0, 100).map((upstream) => (
          <One key={upstream.name} upstream={upstream} />
        ))}
        {upstreams && seen.length === 0 && (
          <section class="card">
            <Empty title={upstreams.length === 0 ? "The config has no upstreams" : "No such upstream"}>
              {only !== undefined && <a href={href("upstreams")}>All upstreams</a>}
            </Empty>
          </section>
        )}
        {seen.length > 100 && <p class="muted">and {seen.length - 100} more: search for a name</p>}
      </div>
      {acting.value && <Confirm act={acting.value} />}
    </>
  );
}

function One({ upstream }: { upstream: Upstream }): JSX.Element {
  const live = figures.value?.upstreams.find((each) => each.name === upstream.name);
  const good = upstream.endpoints.filter((each) => each.available).length;
  const tone: Tone = good === upstream.endpoints.length && good > 0 ? "ok" : good === 0 ? "bad" : "warn";
  return (
    <section class="card" aria-label={`Upstream ${upstream.name}`}>
      <header>
        <h2>
          <a href={href("upstreams", [upstream.name])}>{upstream.name}</a>
        </h2>
        <State tone={tone}>
          {good} of {plural(upstream.endpoints.length, "endpoint")} available
        </State>
        {upstream.panic && <span class="chip bad">panic</span>}
        <span class="chip">{upstream.protocol}</span>
        {upstream.tls ? <span class="chip">tls</span> : null}
        <span class="chip">{upstream.balance}</span>
        <span class="muted">
          {rate(live?.leasesPerSecond)} leases/s, {short(upstream.retries)} retries
        </span>
      </header>
      <div class="body endpoints">
        {upstream.endpoints.map((endpoint) => (
          <EndpointCard key={endpoint.address} upstream={upstream} endpoint={endpoint} />
        ))}
        {upstream.leaving.map((endpoint) => (
          <EndpointCard key={`leaving ${endpoint.address}`} upstream={upstream} endpoint={endpoint} leaving />
        ))}
      </div>
    </section>
  );
}

export function toneOf(endpoint: Endpoint): Tone {
  if (endpoint.available) {
    return endpoint.manual?.state === "ready" ? "warn" : "ok";
  }
  return endpoint.manual?.state === "drain" ? "off" : "bad";
}

function EndpointCard({
  upstream,
  endpoint,
  leaving,
}: {
  upstream: Upstream;
  endpoint: Endpoint;
  leaving?: boolean;
}): JSX.Element {
  const tone = leaving ? "off" : toneOf(endpoint);
  const { pool, idleLimit, checks } = endpoint;
  const act = (what: Act["what"]): void => {
    acting.value = { upstream: upstream.name, endpoint, what };
  };
  const locked = !mayChange.value;
  const why = locked ? "Needs the token for changes" : undefined;
  return (
    <article class={`endpoint ${tone === "bad" ? "bad" : ""}`} aria-label={`Endpoint ${endpoint.address}`}>
      <div class="row">
        <strong class="mono grow cut" title={endpoint.address}>
          {endpoint.address}
        </strong>
        <State tone={tone}>{leaving ? "leaving" : endpoint.state}</State>
      </div>
      {(endpoint.leftOutBecause ?? endpoint.manual) && (
        <p class="muted">
          {endpoint.leftOutBecause}
          {endpoint.manual && ` Set by ${endpoint.manual.by}, ${ago(endpoint.manual.since, now.value)}.`}
          {endpoint.ejectedMs !== undefined && ` For ${duration(endpoint.ejectedMs)} more.`}
        </p>
      )}
      <PoolPicture endpoint={endpoint} max={upstream.connections.max} />
      <dl class="quads">
        <div>
          <dt>Leased of {short(upstream.connections.max)}</dt>
          <dd>{short(pool.leased)}</dd>
        </div>
        <div>
          <dt>Idle</dt>
          <dd>{short(pool.idle)}</dd>
        </div>
        <div>
          <dt>Connecting</dt>
          <dd>{short(pool.connecting)}</dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{pool.waiting > 0 ? <State tone="warn">{short(pool.waiting)}</State> : "0"}</dd>
        </div>
      </dl>
      <Facts
        rows={[
          ["Health", <History key="h" endpoint={endpoint} />],
          checks
            ? [
                "Last check",
                checks.last ? (
                  <>
                    {checks.last.text || checks.last.result}, {duration(checks.last.ms)},{" "}
                    {ago(checks.last.at, now.value)}
                  </>
                ) : (
                  "none yet"
                ),
              ]
            : ["Checks", "none configured"],
          [
            "Weight",
            `${endpoint.weightInForce}${endpoint.weightInForce !== endpoint.weight ? ` (config: ${endpoint.weight})` : ""}${endpoint.share < 100 ? `, starting at ${endpoint.share} %` : ""}${endpoint.backup ? ", backup" : ""}`,
          ],
          [
            "Idle limit",
            <>
              {duration(idleLimit.limitMs)}{" "}
              <span class="muted">
                {idleLimit.seenMs !== null
                  ? `learned: closes idle ones after ${duration(idleLimit.seenMs)}`
                  : idleLimit.toldMs !== null
                    ? `it says ${duration(idleLimit.toldMs)}`
                    : "as configured"}
              </span>
            </>,
          ],
          ["Answers", <Answers key="a" upstream={upstream.name} endpoint={endpoint.address} />],
          ["Leases", `${count(pool.leases)}, ${percent(pool.leases ? pool.reused / pool.leases : null)} reused`],
          pool.waits > 0 && [
            "Waits",
            `${count(pool.waits)}, ${duration(pool.waitMs / pool.waits)} on average, ${duration(pool.longestWaitMs)} the longest`,
          ],
          endpoint.failures > 0 && ["Failures", `${count(endpoint.failures)}, ${endpoint.failuresInARow} in a row`],
          pool.connectFailures > 0 && ["Not connected", count(pool.connectFailures)],
          ...(endpoint.source.lookUps ?? []).map((lookUp): [string, string] => [
            "Address",
            `${lookUp.name} ${lookUp.records ?? ""}${lookUp.ttlMs === undefined ? "" : `, anew in ${duration(lookUp.ttlMs)}`}${lookUp.failure ? `; failed: ${lookUp.failure.text}` : ""}`,
          ]),
        ]}
      />
      {!leaving && (
        <div class="row">
          {endpoint.manual?.state === "drain" ? (
            <button type="button" class="btn small main" disabled={locked} title={why} onClick={() => act("auto")}>
              End drain
            </button>
          ) : (
            <button type="button" class="btn small" disabled={locked} title={why} onClick={() => act("drain")}>
              Drain
            </button>
          )}
          {endpoint.manual?.state === "ready" ? (
            <button type="button" class="btn small" disabled={locked} title={why} onClick={() => act("auto")}>
              Back to automatic
            </button>
          ) : (
            <button type="button" class="btn small" disabled={locked} title={why} onClick={() => act("ready")}>
              Force ready
            </button>
          )}
          <button type="button" class="btn small" disabled={locked} title={why} onClick={() => act("weight")}>
            Weight
          </button>
        </div>
      )}
    </article>
  );
}

/** How fast it has answered in the last minute. */
function Answers({ upstream, endpoint }: { upstream: string; endpoint: string }): JSX.Element {
  const latency = history.of(upstream, endpoint);
  if (!latency?.answered) {
    return <span class="muted">{latency ? `none in the last ${duration(latency.within)}` : "not known yet"}</span>;
  }
  return (
    <>
      p50 {duration(latency.p50)}, p99 {duration(latency.p99)}{" "}
      <span class="muted">
        of {count(latency.answered)} in the last {duration(latency.within)}
      </span>
    </>
  );
}

/** A cell for each connection that there may be, up to forty; above that a cell stands for several. */
function PoolPicture({ endpoint, max }: { endpoint: Endpoint; max: number }): JSX.Element {
  const { pool } = endpoint;
  const cells = Math.min(Math.max(max, 1), 40);
  const each = Math.max(max, 1) / cells;
  const used = Math.ceil(pool.leased / each);
  const opening = Math.ceil(pool.connecting / each);
  const idle = Math.min(Math.ceil(pool.idle / each), Math.max(cells - used - opening, 0));
  const width = 400 / cells;
  const kind = (i: number): string =>
    i < used ? "used" : i < used + opening ? "opening" : i < used + opening + idle ? "idle" : "room";
  const words = `${pool.leased} leased, ${pool.idle} idle, ${pool.connecting} connecting, of at most ${max}; ${pool.waiting} exchanges wait`;
  return (
    <svg class="pool" viewBox="0 0 400 26" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      {Array.from({ length: cells }, (_, i) => (
        <rect key={i} class={kind(i)} x={i * width + 1} y="2" width={Math.max(width - 2, 1.5)} height="15" rx="2" />
      ))}
      {pool.waiting > 0 && (
        <rect class="wait" x="0" y="21" width={Math.min(400, 8 + pool.waiting * 4)} height="4" rx="2" />
      )}
    </svg>
  );
}

/** The last ten minutes as a strip, and the changes as text. */
function History({ endpoint }: { endpoint: Endpoint }): JSX.Element {
  const end = now.value;
  const span = 600_000;
  const start = end - span;
  const changes = endpoint.history;
  const marks = [
    { at: start, state: stateAt(endpoint, start) },
    ...changes.map((change) => ({ at: Date.parse(change.at), state: change.to })).filter((mark) => mark.at > start),
  ];
  const last = changes.at(-1);
  return (
    <>
      <svg
        class="strip"
        viewBox="0 0 600 12"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Health in the last ten minutes, ${endpoint.state} now`}
      >
        {marks.map((mark, i) => {
          const from = ((mark.at - start) / span) * 600;
          const to = (((marks[i + 1]?.at ?? end) - start) / span) * 600;
          return (
            <rect
              key={mark.at}
              class={
                mark.state === "available"
                  ? "ok"
                  : mark.state === "drained" || mark.state === "draining"
                    ? "off"
                    : "bad"
              }
              x={from}
              y="0"
              width={Math.max(to - from, 1)}
              height="12"
            />
          );
        })}
      </svg>
      {last ? (
        <details>
          <summary class="muted">
            {plural(changes.length, "change")}, the last {ago(last.at, end)}
          </summary>
          <ul class="changes">
            {[...changes].reverse().map((change) => (
              <li key={`${change.at} ${change.to}`}>
                <span class="muted" title={dateTime(change.at)}>
                  {clock(change.at)}
                </span>
                <span>
                  {change.from} → <strong>{change.to}</strong>
                </span>
                <span class="muted">{change.because}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : (
        <span class="muted">no change for {duration(Math.max(end - Date.parse(endpoint.since), 0))}</span>
      )}
    </>
  );
}

/** What it was at a time, as far as its history tells. */
export function stateAt(endpoint: Pick<Endpoint, "history" | "state">, at: number): string {
  const before = endpoint.history.filter((change) => Date.parse(change.at) <= at).at(-1);
  return before?.to ?? endpoint.history[0]?.from ?? endpoint.state;
}

const ACTS: Record<Act["what"], { title: string; words: string; button: string; danger?: boolean }> = {
  drain: {
    title: "Drain",
    words:
      "No further requests go there. Running ones finish, idle connections are closed. It holds until it is taken back, also over reloads.",
    button: "Drain",
    danger: true,
  },
  ready: {
    title: "Force ready",
    words: "Requests go there even though it fails its checks or was ejected. It holds until it is taken back.",
    button: "Force ready",
    danger: true,
  },
  auto: { title: "Back to automatic", words: "Its checks and its failures decide again.", button: "Back to automatic" },
  weight: {
    title: "Weight",
    words: "How many requests it takes compared with the others. It holds until it is taken back.",
    button: "Set weight",
  },
};

function Confirm({ act }: { act: Act }): JSX.Element {
  const { title, words, button, danger } = ACTS[act.what];
  const weight = useSignal(String(act.endpoint.weightInForce));
  const close = (): void => {
    acting.value = null;
  };
  const send = async (body: Record<string, unknown>): Promise<void> => {
    try {
      await call("PATCH", url(["upstreams", act.upstream, "endpoints", act.endpoint.address]), {
        json: { ...body, by: "dashboard" },
      });
      say(`${act.endpoint.address}: ${title.toLowerCase()} done`);
      nudge();
      close();
    } catch (error) {
      say(error instanceof ApiError ? error.message : String(error), "bad");
    }
  };
  return (
    <Dialog
      title={`${title}: ${act.endpoint.address}`}
      close={close}
      footer={
        <>
          <button type="button" class="btn" onClick={close}>
            Cancel
          </button>
          {act.what === "weight" && act.endpoint.manual?.weight !== undefined && (
            <button type="button" class="btn" onClick={() => void send({ weight: null })}>
              Back to {act.endpoint.weight}
            </button>
          )}
          <button
            type="button"
            class={`btn main ${danger ? "danger" : ""}`}
            onClick={() => void send(act.what === "weight" ? { weight: Number(weight.value) } : { state: act.what })}
          >
            {button}
          </button>
        </>
      }
    >
      <p>
        Endpoint of <strong>{act.upstream}</strong>. {words}
      </p>
      {act.what === "weight" && (
        <label class="field">
          Weight, 1 to 1000
          <input
            class="input"
            type="number"
            min={1}
            max={1000}
            defaultValue={weight.value}
            onInput={(event) => {
              weight.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
    </Dialog>
  );
}

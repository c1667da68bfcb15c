import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { needsLogin, url } from "../lib/api";
import { bytes, clock, clockMs, count, duration, plural } from "../lib/format";
import { usePoll } from "../lib/poll";
import { go, href, place } from "../lib/router";
import { EventStream } from "../lib/sse";
import type { Failure, TappedExchange } from "../lib/types";
import { CallError, Card, Choice, Dialog, Empty, Facts, State } from "../ui/bits";
import { Icon, Shape } from "../ui/icons";
import { type Column, Table } from "../ui/table";
import { loadCauses } from "./overview";

/** As many are kept; the oldest go. */
const ROOM = 500;

export interface Seen extends TappedExchange {
  number: number;
}

const seen = signal<Seen[]>([]);
const dropped = signal(0);
const running = signal(true);
const tapState = signal<{ tone: "ok" | "bad" | "off"; text: string }>({ tone: "off", text: "not listening" });
const opened = signal<Seen | null>(null);
let last = 0;

/** The newest first, at most as many as there is room for. */
export function added(before: Seen[], fresh: Seen[], room = ROOM): Seen[] {
  return [...fresh.reverse(), ...before].slice(0, room);
}

interface Filter {
  route: string;
  status: string;
  cause: string;
  slowerThan: string;
  sample: string;
}

function filter(): Filter {
  const { query } = place.value;
  const text = (name: string): string => query.get(name) ?? "";
  return {
    route: text("route"),
    status: text("status"),
    cause: text("cause"),
    slowerThan: text("slowerThan"),
    sample: text("sample"),
  };
}

function choose(change: Partial<Filter>): void {
  go(href("live", [], { ...filter(), ...change }), true);
}

/** Keeps a tap open while it is wanted; what comes is shown four times a second at most. */
function useTap(path: string, on: boolean): void {
  useEffect(() => {
    if (!on) {
      tapState.value = { tone: "off", text: "paused" };
      return undefined;
    }
    let fresh: Seen[] = [];
    const timer = setInterval(() => {
      if (fresh.length > 0) {
        seen.value = added(seen.peek(), fresh);
        fresh = [];
      }
    }, 250);
    const stream = new EventStream(
      path,
      {
        opened: () => {
          tapState.value = { tone: "ok", text: "listening" };
        },
        event: (event) => {
          if (event.name === "exchange") {
            fresh.push({ ...(JSON.parse(event.data) as TappedExchange), number: ++last });
            if (fresh.length > ROOM) {
              fresh = fresh.slice(-ROOM);
            }
          } else if (event.name === "dropped") {
            dropped.value = (JSON.parse(event.data) as { dropped: number }).dropped;
          }
        },
        lost: (why) => {
          tapState.value = { tone: "bad", text: `${why}, trying again` };
        },
        refused: (status, text) => {
          needsLogin.value ||= status === 401;
          tapState.value = { tone: "bad", text: explained(text) };
        },
      },
      { silenceMs: 40_000, again: true },
    );
    return () => {
      clearInterval(timer);
      stream.close();
    };
  }, [path, on]);
}

function explained(text: string): string {
  try {
    const node = JSON.parse(text) as { error: string; expected: string };
    return `${node.error} (expected: ${node.expected})`;
  } catch {
    return text;
  }
}

export function Live(): JSX.Element {
  const failures = place.value.rest[0] === "failures";
  return (
    <>
      <div class="top">
        <h1>Live</h1>
        <Choice
          label="View"
          value={failures ? "failures" : "exchanges"}
          options={[
            ["exchanges", "Exchanges"],
            ["failures", "Failures"],
          ]}
          change={(value) => go(href("live", value === "failures" ? ["failures"] : []))}
        />
      </div>
      {failures ? <Failures /> : <Exchanges />}
    </>
  );
}

function statusTone(status: number): "ok" | "info" | "warn" | "bad" {
  return status === 0 || status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 || status < 200 ? "info" : "ok";
}

const COLUMNS: Column<Seen>[] = [
  {
    key: "at",
    title: "Time",
    phoneOff: true,
    width: "136px",
    cell: (row) => <span class="mono muted">{clockMs(row.at)}</span>,
  },
  {
    key: "status",
    title: "Status",
    width: "92px",
    cell: (row) => <State tone={statusTone(row.status)}>{row.status === 0 ? "none" : row.status}</State>,
  },
  {
    key: "request",
    title: "Request",
    cell: (row) => (
      <button
        type="button"
        class="link mono"
        onClick={() => {
          opened.value = row;
        }}
      >
        {row.method} <span class="phone-off">{row.host}</span>
        {row.path}
      </button>
    ),
  },
  {
    key: "route",
    title: "Route",
    phoneOff: true,
    width: "14%",
    cell: (row) =>
      row.route ? <a href={href("routes", [row.route])}>{row.route}</a> : <span class="muted">none</span>,
  },
  {
    key: "endpoint",
    title: "Endpoint",
    phoneOff: true,
    width: "15%",
    cell: (row) => <span class="mono">{row.endpoint ?? "–"}</span>,
  },
  {
    key: "cause",
    title: "Cause",
    phoneOff: true,
    width: "16%",
    cell: (row) => (row.failure ? <span class="state bad">{row.failure}</span> : ""),
  },
  { key: "took", title: "Took", number: true, width: "94px", cell: (row) => duration(row.durationMs) },
];

function Exchanges(): JSX.Element {
  const chosen = filter();
  const causes = loadCauses().value;
  useTap(url(["tap"], { ...chosen }), running.value);
  const text = (name: keyof Filter, label: string, placeholder: string, size: number): JSX.Element => (
    <label class="field">
      {label}
      <input
        class="input"
        size={size}
        placeholder={placeholder}
        value={chosen[name]}
        onChange={(event) => choose({ [name]: event.currentTarget.value.trim() })}
        {...(name === "route" ? { "data-search": true } : {})}
      />
    </label>
  );
  return (
    <div class="stack">
      <section class="card" aria-label="Filter">
        <div class="body row">
          {text("route", "Route", "any", 16)}
          {text("status", "Status", "502 or 5xx", 10)}
          <label class="field">
            Cause
            <select
              class="input"
              value={chosen.cause}
              onChange={(event) => choose({ cause: event.currentTarget.value })}
            >
              <option value="">any exchange</option>
              <option value="any">failed ones</option>
              {Object.keys(causes ?? {}).map((cause) => (
                <option key={cause} value={cause}>
                  {cause}
                </option>
              ))}
            </select>
          </label>
          {text("slowerThan", "Slower than", "250ms", 8)}
          {text("sample", "Sample", "0.01", 6)}
          <span class="grow" />
          <button
            type="button"
            class="btn"
            onClick={() => {
              running.value = !running.value;
            }}
          >
            <Icon name={running.value ? "pause" : "play"} size={15} /> {running.value ? "Pause" : "Go on"}
          </button>
          <button
            type="button"
            class="btn"
            onClick={() => {
              seen.value = [];
              dropped.value = 0;
            }}
          >
            Clear
          </button>
        </div>
      </section>
      <section class="card" aria-label="Finished exchanges">
        <header>
          <h2>Finished exchanges, as they happen</h2>
          {dropped.value > 0 && (
            <span class="chip warn">{count(dropped.value)} left out: a sample gives a truer picture</span>
          )}
          <State tone={tapState.value.tone}>{tapState.value.text}</State>
        </header>
        <div style={{ height: "8px" }} />
        <Table
          label="Exchanges, the newest first"
          rows={seen.value}
          columns={COLUMNS}
          id={(row) => String(row.number)}
          open={(row) => {
            opened.value = row;
          }}
          empty={<Empty title="Nothing yet">What finishes and passes the filter appears here.</Empty>}
        />
      </section>
      {opened.value && <Details exchange={opened.value} />}
    </div>
  );
}

/** The phases of an exchange, one after the other: waiting for a connection, until the first byte, the rest. */
export function phases(
  exchange: Pick<TappedExchange, "durationMs" | "queueMs" | "firstByteMs">,
): { name: "wait" | "first" | "body"; title: string; ms: number }[] {
  const wait = Math.min(exchange.queueMs, exchange.durationMs);
  const first =
    exchange.firstByteMs === 0 ? 0 : Math.max(Math.min(exchange.firstByteMs, exchange.durationMs) - wait, 0);
  return [
    { name: "wait", title: "Waited for an upstream connection", ms: wait },
    { name: "first", title: "Sent, until the first byte of the response", ms: first },
    {
      name: "body",
      title: exchange.firstByteMs === 0 ? "Without an upstream's response" : "The rest of the response",
      ms: Math.max(exchange.durationMs - wait - first, 0),
    },
  ];
}

function Details({ exchange }: { exchange: Seen }): JSX.Element {
  const parts = phases(exchange);
  const all = Math.max(exchange.durationMs, 0.001);
  let x = 0;
  const cause = exchange.failure ? loadCauses().value?.[exchange.failure] : undefined;
  return (
    <Dialog
      title={
        <>
          <State tone={statusTone(exchange.status)}>{exchange.status || "none"}</State> {exchange.method}{" "}
          {exchange.path}
        </>
      }
      drawer
      close={() => {
        opened.value = null;
      }}
    >
      <div>
        <h3>Phases</h3>
        <svg class="phases" viewBox="0 0 560 30" preserveAspectRatio="none" aria-hidden="true">
          {parts.map((part) => {
            const width = (part.ms / all) * 560;
            const rect = (
              <rect key={part.name} class={part.name} x={x} y="4" width={Math.max(width - 1, 0)} height="22" rx="3" />
            );
            x += width;
            return rect;
          })}
        </svg>
        <ol class="steps">
          {parts.map((part) => (
            <li key={part.name}>
              <span class="ms">{duration(part.ms)}</span>
              <span class="word">{part.name === "wait" ? "wait" : part.name === "first" ? "send" : "respond"}</span>
              <span class="text">{part.title}</span>
            </li>
          ))}
          <li>
            <span class="ms">{duration(exchange.durationMs)}</span>
            <span class="word">in all</span>
            <span class="text">{clockMs(exchange.at)}</span>
          </li>
        </ol>
      </div>
      {exchange.failure && (
        <div class="banner bad">
          <Shape tone="bad" />
          <span class="grow">
            <strong>{exchange.failure}</strong> {cause?.text}. {cause?.remedy}
          </span>
          <a href={href("live", ["failures"], { cause: exchange.failure })}>Step by step</a>
        </div>
      )}
      <Facts
        rows={[
          ["Host", <code key="h">{exchange.host}</code>],
          ["Path", <code key="p">{exchange.path}</code>],
          ["Client", `${exchange.client}, listener ${exchange.listener}`],
          [
            "Route",
            exchange.route ? (
              <a key="r" href={href("routes", [exchange.route])}>
                {exchange.route}
              </a>
            ) : (
              "none"
            ),
          ],
          [
            "Upstream",
            exchange.upstream ? (
              <a key="u" href={href("upstreams", [exchange.upstream])}>
                {exchange.upstream}
              </a>
            ) : (
              "none"
            ),
          ],
          [
            "Endpoint",
            `${exchange.endpoint ?? "none"}, ${plural(exchange.attempts, "attempt")}${exchange.attempts > 0 ? (exchange.reused ? ", reused connection" : ", new connection") : ""}`,
          ],
          ["Bodies", `${bytes(exchange.requestBytes)} taken, ${bytes(exchange.responseBytes)} sent`],
          ["Request id", <code key="i">{exchange.requestId || "none"}</code>],
          ["Config", `version ${exchange.config}`],
        ]}
      />
    </Dialog>
  );
}

// ---- failures

export interface Group {
  cause: string;
  side: Failure["side"];
  failures: Failure[];
}

/** By cause; the one that happened last first. */
export function grouped(failures: Failure[]): Group[] {
  const groups = new Map<string, Group>();
  for (const failure of failures) {
    const group = groups.get(failure.cause) ?? { cause: failure.cause, side: failure.side, failures: [] };
    group.failures.push(failure);
    groups.set(failure.cause, group);
  }
  return [...groups.values()];
}

const openFailure = signal<number | null>(null);

function Failures(): JSX.Element {
  const { query } = place.value;
  const cause = query.get("cause") ?? "";
  const route = query.get("route") ?? "";
  const side = query.get("side") ?? "";
  const polled = usePoll<{ keptOfEachCause: number; failures: Failure[] }>(
    url(["failures"], { cause, route, side, limit: 400 }),
    3_000,
  );
  const groups = grouped(polled.data.value?.failures ?? []);
  return (
    <div class="stack">
      <CallError error={polled.error.value} what="Failures can't be read" />
      <div class="row">
        <Choice
          label="To blame"
          value={side}
          options={[
            ["", "All sides"],
            ["client", "Client"],
            ["gateway", "Gateway"],
            ["upstream", "Upstream"],
          ]}
          change={(value) => go(href("live", ["failures"], { cause, route, side: value }), true)}
        />
        {(cause || route) && (
          <span class="chip info">
            {[cause, route && `route ${route}`].filter(Boolean).join(", ")}{" "}
            <a href={href("live", ["failures"])} aria-label="All failures">
              show all
            </a>
          </span>
        )}
      </div>
      {groups.length === 0 && polled.data.value && (
        <section class="card">
          <Empty title="No exchange failed">
            {cause || route || side ? "None of these, since the gateway started." : "None since the gateway started."}
          </Empty>
        </section>
      )}
      {groups.map((group) => (
        <GroupCard key={group.cause} group={group} kept={polled.data.value?.keptOfEachCause ?? 0} />
      ))}
    </div>
  );
}

function GroupCard({ group, kept }: { group: Group; kept: number }): JSX.Element {
  const known = loadCauses().value?.[group.cause];
  return (
    <Card
      label={`Failures: ${group.cause}`}
      title={
        <State tone={group.side === "client" ? "info" : "bad"}>
          {group.cause} <span class="muted">{known?.text}</span>
        </State>
      }
      tools={
        <>
          <span class="chip">{group.side} side</span>
          <span class="muted">
            {group.failures.length >= kept
              ? `the last ${count(group.failures.length)}`
              : plural(group.failures.length, "exchange")}
          </span>
        </>
      }
    >
      {known && (
        <dl class="facts">
          <dt>Means</dt>
          <dd>{known.means}</dd>
          <dt>Likely</dt>
          <dd>{known.likely}</dd>
          <dt>Remedy</dt>
          <dd>
            <strong>{known.remedy}</strong>
          </dd>
        </dl>
      )}
      <ul class="failures">
        {group.failures.slice(0, 32).map((failure) => {
          const open = openFailure.value === failure.number;
          return (
            <li key={failure.number}>
              <button
                type="button"
                aria-expanded={open}
                onClick={() => {
                  openFailure.value = open ? null : failure.number;
                }}
              >
                <span class="mono muted">{clock(failure.at)}</span>
                <span class="mono cut">
                  {failure.method || "?"} {failure.host}
                  {failure.path}
                </span>
                <span class="muted cut phone-off">{failure.route ?? "no route"}</span>
                <span class="num">{duration(failure.durationMs)}</span>
              </button>
              {open && <Steps failure={failure} />}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Steps({ failure }: { failure: Failure }): JSX.Element {
  return (
    <div class="stepbox">
      <ol class="steps">
        {failure.steps.map((step, i) => (
          <li key={`${i} ${step.step}`} class={step.step === "failed" || step.step === "attempt-failed" ? "bad" : ""}>
            <span class="ms">{step.ms.toFixed(1)} ms</span>
            <span class="word">{step.step}</span>
            <span class="text">{step.text}</span>
          </li>
        ))}
      </ol>
      <p class="muted">
        Client {failure.client}, listener {failure.listener}, answered {failure.status || "nothing"},{" "}
        {plural(failure.attempts, "attempt")}, config version {failure.config}
        {failure.requestId ? `, request id ${failure.requestId}` : ""}
        {failure.traceId ? `, trace ${failure.traceId}` : ""}
      </p>
    </div>
  );
}

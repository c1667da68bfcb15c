import { computed, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import { ago, bytes, duration, percent, rate, ratio, short } from "../lib/format";
import { failuresSince, figures, history, now, type Sample } from "../lib/live";
import { usePoll } from "../lib/poll";
import { troubles } from "../lib/problems";
import { href } from "../lib/router";
import type { Action, ConfigText, Listener, Route, Upstream } from "../lib/types";
import { Card, Choice, Empty } from "../ui/bits";
import { Chart, Spark } from "../ui/chart";
import { Icon, Shape } from "../ui/icons";
import { Flow } from "./flow";

type Causes = Record<string, import("../../build/causes").Cause>;
const causes = signal<Causes | null>(null);

/** What docs/errors.md says of each cause; loaded when it is first asked for. */
export function loadCauses(): typeof causes {
  if (causes.peek() === null) {
    void import("virtual:causes").then((module) => {
      causes.value = module.default;
    });
  }
  return causes;
}

const minutes = signal<"1" | "5" | "10">("5");
const shown = computed(() => {
  const from = (history.value.at(-1)?.at ?? 0) - Number(minutes.value) * 60_000;
  return history.value.filter((sample) => sample.at > from);
});

export function Overview(): JSX.Element {
  const version = figures.value?.version ?? 0;
  const routes = usePoll<{ routes: Route[] }>(version > 0 ? "/api/v1/routes" : null, 60_000, version).data.value;
  const upstreams = usePoll<{ upstreams: Upstream[] }>("/api/v1/upstreams", 3_000).data.value?.upstreams ?? null;
  const listeners = usePoll<{ listeners: Listener[] }>("/api/v1/listeners", 30_000).data.value?.listeners ?? null;
  const config = usePoll<ConfigText>("/api/v1/config", 10_000).data.value;
  const actions = useMemo(
    () => new Map<string, Action>((routes?.routes ?? []).map((route) => [route.name, route.action])),
    [routes],
  );
  const look = figures.value;
  if (!look) {
    return (
      <>
        <div class="top">
          <h1>Overview</h1>
        </div>
        <p class="muted">Waiting for the first figures…</p>
      </>
    );
  }
  const found = troubles({
    figures: look,
    samples: history.value,
    upstreams,
    listeners,
    config,
    causes: loadCauses().value,
  });
  return (
    <>
      <div class="top">
        <h1>Overview</h1>
        <Choice
          label="Charts show"
          value={minutes.value}
          options={[
            ["1", "1 min"],
            ["5", "5 min"],
            ["10", "10 min"],
          ]}
          change={(value) => {
            minutes.value = value;
          }}
        />
      </div>
      <div class="stack">
        <Troubles found={found} checked={upstreams !== null && config !== null} />
        <Tiles />
        <section class="card" aria-label="What Sluice does right now">
          <Flow actions={actions} upstreams={upstreams} />
        </section>
        <div class="cards">
          <Card title="Requests a second">
            <Requests samples={shown.value} />
          </Card>
          <Card title="Latency">
            <Latencies samples={shown.value} />
          </Card>
          <Card title="Failed exchanges by cause">
            <Failures samples={shown.value} />
          </Card>
          <Card title="Connections">
            <Connected samples={shown.value} />
          </Card>
        </div>
      </div>
    </>
  );
}

function Troubles({ found, checked }: { found: ReturnType<typeof troubles>; checked: boolean }): JSX.Element {
  return (
    <section aria-label="What is wrong right now">
      {found.length === 0 ? (
        <p class="allwell">
          <Shape tone={checked ? "ok" : "off"} size={13} />
          {checked ? "Nothing is wrong right now." : "Looking…"}
        </p>
      ) : (
        <ul class="troubles">
          {found.slice(0, 8).map((trouble) => (
            <li key={trouble.key}>
              <a class={trouble.severity} href={trouble.to}>
                <Shape tone={trouble.severity} size={13} />
                <strong>
                  <span class="sr">
                    {trouble.severity === "bad" ? "Error: " : trouble.severity === "warn" ? "Warning: " : "Note: "}
                  </span>
                  {trouble.title}
                </strong>
                <span class="detail cut grow">{trouble.detail}</span>
              </a>
            </li>
          ))}
          {found.length > 8 && <li class="muted">and {found.length - 8} more</li>}
        </ul>
      )}
    </section>
  );
}

function Tiles(): JSX.Element | null {
  const look = figures.value;
  if (!look) {
    return null;
  }
  const { economics } = look;
  const clients = economics.clientConnections;
  const recent = history.value.slice(-60);
  const perSecond = (sample: Sample): number => sample.status.reduce((a, b) => a + b, 0);
  const failed = failuresSince(history.value, 60_000).reduce((sum, [, each]) => sum + each, 0);
  const asked = recent.reduce((sum, each) => sum + (perSecond(each) * each.intervalMs) / 1000, 0);
  return (
    <dl class="tiles">
      <div class="tile">
        <dt>Requests a second</dt>
        <dd data-figure="requestsPerSecond">{rate(look.requests?.requestsPerSecond)}</dd>
        <dd class="sub">
          <Spark values={recent.map(perSecond)} />
        </dd>
      </div>
      <div class="tile">
        <dt>Latency p50, p99</dt>
        <dd>
          {duration(look.requests?.latencyMs?.p50)} <small>{duration(look.requests?.latencyMs?.p99)}</small>
        </dd>
        <dd class="sub">p90 {duration(look.requests?.latencyMs?.p90)}</dd>
      </div>
      <div class={`tile ${failed > 0 ? "bad" : ""}`}>
        <dt>Failed in the last minute</dt>
        <dd class="figure">{short(failed)}</dd>
        <dd class="sub">
          {asked > 0 ? `${percent(Math.min(failed / asked, 1))} of ${short(Math.round(asked))}` : "of no request"}
        </dd>
      </div>
      <div class="tile">
        <dt>Multiplex ratio</dt>
        <dd data-figure="multiplexRatio">{ratio(economics.multiplexRatio)}</dd>
        <dd class="sub">
          {short(clients.total)} over {short(economics.upstreamConnections.open)} connections
        </dd>
      </div>
      <div class="tile">
        <dt>Parked connection</dt>
        <dd data-figure="bytesPerParked">{bytes(economics.bytesPerParkedConnection ?? null)}</dd>
        <dd class="sub">
          {bytes(economics.parkedBytes)} for {short(clients.parked)} parked
        </dd>
      </div>
      <div class="tile">
        <dt>Connections reused</dt>
        <dd>{percent(economics.reuseRate)}</dd>
        <dd class="sub" data-figure="requests">
          <b>{short(economics.requests)}</b> requests in all
        </dd>
      </div>
    </dl>
  );
}

/** Gaps where nothing was heard for more than three looks. */
function aligned(samples: Sample[], columns: ((sample: Sample) => number | null)[]): uPlot.AlignedData {
  const xs: number[] = [];
  const ys: (number | null)[][] = columns.map(() => []);
  let last = 0;
  for (const sample of samples) {
    if (last > 0 && sample.at - last > 3_500) {
      xs.push((last + 1000) / 1000);
      for (const each of ys) {
        each.push(null);
      }
    }
    last = sample.at;
    xs.push(sample.at / 1000);
    columns.forEach((column, i) => {
      ys[i]?.push(column(sample));
    });
  }
  return [xs, ...ys] as uPlot.AlignedData;
}

const perSecond = (value: number | null): string => rate(value);
const CLASS_LINES = [
  { label: "2xx", color: "c2", fill: true, value: perSecond },
  { label: "1xx, 3xx", color: "c3", dash: [8, 3], value: perSecond },
  { label: "4xx", color: "c4", dash: [4, 3], value: perSecond },
  { label: "5xx, none", color: "c5", dash: [2, 2], value: perSecond },
];

function Requests({ samples }: { samples: Sample[] }): JSX.Element {
  const at = (sample: Sample, i: number): number => sample.status[i] ?? 0;
  const data = useMemo(
    () => aligned(samples, [(s) => at(s, 2), (s) => at(s, 1) + at(s, 3), (s) => at(s, 4), (s) => at(s, 0) + at(s, 5)]),
    [samples],
  );
  return (
    <Chart
      label="Requests a second over time, by class of status"
      data={data}
      lines={CLASS_LINES}
      axis={(value) => short(value)}
    />
  );
}

const LATENCY_LINES = [
  { label: "p50", color: "c2", value: (value: number | null) => duration(value) },
  { label: "p90", color: "c3", dash: [8, 3], value: (value: number | null) => duration(value) },
  { label: "p99", color: "c4", dash: [4, 3], value: (value: number | null) => duration(value) },
];

function Latencies({ samples }: { samples: Sample[] }): JSX.Element {
  const data = useMemo(
    () =>
      aligned(samples, [(s) => s.latency?.p50 ?? null, (s) => s.latency?.p90 ?? null, (s) => s.latency?.p99 ?? null]),
    [samples],
  );
  return (
    <Chart
      label="Latency over time: p50, p90 and p99"
      data={data}
      lines={LATENCY_LINES}
      axis={(value) => duration(value)}
    />
  );
}

const CONNECTION_LINES = [
  { label: "clients", color: "c2", fill: true, value: (value: number | null) => short(value) },
  { label: "of these parked", color: "c3", dash: [8, 3], value: (value: number | null) => short(value) },
  { label: "upstream", color: "c4", dash: [4, 3], value: (value: number | null) => short(value) },
];

function Connected({ samples }: { samples: Sample[] }): JSX.Element {
  const data = useMemo(() => aligned(samples, [(s) => s.clients, (s) => s.parked, (s) => s.upstreamOpen]), [samples]);
  return (
    <Chart
      label="Client and upstream connections over time"
      data={data}
      lines={CONNECTION_LINES}
      axis={(value) => short(value)}
    />
  );
}

function Failures({ samples }: { samples: Sample[] }): JSX.Element {
  const known = loadCauses().value;
  const sums = failuresSince(samples, 600_000);
  const most = sums[0]?.[1] ?? 1;
  const latest = (cause: string): number | undefined =>
    samples.findLast((sample) => (sample.failures[cause] ?? 0) > 0)?.at;
  if (sums.length === 0) {
    return (
      <Empty title="No exchange failed">
        in the last {minutes.value === "1" ? "minute" : `${minutes.value} minutes`}, as far as this page has listened
      </Empty>
    );
  }
  return (
    <ul class="causes">
      {sums.slice(0, 8).map(([cause, failed]) => (
        <li key={cause}>
          <span class="cut">
            <a href={href("live", ["failures"], { cause })}>{cause}</a>{" "}
            <span class="muted">{known?.[cause]?.text ?? ""}</span>
          </span>
          <span class="num">
            <b>{short(failed)}</b>{" "}
            <span class="meter">
              <i style={{ width: `${(failed / most) * 100}%` }} />
            </span>
          </span>
          <span class="num muted">{ago(latest(cause), now.value)}</span>
        </li>
      ))}
      <li>
        <a href={href("live", ["failures"])}>
          All, step by step <Icon name="routes" size={13} />
        </a>
      </li>
    </ul>
  );
}

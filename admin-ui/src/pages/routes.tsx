import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { ApiError, get } from "../lib/api";
import { ago, count, duration, percent, plural, rate, short } from "../lib/format";
import { figures, now } from "../lib/live";
import { usePoll } from "../lib/poll";
import { go, href, place } from "../lib/router";
import { matchText, targetText, upstreamsOf } from "../lib/routes";
import { RouteHistory, type RouteStats } from "../lib/routestats";
import type { Route, RoutesFigures } from "../lib/types";
import { CallError, Choice, Dialog, Empty, Facts, State } from "../ui/bits";
import { type Column, type Sort, Table } from "../ui/table";
import { Explain } from "./explain";

export interface Row {
  route: Route;
  match: string;
  target: string;
  stats: RouteStats | null;
  /** Place in the file. */
  place: number;
}

type Show = "all" | "busy" | "failing" | "never";

const history = new RouteHistory();
const epoch = signal(0);
const statsError = signal<ApiError | null>(null);
const search = signal("");
const show = signal<Show>("all");
const sort = signal<Sort>({ key: "place", down: false });

/** Asks for the counters every two seconds while the page is open: only for routes that were hit lately. */
function useRouteFigures(): void {
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      if (!document.hidden) {
        const since = history.since();
        try {
          history.take(
            await get<RoutesFigures>(`/api/v1/routes/figures${since ? `?since=${since}` : ""}`, abort.signal),
          );
          epoch.value = epoch.peek() + 1;
          statsError.value = null;
        } catch (error) {
          if (!abort.signal.aborted && error instanceof ApiError) {
            statsError.value = error;
          }
        }
      }
      if (!abort.signal.aborted) {
        timer = setTimeout(ask, 2_000);
      }
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);
}

/** Whether a row has all of the words. */
export function holds(row: Row, words: string[]): boolean {
  const text = `${row.route.name} ${row.match} ${row.target}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export function passes(stats: RouteStats | null, which: Show): boolean {
  switch (which) {
    case "all":
      return true;
    case "busy":
      return (stats?.perSecond ?? 0) > 0;
    case "failing":
      return (stats?.errors ?? 0) > 0;
    case "never":
      return stats === null;
  }
}

const KEYS: Record<string, (row: Row) => string | number> = {
  place: (row) => row.place,
  name: (row) => row.route.name,
  match: (row) => row.match,
  target: (row) => row.target,
  rate: (row) => row.stats?.perSecond ?? -1,
  p50: (row) => row.stats?.p50 ?? -1,
  p99: (row) => row.stats?.p99 ?? -1,
  errors: (row) => row.stats?.errorShare ?? -1,
  requests: (row) => row.stats?.requests ?? -1,
  last: (row) => (row.stats ? Date.parse(row.stats.lastHit) : -1),
};

/** Equal ones stay in the order of the file. */
export function sorted(rows: Row[], by: Sort): Row[] {
  const key = KEYS[by.key] ?? ((row: Row) => row.place);
  const sign = by.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return (x < y ? -1 : x > y ? 1 : 0) * sign || a.place - b.place;
  });
}

const COLUMNS: Column<Row>[] = [
  {
    key: "name",
    title: "Route",
    sortable: true,
    cell: (row) => (
      <a href={href("routes", [row.route.name])} title={row.route.name}>
        {row.route.name}
      </a>
    ),
  },
  {
    key: "match",
    title: "Match",
    sortable: true,
    phoneOff: true,
    width: "25%",
    cell: (row) => <code title={row.match}>{row.match}</code>,
  },
  {
    key: "target",
    title: "Target",
    sortable: true,
    phoneOff: true,
    width: "15%",
    cell: (row) => <span title={row.target}>{row.target}</span>,
  },
  {
    key: "rate",
    title: "Req/s",
    sortable: true,
    number: true,
    width: "76px",
    cell: (row) => (row.stats ? rate(row.stats.perSecond) : ""),
  },
  {
    key: "p50",
    title: "p50",
    sortable: true,
    number: true,
    phoneOff: true,
    width: "86px",
    cell: (row) => (row.stats ? duration(row.stats.p50) : ""),
  },
  {
    key: "p99",
    title: "p99",
    sortable: true,
    number: true,
    width: "86px",
    cell: (row) => (row.stats ? duration(row.stats.p99) : ""),
  },
  {
    key: "errors",
    title: "Errors",
    sortable: true,
    number: true,
    width: "88px",
    cell: (row) => <Errors stats={row.stats} />,
  },
  {
    key: "requests",
    title: "Requests",
    sortable: true,
    number: true,
    phoneOff: true,
    width: "92px",
    cell: (row) => short(row.stats?.requests ?? 0),
  },
  {
    key: "last",
    title: "Last hit",
    sortable: true,
    number: true,
    phoneOff: true,
    width: "136px",
    cell: (row) =>
      row.stats ? <span class="muted">{ago(row.stats.lastHit, now.value)}</span> : <State tone="off">never</State>,
  },
];

function Errors({ stats }: { stats: RouteStats | null }): JSX.Element | null {
  if (!stats?.errorShare) {
    return stats ? <span class="muted">0</span> : null;
  }
  return <State tone={stats.errorShare >= 0.01 ? "bad" : "warn"}>{percent(stats.errorShare)}</State>;
}

export function Routes(): JSX.Element {
  useRouteFigures();
  const polled = usePoll<{ version: number; routes: Route[] }>("/api/v1/routes", 60_000, figures.value?.version ?? 0);
  const routes = polled.data.value?.routes;
  const [first] = place.value.rest;
  const given = place.value.query.get("q");
  useEffect(() => {
    if (given !== null) {
      search.value = given;
    }
  }, [given]);
  const base = useMemo(
    () =>
      (routes ?? []).map((route, i) => ({
        route,
        match: matchText(route),
        target: targetText(route.action),
        place: i,
      })),
    [routes],
  );
  const stamp = epoch.value;
  const rows = useMemo(() => base.map((row): Row => ({ ...row, stats: history.of(row.route.name) })), [base, stamp]);
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = sorted(
    rows.filter((row) => passes(row.stats, show.value) && holds(row, words)),
    sort.value,
  );
  const never = rows.filter((row) => row.stats === null).length;
  if (first === "explain") {
    return <Explain />;
  }
  const open = first === undefined ? undefined : rows.find((row) => row.route.name === first);
  return (
    <>
      <div class="top">
        <h1>Routes</h1>
        <a class="btn main" href={href("routes", ["explain"])}>
          Explain a request
        </a>
      </div>
      <CallError error={polled.error.value ?? statsError.value} what="Routes can't be read" />
      <section class="card" aria-label="Routes">
        <header>
          <input
            class="input search"
            type="search"
            data-search
            placeholder="Name, host, path, target  ( / )"
            aria-label="Search routes"
            value={search.value}
            onInput={(event) => {
              search.value = event.currentTarget.value;
            }}
          />
          <Choice<Show>
            label="Show"
            value={show.value}
            options={[
              ["all", `All ${count(rows.length)}`],
              ["busy", "Busy"],
              ["failing", "Failing"],
              ["never", `Never hit ${count(never)}`],
            ]}
            change={(value) => {
              show.value = value;
            }}
          />
          <span class="muted grow num phone-off">
            {plural(seen.length, "route")}
            {words.length > 0 || show.value !== "all" ? ` of ${count(rows.length)}` : ""}; rates and quantiles of the
            last minute
          </span>
        </header>
        <div style={{ height: "8px" }} />
        <Table
          label="Routes, one a row"
          rows={seen}
          columns={COLUMNS}
          id={(row) => row.route.name}
          open={(row) => go(href("routes", [row.route.name]))}
          sort={sort.value}
          changeSort={(next) => {
            sort.value = next;
          }}
          empty={
            routes === undefined ? (
              <Empty title="Loading" />
            ) : (
              <Empty title="No such route">
                {rows.length === 0
                  ? "The config has none: each request is answered 404."
                  : "Nothing matches this search."}
              </Empty>
            )
          }
        />
      </section>
      {open && <Details row={open} />}
    </>
  );
}

function Details({ row }: { row: Row }): JSX.Element {
  const { route, stats } = row;
  const failed = Object.entries(stats?.failures ?? {}).sort((a, b) => b[1] - a[1]);
  const edits = (title: string, edit: Route["requestHeaders"]): [string, JSX.Element][] => {
    const lines = [
      ...edit.set.map((each) => `set ${each}`),
      ...edit.add.map((each) => `add ${each}`),
      ...edit.remove.map((each) => `remove ${each}`),
    ];
    return lines.length === 0
      ? []
      : [
          [
            title,
            <ul key={title}>
              {lines.map((line) => (
                <li key={line}>
                  <code>{line}</code>
                </li>
              ))}
            </ul>,
          ],
        ];
  };
  const rewrite = Object.entries(route.rewrite).filter(([, value]) => value !== null);
  return (
    <Dialog title={route.name} drawer close={() => go(href("routes"))}>
      {stats === null && (
        <p>
          <State tone="off">Never hit since the gateway started</State>
        </p>
      )}
      {stats && (
        <dl class="quads">
          <div>
            <dt>Requests a second</dt>
            <dd>{rate(stats.perSecond)}</dd>
          </div>
          <div>
            <dt>p50</dt>
            <dd>{duration(stats.p50)}</dd>
          </div>
          <div>
            <dt>p99</dt>
            <dd>{duration(stats.p99)}</dd>
          </div>
          <div>
            <dt>Errors</dt>
            <dd>{percent(stats.errorShare)}</dd>
          </div>
        </dl>
      )}
      <Facts
        rows={[
          ["Matches", <code key="m">{row.match}</code>],
          [
            "Target",
            <>
              {row.target}{" "}
              {upstreamsOf(route.action).map((name) => (
                <a key={name} class="chip" href={href("upstreams", [name])}>
                  {name}
                </a>
              ))}
            </>,
          ],
          route.priority !== 0 && ["Priority", String(route.priority)],
          rewrite.length > 0 && [
            "Rewrite",
            <code key="r">{rewrite.map(([key, value]) => `${key} ${value}`).join(", ")}</code>,
          ],
          ...edits("Request headers", route.requestHeaders),
          ...edits("Response headers", route.responseHeaders),
          [
            "Timeouts",
            Object.entries(route.timeouts)
              .map(([key, value]) => `${key.replace(/Ms$/, "")} ${value === 0 ? "none" : duration(value)}`)
              .join(", "),
          ],
          stats && [
            "Requests",
            `${count(stats.requests)}: ${Object.entries(stats.status)
              .map(([name, each]) => `${count(each)} × ${name}`)
              .join(", ")}`,
          ],
          stats && ["Last hit", ago(stats.lastHit, now.value)],
        ]}
      />
      {failed.length > 0 && (
        <>
          <h3>Failed exchanges by cause, since the start</h3>
          <ul class="changes">
            {failed.map(([cause, each]) => (
              <li key={cause}>
                <a href={href("live", ["failures"], { cause, route: route.name })}>{cause}</a> {count(each)}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="row">
        <a class="btn" href={href("live", [], { route: route.name })}>
          Watch live
        </a>
        <a class="btn" href={href("routes", ["explain"], { url: example(route) })}>
          Explain
        </a>
      </div>
    </Dialog>
  );
}

/** A URL that the route is likely to match: variables and wildcards filled in. */
export function example(route: Route): string {
  const host = (route.match.hosts[0] ?? "localhost").replace(/^\*+\.?/, "www.");
  const path = route.match.path?.startsWith("/") ? route.match.path : "/";
  return `http://${host}${path.replace(/\/?\*\*$/, "/x").replace(/\{[^}]*\}|\*/g, "1")}`;
}

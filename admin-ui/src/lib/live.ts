import { computed, signal } from "@preact/signals";
import { needsLogin } from "./api";
import { EventStream } from "./sse";
import type { Figures, Latency } from "./types";

/** One look, as charts keep it. */
export interface Sample {
  /** Milliseconds since 1970, by the gateway's clock. */
  at: number;
  intervalMs: number;
  /** Requests a second by class: none, 1xx to 5xx. */
  status: number[];
  latency: Latency | null;
  /** Exchanges that failed in this interval, by cause. */
  failures: Record<string, number>;
  clients: number;
  parked: number;
  upstreamOpen: number;
  upstreamUsed: number;
}

export const CLASSES = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"] as const;
/** Ten minutes, at a look a second. */
export const ROOM = 600;

export type Link =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "lost"; why: string; since: number; retryAt: number }
  | { state: "paused" };

export const figures = signal<Figures | null>(null);
export const previous = signal<Figures | null>(null);
export const history = signal<Sample[]>([]);
export const link = signal<Link>({ state: "connecting" });
/** What the gateway's clock shows, as far as it has told. */
export const now = computed(() => (figures.value ? Date.parse(figures.value.at) : Date.now()));

export function sample(look: Figures): Sample {
  const rates = look.requests;
  const failures: Record<string, number> = {};
  for (const [cause, perSecond] of Object.entries(rates?.failures ?? {})) {
    failures[cause] = (perSecond * look.intervalMs) / 1000;
  }
  const clients = look.economics.clientConnections;
  return {
    at: Date.parse(look.at),
    intervalMs: look.intervalMs,
    status: CLASSES.map((name) => rates?.status[name] ?? 0),
    latency: rates?.latencyMs ?? null,
    failures,
    clients: clients.total,
    parked: clients.parked,
    upstreamOpen: look.economics.upstreamConnections.open,
    upstreamUsed: look.economics.upstreamConnections.used,
  };
}

/** The samples with one more; the oldest go. A look without rates, the first of a stream, is no sample. */
export function grown(samples: Sample[], look: Figures): Sample[] {
  if (look.intervalMs === 0 || look.requests === null) {
    return samples;
  }
  const next = sample(look);
  const last = samples.at(-1);
  if (last && last.at >= next.at) {
    // the gateway's clock went back: what was before can't be drawn beside it
    return [next];
  }
  return [...samples.slice(samples.length >= ROOM ? samples.length - ROOM + 1 : 0), next];
}

/** How many failed by cause in the last so many milliseconds, the most first. */
export function failuresSince(samples: Sample[], ms: number): [string, number][] {
  const from = (samples.at(-1)?.at ?? 0) - ms;
  const sums = new Map<string, number>();
  for (const each of samples) {
    if (each.at > from) {
      for (const [cause, count] of Object.entries(each.failures)) {
        sums.set(cause, (sums.get(cause) ?? 0) + count);
      }
    }
  }
  return [...sums]
    .map(([cause, sum]): [string, number] => [cause, Math.max(Math.round(sum), 1)])
    .sort((a, b) => b[1] - a[1]);
}

function take(text: string): void {
  const look = JSON.parse(text) as Figures;
  previous.value = figures.peek();
  figures.value = look;
  history.value = grown(history.peek(), look);
  if (link.peek().state !== "live") {
    link.value = { state: "live" };
  }
}

let stream: EventStream | null = null;
let hidden: ReturnType<typeof setTimeout> | undefined;

/** Listens from now on. A page that nobody sees for a minute stops: a browser has few connections for one host. */
export function listen(): void {
  if (stream) {
    return;
  }
  link.value = { state: "connecting" };
  stream = new EventStream(
    "/api/v1/events",
    {
      event: (event) => {
        if (event.name === "figures") {
          take(event.data);
        }
      },
      lost: (why, retryMs) => {
        const before = link.peek();
        const since = before.state === "lost" ? before.since : Date.now();
        link.value = { state: "lost", why, since, retryAt: Date.now() + retryMs };
      },
      refused: (status) => {
        silence();
        if (status === 401) {
          needsLogin.value = true;
        } else {
          link.value = { state: "lost", why: `refused with status ${status}`, since: Date.now(), retryAt: 0 };
        }
      },
    },
    { silenceMs: 5_000, again: true },
  );
}

export function silence(): void {
  stream?.close();
  stream = null;
}

export function retryNow(): void {
  if (stream) {
    stream.retryNow();
  } else {
    listen();
  }
}

export function watchVisibility(): void {
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) {
      hidden = setTimeout(() => {
        silence();
        link.value = { state: "paused" };
      }, 60_000);
    } else if (link.peek().state === "paused") {
      listen();
    }
  });
}

import type { RouteFigures, RoutesFigures } from "./types";
import { Window } from "./window";

/** What is shown of a route's traffic. */
export interface RouteStats {
  /** Since the start of the process. */
  requests: number;
  perSecond: number;
  p50: number | null;
  p99: number | null;
  /** Of the last minute, or of all where it had none: the part that failed or was answered 5xx. */
  errorShare: number | null;
  errors: number;
  failures: Record<string, number>;
  status: Record<string, number>;
  lastHit: string;
}

/** Follows the counters of all routes: each answer holds those that were hit lately; rates are over the last minute or so. */
export class RouteHistory {
  private current = new Map<string, RouteFigures>();
  private readonly window = new Window<Map<string, RouteFigures>>();
  private bounds: number[] = [];
  private at = 0;
  private started = 0;

  /** What to ask for next: routes hit since then. Null: all. */
  since(): string | null {
    return this.at === 0 ? null : new Date(this.at - 2_000).toISOString();
  }

  take(answer: RoutesFigures): void {
    const at = Date.parse(answer.at);
    this.bounds = answer.boundsMs;
    const next = new Map(this.current);
    for (const route of answer.routes) {
      const before = next.get(route.name);
      if (before && total(before.status) > total(route.status)) {
        // counters began anew: the process is another one
        this.reset();
        this.take(answer);
        return;
      }
      next.set(route.name, route);
    }
    this.current = next;
    this.at = at;
    if (this.started === 0) {
      this.started = at;
    }
    this.window.add(at, next);
  }

  private reset(): void {
    this.current = new Map();
    this.window.clear();
    this.at = 0;
    this.started = 0;
  }

  names(): Iterable<string> {
    return this.current.keys();
  }

  /** Null: never hit since the start of the process. */
  of(name: string): RouteStats | null {
    const now = this.current.get(name);
    if (!now) {
      return null;
    }
    const base = this.window.base;
    const before = base?.value.get(name);
    const seconds = base ? (this.at - base.at) / 1000 : 0;
    const recent = seconds > 0 ? minus(now, before) : now;
    const hits = total(recent.status);
    const shown = hits > 0 ? recent : now;
    return {
      requests: total(now.status),
      perSecond: seconds > 0 ? hits / seconds : 0,
      p50: quantile(shown.latency, this.bounds, 0.5),
      p99: quantile(shown.latency, this.bounds, 0.99),
      errorShare: errors(shown) / total(shown.status),
      errors: errors(now),
      failures: now.failures,
      status: now.status,
      lastHit: now.lastHit,
    };
  }
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

/** What failed or was answered 5xx. A failure is most often answered 5xx, so the two aren't added. */
function errors(figures: RouteFigures): number {
  return Math.min(Math.max(total(figures.failures), figures.status["5xx"] ?? 0), total(figures.status));
}

function minus(now: RouteFigures, before: RouteFigures | undefined): RouteFigures {
  if (!before) {
    return now;
  }
  const less = (a: Record<string, number>, b: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(a).map(([key, value]) => [key, Math.max(value - (b[key] ?? 0), 0)]));
  return {
    ...now,
    status: less(now.status, before.status),
    failures: less(now.failures, before.failures),
    latency: now.latency.map((value, i) => Math.max(value - (before.latency[i] ?? 0), 0)),
  };
}

/** Between the bounds of the bucket that holds it, as if what is in there lay evenly; of the last bucket its lower bound. */
export function quantile(buckets: number[], bounds: number[], part: number): number | null {
  const all = buckets.reduce((sum, each) => sum + each, 0);
  if (all === 0) {
    return null;
  }
  const rank = part * all;
  let below = 0;
  for (let i = 0; i < buckets.length; i++) {
    const inside = buckets[i] ?? 0;
    if (inside > 0 && below + inside >= rank) {
      const low = i === 0 ? 0 : (bounds[i - 1] ?? 0);
      const high = bounds[i];
      return high === undefined ? low : low + ((high - low) * (rank - below)) / inside;
    }
    below += inside;
  }
  return bounds.at(-1) ?? null;
}

import { quantile } from "./routestats";
import type { Upstream, UpstreamsAnswer } from "./types";
import { Window } from "./window";

/** How fast an endpoint answers, in milliseconds. */
export interface EndpointLatency {
  p50: number | null;
  p99: number | null;
  /** Attempts that it has answered. */
  answered: number;
  /** In how long, in milliseconds. */
  within: number;
}

const keyOf = (upstream: string, address: string): string => JSON.stringify([upstream, address]);

const sum = (counts: number[]): number => counts.reduce((all, each) => all + each, 0);

/** Follows the counters of all endpoints: what is told is of the last minute or so. */
export class EndpointHistory {
  private current = new Map<string, number[]>();
  private readonly window = new Window<Map<string, number[]>>();
  private bounds: number[] = [];
  private at = 0;

  /** @param at when it came, in milliseconds */
  take(at: number, answer: UpstreamsAnswer): void {
    const next = new Map<string, number[]>();
    for (const upstream of answer.upstreams) {
      for (const { address, latency } of endpointsOf(upstream)) {
        next.set(keyOf(upstream.name, address), latency);
      }
    }
    for (const [key, counts] of next) {
      if (sum(counts) < sum(this.current.get(key) ?? [])) {
        // counters began anew, with the process or with a reload
        this.window.clear();
      }
    }
    this.current = next;
    this.at = at;
    this.bounds = answer.boundsMs;
    this.window.add(at, next);
  }

  /** Null: there is nothing yet to compare with. */
  of(upstream: string, address: string): EndpointLatency | null {
    const key = keyOf(upstream, address);
    const now = this.current.get(key);
    const base = this.window.base;
    if (!now || !base || base.value === this.current) {
      return null;
    }
    const before = base.value.get(key) ?? [];
    const recent = now.map((count, i) => Math.max(count - (before[i] ?? 0), 0));
    return {
      p50: quantile(recent, this.bounds, 0.5),
      p99: quantile(recent, this.bounds, 0.99),
      answered: sum(recent),
      within: this.at - base.at,
    };
  }
}

/** An address that leaves and comes back is told as the one that is there. */
function endpointsOf(upstream: Upstream): Upstream["endpoints"] {
  return [...upstream.leaving, ...upstream.endpoints];
}

import { expect, test } from "vitest";
import { EndpointHistory } from "../src/lib/endpointstats";
import type { Endpoint, Upstream, UpstreamsAnswer } from "../src/lib/types";

const answer = (endpoints: Record<string, number[]>): UpstreamsAnswer => ({
  version: 1,
  boundsMs: [1, 10, 100],
  upstreams: [
    {
      name: "orders",
      endpoints: Object.entries(endpoints).map(([address, latency]) => ({ address, latency }) as Endpoint),
      leaving: [] as Endpoint[],
    } as Upstream,
  ],
});

test("tells how fast each endpoint answered between two looks", () => {
  const history = new EndpointHistory();
  history.take(0, answer({ fast: [0, 0, 0, 500], slow: [900, 0, 0, 0] }));
  expect(history.of("orders", "fast")).toBeNull();

  history.take(10_000, answer({ fast: [100, 0, 0, 500], slow: [900, 0, 98, 2] }));
  const fast = history.of("orders", "fast");
  expect(fast?.answered).toBe(100);
  expect(fast?.p50).toBeCloseTo(0.5);
  expect(fast?.p99).toBeCloseTo(0.99);
  const slow = history.of("orders", "slow");
  expect(slow?.answered).toBe(100);
  expect(slow?.p50).toBeCloseTo(10 + (90 * 50) / 98);
  expect(slow?.p99).toBe(100);
});

test("has no quantiles of an endpoint that answered nothing, and nothing of one that isn't there", () => {
  const history = new EndpointHistory();
  history.take(0, answer({ idle: [5, 0, 0, 0] }));
  history.take(2_000, answer({ idle: [5, 0, 0, 0] }));
  expect(history.of("orders", "idle")).toEqual({ p50: null, p99: null, answered: 0, within: 2_000 });
  expect(history.of("orders", "gone")).toBeNull();
  expect(history.of("billing", "idle")).toBeNull();
});

test("forgets what was before the last minute", () => {
  const history = new EndpointHistory();
  for (let second = 0; second <= 200; second += 2) {
    history.take(second * 1000, answer({ a: [0, 0, Math.min(second, 100), 0] }));
  }
  expect(history.of("orders", "a")).toMatchObject({ answered: 0, within: 60_000 });
});

test("counts all of an endpoint that came since", () => {
  const history = new EndpointHistory();
  history.take(0, answer({ a: [1, 0, 0, 0] }));
  history.take(2_000, answer({ a: [1, 0, 0, 0], b: [3, 0, 0, 0] }));
  expect(history.of("orders", "b")?.answered).toBe(3);
});

test("begins anew with counters that began anew", () => {
  const history = new EndpointHistory();
  history.take(0, answer({ a: [50, 0, 0, 0] }));
  history.take(2_000, answer({ a: [0, 7, 0, 0] }));
  expect(history.of("orders", "a")).toBeNull();
  history.take(4_000, answer({ a: [0, 9, 0, 0] }));
  expect(history.of("orders", "a")?.answered).toBe(2);
});

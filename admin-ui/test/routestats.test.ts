import { expect, test } from "vitest";
import { quantile, RouteHistory } from "../src/lib/routestats";
import type { RouteFigures, RoutesFigures } from "../src/lib/types";

const BOUNDS = [1, 10, 100];

const figures = (name: string, ok: number, failed = 0, latency = [ok + failed, 0, 0, 0]): RouteFigures => ({
  name,
  status: { "2xx": ok, ...(failed ? { "5xx": failed } : {}) },
  failures: failed ? { "connect-refused": failed } : {},
  latency,
  lastHit: "2026-01-31T12:00:00Z",
});

const answer = (second: number, ...routes: RouteFigures[]): RoutesFigures => ({
  version: 1,
  at: new Date(second * 1000).toISOString(),
  boundsMs: BOUNDS,
  routes,
});

test("tells rates of the last minute and counts of all time", () => {
  const history = new RouteHistory();
  history.take(answer(1000, figures("a", 100)));
  history.take(answer(1010, figures("a", 150, 10)));
  expect(history.of("a")).toMatchObject({
    requests: 160,
    perSecond: 6,
    errors: 10,
    failures: { "connect-refused": 10 },
  });
  expect(history.of("a")?.errorShare).toBeCloseTo(10 / 60);
});

test("knows a route that was never hit", () => {
  const history = new RouteHistory();
  history.take(answer(1000, figures("a", 1)));
  expect(history.of("b")).toBeNull();
});

test("asks only for what was hit since, and keeps the rest", () => {
  const history = new RouteHistory();
  expect(history.since()).toBeNull();
  history.take(answer(1000, figures("a", 1), figures("b", 2)));
  expect(history.since()).toBe("1970-01-01T00:16:38.000Z");
  history.take(answer(1002, figures("b", 6)));
  expect(history.of("a")).toMatchObject({ requests: 1, perSecond: 0 });
  expect(history.of("b")).toMatchObject({ requests: 6, perSecond: 2 });
});

test("forgets what was before the last minute", () => {
  const history = new RouteHistory();
  for (let second = 1000; second <= 1200; second += 2) {
    history.take(answer(second, figures("a", Math.min(second, 1100))));
  }
  expect(history.of("a")?.perSecond).toBe(0);
});

test("begins anew with the counters of another process", () => {
  const history = new RouteHistory();
  history.take(answer(1000, figures("a", 500), figures("b", 1)));
  history.take(answer(1010, figures("a", 3)));
  expect(history.of("a")?.requests).toBe(3);
  expect(history.of("b")).toBeNull();
});

test("finds quantiles between the bounds of a bucket", () => {
  expect(quantile([0, 100, 0, 0], BOUNDS, 0.5)).toBeCloseTo(5.5);
  expect(quantile([50, 49, 0, 1], BOUNDS, 0.99)).toBeCloseTo(10);
  expect(quantile([0, 0, 0, 5], BOUNDS, 0.5)).toBe(100);
  expect(quantile([0, 0, 0, 0], BOUNDS, 0.5)).toBeNull();
});

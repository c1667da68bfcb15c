import { expect, test } from "vitest";
import { BOX, curve, picture, sea, thickness, WIDTH } from "../src/lib/flow";
import type { Action } from "../src/lib/types";
import { endpoint, look, rates, states } from "./fixtures";

const actions = new Map<string, Action>([
  ["orders", { type: "forward", upstream: "orders" }],
  ["canary", { type: "split", shares: { orders: 95, next: 5 }, by: "chance" }],
  ["old", { type: "redirect", location: "/", status: 301 }],
]);

const busy = look({
  routes: [
    { name: "orders", ...rates({ requestsPerSecond: 90, status: { "2xx": 90 } }) },
    { name: "canary", ...rates({ requestsPerSecond: 10, status: { "2xx": 9, "5xx": 1 } }) },
  ],
  upstreams: [
    {
      name: "orders",
      leasesPerSecond: 99,
      max: 5,
      endpoints: [endpoint("10.0.0.1:80", { leases: 150 }), endpoint("10.0.0.2:80", { available: false })],
    },
    { name: "next", leasesPerSecond: 1, max: 5, endpoints: [endpoint("10.0.0.3:80")] },
  ],
  listeners: [
    { name: "web", openedPerSecond: 1, rejectedPerSecond: 0, clientConnections: states({ parked: 100, active: 3 }) },
  ],
});

test("leads from clients to listeners, routes, pools and endpoints", () => {
  const made = picture(busy, null, actions, null);
  expect(made.routes.map((box) => box.label)).toEqual(["orders", "canary", "old"]);
  const keys = made.streams.map((stream) => stream.key);
  expect(keys).toEqual(
    expect.arrayContaining([
      "c>l web",
      "l web>g",
      "g>r orders",
      "r orders>p orders",
      "r canary>p orders",
      "r canary>p next",
      "p orders>e orders 10.0.0.1:80",
    ]),
  );
  expect(keys.some((key) => key.startsWith("r old>"))).toBe(false);
  expect(made.routes[1]?.failing).toBe(true);
});

test("lets water run only where something runs", () => {
  const before = look({
    upstreams: [{ name: "orders", leasesPerSecond: 0, max: 5, endpoints: [endpoint("10.0.0.1:80", { leases: 100 })] }],
  });
  const streams = new Map(picture(busy, before, actions, null).streams.map((stream) => [stream.key, stream]));
  expect(streams.get("p orders>e orders 10.0.0.1:80")?.moving).toBe(true);
  expect(streams.get("p orders>e orders 10.0.0.2:80")?.moving).toBe(false);
  expect(streams.get("g>r old")?.moving).toBe(false);
});

test("keeps all boxes within the picture and apart from each other", () => {
  const many = look({
    routes: Array.from({ length: 100 }, (_, i) => ({ name: `r${i}`, ...rates({ requestsPerSecond: 100 - i }) })),
    upstreams: Array.from({ length: 100 }, (_, i) => ({
      name: `u${i}`,
      leasesPerSecond: i,
      max: 5,
      endpoints: Array.from({ length: 9 }, (_, k) => endpoint(`10.0.${i}.${k}:80`)),
    })),
    listeners: Array.from({ length: 9 }, (_, i) => ({
      name: `l${i}`,
      openedPerSecond: 0,
      rejectedPerSecond: 0,
      clientConnections: states(),
    })),
  });
  const known = new Map(
    Array.from({ length: 10_000 }, (_, i): [string, Action] => [`r${i}`, { type: "forward", upstream: "u99" }]),
  );
  const made = picture(many, null, known, null);
  expect(made.routes.at(-1)?.label).toBe("9993 more");
  for (const column of [made.listeners, made.routes, made.pools, made.endpoints]) {
    column.forEach((box, i) => {
      expect(box.x + box.width).toBeLessThanOrEqual(WIDTH);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(made.height);
      const next = column[i + 1];
      if (next) {
        expect(next.y - box.y).toBeGreaterThanOrEqual(BOX);
      }
    });
  }
});

test("shows endpoints that are out before those that are well", () => {
  const made = picture(busy, null, actions, null);
  expect(made.endpoints[0]).toMatchObject({ label: "10.0.0.2:80", state: "out" });
});

test("draws a dot for each connection as long as there is room, then for 2, 5, 10...", () => {
  expect(sea(3, 0, 100, 150)).toEqual({ each: 1, busy: 3, tunnel: 0, parked: 100 });
  expect(sea(35, 3, 14_955, 168)).toEqual({ each: 100, busy: 1, tunnel: 1, parked: 150 });
  for (const parked of [0, 1, 167, 168, 169, 1_000, 99_999, 1_000_000]) {
    const made = sea(1, 1, parked, 168);
    expect(made.busy + made.tunnel + made.parked).toBeLessThanOrEqual(168);
    expect(made.parked * made.each).toBeGreaterThanOrEqual(parked);
  }
});

test("makes streams thicker with what they carry, and never none", () => {
  expect(thickness(0, 100)).toBe(1.5);
  expect(thickness(100, 100)).toBe(13);
  expect(thickness(25, 100)).toBeCloseTo(7.25);
  expect(curve({ key: "", from: [0, 5], to: [10, 9], width: 1, moving: true })).toBe("M0 5C5 5 5 9 10 9");
});

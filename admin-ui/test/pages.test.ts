import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readCauses } from "../build/causes";
import { href, parse } from "../src/lib/router";
import { matchText, targetText } from "../src/lib/routes";
import type { Failure, Route } from "../src/lib/types";
import { readHeaders } from "../src/pages/explain";
import { added, grouped, phases, type Seen } from "../src/pages/live";
import { example, holds, passes, type Row, sorted } from "../src/pages/routes";
import { stateAt } from "../src/pages/upstreams";

const route = (name: string, path: string | null, of: Partial<Route["match"]> = {}): Route =>
  ({
    name,
    match: { hosts: [], path, methods: [], headers: {}, query: {}, clients: [], ...of },
    action: { type: "forward", upstream: "orders" },
  }) as unknown as Route;

const row = (name: string, place: number, perSecond: number | null): Row => ({
  route: route(name, `/${name}`),
  match: `/${name}`,
  target: "orders",
  place,
  stats: perSecond === null ? null : ({ perSecond, errors: perSecond > 5 ? 1 : 0 } as Row["stats"]),
});

test("reads each cause of docs/errors.md with its remedy", () => {
  const causes = readCauses(readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8"));
  expect(Object.keys(causes).length).toBeGreaterThan(50);
  for (const [name, cause] of Object.entries(causes)) {
    expect(cause.means, name).not.toBe("");
    expect(cause.remedy, name).not.toBe("");
  }
  expect(causes["connect-refused"]).toMatchObject({ side: "upstream", status: 502 });
});

test("goes to a place and comes back to the same", () => {
  const to = href("routes", ["a/b c"], { q: "x&y", none: "" });
  expect(to).toBe("#/routes/a%2Fb%20c?q=x%26y");
  expect(parse(to)).toMatchObject({ page: "routes", rest: ["a/b c"] });
  expect(parse(to).query.get("q")).toBe("x&y");
  expect(parse("").page).toBe("overview");
  expect(parse("#/routes/%").rest).toEqual(["%"]);
});

test("says what a route matches and does in one line", () => {
  expect(
    matchText(
      route("a", "/orders/**", { hosts: ["api.example.com"], methods: ["GET"], headers: { "x-beta": "equals 1" } }),
    ),
  ).toBe("GET · api.example.com/orders/** · x-beta equals 1");
  expect(matchText(route("a", null))).toBe("everything");
  expect(targetText({ type: "split", shares: { a: 95, b: 5 }, by: "chance" })).toBe("a 95, b 5");
  expect(targetText({ type: "redirect", location: "/new", status: 301 })).toBe("301 to /new");
});

test("makes a URL that a route is likely to match", () => {
  expect(example(route("a", "/users/{id}/**", { hosts: ["*.example.com"] }))).toBe("http://www.example.com/users/1/x");
  expect(example(route("a", null))).toBe("http://localhost/");
});

test("finds routes by all of the words and by what they do", () => {
  expect(holds(row("orders-api", 0, null), ["orders", "api"])).toBe(true);
  expect(holds(row("orders-api", 0, null), ["orders", "users"])).toBe(false);
  expect([
    passes(null, "never"),
    passes(row("a", 0, 1).stats, "never"),
    passes(row("a", 0, 9).stats, "failing"),
    passes(null, "busy"),
  ]).toEqual([true, false, true, false]);
});

test("sorts by any column, and equal rows as the file has them", () => {
  const rows = [row("c", 0, 1), row("a", 1, 1), row("b", 2, 7), row("d", 3, null)];
  const names = (key: string, down: boolean) =>
    sorted(rows, { key, down })
      .map((each) => each.route.name)
      .join("");
  expect(names("name", false)).toBe("abcd");
  expect(names("rate", true)).toBe("bcad");
  expect(names("place", true)).toBe("dbac");
});

test("sorts ten thousand routes in a moment", () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => row(`route-${(i * 7_919) % 10_000}`, i, i % 13));
  expect(sorted(rows, { key: "name", down: false })[0]?.route.name).toBe("route-0");
});

test("reads headers a line each, several of a name as a list", () => {
  expect(readHeaders("x-beta: 1\nAccept: a\nAccept: b:c\nnothing\n")).toEqual({
    "x-beta": ["1"],
    Accept: ["a", "b:c"],
  });
});

test("keeps the newest exchanges and no more than there is room for", () => {
  const seen = (number: number) => ({ number }) as Seen;
  expect(added([seen(2), seen(1)], [seen(3), seen(4)], 3).map((each) => each.number)).toEqual([4, 3, 2]);
});

test("cuts an exchange into phases that make up all of it", () => {
  for (const exchange of [
    { durationMs: 10, queueMs: 2, firstByteMs: 7 },
    { durationMs: 10, queueMs: 12, firstByteMs: 0 },
    { durationMs: 10, queueMs: 0, firstByteMs: 11 },
    { durationMs: 0, queueMs: 0, firstByteMs: 0 },
  ]) {
    const parts = phases(exchange);
    expect(parts.reduce((sum, part) => sum + part.ms, 0)).toBeCloseTo(exchange.durationMs);
    expect(parts.every((part) => part.ms >= 0)).toBe(true);
  }
  expect(phases({ durationMs: 10, queueMs: 2, firstByteMs: 7 }).map((part) => part.ms)).toEqual([2, 5, 3]);
});

test("groups failures by cause, the latest first", () => {
  const failure = (cause: string, number: number) => ({ cause, number, side: "upstream" }) as Failure;
  const groups = grouped([failure("a", 3), failure("b", 2), failure("a", 1)]);
  expect(groups.map((group) => [group.cause, group.failures.length])).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});

test("knows what an endpoint was at a time", () => {
  const endpoint = {
    state: "available",
    history: [
      { at: "2026-01-31T12:00:00Z", from: "available", to: "unhealthy", because: "" },
      { at: "2026-01-31T12:05:00Z", from: "unhealthy", to: "available", because: "" },
    ],
  };
  const at = (time: string) => stateAt(endpoint, Date.parse(time));
  expect([at("2026-01-31T11:00:00Z"), at("2026-01-31T12:01:00Z"), at("2026-01-31T12:06:00Z")]).toEqual([
    "available",
    "unhealthy",
    "available",
  ]);
  expect(stateAt({ state: "unhealthy", history: [] }, 0)).toBe("unhealthy");
});

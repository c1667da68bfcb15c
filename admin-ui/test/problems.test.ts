import { expect, test } from "vitest";
import { sample } from "../src/lib/live";
import { type Known, troubles } from "../src/lib/problems";
import type { Endpoint, Upstream } from "../src/lib/types";
import { look, rates } from "./fixtures";

const nothing: Known = { figures: look(), samples: [], upstreams: [], listeners: [], config: null, causes: null };

function upstream(endpoints: Partial<Endpoint>[], of: Partial<Upstream> = {}): Upstream {
  return {
    name: "orders",
    panic: false,
    connections: { max: 5, queue: 10 },
    endpoints: endpoints.map((each) => ({
      address: "10.0.0.1:80",
      available: true,
      state: "available",
      pool: { waiting: 0, longestWaitMs: 0 },
      ...each,
    })),
    ...of,
  } as Upstream;
}

const titles = (known: Partial<Known>): string[] =>
  troubles({ ...nothing, ...known }).map((each) => `${each.severity}: ${each.title}`);

test("says nothing where nothing is wrong", () => {
  expect(titles({ upstreams: [upstream([{}])] })).toEqual([]);
});

test("puts what is worst first", () => {
  const failing = look({ requests: rates({ failures: { "connect-refused": 2, "client-gone": 5 } }) });
  const found = troubles({
    ...nothing,
    figures: look({ ready: false }),
    samples: [sample(failing)],
    upstreams: [upstream([{}, { available: false, state: "unhealthy", leftOutBecause: "status 503" }])],
    causes: {
      "connect-refused": { side: "upstream", text: "refused" },
      "client-gone": { side: "client", text: "gone" },
    },
  });
  expect(found.map((each) => each.severity)).toEqual(["bad", "bad", "warn", "info"]);
  expect(found[0]?.title).toBe("Not ready");
});

test("tells an upstream without an endpoint from one that lacks some", () => {
  const out = { available: false, state: "unhealthy", leftOutBecause: "status 503" };
  expect(titles({ upstreams: [upstream([out])] })).toEqual(["bad: orders: no endpoint is available"]);
  expect(titles({ upstreams: [upstream([{}, out])] })).toEqual(["warn: orders: 1 of 2 endpoints left out"]);
  expect(titles({ upstreams: [upstream([])] })).toEqual(["bad: orders has no endpoint"]);
  const drained = { available: false, state: "draining", manual: { state: "drain", since: "", by: "ann" } };
  expect(titles({ upstreams: [upstream([{}, drained])] })).toEqual(["info: orders: 1 of 2 endpoints left out"]);
});

test("tells of a refused reload with its first problem", () => {
  const found = troubles({
    ...nothing,
    config: {
      included: [],
      lastReload: {
        at: "",
        result: "rejected",
        version: 3,
        problems: [{ file: "sluice.yaml", line: 4, column: 1, message: "unknown key", hint: null }],
      },
    },
  });
  expect(found[0]?.detail).toBe("sluice.yaml:4: unknown key. Version 3 stays in force.");
});

test("tells when room runs out", () => {
  const { economics } = look();
  const tight = {
    ...economics,
    descriptors: { ...economics.descriptors, clients: 1000, free: 50 },
    responseMemory: { budget: 100, used: 90, clients: 3 },
  };
  expect(titles({ figures: look({ economics: tight }) })).toHaveLength(2);
});

test("tells of certificates that end soon", () => {
  const certificate = (days: number) => ({
    name: "web",
    bind: "",
    address: "",
    connections: 0,
    limits: { connections: 1 },
    tls: { versions: [], certificates: [{ file: "a.pem", expires: "", expiresInDays: days, names: ["a.example"] }] },
  });
  expect(titles({ listeners: [certificate(90), certificate(10), certificate(-1)] })).toEqual([
    "bad: a.example: certificate has expired",
    "warn: a.example: certificate expires in 10 days",
  ]);
});

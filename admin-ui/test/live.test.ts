import { expect, test } from "vitest";
import { failuresSince, grown, ROOM, type Sample } from "../src/lib/live";
import { look, rates } from "./fixtures";

const at = (second: number, failures: Record<string, number> = {}, intervalMs = 1000) =>
  look({ at: new Date(second * 1000).toISOString(), intervalMs, requests: rates({ status: { "2xx": 5 }, failures }) });

test("keeps ten minutes and lets the oldest go", () => {
  let samples: Sample[] = [];
  for (let second = 1; second <= ROOM + 5; second++) {
    samples = grown(samples, at(second));
  }
  expect(samples).toHaveLength(ROOM);
  expect(samples[0]?.at).toBe(6_000);
  expect(samples.at(-1)?.at).toBe((ROOM + 5) * 1000);
});

test("takes the first look of a stream for no sample: it has no rates", () => {
  expect(grown([], look({ intervalMs: 0, requests: null }))).toEqual([]);
});

test("begins anew when the gateway's clock went back", () => {
  const samples = grown(grown([], at(100)), at(50));
  expect(samples.map((sample) => sample.at)).toEqual([50_000]);
});

test("sums failures by cause over the last while, the most first", () => {
  let samples: Sample[] = [];
  samples = grown(samples, at(1, { old: 100 }));
  samples = grown(samples, at(100, { refused: 2 }, 2_000));
  samples = grown(samples, at(101, { refused: 1, timeout: 9 }));
  expect(failuresSince(samples, 60_000)).toEqual([
    ["timeout", 9],
    ["refused", 5],
  ]);
});

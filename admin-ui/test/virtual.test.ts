import { expect, test } from "vitest";
import { scrollTo, visible } from "../src/lib/virtual";

test("draws only the rows that are seen, and some beyond", () => {
  expect(visible(0, 360, 36, 10_000)).toEqual({ first: 0, end: 18, before: 0, after: 9_982 * 36 });
  expect(visible(3_600, 360, 36, 10_000)).toEqual({ first: 92, end: 118, before: 92 * 36, after: 9_882 * 36 });
});

test("keeps all heights together the same, wherever it is scrolled to", () => {
  for (const top of [0, 1, 35, 36, 5_000, 359_640, 1e9]) {
    const { first, end, before, after } = visible(top, 500, 36, 10_000);
    expect(before + (end - first) * 36 + after).toBe(360_000);
    expect(end - first).toBeLessThan(40);
    expect(end).toBeLessThanOrEqual(10_000);
  }
});

test("shows the last rows when the list got shorter than it was scrolled", () => {
  expect(visible(100_000, 360, 36, 5)).toEqual({ first: 0, end: 5, before: 0, after: 0 });
  expect(visible(0, 360, 36, 0)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
});

test("scrolls no further than to see the row", () => {
  expect(scrollTo(3, 500, 360, 36, 36)).toBe(108);
  expect(scrollTo(14, 100, 360, 36, 36)).toBe(216);
  expect(scrollTo(5, 100, 360, 36, 36)).toBe(100);
});

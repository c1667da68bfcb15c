import { expect, test } from "vitest";
import { ago, bytes, count, duration, percent, plural, rate, ratio, short } from "../src/lib/format";

test("says counts with three digits that count", () => {
  expect([0, 950, 9_999, 12_345, 99_950, 999_499, 1_234_567, 2_500_000_000].map(short)).toEqual([
    "0",
    "950",
    "9,999",
    "12.3k",
    "100k",
    "999k",
    "1.23M",
    "2.50G",
  ]);
  expect(count(1_234_567)).toBe("1,234,567");
});

test("says what is not known as a dash, and nothing as zero", () => {
  expect([count, short, rate, bytes, duration, percent, ratio].map((say) => say(null))).toEqual(Array(7).fill("–"));
  expect([rate(0), bytes(0), duration(0), percent(0)]).toEqual(["0", "0 B", "0 ms", "0 %"]);
});

test("gives durations the unit that fits", () => {
  expect([0.25, 12.34, 999.4, 999.6, 1_204, 59_900, 65_000, 7_500_000, 273_600_000].map(duration)).toEqual([
    "0.25 ms",
    "12.3 ms",
    "999 ms",
    "1.00 s",
    "1.20 s",
    "59.9 s",
    "1 min 5 s",
    "2 h 5 min",
    "3 d 4 h",
  ]);
});

test("says sizes in powers of two", () => {
  expect([160, 1_023, 1_024, 2_392_800, 64 << 20].map(bytes)).toEqual([
    "160 B",
    "1023 B",
    "1.00 KiB",
    "2.28 MiB",
    "64.0 MiB",
  ]);
});

test("never rounds a part to none or to all", () => {
  expect([0.00004, 0.0004, 0.125, 0.9997, 1].map(percent)).toEqual([
    "< 0.01 %",
    "0.04 %",
    "12.5 %",
    "99.97 %",
    "100 %",
  ]);
});

test("says ratios, rates, times ago and numbers of things", () => {
  expect([ratio(312.5), ratio(1.25), rate(3.25), rate(12_345)]).toEqual(["313 : 1", "1.3 : 1", "3.3", "12.3k"]);
  expect([ago(10_000, 11_000), ago(0, 65_000), ago("1970-01-01T00:00:00Z", 3_600_000)]).toEqual([
    "now",
    "1 min 5 s ago",
    "1 h ago",
  ]);
  expect([plural(1, "route"), plural(2, "route"), plural(1_000, "reply", "replies")]).toEqual([
    "1 route",
    "2 routes",
    "1,000 replies",
  ]);
});

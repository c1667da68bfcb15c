import { expect, test } from "vitest";
import { diff, tally } from "../src/lib/diff";

const words = (before: string, after: string, around = 1): string[] =>
  diff(before, after, around).map(
    (line) => `${{ same: " ", added: "+", removed: "-", gap: "~" }[line.kind]}${line.text}`,
  );

test("tells what was added, removed and changed, with the lines around", () => {
  expect(words("a\nb\nc\nd\ne\nf", "a\nb\nX\nd\ne\nf")).toEqual(["~1 line", " b", "-c", "+X", " d", "~2 lines"]);
  expect(words("a\nb", "a\nnew\nb")).toEqual([" a", "+new", " b"]);
  expect(words("a\ngone\nb", "a\nb")).toEqual([" a", "-gone", " b"]);
});

test("says nothing of two equal texts", () => {
  expect(diff("a\nb\n", "a\nb\n")).toEqual([]);
});

test("numbers lines of both sides", () => {
  expect(diff("a\nb\nc", "a\nX\nb\nc", 3).map((line) => [line.before, line.after])).toEqual([
    [1, 1],
    [null, 2],
    [2, 3],
    [3, 4],
  ]);
});

test("leads from the one text to the other, whatever they are", () => {
  let seed = 7;
  const chance = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 200; round++) {
    const text = (): string[] =>
      Array.from({ length: Math.floor(chance() * 12) }, () => "abc"[Math.floor(chance() * 3)] ?? "a");
    const [before, after] = [text(), text()];
    const lines = diff(before.join("\n"), after.join("\n"), 100);
    const left = lines.filter((line) => line.kind !== "added").map((line) => line.text);
    const right = lines.filter((line) => line.kind !== "removed").map((line) => line.text);
    if (before.join("\n") !== after.join("\n")) {
      expect(left.join("\n")).toBe(before.join("\n"));
      expect(right.join("\n")).toBe(after.join("\n"));
    }
  }
});

test("finds the shortest way between small texts", () => {
  expect(tally(diff("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc"))).toEqual({ added: 2, removed: 3 });
});

test("is quick with large texts that have nothing in common", () => {
  const lines = diff(Array(5_000).fill("a").join("\n"), Array(5_000).fill("b").join("\n"));
  expect(tally(lines)).toEqual({ added: 5_000, removed: 5_000 });
});

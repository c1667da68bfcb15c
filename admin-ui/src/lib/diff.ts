export interface Line {
  kind: "same" | "added" | "removed" | "gap";
  text: string;
  /** From 1; null: not in there. */
  before: number | null;
  after: number | null;
}

/** Above this product of lengths the middle is told as removed and added as a whole. */
const MOST_CELLS = 4_000_000;

/** Line by line what makes one text of the other; of what is the same only so many lines around. */
export function diff(before: string, after: string, around = 3): Line[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start++;
  }
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
    end++;
  }
  const lines: Line[] = [];
  const same = (i: number, j: number): void => {
    lines.push({ kind: "same", text: a[i] ?? "", before: i + 1, after: j + 1 });
  };
  for (let i = 0; i < start; i++) {
    same(i, i);
  }
  middle(a, b, start, a.length - end, b.length - end, lines);
  for (let k = end; k > 0; k--) {
    same(a.length - k, b.length - k);
  }
  return folded(lines, around);
}

/** The longest common subsequence of the lines between. */
function middle(a: string[], b: string[], start: number, aEnd: number, bEnd: number, lines: Line[]): void {
  const n = aEnd - start;
  const m = bEnd - start;
  const width = m + 1;
  const small = n * m <= MOST_CELLS;
  const common = new Uint32Array(small ? (n + 1) * width : 0);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  if (small) {
    for (let i = n - 1; i >= 0; i--) {
      for (let j = m - 1; j >= 0; j--) {
        common[i * width + j] =
          a[start + i] === b[start + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    if (small && i < n && j < m && a[start + i] === b[start + j]) {
      lines.push({ kind: "same", text: a[start + i] ?? "", before: start + i + 1, after: start + j + 1 });
      i++;
      j++;
    } else if (i < n && (j === m || !small || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "removed", text: a[start + i] ?? "", before: start + i + 1, after: null });
      i++;
    } else {
      lines.push({ kind: "added", text: b[start + j] ?? "", before: null, after: start + j + 1 });
      j++;
    }
  }
}

function folded(lines: Line[], around: number): Line[] {
  const near = new Uint8Array(lines.length);
  lines.forEach((line, i) => {
    if (line.kind !== "same") {
      near.fill(1, Math.max(0, i - around), i + around + 1);
    }
  });
  const out: Line[] = [];
  let hidden = 0;
  lines.forEach((line, i) => {
    if (near[i]) {
      if (hidden > 0) {
        out.push(gap(hidden));
        hidden = 0;
      }
      out.push(line);
    } else {
      hidden++;
    }
  });
  if (hidden > 0 && out.length > 0) {
    out.push(gap(hidden));
  }
  return out;
}

function gap(lines: number): Line {
  return { kind: "gap", text: lines === 1 ? "1 line" : `${lines} lines`, before: null, after: null };
}

/** How many lines come and go. */
export function tally(lines: Line[]): { added: number; removed: number } {
  return {
    added: lines.filter((line) => line.kind === "added").length,
    removed: lines.filter((line) => line.kind === "removed").length,
  };
}

/** Which rows of a long table are drawn, and how much room the others take. */
export interface Window {
  first: number;
  /** Behind the last. */
  end: number;
  before: number;
  after: number;
}

/** @param overscan rows that are drawn beyond what is seen, on either side */
export function visible(scrollTop: number, height: number, rowHeight: number, total: number, overscan = 8): Window {
  const top = Math.max(0, Math.min(scrollTop, Math.max(0, total * rowHeight - height)));
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const end = Math.min(total, Math.ceil((top + height) / rowHeight) + overscan);
  return { first, end, before: first * rowHeight, after: Math.max(0, total - end) * rowHeight };
}

/** Where to scroll so that a row is seen, below a header that stays. */
export function scrollTo(row: number, scrollTop: number, height: number, rowHeight: number, header: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) {
    return top;
  }
  const bottom = top + rowHeight + header;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}

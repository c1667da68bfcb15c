const LENGTH = 60_000;
const STEP = 10_000;

/** What was a minute ago or so, of something that is looked at again and again: kept every ten seconds. */
export class Window<T> {
  private kept: { at: number; value: T }[] = [];

  /** @param at in milliseconds, not before the one before */
  add(at: number, value: T): void {
    const last = this.kept.at(-1);
    if (!last || at - last.at >= STEP) {
      this.kept.push({ at, value });
    }
    while (this.kept.length > 2 && at - (this.kept[1]?.at ?? at) >= LENGTH) {
      this.kept.shift();
    }
  }

  /** The oldest that is kept: what is there now is compared with it. */
  get base(): { at: number; value: T } | undefined {
    return this.kept[0];
  }

  clear(): void {
    this.kept = [];
  }
}

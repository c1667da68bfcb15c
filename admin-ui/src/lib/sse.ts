// Server-sent events over fetch: unlike EventSource it tells why a connection failed, can be watched for silence, and stops
// asking where a login is needed.

export interface ServerEvent {
  name: string;
  data: string;
}

/** Cuts a text/event-stream into events, however it comes in pieces. */
export class EventParser {
  private rest = "";
  private name = "";
  private data: string[] = [];

  /** @returns the events that are complete now */
  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        this.field(line);
      } else if (this.data.length > 0) {
        events.push({ name: this.name || "message", data: this.data.join("\n") });
        this.clear();
      } else {
        this.clear();
      }
    }
    return events;
  }

  private clear(): void {
    this.name = "";
    this.data = [];
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) {
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      this.name = value;
    } else if (field === "data") {
      this.data.push(value);
    }
  }
}

/** Half a second first, twice as long after each failure, up to this; and by chance a bit less, so that not all come at once. */
const LONGEST_PAUSE = 10_000;

export function pause(failures: number, chance = Math.random()): number {
  const most = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.max(failures - 1, 0));
  return Math.round(most * (0.75 + chance / 4));
}

export interface StreamHandler {
  /** The answer is there; events follow. */
  opened?: () => void;
  event: (event: ServerEvent) => void;
  /** It broke, or could not be opened; the next try follows after so many milliseconds. */
  lost?: (why: string, retryMs: number) => void;
  /** The gateway refuses for good (401, 403, 400): no further try. */
  refused?: (status: number, text: string) => void;
  /** The gateway ended it as it should. */
  ended?: () => void;
}

export interface StreamOptions {
  /** No byte for so long: the connection counts as lost. */
  silenceMs: number;
  /** Whether it is opened again after it broke or ended. */
  again: boolean;
  fetch?: typeof fetch;
}

/** Keeps one stream of events open until closed. */
export class EventStream {
  private closed = false;
  private failures = 0;
  private abort = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly handler: StreamHandler,
    private readonly options: StreamOptions,
  ) {
    void this.open();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.abort.abort();
  }

  /** Does not wait for the next try. */
  retryNow(): void {
    if (!this.closed && this.timer !== undefined) {
      clearTimeout(this.timer);
      this.timer = undefined;
      void this.open();
    }
  }

  private async open(): Promise<void> {
    this.abort = new AbortController();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => this.abort.abort(), this.options.silenceMs);
    };
    try {
      heard();
      const response = await (this.options.fetch ?? fetch)(this.url, {
        headers: { accept: "text/event-stream", "x-requested-with": "dashboard" },
        signal: this.abort.signal,
        cache: "no-store",
      });
      if ([400, 401, 403, 404].includes(response.status)) {
        const text = await response.text();
        if (!this.closed) {
          this.closed = true;
          this.handler.refused?.(response.status, text);
        }
        return;
      }
      if (!response.ok || !response.body) {
        throw new Error(`status ${response.status}`);
      }
      this.handler.opened?.();
      await this.read(response.body.getReader(), heard);
      if (!this.closed && !this.options.again) {
        this.closed = true;
        this.handler.ended?.();
        return;
      }
      throw new Error("the gateway ended the stream");
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(silence);
    }
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>, heard: () => void): Promise<void> {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.closed) {
        return;
      }
      heard();
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        this.failures = 0;
        this.handler.event(event);
      }
    }
  }

  private failed(why: string): void {
    if (this.closed) {
      return;
    }
    this.failures++;
    const wait = pause(this.failures);
    this.handler.lost?.(why, wait);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.open();
    }, wait);
  }
}

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventParser, EventStream, pause } from "../src/lib/sse";

test("puts events together, however they are cut", () => {
  const text = ': listening\n\nevent: figures\ndata: {"a":1}\n\ndata: one\ndata: two\r\n\r\n';
  for (let size = 1; size <= text.length; size++) {
    const parser = new EventParser();
    const events = [];
    for (let i = 0; i < text.length; i += size) {
      events.push(...parser.push(text.slice(i, i + size)));
    }
    expect(events).toEqual([
      { name: "figures", data: '{"a":1}' },
      { name: "message", data: "one\ntwo" },
    ]);
  }
});

test("gives no event that is not complete", () => {
  expect(new EventParser().push("event: figures\ndata: 1\n")).toEqual([]);
});

test("waits twice as long after each failure, up to ten seconds", () => {
  expect([1, 2, 3, 4, 5, 6, 20].map((failures) => pause(failures, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ]);
  expect(pause(1, 0)).toBe(375);
});

interface Scripted {
  fetch: typeof fetch;
  asked: number;
  send: (text: string) => void;
  end: () => void;
}

/** Answers each call as the script says: a status, or "down". */
function scripted(script: (number | "down")[]): Scripted {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const it: Scripted = {
    asked: 0,
    send: (text) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
    fetch: async (_, init) => {
      const answer = script[it.asked++] ?? "down";
      if (answer === "down") {
        throw new TypeError("network");
      }
      const body = new ReadableStream<Uint8Array>({
        start: (made) => {
          controller = made;
          init?.signal?.addEventListener("abort", () => made.error(new Error("aborted")));
        },
      });
      return new Response(answer === 200 ? body : "refused", { status: answer });
    },
  };
  return it;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("opens the stream again after it broke, and goes on", async () => {
  const server = scripted(["down", 503, 200, 200]);
  const heard: string[] = [];
  const lost: string[] = [];
  const stream = new EventStream(
    "/x",
    { event: (event) => heard.push(event.data), lost: (why) => lost.push(why) },
    { silenceMs: 5_000, again: true, fetch: server.fetch },
  );
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.asked).toBe(3);
  expect(lost).toEqual(["network", "status 503"]);
  server.send("data: 1\n\n");
  await vi.advanceTimersByTimeAsync(0);
  server.end();
  await vi.advanceTimersByTimeAsync(600);
  server.send("data: 2\n\n");
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual(["1", "2"]);
  stream.close();
});

test("takes silence for a lost connection", async () => {
  const server = scripted([200, 200]);
  const lost: string[] = [];
  const stream = new EventStream(
    "/x",
    { event: () => {}, lost: (why) => lost.push(why) },
    { silenceMs: 5_000, again: true, fetch: server.fetch },
  );
  await vi.advanceTimersByTimeAsync(4_000);
  server.send(": still here\n\n");
  await vi.advanceTimersByTimeAsync(4_000);
  expect(lost).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(lost).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(600);
  expect(server.asked).toBe(2);
  stream.close();
});

test("does not ask again where it was refused", async () => {
  const server = scripted([401, 200]);
  const refused: number[] = [];
  new EventStream(
    "/x",
    { event: () => {}, refused: (status) => refused.push(status) },
    { silenceMs: 5_000, again: true, fetch: server.fetch },
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(refused).toEqual([401]);
  expect(server.asked).toBe(1);
});

test("is silent after it was closed", async () => {
  const server = scripted(["down", 200]);
  const lost: string[] = [];
  const stream = new EventStream(
    "/x",
    { event: () => {}, lost: (why) => lost.push(why) },
    { silenceMs: 5_000, again: true, fetch: server.fetch },
  );
  await vi.advanceTimersByTimeAsync(0);
  stream.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.asked).toBe(1);
  expect(lost).toEqual(["network"]);
});

test("tries at once when told to", async () => {
  const server = scripted(["down", "down", "down", "down", "down", 200]);
  const stream = new EventStream("/x", { event: () => {} }, { silenceMs: 5_000, again: true, fetch: server.fetch });
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(0);
    stream.retryNow();
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(server.asked).toBe(6);
  stream.close();
});

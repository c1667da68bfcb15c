import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, get } from "./api";

/** Counts up after a change: what is polled is asked for at once. */
export const changed = signal(0);

export function nudge(): void {
  changed.value = changed.peek() + 1;
}

export interface Polled<T> {
  data: Signal<T | null>;
  error: Signal<ApiError | null>;
  /** By this browser's clock. */
  at: Signal<number>;
}

/**
 * Asks again and again while the component is there and the page is seen; the answer before stays while a call fails. A new
 * `version` asks at once.
 */
export function usePoll<T>(path: string | null, everyMs: number, version = 0): Polled<T> {
  const data = useSignal<T | null>(null);
  const error = useSignal<ApiError | null>(null);
  const at = useSignal(0);
  const epoch = changed.value;
  useEffect(() => {
    if (path === null) {
      return undefined;
    }
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      if (!document.hidden) {
        try {
          data.value = await get<T>(path, abort.signal);
          error.value = null;
          at.value = Date.now();
        } catch (failure) {
          if (!abort.signal.aborted && failure instanceof ApiError) {
            error.value = failure;
          }
        }
      }
      if (!abort.signal.aborted) {
        timer = setTimeout(ask, everyMs);
      }
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, epoch, version]);
  return { data, error, at };
}

import { signal } from "@preact/signals";
import type { Problem } from "./types";

/** A call that was answered with an error, or not at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly expected: string | null,
    readonly problems: Problem[] | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(expected ? `${error} (expected: ${expected})` : error);
  }
}

/** The gateway asks for a token, and none, or none that is good any more, was given. */
export const needsLogin = signal(false);

export interface Answer<T> {
  body: T;
  etag: string | null;
  status: number;
}

interface Options {
  json?: unknown;
  yaml?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Milliseconds; a plan may take a while. */
const LONGEST_CALL = 20_000;

/** Calls the admin API. Throws an {@link ApiError} for each answer that is none of success. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = {
    accept: "application/json",
    "x-requested-with": "dashboard",
    ...options.headers,
  };
  let body: string | undefined;
  if (options.yaml !== undefined) {
    headers["content-type"] = "application/yaml";
    body = options.yaml;
  } else if (options.json !== undefined) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(options.json);
  }
  const late = AbortSignal.timeout(LONGEST_CALL);
  const init: RequestInit = {
    method,
    headers,
    cache: "no-store",
    signal: options.signal ? AbortSignal.any([options.signal, late]) : late,
    ...(body === undefined ? {} : { body }),
  };
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError(0, late.aborted ? "the gateway did not answer in time" : "the gateway can't be reached", null);
  }
  const text = await response.text();
  if (!response.ok && response.status !== 304) {
    throw failed(response, text);
  }
  const parsed = text && response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text;
  return { body: parsed as T, etag: response.headers.get("etag"), status: response.status };
}

function failed(response: Response, text: string): ApiError {
  const retry = response.headers.get("retry-after");
  if (response.status === 401) {
    needsLogin.value = true;
  }
  try {
    const node = JSON.parse(text) as { error?: string; expected?: string; problems?: Problem[] };
    const first = node.problems?.[0];
    return new ApiError(
      response.status,
      node.error ?? (first ? `${first.message}` : `status ${response.status}`),
      node.expected ?? null,
      node.problems ?? null,
      retry === null ? null : Number(retry),
    );
  } catch {
    return new ApiError(response.status, text.slice(0, 200) || `status ${response.status}`, null);
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await call<T>("GET", path, signal ? { signal } : {})).body;
}

/** A path with its segments encoded, and a query of what is not empty. */
export function url(segments: string[], query: Record<string, string | number | null | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      search.set(name, String(value));
    }
  }
  const path = `/api/v1/${segments.map(encodeURIComponent).join("/")}`;
  return search.size ? `${path}?${search}` : path;
}

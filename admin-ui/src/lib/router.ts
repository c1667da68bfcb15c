import { signal } from "@preact/signals";

/** What the address asks for: `#/routes/orders?q=api`. */
export interface Place {
  page: string;
  rest: string[];
  query: URLSearchParams;
}

export function parse(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [page = "", ...rest] = path.split("/").filter(Boolean).map(decode);
  return { page: page || "overview", rest, query: new URLSearchParams(query) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function href(page: string, rest: string[] = [], query: Record<string, string> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  const path = `#/${[page, ...rest].map(encodeURIComponent).join("/")}`;
  return search.size ? `${path}?${search}` : path;
}

export const place = signal<Place>(parse(""));

export function watchPlace(): void {
  const read = (): void => {
    place.value = parse(location.hash);
  };
  addEventListener("hashchange", read);
  read();
}

/** Goes there; `replace`: without a step in the history. */
export function go(to: string, replace = false): void {
  if (replace) {
    history.replaceState(null, "", to);
    place.value = parse(to);
  } else {
    location.hash = to;
  }
}

import type { Action, Route } from "./types";

/** What a route matches, in one line. */
export function matchText(route: Route): string {
  const { match } = route;
  const parts = [`${match.hosts.join(", ")}${match.path ?? (match.hosts.length ? "" : "everything")}`];
  if (match.methods.length > 0) {
    parts.unshift(match.methods.join(", "));
  }
  for (const [name, pattern] of Object.entries(match.headers)) {
    parts.push(`${name} ${pattern}`);
  }
  for (const [name, pattern] of Object.entries(match.query)) {
    parts.push(`?${name} ${pattern}`);
  }
  if (match.clients.length > 0) {
    parts.push(`from ${match.clients.join(", ")}`);
  }
  return parts.join(" · ");
}

/** What it does with a request, in one line. */
export function targetText(action: Action): string {
  switch (action.type) {
    case "forward":
      return action.upstream;
    case "split":
      return Object.entries(action.shares)
        .map(([name, weight]) => `${name} ${weight}`)
        .join(", ");
    case "redirect":
      return `${action.status} to ${action.location}`;
    case "respond":
      return `answers ${action.status}`;
  }
}

/** The upstreams that it leads to. */
export function upstreamsOf(action: Action): string[] {
  switch (action.type) {
    case "forward":
      return [action.upstream];
    case "split":
      return Object.keys(action.shares);
    case "redirect":
    case "respond":
      return [];
  }
}

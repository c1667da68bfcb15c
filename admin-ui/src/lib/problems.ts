import { bytes, count, duration, percent, plural, rate } from "./format";
import { failuresSince, type Sample } from "./live";
import { href } from "./router";
import type { ConfigText, Figures, Listener, Upstream } from "./types";

export type Severity = "bad" | "warn" | "info";

/** Something that is wrong now, in words. */
export interface Trouble {
  key: string;
  severity: Severity;
  title: string;
  detail: string;
  to: string;
}

export interface Known {
  figures: Figures | null;
  samples: Sample[];
  upstreams: Upstream[] | null;
  listeners: Listener[] | null;
  config: Pick<ConfigText, "lastReload" | "included"> | null;
  /** By cause; null while it isn't loaded. */
  causes: Record<string, { side: string; text: string }> | null;
}

const MINUTE = 60_000;
const ORDER: Severity[] = ["bad", "warn", "info"];

/** All that is wrong right now, the worst first. */
export function troubles(known: Known): Trouble[] {
  const found = [
    ...ofState(known),
    ...ofConfig(known),
    ...(known.upstreams ?? []).flatMap(ofUpstream),
    ...ofFailures(known),
    ...ofRoom(known),
    ...ofListeners(known),
  ];
  return found.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

function ofState({ figures }: Known): Trouble[] {
  if (!figures || figures.ready) {
    return [];
  }
  return [
    {
      key: "ready",
      severity: "bad",
      title: "Not ready",
      detail:
        "/readyz answers 503: load balancers send no requests here. It is draining, or an upstream that is required has no healthy endpoint.",
      to: href("upstreams"),
    },
  ];
}

function ofConfig({ config }: Known): Trouble[] {
  const found: Trouble[] = [];
  const last = config?.lastReload;
  if (last?.result === "rejected") {
    const first = last.problems?.[0];
    found.push({
      key: "reload",
      severity: "bad",
      title: "The last reload was refused",
      detail: `${first ? `${first.file}:${first.line}: ${first.message}. ` : ""}Version ${last.version} stays in force.`,
      to: href("config"),
    });
  }
  for (const file of config?.included ?? []) {
    if (file.state !== "current") {
      found.push({
        key: `included ${file.file}`,
        severity: "warn",
        title: `${file.file} is ${file.state === "kept" ? "kept as it last was good" : "left out"}`,
        detail: file.problems[0] ? `${file.problems[0].line}: ${file.problems[0].message}` : "It has problems.",
        to: href("config"),
      });
    }
  }
  return found;
}

function ofUpstream(upstream: Upstream): Trouble[] {
  const to = href("upstreams", [upstream.name]);
  const out = upstream.endpoints.filter((endpoint) => !endpoint.available);
  const found: Trouble[] = [];
  const name = upstream.name;
  if (upstream.endpoints.length === 0) {
    found.push({
      key: `${name} none`,
      severity: "bad",
      title: `${name} has no endpoint`,
      detail: "Its requests are answered 503 (no-endpoint).",
      to,
    });
  } else if (out.length === upstream.endpoints.length) {
    found.push({
      key: `${name} out`,
      severity: "bad",
      title: `${name}: no endpoint is available`,
      detail: `${out[0]?.address}: ${out[0]?.state}, ${out[0]?.leftOutBecause ?? "no reason given"}`,
      to,
    });
  } else if (out.length > 0) {
    const by = out.every((endpoint) => endpoint.manual?.state === "drain");
    found.push({
      key: `${name} some`,
      severity: by ? "info" : "warn",
      title: `${name}: ${count(out.length)} of ${plural(upstream.endpoints.length, "endpoint")} left out`,
      detail: out
        .map((endpoint) => `${endpoint.address} ${endpoint.state}: ${endpoint.leftOutBecause ?? ""}`)
        .slice(0, 3)
        .join("; "),
      to,
    });
  }
  if (upstream.panic) {
    found.push({
      key: `${name} panic`,
      severity: "bad",
      title: `${name} is in panic`,
      detail: "So few endpoints are healthy that requests go to all of them.",
      to,
    });
  }
  const waiting = upstream.endpoints.reduce((sum, endpoint) => sum + endpoint.pool.waiting, 0);
  if (waiting > 0) {
    found.push({
      key: `${name} waiting`,
      severity: "warn",
      title: `${name}: ${plural(waiting, "exchange")} wait for a connection`,
      detail: `At most ${plural(upstream.connections.max, "connection")} to each endpoint; the longest wait so far took ${duration(Math.max(...upstream.endpoints.map((each) => each.pool.longestWaitMs)))}.`,
      to,
    });
  }
  return found;
}

function ofFailures({ samples, causes }: Known): Trouble[] {
  return failuresSince(samples, MINUTE)
    .slice(0, 5)
    .map(([cause, failed]) => {
      const known = causes?.[cause];
      return {
        key: `cause ${cause}`,
        severity: known?.side === "client" ? "info" : "bad",
        title: `${cause}: ${plural(failed, "exchange")} failed in the last minute`,
        detail: known ? `${known.text}; to blame is the ${known.side} side` : "See the last ones, step by step.",
        to: href("live", ["failures"], { cause }),
      } satisfies Trouble;
    });
}

function ofRoom({ figures }: Known): Trouble[] {
  if (!figures) {
    return [];
  }
  const found: Trouble[] = [];
  const { descriptors, responseMemory } = figures.economics;
  if (descriptors.free !== null && descriptors.clients && descriptors.free < descriptors.clients * 0.1) {
    found.push({
      key: "descriptors",
      severity: descriptors.free === 0 ? "bad" : "warn",
      title: `Room for ${plural(descriptors.free, "more client connection")}`,
      detail: `Descriptors allow ${count(descriptors.clients)}; with as many, accepting rests. Raise the limit of open files of the process.`,
      to: href("connections"),
    });
  }
  if (responseMemory.budget > 0 && responseMemory.used > responseMemory.budget * 0.8) {
    found.push({
      key: "memory",
      severity: "warn",
      title: `Slow clients hold ${percent(responseMemory.used / responseMemory.budget)} of the memory for responses`,
      detail: `${bytes(responseMemory.used)} of ${bytes(responseMemory.budget)}, for ${plural(responseMemory.clients, "client connection")}.`,
      to: href("connections"),
    });
  }
  return found;
}

function ofListeners({ figures, listeners }: Known): Trouble[] {
  const found: Trouble[] = [];
  for (const listener of figures?.listeners ?? []) {
    if ((listener.rejectedPerSecond ?? 0) > 0) {
      found.push({
        key: `rejected ${listener.name}`,
        severity: "warn",
        title: `${listener.name} refuses ${rate(listener.rejectedPerSecond)} client connections a second`,
        detail: "By its limits, or by allow and deny; metrics tell the cause.",
        to: href("connections", [], { listener: listener.name }),
      });
    }
  }
  for (const listener of listeners ?? []) {
    for (const certificate of listener.tls?.certificates ?? []) {
      if (certificate.expiresInDays < 14) {
        found.push({
          key: `certificate ${listener.name} ${certificate.file}`,
          severity: certificate.expiresInDays < 3 ? "bad" : "warn",
          title: `${certificate.names[0] ?? certificate.file}: certificate ${certificate.expiresInDays < 0 ? "has expired" : `expires in ${plural(certificate.expiresInDays, "day")}`}`,
          detail: `${certificate.file} of the listener ${listener.name}. A new file is taken on without a restart.`,
          to: href("config"),
        });
      }
    }
  }
  return found;
}

import type { JSX } from "preact";

const PATHS = {
  overview: "M3 5c3 0 3 3 6 3M3 10h6M3 15c3 0 3-3 6-3M11 3v14M13 10h5",
  routes: "M4 4v5a3 3 0 0 0 3 3h9M4 9v7M13 9l3 3-3 3M4 4h.01",
  upstreams: "M4 4h12v5H4zM4 11h12v5H4zM7 6.5h.01M7 13.5h.01",
  connections: "M7 13l6-6M8.5 6.5 10 5a3.5 3.5 0 0 1 5 5l-1.5 1.5M11.500 13.5 10 15a3.5 3.5 0 0 1-5-5l1.5-1.5",
  config: "M6 3h6l3 3v11H6zM12 3v3h3M8.500 10h4M8.500 13h4",
  live: "M2 10h4l2-6 4 12 2-6h4",
  sun: "M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1 1M14.700 14.700l1 1M4.300 15.700l1-1M14.700 5.300l1-1",
  moon: "M16 12.500A6.500 6.500 0 0 1 7.500 4 6.500 6.500 0 1 0 16 12.500z",
  help: "M7.500 7.500a2.500 2.500 0 1 1 3.600 2.200c-.8.400-1.100.9-1.100 1.800M10 14.500h.01",
  out: "M8 4H4v12h4M12 7l3 3-3 3M15 10H7",
  close: "M5 5l10 10M15 5 5 15",
  pause: "M7 5v10M13 5v10",
  play: "M7 5l8 5-8 5z",
  up: "M10 15V5M6 9l4-4 4 4",
  down: "M10 5v10M6 11l4 4 4-4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The gate between the sea of clients and the few connections behind it. */
export function Mark({ size = 26 }: { size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-linecap="round"
    >
      <path d="M3 8c5 0 5 4 10 4M3 16h10M3 24c5 0 5-4 10-4" stroke-width="2.2" opacity=".6" />
      <rect x="14.500" y="3" width="3" height="26" rx="1.500" fill="currentColor" stroke="none" />
      <path d="M20 16h9" stroke-width="3.4" />
    </svg>
  );
}

export type Tone = "ok" | "warn" | "bad" | "info" | "off";

/** Each state has a shape of its own. */
export function Shape({ tone, size = 12 }: { tone: Tone; size?: number }): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
      {tone === "ok" && <circle cx="6" cy="6" r="4.500" />}
      {tone === "warn" && <path d="M6 1 11.500 11H.5z" />}
      {tone === "bad" && <path d="M3.600.5h4.800L11.500 3.600v4.800L8.400 11.500H3.600L.5 8.400V3.600z" />}
      {tone === "info" && <path d="M6 .5 11.500 6 6 11.500.5 6z" />}
      {tone === "off" && <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="2" />}
    </svg>
  );
}

// Figures as people read them: short, of a steady width, with their unit. Null is a dash.

const DASH = "–";
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 12,345 */
export function count(value: number | null | undefined): string {
  return value == null ? DASH : whole.format(value);
}

/** 950, 12.3k, 4.56M: three digits that count. */
export function short(value: number | null | undefined): string {
  if (value == null) {
    return DASH;
  }
  const size = Math.abs(value);
  if (size < 9_999.5) {
    return whole.format(value);
  }
  const [by, unit] = size < 999_500 ? [1e3, "k"] : size < 999_500_000 ? [1e6, "M"] : [1e9, "G"];
  return digits(value / by) + unit;
}

function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** A rate: small ones with a digit behind the point. */
export function rate(value: number | null | undefined): string {
  if (value == null) {
    return DASH;
  }
  return value === 0 ? "0" : value < 99.95 ? value.toFixed(1) : short(value);
}

/** 512 B, 14.2 KiB, 3.00 MiB */
export function bytes(value: number | null | undefined): string {
  if (value == null) {
    return DASH;
  }
  let size = value;
  for (const unit of ["B", "KiB", "MiB", "GiB"]) {
    if (size < 1023.5) {
      return unit === "B" ? `${Math.round(size)} B` : `${digits(size)} ${unit}`;
    }
    size /= 1024;
  }
  return `${digits(size)} TiB`;
}

/** 0.25 ms, 12.3 ms, 1.20 s, 5 min 3 s, 2 h 5 min, 3 d 4 h */
export function duration(ms: number | null | undefined): string {
  if (ms == null) {
    return DASH;
  }
  if (ms < 999.5) {
    return `${ms === 0 ? "0" : digits(ms)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 59.95) {
    return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  }
  return parts(Math.round(seconds));
}

function parts(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  const [size, name] = units[first] ?? [1, "s"];
  const [nextSize, nextName] = units[first + 1] ?? [0, ""];
  const rest = nextSize ? Math.floor((seconds % size) / nextSize) : 0;
  return `${Math.floor(seconds / size)} ${name}${rest ? ` ${rest} ${nextName}` : ""}`;
}

/** How long ago; "now" for the last two seconds. */
export function ago(at: string | number | null | undefined, now: number): string {
  if (at == null) {
    return DASH;
  }
  const seconds = Math.round((now - (typeof at === "number" ? at : Date.parse(at))) / 1000);
  return seconds < 2 ? "now" : `${parts(seconds)} ago`;
}

/** 0 %, 0.04 %, 12.5 %, 100 % */
export function percent(part: number | null | undefined): string {
  if (part == null || Number.isNaN(part)) {
    return DASH;
  }
  const value = part * 100;
  if (value === 0 || value === 100) {
    return `${value} %`;
  }
  return value < 0.01 ? "< 0.01 %" : `${value < 1 || value > 99.9 ? value.toFixed(2) : value.toFixed(1)} %`;
}

/** A ratio: 312 : 1 */
export function ratio(value: number | null | undefined): string {
  return value == null ? DASH : `${value < 99.95 ? value.toFixed(1) : short(Math.round(value))} : 1`;
}

/** 14:03:59, of this browser's time zone. */
export function clock(at: string | number | Date): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** 14:03:59.123 */
export function clockMs(at: string): string {
  return `${clock(at)}.${String(new Date(at).getMilliseconds()).padStart(3, "0")}`;
}

/** 2026-01-31 14:03:59 */
export function dateTime(at: string): string {
  const date = new Date(at);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${day.join("-")} ${clock(at)}`;
}

/** One connection, two connections. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

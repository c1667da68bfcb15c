import { upstreamsOf } from "./routes";
import type { Action, Figures, LiveEndpoint, Upstream } from "./types";

// The picture of what Sluice does: where its boxes stand and how thick its streams are. No drawing in here.

export const WIDTH = 1160;
export const BOX = 40;
const GAP = 10;
export const COLUMNS = { clients: 0, listeners: 232, gate: 422, routes: 476, pools: 706, endpoints: 952 } as const;
export const WIDTHS = { clients: 176, listeners: 146, gate: 8, routes: 176, pools: 190, endpoints: 208 } as const;
const TOP = 34;

export interface Box {
  key: string;
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
}

export interface RouteBox extends Box {
  name: string | null;
  perSecond: number;
  failing: boolean;
}

export interface PoolBox extends Box {
  used: number;
  idle: number;
  opening: number;
  waiting: number;
  max: number;
  perSecond: number;
}

export interface EndpointBox extends Box {
  endpoint: LiveEndpoint | null;
  state: "available" | "out" | "more";
  text: string;
}

export interface Stream {
  key: string;
  from: [number, number];
  to: [number, number];
  /** Of the stroke. */
  width: number;
  moving: boolean;
}

export interface Picture {
  height: number;
  clients: Box;
  gate: Box;
  listeners: (Box & { total: number; parked: number; opened: number })[];
  routes: RouteBox[];
  pools: PoolBox[];
  endpoints: EndpointBox[];
  streams: Stream[];
}

/** From a hair to this, by the root of the share: a tenth of the busiest stays visible. */
const THICKEST = 13;

export function thickness(value: number, most: number): number {
  return value <= 0 || most <= 0 ? 1.5 : 1.5 + (THICKEST - 1.5) * Math.sqrt(Math.min(value / most, 1));
}

interface Limits {
  listeners: number;
  routes: number;
  pools: number;
  endpointsOfEach: number;
}

export const LIMITS: Limits = { listeners: 5, routes: 7, pools: 6, endpointsOfEach: 3 };

function column(count: number, height: number): number[] {
  const used = count * BOX + Math.max(0, count - 1) * GAP;
  const first = TOP + (height - TOP - used) / 2;
  return Array.from({ length: count }, (_, i) => first + i * (BOX + GAP));
}

/**
 * @param actions what each route does, by name; routes that it doesn't know lead nowhere
 * @param before the look before, for rates of endpoints
 */
export function picture(
  look: Figures,
  before: Figures | null,
  actions: ReadonlyMap<string, Action>,
  upstreams: readonly Upstream[] | null,
  limits: Limits = LIMITS,
): Picture {
  const busiest = look.routes.filter((route) => route.name !== "" || route.requestsPerSecond > 0);
  const routes = busiest.slice(0, limits.routes);
  const known = [...actions.keys()].filter((name) => !routes.some((route) => route.name === name));
  const idle = known.slice(0, Math.max(0, Math.min(limits.routes - routes.length, 4)));
  const more = known.length - idle.length;
  const rows = [
    ...routes.map((route) => ({
      name: route.name,
      perSecond: route.requestsPerSecond,
      failing: Object.keys(route.failures).length > 0 || (route.status["5xx"] ?? 0) > 0,
    })),
    ...idle.map((name) => ({ name, perSecond: 0, failing: false })),
  ];
  const pools = [...look.upstreams]
    .sort((a, b) => (b.leasesPerSecond ?? 0) - (a.leasesPerSecond ?? 0))
    .slice(0, limits.pools);
  const endpointRows = pools.map((pool) => shown(pool.endpoints, limits.endpointsOfEach));
  const listeners = look.listeners.slice(0, limits.listeners);
  const tallest = Math.max(
    listeners.length,
    rows.length + (more > 0 ? 1 : 0),
    pools.length,
    endpointRows.reduce((sum, each) => sum + each.rows.length + (each.more > 0 ? 1 : 0), 0),
    4,
  );
  const height = TOP + tallest * (BOX + GAP) + 6;
  const made: Picture = {
    height,
    clients: {
      key: "clients",
      x: COLUMNS.clients,
      y: TOP,
      width: WIDTHS.clients,
      height: height - TOP - 6,
      label: "clients",
    },
    gate: { key: "gate", x: COLUMNS.gate, y: TOP, width: WIDTHS.gate, height: height - TOP - 6, label: "Sluice" },
    listeners: [],
    routes: [],
    pools: [],
    endpoints: [],
    streams: [],
  };
  addListeners(made, listeners, height);
  addRoutes(made, rows, more, height);
  addPools(made, pools, rows, actions, height);
  addEndpoints(made, pools, endpointRows, before, upstreams, look.intervalMs, height);
  return made;
}

function shown(endpoints: LiveEndpoint[], most: number): { rows: LiveEndpoint[]; more: number } {
  // what is out is worth more room than what is well
  const sorted = [...endpoints].sort((a, b) => Number(a.available) - Number(b.available));
  const rows = sorted.slice(0, endpoints.length > most ? most - 1 : most);
  return { rows, more: endpoints.length - rows.length };
}

function right(box: Box): [number, number] {
  return [box.x + box.width, box.y + box.height / 2];
}

function left(box: Box): [number, number] {
  return [box.x, box.y + box.height / 2];
}

function addListeners(made: Picture, listeners: Figures["listeners"], height: number): void {
  const ys = column(listeners.length, height);
  const most = Math.max(1, ...listeners.map((each) => each.clientConnections.total));
  listeners.forEach((listener, i) => {
    const states = listener.clientConnections;
    const box = {
      key: `l ${listener.name}`,
      x: COLUMNS.listeners,
      y: ys[i] ?? 0,
      width: WIDTHS.listeners,
      height: BOX,
      label: listener.name,
      total: states.total,
      parked: states.parked,
      opened: listener.openedPerSecond ?? 0,
    };
    made.listeners.push(box);
    const middle = left(box)[1];
    const width = thickness(states.total, most);
    made.streams.push({
      key: `c>${box.key}`,
      from: [WIDTHS.clients, middle],
      to: left(box),
      width,
      moving: states.active + states.tunnel > 0,
    });
    made.streams.push({
      key: `${box.key}>g`,
      from: right(box),
      to: [COLUMNS.gate, middle],
      width: thickness(states.active + states.tunnel, Math.max(most / 50, 1)) / 2,
      moving: states.active > 0,
    });
  });
}

function addRoutes(
  made: Picture,
  rows: { name: string; perSecond: number; failing: boolean }[],
  more: number,
  height: number,
): void {
  const ys = column(rows.length + (more > 0 ? 1 : 0), height);
  const most = Math.max(...rows.map((row) => row.perSecond), 0);
  rows.forEach((row, i) => {
    const box: RouteBox = {
      key: `r ${row.name}`,
      x: COLUMNS.routes,
      y: ys[i] ?? 0,
      width: WIDTHS.routes,
      height: BOX,
      label: row.name === "" ? "no route" : row.name,
      ...row,
    };
    made.routes.push(box);
    made.streams.push({
      key: `g>${box.key}`,
      from: [COLUMNS.gate + WIDTHS.gate, left(box)[1]],
      to: left(box),
      width: thickness(row.perSecond, most),
      moving: row.perSecond > 0,
    });
  });
  if (more > 0) {
    made.routes.push({
      key: "r+",
      x: COLUMNS.routes,
      y: ys[rows.length] ?? 0,
      width: WIDTHS.routes,
      height: BOX,
      label: `${more} more`,
      name: null,
      perSecond: 0,
      failing: false,
    });
  }
}

function addPools(
  made: Picture,
  pools: Figures["upstreams"],
  rows: { name: string; perSecond: number }[],
  actions: ReadonlyMap<string, Action>,
  height: number,
): void {
  const ys = column(pools.length, height);
  const most = Math.max(...rows.map((row) => row.perSecond), 0);
  pools.forEach((pool, i) => {
    const sum = (pick: (endpoint: LiveEndpoint) => number): number =>
      pool.endpoints.reduce((total, endpoint) => total + pick(endpoint), 0);
    const box: PoolBox = {
      key: `p ${pool.name}`,
      x: COLUMNS.pools,
      y: ys[i] ?? 0,
      width: WIDTHS.pools,
      height: BOX,
      label: pool.name,
      used: sum((endpoint) => endpoint.used),
      idle: sum((endpoint) => endpoint.idle),
      opening: sum((endpoint) => endpoint.opening),
      waiting: sum((endpoint) => endpoint.waiting),
      max: pool.max * Math.max(pool.endpoints.length, 1),
      perSecond: pool.leasesPerSecond ?? 0,
    };
    made.pools.push(box);
    for (const route of made.routes) {
      const action = route.name === null ? undefined : actions.get(route.name);
      if (action && upstreamsOf(action).includes(pool.name)) {
        const all = action.type === "split" ? Object.values(action.shares).reduce((a, b) => a + b, 0) : 1;
        const share = action.type === "split" ? (action.shares[pool.name] ?? 0) / all : 1;
        made.streams.push({
          key: `${route.key}>${box.key}`,
          from: right(route),
          to: left(box),
          width: thickness(route.perSecond * share, most),
          moving: route.perSecond > 0,
        });
      }
    }
  });
}

function addEndpoints(
  made: Picture,
  pools: Figures["upstreams"],
  shownRows: { rows: LiveEndpoint[]; more: number }[],
  before: Figures | null,
  upstreams: readonly Upstream[] | null,
  intervalMs: number,
  height: number,
): void {
  const leases = new Map<string, number>();
  for (const pool of before?.upstreams ?? []) {
    for (const endpoint of pool.endpoints) {
      leases.set(`${pool.name} ${endpoint.address}`, endpoint.leases);
    }
  }
  const perSecond = (pool: string, endpoint: LiveEndpoint): number => {
    const last = leases.get(`${pool} ${endpoint.address}`);
    return last === undefined || intervalMs === 0 ? 0 : (Math.max(endpoint.leases - last, 0) * 1000) / intervalMs;
  };
  const all = shownRows.reduce((sum, each) => sum + each.rows.length + (each.more > 0 ? 1 : 0), 0);
  const ys = column(all, height);
  const most = Math.max(
    0,
    ...pools.flatMap((pool) => pool.endpoints.map((endpoint) => perSecond(pool.name, endpoint))),
  );
  let row = 0;
  pools.forEach((pool, i) => {
    const from = made.pools[i];
    const lines = shownRows[i];
    if (!from || !lines) {
      return;
    }
    const place = (): { x: number; y: number; width: number; height: number } => ({
      x: COLUMNS.endpoints,
      y: ys[row++] ?? 0,
      width: WIDTHS.endpoints,
      height: BOX,
    });
    for (const endpoint of lines.rows) {
      const details = upstreams
        ?.find((each) => each.name === pool.name)
        ?.endpoints.find((each) => each.address === endpoint.address);
      const hits = perSecond(pool.name, endpoint);
      const box: EndpointBox = {
        ...place(),
        key: `e ${pool.name} ${endpoint.address}`,
        label: endpoint.address,
        endpoint,
        state: endpoint.available ? "available" : "out",
        text: endpoint.available ? "available" : (details?.state ?? "left out"),
      };
      made.endpoints.push(box);
      made.streams.push({
        key: `${from.key}>${box.key}`,
        from: right(from),
        to: left(box),
        width: thickness(hits, most),
        moving: hits > 0,
      });
    }
    if (lines.more > 0) {
      made.endpoints.push({
        ...place(),
        key: `e+ ${pool.name}`,
        label: `${lines.more} more`,
        endpoint: null,
        state: "more",
        text: pool.name,
      });
    }
  });
}

/** Dots that stand for client connections: how many each stands for, and how many there are of each kind. */
export interface Sea {
  each: number;
  busy: number;
  tunnel: number;
  parked: number;
}

/** At most so many dots; each stands for 1, 2, 5, 10, 20, 50... connections. What is there at all has a dot. */
export function sea(busy: number, tunnel: number, parked: number, most: number): Sea {
  let each = 1;
  for (let i = 0; Math.ceil(busy / each) + Math.ceil(tunnel / each) + Math.ceil(parked / each) > most; i++) {
    each = ([1, 2, 5][(i + 1) % 3] ?? 1) * 10 ** Math.floor((i + 1) / 3);
  }
  return { each, busy: Math.ceil(busy / each), tunnel: Math.ceil(tunnel / each), parked: Math.ceil(parked / each) };
}

/** A smooth curve from left to right. */
export function curve({ from, to }: Stream): string {
  const middle = (from[0] + to[0]) / 2;
  return `M${from[0]} ${from[1]}C${middle} ${from[1]} ${middle} ${to[1]} ${to[0]} ${to[1]}`;
}

// What the admin API answers: docs/admin-api.md and GET /api/v1/openapi.json.

export interface States {
  handshaking: number;
  active: number;
  tunnel: number;
  parked: number;
  draining: number;
  total: number;
}

export interface Latency {
  p50: number;
  p90: number;
  p99: number;
}

export interface Rates {
  requestsPerSecond: number;
  /** By class: none, 1xx to 5xx. */
  status: Record<string, number>;
  /** By cause. */
  failures: Record<string, number>;
  requestBytesPerSecond: number;
  responseBytesPerSecond: number;
  latencyMs: Latency | null;
}

export interface UpstreamConnections {
  open: number;
  used: number;
  idle: number;
  opening: number;
  streams: number;
  max: number;
}

export interface Economics {
  clientConnections: States;
  parkedBytes: number;
  bytesPerParkedConnection: number | null;
  upstreamConnections: UpstreamConnections;
  waiting: number;
  leases: number;
  reuseRate: number | null;
  multiplexRatio: number | null;
  requests: number;
  servedWithoutOpening: number | null;
  descriptors: {
    limit: number | null;
    own: number;
    upstreams: number | null;
    clients: number | null;
    taken: number;
    free: number | null;
  };
  responseMemory: { budget: number; used: number; clients: number };
}

export interface LiveEndpoint {
  address: string;
  available: boolean;
  open: number;
  used: number;
  idle: number;
  opening: number;
  waiting: number;
  leases: number;
}

export interface LiveUpstream {
  name: string;
  leasesPerSecond: number | null;
  max: number;
  endpoints: LiveEndpoint[];
}

export interface LiveListener {
  name: string;
  openedPerSecond: number | null;
  rejectedPerSecond: number | null;
  clientConnections: States;
}

export interface Figures {
  at: string;
  intervalMs: number;
  version: number;
  ready: boolean;
  requests: Rates | null;
  routes: ({ name: string } & Rates)[];
  upstreams: LiveUpstream[];
  listeners: LiveListener[];
  economics: Economics;
}

export type Action =
  | { type: "forward"; upstream: string }
  | { type: "split"; shares: Record<string, number>; by: string }
  | { type: "redirect"; location: string; status: number }
  | { type: "respond"; status: number; contentType: string };

export interface HeaderEdits {
  remove: string[];
  set: string[];
  add: string[];
}

export interface Route {
  name: string;
  priority: number;
  match: {
    hosts: string[];
    path: string | null;
    methods: string[];
    headers: Record<string, string>;
    query: Record<string, string>;
    clients: string[];
  };
  action: Action;
  rewrite: { stripPrefix: string | null; addPrefix: string | null; template: string | null };
  requestHeaders: HeaderEdits;
  responseHeaders: HeaderEdits;
  timeouts: Record<string, number>;
  limits: Record<string, number>;
}

/** What was counted of a route since the start of the process. */
export interface RouteFigures {
  name: string;
  status: Record<string, number>;
  failures: Record<string, number>;
  /** Exchanges by bucket of latency. */
  latency: number[];
  lastHit: string;
}

export interface RoutesFigures {
  version: number;
  at: string;
  /** Upper bounds of the buckets; one more bucket takes the rest. */
  boundsMs: number[];
  routes: RouteFigures[];
}

export interface Pool {
  open: number;
  connecting: number;
  leased: number;
  idle: number;
  streams: number;
  waiting: number;
  opened: number;
  connectFailures: number;
  leases: number;
  reused: number;
  takenOver: number;
  waits: number;
  waitMs: number;
  longestWaitMs: number;
  closed: Record<string, number>;
}

export interface IdleLimit {
  configuredMs: number;
  toldMs: number | null;
  seenMs: number | null;
  limitMs: number;
  provenMs: number;
  lost: number;
}

export interface HealthChange {
  at: string;
  from: string;
  to: string;
  because: string;
}

export interface Endpoint {
  address: string;
  weight: number;
  priority: number;
  backup: boolean;
  available: boolean;
  state: string;
  since: string;
  leftOutBecause?: string;
  weightInForce: number;
  share: number;
  manual: { state?: string; weight?: number; since: string; by: string } | null;
  checks: {
    healthy: boolean;
    inARow: number;
    last?: { at: string; result: string; text: string; ms: number };
    counts: Record<string, number>;
  } | null;
  failures: number;
  failuresInARow: number;
  ejections: Record<string, number>;
  ejectedMs?: number;
  history: HealthChange[];
  source: { kind: string; lookUps?: { name: string; records?: string; ttlMs?: number; failure?: { text: string } }[] };
  pool: Pool;
  /** Attempts that it has answered, by bucket of the time to the head of the response. */
  latency: number[];
  idleLimit: IdleLimit;
}

export interface Upstream {
  name: string;
  protocol: string;
  balance: string;
  panic: boolean;
  retries: number;
  retriesDenied: number;
  tls: unknown;
  connections: Record<string, number> & { max: number; queue: number };
  endpoints: Endpoint[];
  leaving: Endpoint[];
}

export interface UpstreamsAnswer {
  version: number;
  /** Upper bounds of the buckets of the endpoints' latency; one more bucket takes the rest. */
  boundsMs: number[];
  upstreams: Upstream[];
}

export interface Listener {
  name: string;
  bind: string;
  address: string;
  connections: number;
  tls: {
    versions: string[];
    certificates: { file: string; expires: string; expiresInDays: number; names: string[] }[];
  } | null;
  limits: { connections: number };
}

export interface Connection {
  id: string;
  client: string;
  listener: string;
  loop: number;
  state: keyof States;
  stateMs: number;
  protocol: string;
  exchanges: number;
  exchange?: {
    route: string | null;
    upstream: string | null;
    endpoint: string | null;
    attempts: number;
    connected: boolean;
    elapsedMs: number;
  } | null;
}

export interface Connections {
  version: number;
  clientConnections: States;
  matched: number;
  complete: boolean;
  addresses: { address: string; connections: number }[];
  uncountedAddresses: number;
  connections: Connection[];
}

export interface Problem {
  file: string;
  line: number;
  column: number;
  message: string;
  hint: string | null;
}

export interface ReloadResult {
  result: "applied" | "unchanged" | "rejected";
  version: number;
  warnings?: string[];
  problems?: Problem[];
}

export interface ConfigText {
  version: number;
  file: string | null;
  text: string;
  included: { file: string; state: "current" | "kept" | "left-out"; text: string; problems: Problem[] }[];
  lastReload: (ReloadResult & { at: string }) | null;
  pending?: Pending | null;
}

/** The endpoint of an upstream that would be picked. */
export interface Pick {
  name: string;
  runs: boolean;
  endpoint: string | null;
  why: string;
  endpoints: { address: string; state: string; weight: number; inFlight: number; chance: number }[];
}

export interface Explanation {
  route: string | null;
  refused?: { cause: string; status: number; text: string };
  request?: { method: string; host: string | null; path: string; query: string | null };
  found?: {
    host: string | null;
    path: string | null;
    captures: Record<string, string>;
    outcome: string;
    forwardedPath: string | null;
    requestHeaders: string[];
    responseHeaders: string[];
    /** Those that it may be forwarded to; several where chance decides. */
    upstreams?: Pick[];
  };
  missed?: { route: string; subject: string; expected: string | null; got: string | null }[];
  others?: Record<string, number>;
  text?: string;
}

export interface Failure {
  number: number;
  at: string;
  cause: string;
  side: "client" | "gateway" | "upstream";
  text: string;
  status: number;
  listener: string;
  client: string;
  method: string;
  host: string;
  path: string;
  route: string | null;
  upstream: string | null;
  requestId: string;
  traceId: string | null;
  attempts: number;
  requestBytes: number;
  responseBytes: number;
  durationMs: number;
  config: number;
  steps: { ms: number; step: string; text: string }[];
}

export interface TappedExchange {
  at: string;
  requestId: string;
  listener: string;
  client: string;
  method: string;
  host: string;
  path: string;
  route: string | null;
  status: number;
  failure: string | null;
  upstream: string | null;
  endpoint: string | null;
  attempts: number;
  reused: boolean;
  requestBytes: number;
  responseBytes: number;
  durationMs: number;
  queueMs: number;
  firstByteMs: number;
  config: number;
}

export interface AuditEntry {
  at: string;
  client: string;
  caller: string;
  method: string;
  path: string;
  status: number;
  result: string | null;
}

/** A version that is in force for a time only, unless somebody confirms it. */
export interface Pending {
  version: number;
  previous: number;
  caller: string | null;
  address: string | null;
  since: string;
  until: string;
}

export interface PlanField {
  key: string;
  before: string | null;
  after: string | null;
}

export interface Tally {
  heads: number;
  requests: number;
}

export interface PlanChange {
  name: string;
  change: string;
  note: string | null;
  fields: PlanField[];
  sampled?: Tally;
  effect?: string | null;
  connections?: number | null;
}

export interface Landing {
  route: string | null;
  refused: string | null;
}

export type Plan =
  | { ok: false; problems: Problem[] }
  | {
      ok: true;
      version: number;
      changed: boolean;
      summary: string;
      routes: PlanChange[];
      upstreams: PlanChange[];
      listeners: PlanChange[];
      settings: PlanChange[];
      keptPools: number;
      keptListeners: number;
      restarts: string[];
      warnings: string[];
      traffic: {
        since: string | null;
        complete: boolean;
        sampled: Tally;
        changed: Tally;
        lost: Tally;
        noRouteBefore: Tally;
        noRouteAfter: Tally;
        moves: (Tally & { from: Landing; to: Landing; examples: { method: string; host: string; path: string }[] })[];
        furtherMoves: number;
      };
      text: string;
    };

export interface VersionFacts {
  version: number;
  at: string;
  kind: string;
  caller: string | null;
  address: string | null;
  summary: string;
  confirmed: boolean | null;
}

export interface History {
  version: number;
  folder: string | null;
  pending: Pending | null;
  versions: VersionFacts[];
}

export interface VersionWhole extends VersionFacts {
  text: string;
  included: { file: string; text: string }[];
  previous: number | null;
}

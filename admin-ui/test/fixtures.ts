import type { Figures, LiveEndpoint, Rates, States } from "../src/lib/types";

export const states = (of: Partial<States> = {}): States => {
  const made = { handshaking: 0, active: 0, tunnel: 0, parked: 0, draining: 0, ...of };
  return { ...made, total: made.handshaking + made.active + made.tunnel + made.parked + made.draining };
};

export const rates = (of: Partial<Rates> = {}): Rates => ({
  requestsPerSecond: 0,
  status: {},
  failures: {},
  requestBytesPerSecond: 0,
  responseBytesPerSecond: 0,
  latencyMs: null,
  ...of,
});

export const endpoint = (address: string, of: Partial<LiveEndpoint> = {}): LiveEndpoint => ({
  address,
  available: true,
  open: 1,
  used: 0,
  idle: 1,
  opening: 0,
  waiting: 0,
  leases: 0,
  ...of,
});

export function look(of: Partial<Figures> = {}): Figures {
  return {
    at: "2026-01-31T12:00:00.000Z",
    intervalMs: 1000,
    version: 1,
    ready: true,
    requests: rates(),
    routes: [],
    upstreams: [],
    listeners: [],
    economics: {
      clientConnections: states(),
      parkedBytes: 0,
      bytesPerParkedConnection: null,
      upstreamConnections: { open: 0, used: 0, idle: 0, opening: 0, streams: 0, max: 0 },
      waiting: 0,
      leases: 0,
      reuseRate: null,
      multiplexRatio: null,
      requests: 0,
      servedWithoutOpening: null,
      descriptors: { limit: null, own: 0, upstreams: null, clients: null, taken: 0, free: null },
      responseMemory: { budget: 0, used: 0, clients: 0 },
    },
    ...of,
  };
}

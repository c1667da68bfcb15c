import type { JSX } from "preact";
import {
  COLUMNS,
  curve,
  type EndpointBox,
  type Picture,
  type PoolBox,
  picture,
  type RouteBox,
  type Stream,
  sea,
  WIDTH,
  WIDTHS,
} from "../lib/flow";
import { bytes, rate, ratio, short } from "../lib/format";
import { figures, previous } from "../lib/live";
import { href } from "../lib/router";
import type { Action, Economics, Upstream } from "../lib/types";

const HEADS: [string, number][] = [
  ["Client connections", COLUMNS.clients],
  ["Listeners", COLUMNS.listeners],
  ["Routes", COLUMNS.routes],
  ["Pools", COLUMNS.pools],
  ["Endpoints", COLUMNS.endpoints],
];

/** The picture of what Sluice does: a sea of clients, a gate, and the few connections behind it. */
export function Flow({
  actions,
  upstreams,
}: {
  actions: ReadonlyMap<string, Action>;
  upstreams: Upstream[] | null;
}): JSX.Element | null {
  const look = figures.value;
  if (!look) {
    return null;
  }
  const made = picture(look, previous.value, actions, upstreams);
  const { clientConnections: clients, upstreamConnections: behind } = look.economics;
  const words = `${short(clients.total)} client connections, of these ${short(clients.parked)} parked and ${short(clients.active)} active, over ${short(behind.open)} upstream connections`;
  return (
    <div class="flow body" tabIndex={0} role="region" aria-label={words}>
      <svg viewBox={`0 0 ${WIDTH} ${made.height}`} role="group" aria-label={words}>
        {HEADS.map(([text, x]) => (
          <text key={text} class="head" x={x} y="14">
            {text}
          </text>
        ))}
        <g aria-hidden="true">
          {made.streams.map((stream) => (
            <Water key={stream.key} stream={stream} />
          ))}
        </g>
        <Clients made={made} economics={look.economics} />
        <rect class="gate" x={made.gate.x} y={made.gate.y} width={made.gate.width} height={made.gate.height} rx="4" />
        {made.listeners.map((box) => (
          <a key={box.key} href={href("connections", [], { listener: box.label })}>
            <rect class="box" x={box.x} y={box.y} width={box.width} height={box.height} rx="8" />
            <Cut class="label" x={box.x + 11} y={box.y + 17} text={box.label} most={18} />
            <text class="small" x={box.x + 11} y={box.y + 32}>
              {short(box.total)} open, {rate(box.opened)} new/s
            </text>
          </a>
        ))}
        {made.routes.map((box) => (
          <RouteNode key={box.key} box={box} />
        ))}
        {made.pools.map((box) => (
          <PoolNode key={box.key} box={box} />
        ))}
        {made.endpoints.map((box) => (
          <EndpointNode key={box.key} box={box} />
        ))}
      </svg>
    </div>
  );
}

function Water({ stream }: { stream: Stream }): JSX.Element {
  const path = curve(stream);
  return (
    <>
      <path class={stream.moving ? "stream" : "stream still"} d={path} stroke-width={stream.width} />
      {stream.moving && <path class="run" d={path} />}
    </>
  );
}

function Cut(props: { class: string; x: number; y: number; text: string; most: number }): JSX.Element {
  const { text, most } = props;
  return (
    <text class={props.class} x={props.x} y={props.y}>
      {text.length > most && <title>{text}</title>}
      {text.length > most ? `${text.slice(0, most - 1)}…` : text}
    </text>
  );
}

const DOT = 11;
const ACROSS = 14;

/** A dot for each client connection, or for each ten, hundred... of them. */
function Clients({ made, economics }: { made: Picture; economics: Economics }): JSX.Element {
  const box = made.clients;
  const clients = economics.clientConnections;
  const rows = Math.max(4, Math.floor((box.height - 118) / DOT));
  const busy = clients.active + clients.handshaking + clients.draining;
  const dots = sea(busy, clients.tunnel, clients.parked, rows * ACROSS);
  const all = dots.busy + dots.tunnel + dots.parked;
  return (
    <a href={href("connections")}>
      <rect class="box" x={box.x} y={box.y} width={box.width} height={box.height} rx="10" />
      <text class="big" x={box.x + 12} y={box.y + 30} data-figure="clients">
        {short(clients.total)}
      </text>
      <text class="small" x={box.x + 12} y={box.y + 48}>
        {short(clients.parked)} parked, {short(clients.active)} active
      </text>
      <text class="small" x={box.x + 12} y={box.y + 63}>
        {clients.tunnel > 0 ? `${short(clients.tunnel)} tunnels, ` : ""}
        {bytes(economics.bytesPerParkedConnection)} each parked
      </text>
      {Array.from({ length: all }, (_, i) => {
        const kind = i < dots.busy ? "busy" : i < dots.busy + dots.tunnel ? "tunnel" : "";
        return (
          <circle
            key={i}
            class={`dot ${kind}`}
            cx={box.x + 16 + (i % ACROSS) * DOT}
            cy={box.y + 82 + Math.floor(i / ACROSS) * DOT}
            r="3.400"
          />
        );
      })}
      <text class="small" x={box.x + 12} y={box.y + box.height - 28}>
        {dots.each > 1 ? `a dot is ${short(dots.each)} connections` : "a dot is a connection"}
      </text>
      <text class="label" x={box.x + 12} y={box.y + box.height - 11}>
        {ratio(economics.multiplexRatio)} multiplexed
      </text>
    </a>
  );
}

function RouteNode({ box }: { box: RouteBox }): JSX.Element {
  if (box.name === null) {
    return (
      <a href={href("routes")}>
        <rect class="box faint" x={box.x} y={box.y} width={box.width} height={box.height} rx="8" />
        <text class="small" x={box.x + 11} y={box.y + 24}>
          {box.label}
        </text>
      </a>
    );
  }
  return (
    <a href={box.name === "" ? href("live", ["failures"], { cause: "no-route" }) : href("routes", [box.name])}>
      <rect class={box.failing ? "box bad" : "box"} x={box.x} y={box.y} width={box.width} height={box.height} rx="8" />
      <Cut class="label" x={box.x + 11} y={box.y + 17} text={box.label} most={22} />
      <text class="small" x={box.x + 11} y={box.y + 32}>
        {box.perSecond > 0 ? `${rate(box.perSecond)} requests/s` : "no request now"}
        {box.failing && <tspan class="badtext"> ▲ errors</tspan>}
      </text>
    </a>
  );
}

function PoolNode({ box }: { box: PoolBox }): JSX.Element {
  const inner = box.width - 22;
  const scale = inner / Math.max(box.max, box.used + box.idle + box.opening, 1);
  const parts: [string, number][] = [
    ["part-used", box.used],
    ["part-idle", box.idle],
    ["part-open", box.opening],
  ];
  let x = box.x + 11;
  return (
    <a href={href("upstreams", [box.label])}>
      <rect
        class={box.waiting > 0 ? "box bad" : "box"}
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx="8"
      />
      <Cut class="label" x={box.x + 11} y={box.y + 16} text={box.label} most={box.waiting > 0 ? 12 : 17} />
      <text class="small" x={box.x + box.width - 11} y={box.y + 16} text-anchor="end">
        {box.waiting > 0 && <tspan class="badtext">{short(box.waiting)} wait </tspan>}
        {short(box.used)} of {short(box.max)}
      </text>
      <rect class="part-room" x={x} y={box.y + 25} width={inner} height="7" rx="2" />
      {parts.map(([part, size]) => {
        const width = size * scale;
        const rect = <rect key={part} class={part} x={x} y={box.y + 25} width={width} height="7" rx="1.500" />;
        x += width;
        return size > 0 ? rect : null;
      })}
    </a>
  );
}

function EndpointNode({ box }: { box: EndpointBox }): JSX.Element {
  const { endpoint } = box;
  const upstream = box.key.split(" ")[1] ?? "";
  if (endpoint === null) {
    return (
      <a href={href("upstreams", [upstream])}>
        <rect class="box faint" x={box.x} y={box.y} width={WIDTHS.endpoints} height={box.height} rx="8" />
        <text class="small" x={box.x + 11} y={box.y + 24}>
          {box.label} of {box.text}
        </text>
      </a>
    );
  }
  return (
    <a href={href("upstreams", [upstream])}>
      <rect
        class={box.state === "out" ? "box bad" : "box"}
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx="8"
      />
      <Cut class="label" x={box.x + 11} y={box.y + 17} text={box.label} most={26} />
      <text class={box.state === "out" ? "small badtext" : "small"} x={box.x + 11} y={box.y + 32}>
        {box.state === "out" ? `■ ${box.text}` : `● ${box.text}`}, {short(endpoint.used)} in use
      </text>
    </a>
  );
}

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { ApiError, call, url } from "../lib/api";
import { count, duration, plural, short } from "../lib/format";
import { figures } from "../lib/live";
import { nudge, usePoll } from "../lib/poll";
import { go, href, place } from "../lib/router";
import { mayChange } from "../lib/session";
import type { Connections as Answer, Connection, States } from "../lib/types";
import { CallError, Card, Dialog, Empty, Facts, State, say } from "../ui/bits";
import type { Tone } from "../ui/icons";
import { type Column, type Sort, Table } from "../ui/table";

const STATES: [keyof States, string, Tone][] = [
  ["active", "A request comes in, waits, is passed on or answered.", "ok"],
  ["parked", "Waits for its next request; holds a descriptor and a few bytes.", "off"],
  ["tunnel", "Switched to another protocol, such as WebSocket.", "info"],
  ["handshaking", "Accepted, and not a byte of a request has come.", "info"],
  ["draining", "Its last answer was written, or it is about to be closed.", "warn"],
];

const sort = signal<Sort>({ key: "state time", down: true });
const closing = signal<Connection | null>(null);

function filter(): { listener: string; state: string; address: string } {
  const { query } = place.value;
  return {
    listener: query.get("listener") ?? "",
    state: query.get("state") ?? "",
    address: query.get("address") ?? "",
  };
}

function choose(change: Partial<ReturnType<typeof filter>>): void {
  go(href("connections", [], { ...filter(), ...change }), true);
}

const KEYS: Record<string, (row: Connection) => string | number> = {
  client: (row) => row.client,
  listener: (row) => row.listener,
  state: (row) => row.state,
  "state time": (row) => row.stateMs,
  exchange: (row) => row.exchange?.elapsedMs ?? -1,
};

export function Connections(): JSX.Element {
  const chosen = filter();
  const polled = usePoll<Answer>(url(["connections"], { ...chosen, limit: 500, top: 12 }), 2_500);
  const answer = polled.data.value;
  const listeners = figures.value?.listeners ?? [];
  const key = KEYS[sort.value.key] ?? ((row: Connection) => row.stateMs);
  const rows = [...(answer?.connections ?? [])].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return (x < y ? -1 : x > y ? 1 : 0) * (sort.value.down ? -1 : 1);
  });
  const states = answer?.clientConnections;
  return (
    <>
      <div class="top">
        <h1>Connections</h1>
        <input
          class="input search"
          type="search"
          data-search
          placeholder="Client, or 10.0.0.0/8  ( / )"
          aria-label="Client address or network"
          value={chosen.address}
          onChange={(event) => choose({ address: event.currentTarget.value.trim() })}
        />
        <select
          class="input"
          aria-label="Listener"
          value={chosen.listener}
          onChange={(event) => choose({ listener: event.currentTarget.value })}
        >
          <option value="">All listeners</option>
          {listeners.map((listener) => (
            <option key={listener.name} value={listener.name}>
              {listener.name}
            </option>
          ))}
        </select>
      </div>
      <CallError error={polled.error.value} what="Connections can't be read" />
      <div class="stack">
        <div class="tiles five">
          {STATES.map(([state, words, tone]) => (
            <button
              key={state}
              type="button"
              class="tile pick"
              aria-pressed={chosen.state === state}
              title={words}
              onClick={() => choose({ state: chosen.state === state ? "" : state })}
            >
              <span class="name">
                <State tone={tone}>{state}</State>
              </span>
              <span class="figure" data-figure={`connections.${state}`}>
                {short(states?.[state])}
              </span>
            </button>
          ))}
          <button
            type="button"
            class="tile pick"
            aria-pressed={chosen.state === ""}
            onClick={() => choose({ state: "" })}
          >
            <span class="name muted">all</span>
            <span class="figure">{short(states?.total)}</span>
          </button>
        </div>
        <div class="beside">
          <section class="card" aria-label="Client connections">
            <header>
              <h2>{chosen.state ? `${chosen.state}, the longest first` : "The longest in their state"}</h2>
              <span class="muted">
                {answer ? `${count(rows.length)} of ${plural(answer.matched, "connection")}` : ""}
                {answer && !answer.complete ? "; an event loop did not answer in time" : ""}
              </span>
            </header>
            <div style={{ height: "8px" }} />
            <Table
              label="Client connections, one a row"
              rows={rows}
              columns={columns()}
              id={(row) => row.id}
              sort={sort.value}
              changeSort={(next) => {
                sort.value = next;
              }}
              open={(row) => {
                closing.value = row;
              }}
              empty={
                <Empty title={answer ? "No client connection" : "Loading"}>
                  {answer ? "None matches what is chosen above." : null}
                </Empty>
              }
            />
          </section>
          <Card title="Addresses with the most" flush>
            {answer && answer.addresses.length > 0 ? (
              <table class="plain">
                <thead>
                  <tr>
                    <th scope="col">Address</th>
                    <th scope="col" class="num">
                      Connections
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {answer.addresses.map((row) => (
                    <tr key={row.address}>
                      <td>
                        <button type="button" class="link mono" onClick={() => choose({ address: row.address })}>
                          {row.address}
                        </button>
                      </td>
                      <td class="num">
                        {count(row.connections)}{" "}
                        <span class="meter">
                          <i
                            style={{
                              width: `${(100 * row.connections) / Math.max(answer.addresses[0]?.connections ?? 1, 1)}%`,
                            }}
                          />
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            ) : (
              <Empty title="None" />
            )}
          </Card>
        </div>
      </div>
      {closing.value && <Details connection={closing.value} />}
    </>
  );
}

function columns(): Column<Connection>[] {
  return [
    { key: "client", title: "Client", sortable: true, cell: (row) => <span class="mono">{row.client}</span> },
    { key: "listener", title: "Listener", sortable: true, phoneOff: true, width: "12%", cell: (row) => row.listener },
    {
      key: "state",
      title: "State",
      sortable: true,
      width: "112px",
      cell: (row) => <State tone={STATES.find(([name]) => name === row.state)?.[2] ?? "off"}>{row.state}</State>,
    },
    {
      key: "state time",
      title: "For",
      sortable: true,
      number: true,
      width: "98px",
      cell: (row) => duration(row.stateMs),
    },
    {
      key: "exchange",
      title: "Exchange",
      sortable: true,
      phoneOff: true,
      width: "27%",
      cell: (row) =>
        row.exchange
          ? `${row.exchange.route ?? "no route"} → ${row.exchange.endpoint ?? "no endpoint yet"}, ${duration(row.exchange.elapsedMs)}${row.exchanges > 1 ? ` and ${row.exchanges - 1} more` : ""}`
          : "",
    },
    {
      key: "close",
      title: "Action",
      // a row opens what has the button, too
      phoneOff: true,
      width: "96px",
      number: true,
      cell: (row) => (
        <button
          type="button"
          class="btn small quiet"
          disabled={!mayChange.value}
          title={mayChange.value ? undefined : "Needs the token for changes"}
          onClick={() => {
            closing.value = row;
          }}
          aria-label={`Close the connection of ${row.client}`}
        >
          Close
        </button>
      ),
    },
  ];
}

function Details({ connection }: { connection: Connection }): JSX.Element {
  const done = (): void => {
    closing.value = null;
  };
  const close = async (): Promise<void> => {
    try {
      await call("DELETE", url(["connections", connection.id]));
      say(`The connection of ${connection.client} was closed`);
    } catch (error) {
      say(
        error instanceof ApiError && error.status === 404 ? "It is not there any more" : String(error),
        error instanceof ApiError && error.status === 404 ? "info" : "bad",
      );
    }
    nudge();
    done();
  };
  const { exchange } = connection;
  return (
    <Dialog
      title={`Client connection of ${connection.client}`}
      close={done}
      footer={
        <>
          <button type="button" class="btn" onClick={done}>
            Cancel
          </button>
          <button type="button" class="btn main danger" disabled={!mayChange.value} onClick={() => void close()}>
            Close it at once
          </button>
        </>
      }
    >
      <Facts
        rows={[
          ["State", `${connection.state}, for ${duration(connection.stateMs)}`],
          ["Listener", connection.listener],
          ["Protocol", `${connection.protocol}, event loop ${connection.loop}`],
          exchange && ["Route", exchange.route ?? "none"],
          exchange && ["Upstream", `${exchange.upstream ?? "none"} ${exchange.endpoint ?? ""}`],
          exchange && [
            "Exchange",
            `${duration(exchange.elapsedMs)}, ${plural(exchange.attempts, "attempt")}${exchange.connected ? "" : ", waits for a connection"}`,
          ],
        ]}
      />
      <p class="muted">Closing it is counted as `operator`. What runs on it fails as if the client had gone.</p>
    </Dialog>
  );
}

import type { JSX } from "preact";
import { type Line, tally } from "../lib/diff";
import { ago, count, plural } from "../lib/format";
import type { Landing, Plan, PlanChange } from "../lib/types";
import { Empty, State } from "../ui/bits";
import type { Tone } from "../ui/icons";

type Good = Extract<Plan, { ok: true }>;

const EFFECTS: Record<string, string> = {
  "new-pool": "gets a new pool; an old one drains",
  drains: "its pool drains",
  "socket-stays": "the socket stays; connections get the new settings with their next request",
  bound: "a socket is bound",
  rebound: "a socket is bound elsewhere; connections of the old one drain",
  closed: "the socket is closed; its connections drain",
};

export function tone(change: string): Tone {
  return change === "added" ? "ok" : change === "removed" ? "bad" : "info";
}

/** What a config would change, and for whom. */
export function PlanView({ plan, short }: { plan: Good; short?: boolean }): JSX.Element {
  const { traffic } = plan;
  const lost = traffic.lost.requests > 0;
  return (
    <div class="stack">
      <p>
        <strong>{plan.changed ? plan.summary : "Nothing changes."}</strong>
      </p>
      {traffic.sampled.heads > 0 ? (
        <div class={`banner ${lost ? "bad" : traffic.changed.requests > 0 ? "warn" : "ok"}`}>
          <span>
            <strong>
              {count(traffic.changed.heads)} of {plural(traffic.sampled.heads, "sampled request")} would change route
            </strong>
            {lost ? `, ${count(traffic.lost.heads)} of them would find none any more` : ""}
            {traffic.since ? `; sampled since ${ago(traffic.since, Date.now())}` : ""}
            {traffic.complete ? "" : "; not all were tried in time"}
          </span>
        </div>
      ) : (
        <p class="muted">No request was sampled yet, so it can't be told for whom something changes.</p>
      )}
      {!short && <Moves plan={plan} />}
      <Part title="Routes" changes={plan.routes} open={!short} />
      <Part title="Upstreams" changes={plan.upstreams} open={!short} />
      <Part title="Listeners" changes={plan.listeners} open={!short} />
      <Part title="Settings" changes={plan.settings} open={!short} />
      {plan.restarts.length + plan.warnings.length > 0 && (
        <ul class="changes">
          {[...plan.restarts, ...plan.warnings].map((each) => (
            <li key={each}>
              <State tone="warn">{each}</State>
            </li>
          ))}
        </ul>
      )}
      <p class="muted">
        {plural(plan.keptPools, "pool")} and {plural(plan.keptListeners, "listener")} stay as they are.
      </p>
    </div>
  );
}

function Part({ title, changes, open }: { title: string; changes: PlanChange[]; open: boolean }): JSX.Element | null {
  if (changes.length === 0) {
    return null;
  }
  return (
    <div>
      <h3>{title}</h3>
      <ul class="changes">
        {changes.slice(0, open ? 200 : 8).map((change) => (
          <li key={change.name}>
            <State tone={tone(change.change)}>{change.change}</State>
            <strong>{change.name}</strong>
            <span class="muted">
              {[
                change.note,
                change.effect ? (EFFECTS[change.effect] ?? change.effect) : null,
                change.connections ? plural(change.connections, "connection") : null,
                change.sampled && change.sampled.heads > 0 ? plural(change.sampled.heads, "sampled request") : null,
              ]
                .filter(Boolean)
                .join("; ")}
            </span>
            {open && change.change === "changed" && change.fields.length > 0 && (
              <ul class="fields">
                {change.fields.map((field) => (
                  <li key={field.key}>
                    <code>{field.key}</code> <del>{field.before ?? "not set"}</del> →{" "}
                    <ins>{field.after ?? "not set"}</ins>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
        {!open && changes.length > 8 && <li class="muted">and {changes.length - 8} more</li>}
      </ul>
    </div>
  );
}

function landing(where: Landing): string {
  return where.route ?? (where.refused ? `refused: ${where.refused}` : "no route: 404");
}

function Moves({ plan }: { plan: Good }): JSX.Element | null {
  const { moves, furtherMoves } = plan.traffic;
  return moves.length === 0 ? null : (
    <div>
      <h3>Where sampled requests would go instead</h3>
      <ul class="changes">
        {moves.slice(0, 20).map((move) => (
          <li key={`${landing(move.from)} ${landing(move.to)}`}>
            <strong>{count(move.heads)}</strong> {landing(move.from)} → {landing(move.to)}
            {move.examples[0] && (
              <code class="muted">
                {move.examples[0].method} {move.examples[0].host}
                {move.examples[0].path}
              </code>
            )}
          </li>
        ))}
        {moves.length - 20 + furtherMoves > 0 && (
          <li class="muted">and {moves.length - 20 + furtherMoves} more ways</li>
        )}
      </ul>
    </div>
  );
}

/** A difference of texts, line by line. */
export function Diff({ lines, label }: { lines: Line[]; label: string }): JSX.Element {
  const { added, removed } = tally(lines);
  if (added + removed === 0) {
    return <Empty title="The same text" />;
  }
  return (
    <>
      <p class="muted">
        {plural(added, "line")} added, {count(removed)} removed
      </p>
      <div class="difftext" role="region" tabIndex={0} aria-label={label}>
        {lines.map((line, i) => (
          <div key={`${i} ${line.kind}`} class={line.kind}>
            <span>{line.before ?? ""}</span>
            <span>{line.after ?? ""}</span>
            <b>{line.kind === "added" ? "+" : line.kind === "removed" ? "−" : ""}</b>
            <code>{line.kind === "gap" ? `… ${line.text}` : line.text}</code>
          </div>
        ))}
      </div>
    </>
  );
}

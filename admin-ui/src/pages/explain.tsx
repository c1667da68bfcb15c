import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError, call, get } from "../lib/api";
import { percent, plural } from "../lib/format";
import { href, place } from "../lib/router";
import type { ConfigText, Explanation, Problem } from "../lib/types";
import { CallError, Card, Choice, Facts, State } from "../ui/bits";
import { Shape } from "../ui/icons";

const method = signal("GET");
const address = signal("http://localhost/");
const headers = signal("");
const client = signal("");
const against = signal<"running" | "edited">("running");
export const edited = signal<string | null>(null);
const answer = signal<Explanation | null>(null);
const error = signal<ApiError | null>(null);
const busy = signal(false);

/** `name: value` a line. Several of a name make a list. */
export function readHeaders(text: string): Record<string, string[]> {
  const read: Record<string, string[]> = {};
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      const name = line.slice(0, colon).trim();
      read[name] = [...(read[name] ?? []), line.slice(colon + 1).trim()];
    }
  }
  return read;
}

async function ask(): Promise<void> {
  busy.value = true;
  error.value = null;
  try {
    const question = {
      method: method.value,
      url: address.value,
      headers: readHeaders(headers.value),
      ...(client.value.trim() ? { client: client.value.trim() } : {}),
      ...(against.value === "edited" && edited.value !== null ? { config: edited.value } : {}),
    };
    const { body } = await call<Explanation | { ok: false; problems: Problem[] }>("POST", "/api/v1/explain", {
      json: question,
    });
    if ("ok" in body) {
      throw new ApiError(200, "the edited config is wrong", null, body.problems);
    }
    answer.value = body;
  } catch (failure) {
    answer.value = null;
    error.value = failure instanceof ApiError ? failure : new ApiError(0, String(failure), null);
  }
  busy.value = false;
}

/** Type a request, see which route it takes and why the others don't. */
export function Explain(): JSX.Element {
  const given = place.value.query.get("url");
  useEffect(() => {
    if (given !== null) {
      address.value = given;
      void ask();
    }
  }, [given]);
  const chooseEdited = async (): Promise<void> => {
    edited.value ??= (await get<ConfigText>("/api/v1/config")).text;
  };
  return (
    <>
      <div class="top">
        <h1>
          <a href={href("routes")}>Routes</a> <span class="muted">/</span> Explain
        </h1>
      </div>
      <div class="stack">
        <Card title="A request">
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void ask();
            }}
          >
            <div class="row">
              <label class="field">
                Method
                <input
                  class="input"
                  list="methods"
                  size={9}
                  value={method.value}
                  onInput={(event) => {
                    method.value = event.currentTarget.value;
                  }}
                />
              </label>
              <datalist id="methods">
                {["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
              <label class="field grow">
                URL
                <input
                  class="input mono"
                  data-search
                  required
                  value={address.value}
                  onInput={(event) => {
                    address.value = event.currentTarget.value;
                  }}
                />
              </label>
              <label class="field">
                Client address
                <input
                  class="input mono"
                  placeholder="127.0.0.1"
                  size={16}
                  value={client.value}
                  onInput={(event) => {
                    client.value = event.currentTarget.value;
                  }}
                />
              </label>
            </div>
            <label class="field">
              Headers, one a line
              <textarea
                class="input"
                rows={2}
                placeholder="x-beta: 1"
                value={headers.value}
                onInput={(event) => {
                  headers.value = event.currentTarget.value;
                }}
              />
            </label>
            <div class="row">
              <Choice
                label="Against"
                value={against.value}
                options={[
                  ["running", "Running config"],
                  ["edited", "Edited config"],
                ]}
                change={(value) => {
                  against.value = value;
                  if (value === "edited") {
                    void chooseEdited();
                  }
                }}
              />
              <span class="grow" />
              <button type="submit" class="btn main" disabled={busy.value}>
                Explain
              </button>
            </div>
            {against.value === "edited" && (
              <label class="field">
                Config to try; nothing of it is put in force
                <textarea
                  class="input"
                  rows={10}
                  spellcheck={false}
                  value={edited.value ?? ""}
                  onInput={(event) => {
                    edited.value = event.currentTarget.value;
                  }}
                />
              </label>
            )}
          </form>
        </Card>
        <CallError error={error.value} what="This can't be explained" />
        {error.value?.problems?.map((problem) => (
          <p key={`${problem.line}:${problem.column}:${problem.message}`} class="state bad">
            <Shape tone="bad" /> line {problem.line}: {problem.message}
          </p>
        ))}
        {answer.value && <Decision it={answer.value} />}
      </div>
    </>
  );
}

function Decision({ it }: { it: Explanation }): JSX.Element {
  const others = Object.entries(it.others ?? {});
  const captures = Object.entries(it.found?.captures ?? {});
  return (
    <section class="card" aria-label="Decision" aria-live="polite">
      <header>
        <h2>
          {it.refused ? (
            <State tone="bad">
              Refused with {it.refused.status}: {it.refused.cause}
            </State>
          ) : it.route === null ? (
            <State tone="bad">No route: 404</State>
          ) : (
            <State tone="ok">
              Takes the route <a href={href("routes", [it.route])}>{it.route}</a>
            </State>
          )}
        </h2>
      </header>
      <div class="body stack">
        {it.refused && <p>{it.refused.text}</p>}
        {it.request && (
          <Facts
            rows={[
              [
                "Request",
                <code key="r">{`${it.request.method} ${it.request.host ?? ""}${it.request.path}${it.request.query === null ? "" : `?${it.request.query}`}`}</code>,
              ],
              it.found && ["Host matched", it.found.host ?? "any"],
              it.found && ["Path matched", <code key="p">{it.found.path ?? "any"}</code>],
              captures.length > 0 && [
                "Variables",
                <code key="c">{captures.map(([name, value]) => `${name} = ${value}`).join(", ")}</code>,
              ],
              it.found && ["Outcome", <strong key="o">{it.found.outcome}</strong>],
              it.found?.forwardedPath != null && ["Path sent", <code key="f">{it.found.forwardedPath}</code>],
              !!it.found?.requestHeaders.length && [
                "Request headers",
                <code key="q">{it.found.requestHeaders.join("; ")}</code>,
              ],
              !!it.found?.responseHeaders.length && [
                "Response headers",
                <code key="s">{it.found.responseHeaders.join("; ")}</code>,
              ],
            ]}
          />
        )}
        {it.found?.upstreams?.map((pick) => (
          <div key={pick.name}>
            <h3>
              Upstream <a href={href("upstreams", [pick.name])}>{pick.name}</a>
            </h3>
            <p>
              {pick.endpoint ? (
                <>
                  <code>{pick.endpoint}</code>: {pick.why}
                </>
              ) : (
                pick.why
              )}
            </p>
            <ul class="changes">
              {pick.endpoints.slice(0, 20).map((endpoint) => (
                <li key={endpoint.address}>
                  <State tone={endpoint.weight > 0 ? "ok" : "off"}>{endpoint.state}</State>
                  <code>{endpoint.address}</code>
                  <span class="muted">
                    {percent(endpoint.chance)} chance, {plural(endpoint.inFlight, "exchange")} under way
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ))}
        {!!it.missed?.length && (
          <div>
            <h3>Looked at before, and why not</h3>
            <div class="scroll" tabIndex={0} role="region" aria-label="Routes that were missed">
              <table class="plain">
                <thead>
                  <tr>
                    <th scope="col">Route</th>
                    <th scope="col">What</th>
                    <th scope="col">Expected</th>
                    <th scope="col">Got</th>
                  </tr>
                </thead>
                <tbody>
                  {it.missed.map((miss) => (
                    <tr key={`${miss.route} ${miss.subject}`}>
                      <td>
                        <a href={href("routes", [miss.route])}>{miss.route}</a>
                      </td>
                      <td>{miss.subject}</td>
                      <td>
                        <code>{miss.expected ?? ""}</code>
                      </td>
                      <td>
                        <code>{miss.got ?? "nothing"}</code>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        )}
        {others.length > 0 && (
          <p class="muted">
            Further routes that don't match: {others.map(([why, number]) => `${number} by ${why}`).join(", ")}.
          </p>
        )}
        {it.text && (
          <details>
            <summary>
              As <code>sluice explain</code> prints it
            </summary>
            <pre>{it.text}</pre>
          </details>
        )}
      </div>
    </section>
  );
}

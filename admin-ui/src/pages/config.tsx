import { batch, computed, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Editor } from "../editor/editor";
import { ApiError, call } from "../lib/api";
import { diff } from "../lib/diff";
import { dateTime, duration, plural } from "../lib/format";
import { nudge, usePoll } from "../lib/poll";
import { mayChange } from "../lib/session";
import type { ConfigText, Plan, Problem, ReloadResult } from "../lib/types";
import { CallError, Choice, Dialog, Empty, State, say } from "../ui/bits";
import { Shape } from "../ui/icons";
import { Audit, History } from "./confighistory";
import { Diff, PlanView } from "./plan";

type Tab = "problems" | "changes" | "plan" | "history" | "audit";

/** What is edited stays while other pages are looked at. */
const base = signal<{ text: string; etag: string; version: number; file: string | null } | null>(null);
const text = signal("");
const problems = signal<Problem[] | null>(null);
const checking = signal(false);
const plan = signal<{ plan: Plan; of: string } | null>(null);
const planning = signal(false);
const applying = signal(false);
const tab = signal<Tab>("problems");
const callError = signal<ApiError | null>(null);
/** Counts up when the text is another one without having been typed: only then does the editor take it. */
const given = signal(0);
const dirty = computed(() => base.value !== null && text.value !== base.value.text);

function failed(error: unknown): void {
  callError.value = error instanceof ApiError ? error : new ApiError(0, String(error), null);
}

async function load(): Promise<void> {
  try {
    const answer = await call<ConfigText>("GET", "/api/v1/config");
    batch(() => {
      base.value = {
        text: answer.body.text,
        etag: answer.etag ?? "",
        version: answer.body.version,
        file: answer.body.file,
      };
      text.value = answer.body.text;
      given.value = given.peek() + 1;
      problems.value = null;
      plan.value = null;
      callError.value = null;
    });
  } catch (error) {
    failed(error);
  }
}

/** Who may only read may not have any config checked, but planned. */
async function check(yaml: string, signal: AbortSignal): Promise<void> {
  checking.value = true;
  try {
    const path = mayChange.peek() ? "/api/v1/config/check" : "/api/v1/config/plan";
    const answer = await call<{ ok: boolean; problems?: Problem[] }>("POST", path, { yaml, signal });
    if (!signal.aborted) {
      problems.value = answer.body.problems ?? [];
    }
  } catch (error) {
    if (!signal.aborted && error instanceof ApiError && error.status !== 403) {
      failed(error);
    }
  }
  checking.value = false;
}

async function look(): Promise<Plan | null> {
  planning.value = true;
  tab.value = "plan";
  const yaml = text.peek();
  try {
    const answer = await call<Plan>("POST", "/api/v1/config/plan", { yaml });
    plan.value = { plan: answer.body, of: yaml };
    if (!answer.body.ok) {
      problems.value = answer.body.problems;
      tab.value = "problems";
    }
    callError.value = null;
  } catch (error) {
    failed(error);
  }
  planning.value = false;
  return plan.peek()?.plan ?? null;
}

export function Config(): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const running = usePoll<ConfigText>("/api/v1/config", 2_000).data.value;
  const ready = base.value !== null;
  const locked = !mayChange.value;
  useEffect(() => {
    if (base.peek() === null) {
      void load();
    }
  }, []);
  useEffect(() => {
    const element = host.current;
    if (!ready || !element) {
      return undefined;
    }
    let gone = false;
    void import("../editor/editor").then(({ edit }) => {
      if (!gone) {
        editor.current = edit(element, text.peek(), false, (next) => {
          text.value = next;
        });
        editor.current.problems(problems.peek() ?? []);
      }
    });
    return () => {
      gone = true;
      editor.current?.close();
      editor.current = null;
    };
  }, [ready]);
  const taken = given.value;
  useEffect(() => editor.current?.replace(text.peek()), [taken]);
  const now = text.value;
  useEffect(() => {
    if (!ready) {
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => void check(now, abort.signal), 350);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [now, ready]);
  const found = problems.value;
  useEffect(() => editor.current?.problems(found ?? []), [found]);
  const other =
    running !== null &&
    base.value !== null &&
    running.version !== base.value.version &&
    running.text !== base.value.text;
  const lines = useMemo(() => (base.value ? diff(base.value.text, now) : []), [now, base.value]);
  return (
    <>
      <div class="top">
        <h1>Config</h1>
        <span class="muted mono cut">{base.value?.file ?? ""}</span>
        <button
          type="button"
          class="btn"
          disabled={!dirty.value}
          onClick={() => {
            text.value = base.peek()?.text ?? "";
            given.value = given.peek() + 1;
          }}
        >
          Discard
        </button>
        <button type="button" class="btn" disabled={!dirty.value || planning.value} onClick={() => void look()}>
          Plan
        </button>
        <button
          type="button"
          class="btn main"
          disabled={!dirty.value || locked || (found?.length ?? 1) > 0}
          title={locked ? "Needs the token for changes" : undefined}
          onClick={() => {
            applying.value = true;
            void look();
          }}
        >
          Apply…
        </button>
      </div>
      {running?.pending && <Waiting running={running} />}
      {other && (
        <div class="banner warn" role="alert">
          <Shape tone="warn" />
          <span class="grow">
            <strong>Version {running.version} is in force now.</strong> What you edit was made from version{" "}
            {base.value?.version}.
          </span>
          <button type="button" class="btn small" onClick={() => void load()}>
            {dirty.value ? "Load it, drop my edit" : "Load it"}
          </button>
        </div>
      )}
      <CallError error={callError.value} what="This did not work" />
      <div class="split">
        <section class="card" aria-label="Editor">
          <header>
            <h2>
              Version {base.value?.version ?? "–"}
              {dirty.value && <span class="muted"> and your edit</span>}
            </h2>
            <Verdict found={found} />
          </header>
          <div style={{ height: "10px" }} />
          <div class="editor" ref={host} data-editor />
        </section>
        <section class="card" aria-label="What it means">
          <header>
            <Choice<Tab>
              label="Shows"
              value={tab.value}
              options={[
                ["problems", `Problems${found?.length ? ` ${found.length}` : ""}`],
                ["changes", "Changes"],
                ["plan", "Plan"],
                ["history", "History"],
                ["audit", "Audit"],
              ]}
              change={(value) => {
                tab.value = value;
              }}
            />
          </header>
          <div class="body panel">
            {tab.value === "problems" && (
              <Problems
                found={found}
                go={(problem) => editor.current?.go(problem.line, problem.column)}
                running={running}
              />
            )}
            {tab.value === "changes" &&
              (dirty.value ? (
                <Diff lines={lines} label="Your edit against the version that it was made from" />
              ) : (
                <Empty title="Nothing is changed">What you edit is shown here line by line.</Empty>
              ))}
            {tab.value === "plan" && <Planned />}
            {tab.value === "history" && <History current={running} />}
            {tab.value === "audit" && <Audit />}
          </div>
        </section>
      </div>
      {applying.value && <Apply />}
    </>
  );
}

function Verdict({ found }: { found: Problem[] | null }): JSX.Element {
  if (found === null || checking.value) {
    return <State tone="off">checking</State>;
  }
  return found.length === 0 ? (
    <State tone="ok">no problem</State>
  ) : (
    <State tone="bad">{plural(found.length, "problem")}</State>
  );
}

function Problems({
  found,
  go,
  running,
}: {
  found: Problem[] | null;
  go: (problem: Problem) => void;
  running: ConfigText | null;
}): JSX.Element {
  const kept = (running?.included ?? []).filter((file) => file.state !== "current");
  return (
    <>
      {found?.length === 0 && (
        <Empty title="No problem">
          Checked as you type, by the reader that a reload uses. Nothing is in force before you apply it.
        </Empty>
      )}
      <ul class="problems">
        {(found ?? []).map((problem) => (
          <li key={`${problem.file}:${problem.line}:${problem.column}:${problem.message}`}>
            <button type="button" onClick={() => go(problem)}>
              <Shape tone="bad" />
              <span>
                <span class="muted mono">{problem.line > 0 ? `${problem.line}:${problem.column}` : problem.file}</span>{" "}
                {problem.message} {problem.hint && <em>{problem.hint}</em>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {kept.map((file) => (
        <p key={file.file} class="muted">
          <Shape tone="warn" /> {file.file} is {file.state === "kept" ? "kept as it last was good" : "left out"}:{" "}
          {file.problems[0]?.message}
        </p>
      ))}
    </>
  );
}

function Planned(): JSX.Element {
  if (planning.value) {
    return <p class="muted">Looking…</p>;
  }
  const made = plan.value;
  if (!made?.plan.ok) {
    return (
      <Empty title="No plan yet">
        <button type="button" class="btn" disabled={!dirty.value} onClick={() => void look()}>
          Plan
        </button>
      </Empty>
    );
  }
  return (
    <>
      {made.of !== text.value && (
        <div class="banner warn">
          <Shape tone="warn" />
          <span class="grow">The text has changed since.</span>
          <button type="button" class="btn small" onClick={() => void look()}>
            Plan again
          </button>
        </div>
      )}
      <PlanView plan={made.plan} />
    </>
  );
}

const keep = signal("60s");

function Apply(): JSX.Element {
  const busy = useSignal(false);
  const made = plan.value?.of === text.value ? plan.value.plan : null;
  const close = (): void => {
    applying.value = false;
  };
  const apply = async (): Promise<void> => {
    busy.value = true;
    try {
      const query = keep.value === "" ? "" : `?confirm=${keep.value}`;
      const answer = await call<ReloadResult>("PUT", `/api/v1/config${query}`, {
        yaml: text.peek(),
        headers: { "if-match": base.peek()?.etag ?? "" },
      });
      say(
        `Version ${answer.body.version} is in force${keep.value === "" ? "" : `, for ${keep.value} unless you confirm it`}`,
      );
      for (const warning of answer.body.warnings ?? []) {
        say(warning, "warn");
      }
      await load();
      nudge();
      callError.value = null;
    } catch (error) {
      if (error instanceof ApiError && error.problems) {
        problems.value = error.problems;
        tab.value = "problems";
      }
      failed(
        error instanceof ApiError && error.status === 412
          ? new ApiError(412, `Somebody was faster: ${error.error}`, error.expected)
          : error,
      );
    }
    busy.value = false;
    close();
  };
  return (
    <Dialog
      title="Apply this config"
      close={close}
      footer={
        <>
          <button type="button" class="btn" onClick={close}>
            Cancel
          </button>
          <button
            type="button"
            class="btn main"
            disabled={busy.value || !mayChange.value || made?.ok === false}
            onClick={() => void apply()}
          >
            Apply
          </button>
        </>
      }
    >
      {planning.value ? (
        <p class="muted">Looking at what it changes…</p>
      ) : made?.ok ? (
        <PlanView plan={made} short />
      ) : (
        <p>What it changes is not known.</p>
      )}
      <label class="field">
        Goes back by itself unless confirmed
        <select
          class="input"
          value={keep.value}
          onChange={(event) => {
            keep.value = event.currentTarget.value;
          }}
        >
          <option value="60s">after 60 seconds</option>
          <option value="5m">after 5 minutes</option>
          <option value="30m">after 30 minutes</option>
          <option value="">never: it stays</option>
        </select>
      </label>
      <p class="muted">
        It is put in force at once{keep.value === "" ? "" : ", and when it is confirmed"} written to{" "}
        {base.value?.file ?? "the config file"}.
      </p>
    </Dialog>
  );
}

/** The countdown of a version that waits for its confirmation. */
function Waiting({ running }: { running: ConfigText }): JSX.Element | null {
  const left = useLeft(running.pending?.until ?? null);
  const { pending } = running;
  if (!pending) {
    return null;
  }
  const send = async (path: string, json: unknown, done: string): Promise<void> => {
    try {
      // what is confirmed or taken back is this version, and none that came after it
      const { body, etag } = await call<ConfigText>("GET", "/api/v1/config");
      if (body.pending?.version !== pending.version) {
        throw new ApiError(412, `version ${pending.version} does not wait any more`, null);
      }
      await call("POST", path, { json, headers: { "if-match": etag ?? "" } });
      say(done);
      if (!dirty.peek()) {
        await load();
      }
    } catch (error) {
      failed(error);
    }
    nudge();
  };
  return (
    <div class="banner info" role="alert">
      <span class="count">{Math.ceil(left / 1000)}</span>
      <span class="grow">
        <strong>
          Version {pending.version} is in force for {duration(Math.max(left, 0))} more.
        </strong>{" "}
        Unless it is confirmed by {dateTime(pending.until)}, version {pending.previous} comes back.
      </span>
      <button
        type="button"
        class="btn small"
        disabled={!mayChange.value}
        onClick={() =>
          void send(
            "/api/v1/config/rollback",
            { version: pending.previous },
            `Back to what version ${pending.previous} was`,
          )
        }
      >
        Go back now
      </button>
      <button
        type="button"
        class="btn small main"
        disabled={!mayChange.value}
        onClick={() =>
          void send("/api/v1/config/confirm", { version: pending.version }, `Version ${pending.version} stays`)
        }
      >
        Keep it
      </button>
    </div>
  );
}

const tick = signal(Date.now());

function useLeft(until: string | null): number {
  useEffect(() => {
    if (until === null) {
      return undefined;
    }
    tick.value = Date.now();
    const timer = setInterval(() => {
      tick.value = Date.now();
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? 0 : Math.max(Date.parse(until) - tick.value, 0);
}

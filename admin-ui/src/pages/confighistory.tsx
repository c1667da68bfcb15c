import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { ApiError, call, get } from "../lib/api";
import { diff } from "../lib/diff";
import { dateTime } from "../lib/format";
import { nudge, usePoll } from "../lib/poll";
import { mayChange } from "../lib/session";
import type { History as Answer, AuditEntry, ConfigText, VersionFacts, VersionWhole } from "../lib/types";
import { CallError, Choice, Dialog, Empty, State, say } from "../ui/bits";
import { Diff } from "./plan";

const shown = signal<VersionWhole | null>(null);
const before = signal<string | null>(null);

const KINDS: Record<string, string> = {
  start: "at the start",
  file: "the file was saved",
  reload: "by a reload over the API",
  api: "over the API",
  rollback: "by a rollback",
  returned: "came back: the one after was not confirmed",
  program: "by the program",
};

function author(version: VersionFacts): string {
  const who = version.caller ? ` by ${version.caller}${version.address ? ` from ${version.address}` : ""}` : "";
  return `${KINDS[version.kind] ?? version.kind}${who}`;
}

async function open(version: number): Promise<void> {
  try {
    const whole = await get<VersionWhole>(`/api/v1/config/history/${version}`);
    before.value =
      whole.previous === null ? null : (await get<VersionWhole>(`/api/v1/config/history/${whole.previous}`)).text;
    shown.value = whole;
  } catch (error) {
    say(error instanceof ApiError ? error.message : String(error), "bad");
  }
}

/** The versions that were in force, the latest first; each can be looked at and put in force again. */
export function History({ current }: { current: ConfigText | null }): JSX.Element {
  const polled = usePoll<Answer>("/api/v1/config/history", 4_000, current?.version ?? 0);
  const versions = polled.data.value?.versions ?? [];
  return (
    <>
      <CallError error={polled.error.value} what="The history can't be read" />
      {polled.data.value && versions.length === 0 && <Empty title="No history yet" />}
      <ol class="versions">
        {versions.map((version) => (
          <li key={version.version}>
            <button type="button" class="link" onClick={() => void open(version.version)}>
              Version {version.version}
            </button>
            {version.version === current?.version && <span class="chip ok">in force</span>}
            {version.confirmed === false && <span class="chip warn">not confirmed</span>}
            <span class="muted">{dateTime(version.at)}</span>
            <span class="wide">{version.summary}</span>
            <span class="wide muted">{author(version)}</span>
          </li>
        ))}
      </ol>
      {shown.value && <One version={shown.value} current={current} />}
    </>
  );
}

function One({ version, current }: { version: VersionWhole; current: ConfigText | null }): JSX.Element {
  const against = useSignal<"running" | "before">(version.version === current?.version ? "before" : "running");
  const close = (): void => {
    shown.value = null;
  };
  const lines = useMemo(
    () =>
      against.value === "running" ? diff(current?.text ?? "", version.text) : diff(before.value ?? "", version.text),
    [version, current, before.value, against.value],
  );
  const rollback = async (): Promise<void> => {
    try {
      await call("POST", "/api/v1/config/rollback?confirm=60s", {
        json: { version: version.version },
        headers: { "if-match": "*" },
      });
      say(`What version ${version.version} was is in force, for 60 s unless you confirm it`);
      nudge();
      close();
    } catch (error) {
      say(error instanceof ApiError ? error.message : String(error), "bad");
    }
  };
  const inForce = version.text === current?.text;
  return (
    <Dialog
      title={`Version ${version.version}`}
      drawer
      close={close}
      footer={
        <button
          type="button"
          class="btn main"
          disabled={!mayChange.value || inForce}
          title={inForce ? "It is in force" : undefined}
          onClick={() => void rollback()}
        >
          Roll back to it
        </button>
      }
    >
      <p>
        {version.summary}{" "}
        <span class="muted">
          {dateTime(version.at)}, {author(version)}
        </span>
      </p>
      <Choice
        label="Compared with"
        value={against.value}
        options={[
          ["running", "The one in force"],
          ["before", "The one before it"],
        ]}
        change={(value) => {
          against.value = value;
        }}
      />
      <h3>
        {against.value === "running"
          ? "Against the one in force"
          : version.previous === null
            ? "All of it"
            : `What it changed of version ${version.previous}`}
      </h3>
      <Diff lines={lines} label={`Version ${version.version}`} />
    </Dialog>
  );
}

/** What was changed over the API, or was to be. */
export function Audit(): JSX.Element {
  const polled = usePoll<{ changes: AuditEntry[] }>("/api/v1/audit?limit=100", 4_000);
  const changes = polled.data.value?.changes ?? [];
  return (
    <>
      <CallError error={polled.error.value} what="The audit log can't be read" />
      {polled.data.value && changes.length === 0 && (
        <Empty title="Nothing was changed over the API">since the gateway started</Empty>
      )}
      <ol class="versions">
        {changes.map((change) => (
          <li key={`${change.at} ${change.path} ${change.status}`}>
            <State tone={change.status < 400 ? "ok" : "bad"}>{change.status}</State>
            <strong>
              {change.method} {change.path.replace("/api/v1/", "")}
            </strong>
            <span class="wide muted">
              {dateTime(change.at)}, {change.caller} from {change.client}
            </span>
            {change.result && <span class="wide">{change.result}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

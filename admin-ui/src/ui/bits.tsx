import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ApiError } from "../lib/api";
import { Icon, Shape, type Tone } from "./icons";

export function State({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <span class={`state ${tone}`}>
      <Shape tone={tone} />
      {children}
    </span>
  );
}

export function Card(props: {
  title: ComponentChildren;
  tools?: ComponentChildren;
  children: ComponentChildren;
  flush?: boolean;
  label?: string;
}): JSX.Element {
  return (
    <section class="card" aria-label={props.label ?? (typeof props.title === "string" ? props.title : undefined)}>
      <header>
        <h2>{props.title}</h2>
        {props.tools}
      </header>
      {props.flush ? props.children : <div class="body">{props.children}</div>}
    </section>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <span>{children}</span>}
    </div>
  );
}

/** What went wrong with a call; nothing if nothing did. */
export function CallError({ error, what }: { error: ApiError | null; what: string }): JSX.Element | null {
  return error === null || error.status === 401 ? null : (
    <div class="banner bad" role="alert">
      <Shape tone="bad" />
      <span>
        <strong>{what}:</strong> {error.message}
      </span>
    </div>
  );
}

export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  change: (value: T) => void;
}): JSX.Element {
  return (
    <fieldset class="seg seg-set" aria-label={props.label}>
      {props.options.map(([value, text]) => (
        <button type="button" key={value} aria-pressed={props.value === value} onClick={() => props.change(value)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}

/** A dialog over the page; Escape and a click beside it close it. */
export function Dialog(props: {
  title: ComponentChildren;
  close: () => void;
  drawer?: boolean;
  children: ComponentChildren;
  footer?: ComponentChildren;
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  // before it is drawn, so that the first key is its own
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
    }
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser closes it by Escape
    <dialog
      ref={ref}
      class={props.drawer ? "drawer" : ""}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onClick={(event) => event.target === ref.current && props.close()}
    >
      <header>
        <h2 id="dialog-title">{props.title}</h2>
        <button type="button" class="btn quiet" onClick={props.close} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <div class="body">{props.children}</div>
      {props.footer && <footer>{props.footer}</footer>}
    </dialog>
  );
}

interface Toast {
  id: number;
  text: string;
  tone: Tone;
}

const toasts = signal<Toast[]>([]);
let lastToast = 0;

/** Says shortly what came of an action. */
export function say(text: string, tone: Tone = "ok"): void {
  const id = ++lastToast;
  toasts.value = [...toasts.peek().slice(-3), { id, text, tone }];
  setTimeout(() => {
    toasts.value = toasts.peek().filter((toast) => toast.id !== id);
  }, 6000);
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id}>
          <Shape tone={toast.tone} />
          {toast.text}
        </div>
      ))}
    </div>
  );
}

export function Facts({
  rows,
}: {
  rows: (readonly [string, ComponentChildren] | false | null | undefined)[];
}): JSX.Element {
  return (
    <dl class="facts">
      {rows.map((row) =>
        row ? (
          <>
            <dt>{row[0]}</dt>
            <dd>{row[1]}</dd>
          </>
        ) : null,
      )}
    </dl>
  );
}

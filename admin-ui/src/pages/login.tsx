import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../lib/api";
import { login } from "../lib/session";
import { Mark, Shape } from "../ui/icons";

/** Asks for the token of the config in force. It is sent once and not kept in the page. */
export function Login(): JSX.Element {
  const token = useSignal("");
  const error = useSignal<string | null>(null);
  const busy = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    error.value = null;
    try {
      await login(token.value);
      token.value = "";
    } catch (failure) {
      error.value = !(failure instanceof ApiError)
        ? String(failure)
        : failure.status === 429
          ? `Too many wrong tokens. Another try in ${failure.retryAfter ?? 1} s.`
          : failure.status === 401
            ? "This token is not one of the config in force."
            : failure.message;
    }
    busy.value = false;
  };
  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <h1 class="row">
          <Mark /> Sluice
        </h1>
        <p class="muted">
          This gateway asks for a token: <code>admin.token</code> of its config, or <code>admin.readToken</code> to look
          only.
        </p>
        <label class="field">
          Token
          <input
            ref={input}
            class="input"
            type="password"
            autocomplete="current-password"
            required
            value={token.value}
            onInput={(event) => {
              token.value = event.currentTarget.value;
            }}
          />
        </label>
        {error.value && (
          <p class="state bad" role="alert">
            <Shape tone="bad" /> {error.value}
          </p>
        )}
        <button type="submit" class="btn main" disabled={busy.value || token.value === ""}>
          Sign in
        </button>
      </form>
    </main>
  );
}

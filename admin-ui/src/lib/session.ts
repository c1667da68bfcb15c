import { computed, effect, signal } from "@preact/signals";
import { ApiError, call, needsLogin } from "./api";
import { link, listen, silence } from "./live";

/** Who asks, as the gateway sees it: `GET /api/v1/me`. */
export interface Me {
  /** `token`, `readToken`, or `local` where no token is asked for. */
  caller: string;
  access: "full" | "read";
}

export const me = signal<Me | null>(null);
/** Whether changes may be made. Until the gateway has said so, they may not. */
export const mayChange = computed(() => me.value?.access === "full");

/** Listens to the live figures, and asks who this is, again whenever the gateway is back: it may be another process. */
export function begin(): void {
  listen();
  effect(() => {
    if (link.value.state === "live" && !needsLogin.value) {
      void ask();
    }
  });
}

async function ask(): Promise<void> {
  try {
    me.value = (await call<Me>("GET", "/api/v1/me")).body;
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    // a lost connection is told by the live figures, and a token that is needed by the login
  }
}

/** Gives the token once; the gateway answers with a cookie that scripts can't read. Throws an {@link ApiError}. */
export async function login(token: string): Promise<void> {
  await call("POST", "/api/v1/login", { json: { token } });
  needsLogin.value = false;
  listen();
}

export async function logout(): Promise<void> {
  silence();
  await call("POST", "/api/v1/logout", { json: {} });
  me.value = null;
  needsLogin.value = true;
}

import { computed, signal } from "@preact/signals";
import { ApiError, call, needsLogin } from "./api";
import { listen, silence } from "./live";

/** Who asks, as the gateway sees it: `GET /api/v1/me`. */
export interface Me {
  /** `token`, `readToken`, or `local` where no token is asked for. */
  caller: string;
  access: "full" | "read";
}

export const me = signal<Me | null>(null);
/** Whether changes may be made. Until the gateway has said so, they may not. */
export const mayChange = computed(() => me.value?.access === "full");

/** Asks who this is; then the live figures begin, or the login is shown. */
export async function begin(): Promise<void> {
  try {
    me.value = (await call<Me>("GET", "/api/v1/me")).body;
    needsLogin.value = false;
    listen();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      return;
    }
    // not reachable: the live figures keep trying and tell so
    listen();
  }
}

/** Gives the token once; the gateway answers with a cookie that scripts can't read. Throws an {@link ApiError}. */
export async function login(token: string): Promise<void> {
  await call("POST", "/api/v1/login", { json: { token } });
  await begin();
}

export async function logout(): Promise<void> {
  silence();
  await call("POST", "/api/v1/logout", { json: {} });
  me.value = null;
  needsLogin.value = true;
}

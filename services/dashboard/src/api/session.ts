// SPDX-License-Identifier: Apache-2.0
// Who is signed in in this tab. The access token lives in memory only. The refresh token is kept in sessionStorage so
// that reloading a page is no sign-out: it ends with the tab, is good once, and using a stolen copy ends the session
// on the server; it never goes to localStorage, where it would outlive the browser.
import type { components } from "./contract";
import { toApiError, unreachable } from "./problem";

type Tokens = components["schemas"]["gateway.Tokens"];
type Credentials = components["schemas"]["gateway.LoginRequest"];

const KEY = "lm.refresh";
const EARLY_MS = 20_000; // renewed this long before it runs out

let access: { token: string; goodUntil: number } | null = null;
let renewing: Promise<string> | null = null;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function keep(tokens: Tokens): string {
  access = { token: tokens.access_token, goodUntil: Date.now() + tokens.expires_in * 1000 - EARLY_MS };
  sessionStorage.setItem(KEY, tokens.refresh_token);
  return tokens.access_token;
}

function forget(): void {
  access = null;
  sessionStorage.removeItem(KEY);
  tell();
}

async function post(path: string, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw unreachable();
  }
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw toApiError(response.status, answer);
  return answer;
}

async function renew(): Promise<string> {
  const refresh = sessionStorage.getItem(KEY);
  try {
    if (!refresh) throw toApiError(401, undefined);
    return keep((await post("/auth/refresh", { refresh_token: refresh })) as Tokens);
  } catch (error) {
    // Refused: the session is over, here and on the server. No answer, or a server in trouble: keep it and try later.
    const status = error instanceof Error && "status" in error ? Number(error.status) : 0;
    if (status >= 400 && status < 500 && status !== 429) forget();
    throw error;
  }
}

export const session = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  isSignedIn(): boolean {
    return sessionStorage.getItem(KEY) !== null;
  },

  async signIn(credentials: Credentials): Promise<void> {
    keep((await post("/auth/login", credentials)) as Tokens);
    tell();
  },

  async signOut(): Promise<void> {
    const refresh = sessionStorage.getItem(KEY);
    forget();
    // Signed out here whatever the server says; an unreachable one ends the session when it runs out.
    if (refresh) await post("/auth/logout", { refresh_token: refresh }).catch(() => undefined);
  },

  /** A token that is good now. Requests that find it run out wait for the same renewal: a second would end the session. */
  token(): Promise<string> {
    if (access && Date.now() < access.goodUntil) return Promise.resolve(access.token);
    renewing ??= renew().finally(() => {
      renewing = null;
    });
    return renewing;
  },

  /** The server refused this token though it should be good. */
  distrust(token: string): void {
    if (access?.token === token) access = null;
  },
};

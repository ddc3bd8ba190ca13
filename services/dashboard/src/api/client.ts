// SPDX-License-Identifier: Apache-2.0
// The one way to the gateway: typed by the contract, signed, renewed when the token ran out.
import createClient from "openapi-fetch";
import type { paths } from "./contract";
import { toApiError, unreachable } from "./problem";
import { session } from "./session";

/** Where this tab's last write is to be seen; any replica that gets it waits for it ("read your own write"). */
let seen: string | null = null;

/** randomUUID exists on https and localhost only; a dashboard may be on plain http inside a network. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function send(request: Request, token: string): Promise<Response> {
  const signed = request.clone();
  signed.headers.set("authorization", `Bearer ${token}`);
  if (seen) signed.headers.set("x-lm-seen", seen);
  const response = await fetch(signed);
  seen = response.headers.get("x-lm-seen") ?? seen;
  return response;
}

async function signedFetch(request: Request): Promise<Response> {
  if (request.method === "POST") request.headers.set("idempotency-key", randomKey());
  const token = await session.token();
  const response = await send(request, token);
  if (response.status !== 401) return response;
  session.distrust(token);
  return send(request, await session.token());
}

// The address in full: a Request outside of a browser knows no relative one.
export const api = createClient<paths>({ baseUrl: new URL("/api", location.origin).href, fetch: signedFetch });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or an ApiError. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  let result: Answer<T>;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof TypeError) throw unreachable(); // what fetch throws when there is no connection
    throw error;
  }
  if (!result.response.ok) throw toApiError(result.response.status, result.error);
  return result.data as T;
}

// SPDX-License-Identifier: Apache-2.0
// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { topicsOf, waitBefore } from "./live";

type Session = typeof import("./session").session;

const tokens = (n: number, expires_in = 900) => ({
  access_token: `access${n}`, refresh_token: `refresh${n}`, token_type: "bearer", expires_in,
});
const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const refused = { type: "about:blank", title: "Unauthorized", status: 401, code: "unauthorized" };

let session: Session;
const server = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("fetch", server);
  sessionStorage.clear();
  ({ session } = await import("./session"));
});
afterEach(() => {
  server.mockReset();
  vi.unstubAllGlobals();
});

test("many requests that find the token run out renew it once", async () => {
  sessionStorage.setItem("lm.refresh", "refresh0");
  server.mockResolvedValue(answer(200, tokens(1)));
  expect(await Promise.all([session.token(), session.token(), session.token()])).toEqual(Array(3).fill("access1"));
  expect(server).toHaveBeenCalledTimes(1);
  expect(sessionStorage.getItem("lm.refresh")).toBe("refresh1");
  await session.token();
  expect(server).toHaveBeenCalledTimes(1);
});

test("a refresh token that was used already ends the session", async () => {
  sessionStorage.setItem("lm.refresh", "refresh0");
  const told = vi.fn();
  session.subscribe(told);
  server.mockResolvedValue(answer(401, refused));
  await expect(session.token()).rejects.toMatchObject({ status: 401 });
  expect(session.isSignedIn()).toBe(false);
  expect(told).toHaveBeenCalled();
});

test("a server that is away ends nothing", async () => {
  sessionStorage.setItem("lm.refresh", "refresh0");
  server.mockRejectedValueOnce(new TypeError("no connection")).mockResolvedValueOnce(answer(503, {}));
  await expect(session.token()).rejects.toMatchObject({ code: "unreachable" });
  await expect(session.token()).rejects.toMatchObject({ status: 503 });
  expect(session.isSignedIn()).toBe(true);
});

test("signing out holds here even when the server does not hear of it", async () => {
  server.mockResolvedValueOnce(answer(200, tokens(1)));
  await session.signIn({ username: "a", password: "b" });
  expect(session.isSignedIn()).toBe(true);
  server.mockRejectedValueOnce(new TypeError("no connection"));
  await session.signOut();
  expect(session.isSignedIn()).toBe(false);
});

test("an access token that the server distrusts is renewed", async () => {
  server.mockResolvedValueOnce(answer(200, tokens(1))).mockResolvedValueOnce(answer(200, tokens(2)));
  await session.signIn({ username: "a", password: "b" });
  session.distrust("another");
  expect(await session.token()).toBe("access1");
  session.distrust("access1");
  expect(await session.token()).toBe("access2");
});

test("an event makes old what it is about; an unknown one, everything", () => {
  expect(topicsOf("mailer.DeliveryChanged")).toContain("sending");
  expect(topicsOf("LeadScored")).toContain("leads");
  expect(topicsOf("ready")).toEqual([]);
  expect(topicsOf("resync")).toBeNull();
});

test("waits between connections double up to half a minute", () => {
  expect([0, 1, 4, 5, 20].map((n) => waitBefore(n, 0))).toEqual([1_000, 2_000, 16_000, 30_000, 30_000]);
  expect(waitBefore(5, 1)).toBe(22_500);
});

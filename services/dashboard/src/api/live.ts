// SPDX-License-Identifier: Apache-2.0
// Events of the tenant over a WebSocket: each makes the answers about its topic old. While there is no connection,
// everything on the page is asked again every POLL_MS.
import type { QueryClient } from "@tanstack/react-query";
import type { Topic } from "./queries";
import { session } from "./session";

const GATHER_MS = 800; // a pipeline at work brings dozens of events a second
const POLL_MS = 15_000;
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 30_000;

const about: Record<string, readonly Topic[]> = {
  CompanyChanged: ["companies", "overview"],
  CompanyMerged: ["companies", "overview"],
  CompanyUnmerged: ["companies", "overview"],
  CompanyEnriched: ["companies", "overview"],
  ScrapeJobChanged: ["searches", "schedules", "companies"],
  ImportChanged: ["imports"],
  LeadEnriched: ["leads", "companies", "overview"],
  LeadScored: ["leads", "companies", "overview"],
  LeadJudged: ["leads", "overview"],
  MessageChanged: ["leads", "review", "overview"],
  SequenceChanged: ["leads"],
  DeliveryChanged: ["leads", "sending", "mailboxes", "overview"],
  SuppressionChanged: ["leads"],
  MailboxChanged: ["mailboxes", "sending"],
  EngagementChanged: ["leads", "overview"],
  ReplyReceived: ["leads", "replies", "overview"],
  BounceReceived: ["leads", "overview"],
};

/** The topics an event is about; null: whatever is shown may be old. */
export function topicsOf(type: string): readonly Topic[] | null {
  if (type === "ready") return [];
  return about[type.slice(type.lastIndexOf(".") + 1)] ?? null;
}

/** The wait before the n-th try, doubling, with up to a quarter less so that browsers do not come back together. */
export function waitBefore(tries: number, random: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** tries, LAST_WAIT_MS) * (1 - random / 4);
}

function typeOf(data: unknown): string {
  try {
    const note: unknown = JSON.parse(String(data));
    return typeof note === "object" && note !== null && "type" in note ? String(note.type) : "";
  } catch {
    return "";
  }
}

/** Runs until the returned function is called. `onState` hears whether the connection is there. */
export function startLive(client: QueryClient, onState: (connected: boolean) => void): () => void {
  let stopped = false;
  let socket: WebSocket | null = null;
  let tries = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let old: Set<Topic> | "all" = new Set();

  const flush = () => {
    const topics = old;
    gathering = undefined;
    old = new Set();
    if (topics === "all") void client.invalidateQueries();
    else for (const topic of topics) void client.invalidateQueries({ queryKey: [topic] });
  };

  const take = (type: string) => {
    const topics = topicsOf(type);
    if (topics?.length === 0) return;
    if (!topics) old = "all";
    else if (old !== "all") for (const topic of topics) old.add(topic);
    gathering ??= setTimeout(flush, GATHER_MS);
  };

  const connect = async () => {
    const token = await session.token();
    if (stopped) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/api/live`);
    socket.onopen = () => socket?.send(JSON.stringify({ token }));
    socket.onmessage = (event: MessageEvent<unknown>) => {
      const type = typeOf(event.data);
      if (type === "ready") {
        if (tries > 0) take("resync"); // what happened in between is not told again
        tries = 0;
        onState(true);
      } else take(type);
    };
    socket.onclose = () => {
      session.distrust(token); // the server closes when the token runs out
      again();
    };
  };

  const again = () => {
    onState(false);
    if (stopped) return;
    retry = setTimeout(open, waitBefore(tries++, Math.random()));
  };

  const open = () => {
    connect().catch(again);
  };

  const poll = setInterval(() => {
    if (tries > 0 && document.visibilityState === "visible") void client.invalidateQueries();
  }, POLL_MS);

  open();
  return () => {
    stopped = true;
    clearTimeout(retry);
    clearTimeout(gathering);
    clearInterval(poll);
    socket?.close();
  };
}

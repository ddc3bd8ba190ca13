// SPDX-License-Identifier: Apache-2.0
// Files of this tab on their way to the server. They go on while other pages are looked at; a reload ends them, and what
// was sent by then is not sent again.
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { sha256 } from "../lib/sha256";
import { type Part, upload } from "../lib/upload";
import { answer, api } from "./client";
import { waitBefore } from "./live";
import { isPassing } from "./problem";
import { importFile } from "./queries";
import type { Import } from "./types";

export interface Upload {
  file: File;
  sent: number; // bytes
  state: "sending" | "paused" | "failed";
  error?: unknown;
}

const TRIES = 5;

let uploads: ReadonlyMap<string, Upload> = new Map();
const pauses = new Map<string, AbortController>();
const listeners = new Set<() => void>();

function set(id: string, change: Partial<Upload> | null): void {
  const next = new Map(uploads);
  const now = uploads.get(id);
  if (!change) next.delete(id);
  else next.set(id, { ...(now as Upload), ...change });
  uploads = next;
  for (const listener of listeners) listener();
}

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    }, { once: true });
  });

function put(id: string, part: Part, signal: AbortSignal): Promise<Import> {
  return answer(api.PUT("/imports/{import_id}/parts/{number}", {
    params: { path: { import_id: id, number: part.number }, query: { sha256: part.sha256 } },
    body: part.bytes,
    bodySerializer: (bytes) => bytes as Blob,
    headers: { "content-type": "application/octet-stream" },
    signal,
  }));
}

/** A connection that goes away for a moment is no reason to bother anybody. */
async function putPatiently(id: string, part: Part, signal: AbortSignal): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await put(id, part, signal);
      return;
    } catch (error) {
      if (tries + 1 >= TRIES || !isPassing(error)) throw error;
      await wait(waitBefore(tries, Math.random()), signal);
    }
  }
}

/** Sends what is missing of the file; called again after a pause or a failure it goes on. */
export async function startUpload(client: QueryClient, to: Import, file: File): Promise<void> {
  if (pauses.has(to.id)) return;
  const pause = new AbortController();
  pauses.set(to.id, pause);
  set(to.id, { file, sent: uploads.get(to.id)?.sent ?? 0, state: "sending", error: undefined });
  try {
    await upload(file, to, {
      hash: sha256,
      put: (part, signal) => putPatiently(to.id, part, signal),
      onProgress: (sent) => set(to.id, { sent }),
      signal: pause.signal,
    });
    await client.invalidateQueries({ queryKey: ["imports"] });
    set(to.id, null);
  } catch (error) {
    set(to.id, pause.signal.aborted ? { state: "paused" } : { state: "failed", error });
  } finally {
    pauses.delete(to.id);
  }
}

/** What is there is asked first: a part may have arrived whose answer did not. */
export async function resumeUpload(client: QueryClient, id: string, file: File): Promise<void> {
  try {
    await startUpload(client, await client.fetchQuery({ ...importFile(id), staleTime: 0 }), file);
  } catch (error) {
    set(id, { file, sent: uploads.get(id)?.sent ?? 0, state: "failed", error });
  }
}

export function pauseUpload(id: string): void {
  pauses.get(id)?.abort();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useUpload(id: string): Upload | undefined {
  return useSyncExternalStore(subscribe, () => uploads.get(id));
}

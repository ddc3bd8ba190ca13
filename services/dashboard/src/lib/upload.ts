// SPDX-License-Identifier: Apache-2.0
// The parts of a file on their way to the server. What is there already is not sent again: not after a pause, not after
// a reload (then the same file is chosen once more, and compared with what is there).
import type { Import } from "../api/types";

export interface Part {
  number: number; // counted from 1
  bytes: Blob;
  sha256: string;
}

/** Where a part's bytes are in the file. */
export function partRange(number: number, partBytes: number, sizeBytes: number): [from: number, to: number] {
  const from = (number - 1) * partBytes;
  return [from, Math.min(from + partBytes, sizeBytes)];
}

/** The file that was chosen is not the one whose parts are there. */
export class OtherFile extends Error {}

type Target = Pick<Import, "size_bytes" | "part_bytes" | "part_count" | "parts">;

interface Way {
  hash: (bytes: Blob) => Promise<string>;
  put: (part: Part, signal: AbortSignal) => Promise<unknown>;
  onProgress: (sentBytes: number) => void;
  signal: AbortSignal; // aborted: a pause
}

function partOf(file: Blob, to: Target, number: number): Blob {
  return file.slice(...partRange(number, to.part_bytes ?? to.size_bytes, to.size_bytes));
}

/** What is there must be of this file: its first and last part are looked at. */
async function compare(file: Blob, to: Target, hash: Way["hash"]): Promise<void> {
  if (file.size !== to.size_bytes) throw new OtherFile();
  for (const part of new Set([to.parts[0], to.parts[to.parts.length - 1]]))
    if (part && (await hash(partOf(file, to, part.number))) !== part.sha256.toLowerCase()) throw new OtherFile();
}

/** Sends what is missing, in order; rejects when it is paused or a part fails. */
export async function upload(file: Blob, to: Target, way: Way): Promise<void> {
  await compare(file, to, way.hash);
  const there = new Map(to.parts.map((p) => [p.number, p.size_bytes]));
  let sent = [...there.values()].reduce((sum, n) => sum + n, 0);
  way.onProgress(sent);
  for (let number = 1; number <= (to.part_count ?? 1); number++) {
    if (there.has(number)) continue;
    way.signal.throwIfAborted();
    const bytes = partOf(file, to, number);
    await way.put({ number, bytes, sha256: await way.hash(bytes) }, way.signal);
    sent += bytes.size;
    way.onProgress(sent);
  }
}

// SPDX-License-Identifier: Apache-2.0
// A word about what was just done, for eyes and screen readers. One at a time.
import { useSyncExternalStore } from "react";

const STAYS_MS = 4_000;

let now: { text: string; isBad: boolean } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function show(next: typeof now): void {
  now = next;
  for (const listener of listeners) listener();
}

export function toast(text: string, isBad = false): void {
  clearTimeout(timer);
  show({ text, isBad });
  timer = setTimeout(() => show(null), STAYS_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => now);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-20 z-50 grid place-items-center px-4 md:bottom-6">
      {shown && (
        <p className={`rounded-sheet px-4 py-2 font-medium shadow-xl ${shown.isBad ? "bg-bad-soft text-bad" : "bg-ink text-ground"}`}>
          {shown.text}
        </p>
      )}
    </div>
  );
}

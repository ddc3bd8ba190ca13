// SPDX-License-Identifier: Apache-2.0
// A word about what was just done, for eyes and screen readers, perhaps with a way back. One at a time.
import { useSyncExternalStore } from "react";

const STAYS_MS = 4_000;
const STAYS_WITH_ACTION_MS = 12_000; // to read, and to come to it by keyboard

export interface ToastAction {
  label: string;
  run: () => void;
}

interface Toast {
  text: string;
  isBad: boolean;
  action?: ToastAction;
}

let now: Toast | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function show(next: Toast | null): void {
  now = next;
  for (const listener of listeners) listener();
}

function hide(): void {
  show(null);
}

function hideLater(): void {
  clearTimeout(timer);
  if (now) timer = setTimeout(hide, now.action ? STAYS_WITH_ACTION_MS : STAYS_MS);
}

const stay = () => clearTimeout(timer);

export function toast(text: string, isBad = false, action?: ToastAction): void {
  show({ text, isBad, action });
  hideLater();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => now);
  const action = shown?.action;
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-20 z-50 grid place-items-center px-4 md:bottom-6">
      {shown && (
        <p onPointerEnter={stay} onPointerLeave={hideLater} onFocus={stay} onBlur={hideLater}
          className={`rounded-sheet px-4 py-2 font-medium shadow-xl ${action ? "pointer-events-auto" : ""} ${
            shown.isBad ? "bg-bad-soft text-bad" : "bg-ink text-ground"}`}>
          {shown.text}
          {action && (
            <button type="button" className="ms-4 min-h-8 rounded-control px-1.5 font-semibold underline underline-offset-4 outline-offset-2 focus-visible:outline-ground"
              onClick={() => {
                hide();
                action.run();
              }}>
              {action.label}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

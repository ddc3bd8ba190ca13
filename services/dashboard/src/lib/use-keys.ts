// SPDX-License-Identifier: Apache-2.0
// Pages that are worked through with single letters.
import { useEffect } from "react";

/** Single keys work outside of fields and dialogs only. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  return event.ctrlKey || event.metaKey || event.altKey
    || target?.closest("input, textarea, select, [role=dialog], [role=menu]") !== null;
}

export function useKeys(keys: Record<string, (() => void) | null>) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const act = keys[event.key.toLowerCase()];
      if (!act || isTyping(event)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

// SPDX-License-Identifier: Apache-2.0
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { useI18n } from "../i18n";
import { Icon } from "./icons";

interface Props {
  title: string;
  hint?: string;
  onClose: () => void;
  children: ReactNode;
}

/** Mounted means open. Escape, the cross and a click beside it close; focus goes back to where it was, if that is there. */
export function Dialog({ title, hint, onClose, children }: Props) {
  const { t } = useI18n();
  // Radix would give the focus back to a trigger of its own, which a dialog that is mounted open does not have.
  const opener = useRef(document.activeElement instanceof HTMLElement ? document.activeElement : null);
  const giveFocusBack = (event: Event) => {
    event.preventDefault();
    if (opener.current?.isConnected) opener.current.focus();
    else document.getElementById("main")?.focus({ preventScroll: true }); // a row that was deleted took its button along
  };
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content aria-describedby={hint ? undefined : ""} onCloseAutoFocus={giveFocusBack}
          className="sheet fixed inset-x-3 top-1/2 z-50 mx-auto max-h-[90dvh] max-w-2xl -translate-y-1/2 overflow-y-auto p-5 shadow-2xl">
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {hint && <Radix.Description className="text-muted">{hint}</Radix.Description>}
            </div>
            <Radix.Close className="rounded-control p-1 text-muted hover:text-ink" aria-label={t("action.close")}>
              <Icon name="close" />
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

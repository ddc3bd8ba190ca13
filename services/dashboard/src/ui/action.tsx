// SPDX-License-Identifier: Apache-2.0
// A button that does one thing on the server. It tells when it is done or why not; what cannot be taken back asks first.
import type { UseMutationResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useI18n } from "../i18n";
import { Button, type Look } from "./button";
import { Dialog } from "./dialog";
import { explain } from "./states";
import { toast } from "./toast";

interface Props<In> {
  change: UseMutationResult<unknown, Error, In>;
  input: In;
  label: string; // with what it is about, for who hears the button alone
  look?: Look;
  done?: string;
  ask?: string; // the question before it
  isLarge?: boolean;
  onDone?: () => void;
  why?: (error: unknown) => string; // it failed, where that can be told better
  children: ReactNode;
}

export function ActionButton<In>({ change, input, label, look, done, ask, isLarge, onDone, why, children }: Props<In>) {
  const { t } = useI18n();
  const [isAsking, setAsking] = useState(false);
  // By its promise: what was done is told also when the row that the button stood in has gone with it.
  const act = () => {
    void change.mutateAsync(input).then(() => {
      if (done) toast(done);
      onDone?.();
    }, (e) => toast(why ? why(e) : explain(e, t), true)).finally(() => setAsking(false));
  };
  return (
    <>
      <Button small={!isLarge} look={look} className="row-action" disabled={change.isPending} aria-label={label}
        onClick={ask ? () => setAsking(true) : act}>
        {children}
      </Button>
      {isAsking && (
        <Dialog title={label} hint={ask} onClose={() => setAsking(false)}>
          <div className="flex gap-2">
            <Button look={look === "danger" ? "danger" : "primary"} disabled={change.isPending} onClick={act}>{children}</Button>
            <Button onClick={() => setAsking(false)}>{t("action.cancel")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

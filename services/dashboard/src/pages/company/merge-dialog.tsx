// SPDX-License-Identifier: Apache-2.0
// Several companies become one: which of them stays?
import { useState } from "react";
import { useMerge } from "../../api/changes";
import type { Company } from "../../api/types";
import { useI18n } from "../../i18n";
import { bestKnown } from "../../lib/duplicates";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { toast } from "../../ui/toast";
import { useExplain, useUndo } from "./merging";

interface Props {
  companies: readonly Company[];
  onDone: () => void;
  onClose: () => void;
}

export function MergeDialog({ companies, onDone, onClose }: Props) {
  const { t } = useI18n();
  const [stays, setStays] = useState(bestKnown(companies)?.id ?? "");
  const merge = useMerge();
  const why = useExplain();
  const { told } = useUndo();
  const others = companies.map((c) => c.id).filter((id) => id !== stays);
  const act = () => {
    void merge.mutateAsync({ id: stays, others }).then(() => {
      told(stays, others);
      onDone();
    }, (e) => toast(why(e), true)).finally(onClose);
  };
  return (
    <Dialog title={t("duplicates.mergeTitle", { count: companies.length })} hint={t("duplicates.mergeHint")} onClose={onClose}>
      <fieldset className="mb-4 grid gap-1">
        <legend className="mb-1 font-medium">{t("duplicates.whichStays")}</legend>
        {companies.map((c) => (
          <label key={c.id} className="flex min-h-9 items-center gap-2.5">
            <input type="radio" name="stays" className="size-4 shrink-0 accent-accent" checked={c.id === stays} onChange={() => setStays(c.id)} />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {c.name} <span className="text-sm text-muted">{[c.domain, c.city ?? c.location].filter(Boolean).join(", ")}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button look="primary" disabled={merge.isPending} onClick={act}>{t("duplicates.merge")}</Button>
      </div>
    </Dialog>
  );
}

// SPDX-License-Identifier: Apache-2.0
// One decision about the companies that are selected, or about the whole result; a few that are selected can be put together.
import { useState } from "react";
import { gatewayJudgementValues } from "../../api/contract";
import { useJudgeCompanies } from "../../api/changes";
import type { Company, CompanyFilters, Judgement } from "../../api/types";
import { useI18n } from "../../i18n";
import { MERGE_MOST } from "../../lib/duplicates";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { explain } from "../../ui/states";
import { toast } from "../../ui/toast";
import { MergeDialog } from "./merge-dialog";

const names = { DISQUALIFY: "companies.disqualify", ARCHIVE: "companies.archive", RESTORE: "companies.restore" } as const;

interface Props {
  chosen: ReadonlyMap<string, Company>;
  isAll: boolean; // the whole result, not only `chosen`
  total: number;
  filters: CompanyFilters;
  search?: string;
  onSelectAll?: () => void; // nothing to select by: no filter is set
  onClear: () => void;
}

export function CompanyBulk({ chosen, isAll, total, filters, search, onSelectAll, onClear }: Props) {
  const { t } = useI18n();
  const judge = useJudgeCompanies();
  const [asked, setAsked] = useState<Judgement | "MERGE">();
  const count = isAll ? total : chosen.size;
  const decide = (action: Judgement) => {
    const which = isAll ? { filters, search } : { company_ids: [...chosen.keys()] };
    judge.mutate({ action, ...which }, {
      onSuccess: (done) => {
        toast(t("companies.judged", { changed: done.changed, matched: done.matched }));
        onClear();
      },
      onError: (e) => toast(explain(e, t), true),
      onSettled: () => setAsked(undefined),
    });
  };
  return (
    <div className="sticky top-0 z-20 flex flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-3 py-2">
      <p role="status" className="font-medium tabular-nums">{t("companies.selected", { count })}</p>
      {!isAll && onSelectAll && chosen.size < total && (
        <Button small look="quiet" onClick={onSelectAll}>{t("companies.selectResult", { count: total })}</Button>
      )}
      <Button small look="quiet" onClick={onClear}>{t("companies.deselect")}</Button>
      <span className="flex-1" />
      {!isAll && chosen.size > 1 && chosen.size <= MERGE_MOST && (
        <Button small onClick={() => setAsked("MERGE")}>{t("duplicates.merge")}</Button>
      )}
      {gatewayJudgementValues.map((action) => (
        <Button key={action} small disabled={judge.isPending} onClick={() => setAsked(action)}>{t(names[action])}</Button>
      ))}
      {asked === "MERGE" && <MergeDialog companies={[...chosen.values()]} onDone={onClear} onClose={() => setAsked(undefined)} />}
      {asked && asked !== "MERGE" && (
        <Dialog title={t("companies.confirm", { count })} hint={t("companies.confirmHint")} onClose={() => setAsked(undefined)}>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsked(undefined)}>{t("action.cancel")}</Button>
            <Button look="primary" disabled={judge.isPending} onClick={() => decide(asked)}>{t(names[asked])}</Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

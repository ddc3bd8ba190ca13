// SPDX-License-Identifier: Apache-2.0
// What a list shows of one search, and what can be done with it.
import { useState } from "react";
import { useCancelSearch, useDeleteSearch, useRerunSearch } from "../../api/changes";
import type { ScrapeJob } from "../../api/types";
import { useI18n } from "../../i18n";
import { setFilters } from "../../lib/filters-of-search";
import { useCan } from "../../lib/use-can";
import { useSourceName } from "../../lib/use-source-name";
import { ActionButton } from "../../ui/action";
import { StatusBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { OutLink, Time } from "../../ui/page";
import type { Column } from "../../ui/table";

const isOpen = (job: ScrapeJob) => job.status === "PENDING" || job.status === "RUNNING";

/** Its keywords, or the source of one that has none. */
function useSearchName(): (job: Pick<ScrapeJob, "keywords" | "source">) => string {
  const sourceName = useSourceName();
  return (job) => job.keywords.join(", ") || sourceName(job.source);
}

/** Pages are counted a keyword; the bar knows only how many there may be. */
function Progress({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const done = job.pages_done ?? 0;
  const max = Math.max((job.max_pages ?? 1) * Math.max(1, job.keywords.length), done);
  const text = isOpen(job) ? t("searches.pagesOf", { done, max }) : t("searches.pages", { count: done });
  return (
    <span className="inline-grid min-w-36 gap-0.5 text-sm md:text-start tabular-nums">
      <span>{text}</span>
      {isOpen(job) && <progress value={done} max={max} aria-label={text} className="h-1.5 w-full accent-accent" />}
      <span className="text-muted">
        {[t("searches.cards", { count: job.cards_count ?? 0 }),
          job.details_done ? t("searches.details", { count: job.details_done }) : ""].filter(Boolean).join(", ")}
      </span>
    </span>
  );
}

function ErrorsDialog({ job, onClose }: { job: ScrapeJob; onClose: () => void }) {
  const { t } = useI18n();
  const shown = job.errors?.length ?? 0;
  const count = job.error_count ?? shown;
  return (
    <Dialog title={t("searches.errorsTitle")} hint={t("searches.errorsHint", { count })} onClose={onClose}>
      <ul className="grid gap-3">
        {job.errors?.map((e, i) => (
          <li key={i} className="border-t border-line pt-3 [overflow-wrap:anywhere] first:border-t-0 first:pt-0">
            <OutLink url={e.url} />
            <p>{e.message}</p>
            <p className="text-xs text-muted">{e.code}</p>
          </li>
        ))}
      </ul>
      {count > shown && <p className="mt-3 text-sm text-muted">{t("searches.errorsMore", { count: count - shown })}</p>}
    </Dialog>
  );
}

function Errors({ job }: { job: ScrapeJob }) {
  const { t, format } = useI18n();
  const [isShown, setShown] = useState(false);
  const count = job.error_count ?? 0;
  const name = useSearchName()(job);
  if (count === 0) return <>0</>;
  return (
    <>
      <Button small look="danger" aria-label={t("searches.errorsLabel", { count, name })} onClick={() => setShown(true)}>
        {format.number(count)}
      </Button>
      {isShown && <ErrorsDialog job={job} onClose={() => setShown(false)} />}
    </>
  );
}

function Actions({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const [cancel, rerun, forget] = [useCancelSearch(), useRerunSearch(), useDeleteSearch()];
  const name = useSearchName()(job);
  if (isOpen(job))
    return <ActionButton change={cancel} input={job.id} look="danger" label={t("searches.cancelLabel", { name })}>{t("searches.cancel")}</ActionButton>;
  return (
    <span className="inline-flex gap-1.5">
      <ActionButton change={rerun} input={job.id} label={t("searches.rerunLabel", { name })} done={t("searches.started")}>
        {t("searches.rerun")}
      </ActionButton>
      <ActionButton change={forget} input={job.id} look="danger" label={t("searches.forgetLabel", { name })} ask={t("searches.forgetAsk")}>
        {t("action.delete")}
      </ActionButton>
    </span>
  );
}

function What({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const sourceName = useSourceName();
  const name = useSearchName()(job);
  const narrowed = setFilters(job.filters).map(([f, value]) => (f === "location" ? value : `${t(`filters.${f}`)}: ${value}`));
  const facts = [job.keywords.length > 0 && sourceName(job.source), ...narrowed].filter(Boolean).join(", ");
  return (
    <>
      <span className="font-semibold [overflow-wrap:anywhere]">{name}</span>
      <span className="block text-sm text-muted">{facts}</span>
      <span className="block text-sm text-muted"><Time at={job.started_at ?? job.created_at} /></span>
      {job.error_message && <span className="block text-sm text-bad">{job.error_message}</span>}
    </>
  );
}

export function useSearchColumns(): Column<ScrapeJob>[] {
  const { t, format } = useI18n();
  const mayEdit = useCan("EDITOR");
  const figure = (value: number | undefined) => format.number(value ?? 0);
  const columns: Column<ScrapeJob>[] = [
    { label: t("searches.what"), cell: (j) => <What job={j} /> },
    { label: t("leads.status"), cell: (j) => <StatusBadge status={j.status} /> },
    { label: t("searches.progress"), cell: (j) => <Progress job={j} /> },
    { label: t("searches.found"), isNumber: true, cell: (j) => figure(j.results_count) },
    { label: t("searches.new"), isNumber: true, cell: (j) => figure(j.new_companies_count) },
    { label: t("searches.duplicates"), isNumber: true, cell: (j) => figure(j.duplicate_count) },
    { label: t("searches.dropped"), isNumber: true, cell: (j) => figure(j.dropped_count) },
    { label: t("searches.errors"), isNumber: true, cell: (j) => <Errors job={j} /> },
  ];
  if (mayEdit) columns.push({ label: t("table.actions"), isAction: true, cell: (j) => <Actions job={j} /> });
  return columns;
}

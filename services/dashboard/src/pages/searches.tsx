// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { scraperScrapeStatusValues, lmSourceValues } from "../api/contract";
import { useCancelSearch, useDeleteSearch, useRerunSearch } from "../api/changes";
import { searches } from "../api/queries";
import type { ScrapeJob } from "../api/types";
import { useI18n } from "../i18n";
import { oneOf } from "../lib/filters";
import { useCan } from "../lib/use-can";
import { useSourceName } from "../lib/use-source-name";
import { StatusBadge } from "../ui/badge";
import { Button } from "../ui/button";
import { Choice, FilterBar, useFilters } from "../ui/filter-bar";
import { Page, Section, Time } from "../ui/page";
import { PAGE_SIZE, Pager } from "../ui/pager";
import { Empty, explain, Loaded } from "../ui/states";
import { type Column, Table } from "../ui/table";
import { toast } from "../ui/toast";
import { SearchForm } from "./search-form";
import { Schedules } from "./schedules";

const filters = { source: oneOf(lmSourceValues), status_filter: oneOf(scraperScrapeStatusValues) };

const isOpen = (job: ScrapeJob) => job.status === "PENDING" || job.status === "RUNNING";

function Progress({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const done = job.pages_done ?? 0;
  const max = Math.max(job.max_pages ?? 1, done);
  const text = t("searches.pages", { done, max });
  return (
    <span className="inline-grid min-w-32 gap-1 text-start">
      <span className="text-sm tabular-nums">{text}</span>
      {isOpen(job) && <progress value={done} max={max} aria-label={text} className="h-1.5 w-full accent-accent" />}
    </span>
  );
}

function CancelButton({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const cancel = useCancelSearch();
  const mayEdit = useCan("EDITOR");
  if (!mayEdit || !isOpen(job)) return null;
  return (
    <Button small look="danger" className="row-action" disabled={cancel.isPending}
      aria-label={t("searches.cancelLabel", { keywords: job.keywords.join(", ") })}
      onClick={() => cancel.mutate(job.id, { onError: (e) => toast(explain(e, t), true) })}>
      {t("searches.cancel")}
    </Button>
  );
}

function EndedButtons({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const rerun = useRerunSearch();
  const remove = useDeleteSearch();
  const mayEdit = useCan("EDITOR");
  if (!mayEdit || isOpen(job)) return null;
  const keywords = job.keywords.join(", ");
  const onError = (e: Error) => toast(explain(e, t), true);
  return (
    <>
      <Button small className="row-action" disabled={rerun.isPending} aria-label={t("searches.rerunLabel", { keywords })}
        onClick={() => rerun.mutate(job.id, { onSuccess: () => toast(t("searches.started")), onError })}>
        {t("searches.rerun")}
      </Button>
      <Button small look="danger" className="row-action" disabled={remove.isPending}
        aria-label={t("searches.forgetLabel", { keywords })} onClick={() => remove.mutate(job.id, { onError })}>
        {t("action.delete")}
      </Button>
    </>
  );
}

/* What was read, and what could not be: the first address says where to look. */
function Read({ job }: { job: ScrapeJob }) {
  const { t } = useI18n();
  const first = job.errors[0];
  return (
    <>
      <span className="block text-sm text-muted">
        {t("searches.cards", { cards: job.cards_count ?? 0, details: job.details_done ?? 0 })}
      </span>
      {first && (
        <span className="block text-sm text-bad" title={`${first.url}: ${first.message}`}>
          {t("searches.errors", { count: job.error_count ?? job.errors.length })}
        </span>
      )}
    </>
  );
}

function useColumns(): Column<ScrapeJob>[] {
  const { t } = useI18n();
  const sourceName = useSourceName();
  return [
    {
      label: t("searches.what"),
      cell: (j) => (
        <>
          <span className="font-semibold">{j.keywords.join(", ")}</span>
          <span className="block text-sm text-muted">
            {[sourceName(j.source), j.filters?.location].filter(Boolean).join(", ")}
          </span>
          {j.error_message && <span className="block text-sm text-bad">{j.error_message}</span>}
        </>
      ),
    },
    { label: t("leads.status"), cell: (j) => <StatusBadge status={j.status} /> },
    { label: t("searches.progress"), cell: (j) => <><Progress job={j} /><Read job={j} /></> },
    { label: t("searches.found"), isNumber: true, cell: (j) => j.results_count },
    { label: t("searches.new"), isNumber: true, cell: (j) => j.new_companies_count },
    { label: t("searches.duplicates"), isNumber: true, cell: (j) => j.duplicate_count },
    { label: t("searches.dropped"), isNumber: true, cell: (j) => j.dropped_count },
    { label: t("searches.startedAt"), cell: (j) => <Time at={j.started_at ?? j.created_at} /> },
    { label: t("table.actions"), isAction: true, cell: (j) => <><CancelButton job={j} /><EndedButtons job={j} /></> },
  ];
}

function JobList() {
  const { t } = useI18n();
  const sourceName = useSourceName();
  const state = useFilters(filters);
  const { values: v, set } = state;
  const query = useQuery(searches({ ...v, page: state.page, page_size: PAGE_SIZE }));
  const columns = useColumns();
  return (
    <div className="sheet">
      <FilterBar total={query.data?.total} isCapped={query.data?.total_is_capped} isFiltered={state.isFiltered} onClear={state.clear}>
        <Choice label={t("filter.source")} any={t("filter.any")} value={v.source ?? ""}
          choices={lmSourceValues.map((s) => [s, sourceName(s)])} onChange={(x) => set("source", x)} />
        <Choice label={t("filter.status")} any={t("filter.any")} value={v.status_filter ?? ""}
          choices={scraperScrapeStatusValues.map((s) => [s, t(`status.${s}`)])} onChange={(x) => set("status_filter", x)} />
      </FilterBar>
      <Loaded query={query}>
        {(data) => data.items.length === 0
          ? <Empty title={t("searches.empty")} hint={t("searches.emptyHint")} />
          : (
            <>
              <Table caption={t("searches.title")} columns={columns} rows={data.items} rowKey={(j) => j.id} />
              <Pager page={state.page} total={data.total} isCapped={data.total_is_capped} onPage={state.setPage} />
            </>
          )}
      </Loaded>
    </div>
  );
}

export default function Searches() {
  const { t } = useI18n();
  const mayEdit = useCan("EDITOR");
  return (
    <Page title={t("searches.title")}>
      <div className="grid gap-4">
        {mayEdit && (
          <Section title={t("searches.start")} hint={t("searches.startHint")}><SearchForm /></Section>
        )}
        <JobList />
        <Schedules />
      </div>
    </Page>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Where may be searched, and how each source does.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApproveSource } from "../../api/changes";
import { sourcePage, sources } from "../../api/queries";
import type { SourceInfo } from "../../api/types";
import { useI18n } from "../../i18n";
import { useApiText } from "../../lib/use-api-text";
import { useCan } from "../../lib/use-can";
import { ActionButton } from "../../ui/action";
import { Badge, type Tone } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Facts, OutLink, Section, Time } from "../../ui/page";
import { Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";

const HEALTH_MS = 10_000; // no event tells of a source's health

const tones: Record<SourceInfo["state"], Tone> = {
  SOURCE_READY: "good", SOURCE_RESTING: "warn", SOURCE_NEEDS_KEY: "warn", SOURCE_NOT_APPROVED: "bad",
};

function State({ source: s }: { source: SourceInfo }) {
  const { t, format } = useI18n();
  return (
    <span className="inline-grid justify-items-end gap-1 md:justify-items-start">
      <Badge tone={tones[s.state]}>{t(`sources.${s.state}`)}</Badge>
      {s.state === "SOURCE_RESTING" && s.rests_until_at && (
        <span className="text-sm text-muted">{t("sources.restsUntil", { at: format.dateTime(s.rests_until_at) })}</span>
      )}
      {s.state === "SOURCE_NEEDS_KEY" && <span className="text-sm text-muted">scraper.{s.name.toLowerCase()}_key</span>}
    </span>
  );
}

/** The page of a stranger is text here, never a page. */
function PageDialog({ source: s, onClose }: { source: SourceInfo; onClose: () => void }) {
  const { t, format } = useI18n();
  const query = useQuery(sourcePage(s.name));
  return (
    <Dialog title={t("sources.pageTitle", { source: s.title })} hint={t("sources.pageHint")} onClose={onClose}>
      <Loaded query={query} rows={6}>
        {(page) => (
          <>
            <div className="-mx-4">
              <Facts items={[
                [t("sources.address"), page.url && <OutLink url={page.url} />],
                [t("sources.seen"), format.dateTime(page.seen_at)],
                [t("sources.kind"), page.content_type],
              ]} />
            </div>
            <pre tabIndex={0} aria-label={t("sources.pageText")}
              className="max-h-[50dvh] overflow-auto rounded-control bg-sunken p-3 text-xs break-all whitespace-pre-wrap">
              {page.text}
            </pre>
            {page.is_cut && <p className="mt-2 text-sm text-muted">{t("sources.pageCut")}</p>}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Yield({ source: s, onPage }: { source: SourceInfo; onPage?: () => void }) {
  const { t } = useI18n();
  return (
    <span className="inline-grid justify-items-end gap-1 md:justify-items-start">
      {s.runs === 0
        ? <span className="text-muted">{t("sources.neverRun")}</span>
        : <span>{t("sources.lastCards", { count: s.last_cards ?? 0 })}</span>}
      {s.last_yield_at && <span className="text-sm text-muted"><Time at={s.last_yield_at} /></span>}
      {s.is_page_suspect && (
        <>
          <Badge tone="bad">{t("sources.suspect")}</Badge>
          {s.empty_runs > 0 && <span className="text-sm text-muted">{t("sources.emptyRuns", { count: s.empty_runs })}</span>}
        </>
      )}
      {s.has_page && onPage && (
        <Button small aria-label={t("sources.lookLabel", { source: s.title })} onClick={onPage}>{t("sources.look")}</Button>
      )}
    </span>
  );
}

function Approval({ source: s }: { source: SourceInfo }) {
  const { t } = useI18n();
  const approve = useApproveSource();
  const act = s.approved ? "withdraw" : "approve";
  return (
    <ActionButton change={approve} input={{ source: s.name, approved: !s.approved }} look={s.approved ? "danger" : "plain"}
      label={t(`sources.${act}Label`, { source: s.title })} ask={s.approved ? t("sources.withdrawAsk") : undefined}>
      {t(`sources.${act}`)}
    </ActionButton>
  );
}

function useColumns(onPage: (source: SourceInfo) => void): Column<SourceInfo>[] {
  const { t, format } = useI18n();
  const apiText = useApiText();
  const [mayLook, mayApprove] = [useCan("EDITOR"), useCan("ADMIN")];
  const columns: Column<SourceInfo>[] = [
    {
      label: t("filter.source"),
      cell: (s) => (
        <>
          <span className="font-semibold">{s.title}</span>
          <span className="block max-w-md text-sm text-muted">{apiText.source(s)}</span>
        </>
      ),
    },
    { label: t("leads.status"), cell: (s) => <State source={s} /> },
    { label: t("sources.runs"), isNumber: true, cell: (s) => format.number(s.runs) },
    { label: t("sources.yield"), cell: (s) => <Yield source={s} onPage={mayLook ? () => onPage(s) : undefined} /> },
    {
      label: t("sources.lastError"),
      cell: (s) => s.last_error && (
        <span className="block max-w-xs text-sm [overflow-wrap:anywhere]">
          <span className="text-bad">{s.last_error}</span>
          <span className="block text-muted"><Time at={s.last_error_at} /></span>
        </span>
      ),
    },
  ];
  if (mayApprove) columns.push({ label: t("table.actions"), isAction: true, cell: (s) => <Approval source={s} /> });
  return columns;
}

export default function Sources() {
  const { t } = useI18n();
  const [shown, show] = useState<SourceInfo | null>(null);
  const query = useQuery({ ...sources(), staleTime: 0, refetchInterval: HEALTH_MS });
  const columns = useColumns(show);
  return (
    <Section title={t("sources.title")} hint={t("sources.hint")}>
      <Loaded query={query} rows={8}>
        {(data) => <Table caption={t("sources.title")} columns={columns} rows={data.sources} rowKey={(s) => s.name} />}
      </Loaded>
      {shown && <PageDialog source={shown} onClose={() => show(null)} />}
    </Section>
  );
}

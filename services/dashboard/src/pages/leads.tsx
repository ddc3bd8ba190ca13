// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { gatewayLeadOrderValues, lmClassificationValues, lmLeadStatusValues } from "../api/contract";
import { leads } from "../api/queries";
import type { Lead } from "../api/types";
import { useI18n } from "../i18n";
import { flag, oneOf, text } from "../lib/filters";
import { ScoreMark, StatusBadge } from "../ui/badge";
import { Choice, FilterBar, type FilterState, SearchBox, useFilters } from "../ui/filter-bar";
import { Page, Time } from "../ui/page";
import { PAGE_SIZE, Pager } from "../ui/pager";
import { Empty, Loaded } from "../ui/states";
import { type Column, Table } from "../ui/table";

const filters = {
  search: text,
  status_filter: oneOf(lmLeadStatusValues),
  classification_filter: oneOf(lmClassificationValues),
  has_email: flag,
  order: oneOf(gatewayLeadOrderValues),
};

export function leadName(lead: Pick<Lead, "first_name" | "last_name">): string | undefined {
  return [lead.first_name, lead.last_name].filter(Boolean).join(" ") || undefined;
}

/** Columns of every list of leads; that of a company has less room and leaves its name out. */
export function useLeadColumns(withCompany: boolean): Column<Lead>[] {
  const { t } = useI18n();
  const all: (Column<Lead> | false)[] = [
    {
      label: t("leads.name"),
      cell: (l) => (
        <>
          <Link to={`/leads/${l.id}`} className="row-link">{leadName(l) ?? t("leads.unnamed")}</Link>
          {l.job_title && <span className="block text-sm text-muted">{l.job_title}</span>}
        </>
      ),
    },
    withCompany && {
      label: t("leads.company"),
      cell: (l) => <Link to={`/companies/${l.company_id}`} className="row-action hover:underline">{l.company_name}</Link>,
    },
    {
      label: t("leads.email"),
      cell: (l) => l.email && (
        <span className="block">
          {l.email}
          {l.email_state && l.email_state !== "EMAIL_VERIFIED" && (
            <span className="block text-xs text-muted">{t(`emailState.${l.email_state}`)}</span>
          )}
        </span>
      ),
    },
    { label: t("leads.score"), cell: (l) => <ScoreMark score={l.icp_score} classification={l.classification} /> },
    { label: t("leads.status"), cell: (l) => <StatusBadge status={l.status} /> },
    { label: t("leads.mails"), isNumber: true, isMinor: true, cell: (l) => l.emails_sent || null },
    withCompany && { label: t("leads.activity"), isMinor: true, cell: (l) => <Time at={l.last_contacted_at} withTime={false} /> },
  ];
  return all.filter((c) => c !== false);
}

function Filters({ state, total, isCapped }: { state: FilterState<typeof filters>; total?: number; isCapped?: boolean }) {
  const { t } = useI18n();
  const { values: v, set } = state;
  return (
    <FilterBar total={total} isCapped={isCapped} isFiltered={state.isFiltered} onClear={state.clear}>
      <SearchBox value={v.search ?? ""} hint={t("leads.searchHint")} onChange={(x) => set("search", x)} />
      <Choice label={t("filter.status")} any={t("filter.any")} value={v.status_filter ?? ""}
        choices={lmLeadStatusValues.map((s) => [s, t(`status.${s}`)])} onChange={(x) => set("status_filter", x)} />
      <Choice label={t("filter.class")} any={t("filter.any")} value={v.classification_filter ?? ""}
        choices={lmClassificationValues.map((c) => [c, t(`class.${c}`)])}
        onChange={(x) => set("classification_filter", x)} />
      <Choice label={t("filter.email")} any={t("filter.any")} value={String(v.has_email ?? "")}
        choices={[["true", t("filter.hasEmail")], ["false", t("filter.noEmail")]]} onChange={(x) => set("has_email", x)} />
      <Choice label={t("filter.order")} value={v.order ?? "NEWEST"}
        choices={gatewayLeadOrderValues.map((o) => [o, t(`order.${o}`)])} onChange={(x) => set("order", x)} />
    </FilterBar>
  );
}

export default function Leads() {
  const { t } = useI18n();
  const state = useFilters(filters);
  const query = useQuery(leads({ ...state.values, page: state.page, page_size: PAGE_SIZE }));
  const columns = useLeadColumns(true);
  return (
    <Page title={t("leads.title")}>
      <div className="sheet">
        <Filters state={state} total={query.data?.total} isCapped={query.data?.total_is_capped} />
        <Loaded query={query} rows={10}>
          {(data) => data.items.length === 0 ? (
            state.isFiltered
              ? <Empty title={t("leads.none")} hint={t("leads.noneHint")} />
              : <Empty title={t("leads.empty")} hint={t("leads.emptyHint")} />
          ) : (
            <>
              <Table caption={t("leads.title")} columns={columns} rows={data.items} rowKey={(l) => l.id} />
              <Pager page={state.page} total={data.total} isCapped={data.total_is_capped} onPage={state.setPage} />
            </>
          )}
        </Loaded>
      </div>
    </Page>
  );
}

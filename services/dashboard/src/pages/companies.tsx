// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { lmCompanyStatusValues, lmSourceValues } from "../api/contract";
import { companies } from "../api/queries";
import type { Company } from "../api/types";
import { useI18n } from "../i18n";
import { flag, oneOf, text } from "../lib/filters";
import { useSourceName } from "../lib/use-source-name";
import { StatusBadge } from "../ui/badge";
import { Choice, FilterBar, type FilterState, SearchBox, useFilters } from "../ui/filter-bar";
import { OutLink, Page } from "../ui/page";
import { PAGE_SIZE, Pager } from "../ui/pager";
import { Empty, Loaded } from "../ui/states";
import { type Column, Table } from "../ui/table";
import { buttonClass } from "../ui/button";

const filters = {
  search: text,
  status_filter: oneOf(lmCompanyStatusValues),
  source_filter: oneOf(lmSourceValues),
  has_domain: flag,
};

function useColumns(): Column<Company>[] {
  const { t } = useI18n();
  const sourceName = useSourceName();
  return [
    {
      label: t("companies.name"),
      cell: (c) => (
        <>
          <Link to={`/companies/${c.id}`} className="row-link">{c.name}</Link>
          {c.industry && <span className="block text-sm text-muted">{c.industry}</span>}
        </>
      ),
    },
    {
      label: t("companies.website"),
      cell: (c) => c.domain && <OutLink url={c.website_url ?? `https://${c.domain}`}>{c.domain}</OutLink>,
    },
    { label: t("companies.location"), isMinor: true, cell: (c) => c.location },
    { label: t("companies.source"), isMinor: true, cell: (c) => c.source && sourceName(c.source) },
    { label: t("companies.vacancies"), isNumber: true, cell: (c) => c.open_vacancies },
    { label: t("companies.leads"), isNumber: true, cell: (c) => c.lead_count },
    { label: t("companies.best"), isNumber: true, cell: (c) => c.best_score },
    { label: t("companies.status"), cell: (c) => <StatusBadge status={c.status} /> },
  ];
}

function Filters({ state, total, isCapped }: { state: FilterState<typeof filters>; total?: number; isCapped?: boolean }) {
  const { t } = useI18n();
  const sourceName = useSourceName();
  const { values: v, set } = state;
  return (
    <FilterBar total={total} isCapped={isCapped} isFiltered={state.isFiltered} onClear={state.clear}>
      <SearchBox value={v.search ?? ""} hint={t("companies.searchHint")} onChange={(x) => set("search", x)} />
      <Choice label={t("filter.status")} any={t("filter.any")} value={v.status_filter ?? ""}
        choices={lmCompanyStatusValues.map((s) => [s, t(`status.${s}`)])} onChange={(x) => set("status_filter", x)} />
      <Choice label={t("filter.source")} any={t("filter.any")} value={v.source_filter ?? ""}
        choices={lmSourceValues.map((s) => [s, sourceName(s)])} onChange={(x) => set("source_filter", x)} />
      <Choice label={t("filter.domain")} any={t("filter.any")} value={String(v.has_domain ?? "")}
        choices={[["true", t("filter.hasDomain")], ["false", t("filter.noDomain")]]}
        onChange={(x) => set("has_domain", x)} />
    </FilterBar>
  );
}

export default function Companies() {
  const { t } = useI18n();
  const state = useFilters(filters);
  const query = useQuery(companies({ ...state.values, page: state.page, page_size: PAGE_SIZE }));
  const columns = useColumns();
  return (
    <Page title={t("companies.title")}>
      <div className="sheet">
        <Filters state={state} total={query.data?.total} isCapped={query.data?.total_is_capped} />
        <Loaded query={query} rows={10}>
          {(data) => data.items.length === 0 ? (
            state.isFiltered
              ? <Empty title={t("companies.none")} hint={t("leads.noneHint")} />
              : (
                <Empty title={t("companies.empty")} hint={t("companies.emptyHint")}>
                  <Link to="/scrape" className={buttonClass("primary")}>{t("overview.startSearch")}</Link>
                </Empty>
              )
          ) : (
            <>
              <Table caption={t("companies.title")} columns={columns} rows={data.items} rowKey={(c) => c.id} />
              <Pager page={state.page} total={data.total} isCapped={data.total_is_capped} onPage={state.setPage} />
            </>
          )}
        </Loaded>
      </div>
    </Page>
  );
}

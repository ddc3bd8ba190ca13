// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { gatewayCompanyOrderValues } from "../api/contract";
import { useExportCompanies } from "../api/changes";
import { companies, companyCounts, duplicatePairs } from "../api/queries";
import type { Company } from "../api/types";
import { useI18n } from "../i18n";
import { industryName, readSelection, toQuery } from "../lib/company-filters";
import { saveFile } from "../lib/save-file";
import { withFilter } from "../lib/filters";
import { useCan } from "../lib/use-can";
import { useSourceName } from "../lib/use-source-name";
import { Badge, StatusBadge } from "../ui/badge";
import { Button, buttonClass } from "../ui/button";
import { Choice, FilterBar, SearchBox } from "../ui/filter-bar";
import { CHUNK, LongTable } from "../ui/long-table";
import { OutLink, Page, Time } from "../ui/page";
import { Empty, explain, Loaded } from "../ui/states";
import type { Column } from "../ui/table";
import { toast } from "../ui/toast";
import { CompanyBulk } from "./company/bulk";
import { CompanyFacetPanel } from "./company/facets";

/** Columns that can be chosen, in their order; those that are shown when nothing is. */
const optional = ["website", "industry", "town", "source", "employees", "vacancies", "leads", "best", "phone", "found"] as const;
type Optional = (typeof optional)[number];
const usual: readonly Optional[] = ["website", "town", "source", "vacancies", "leads", "best"];

function readColumns(address: URLSearchParams): readonly Optional[] {
  const chosen = address.get("columns");
  return chosen === null ? usual : optional.filter((c) => chosen.split(",").includes(c));
}

function useOptionalColumns(): Record<Optional, Column<Company>> {
  const { t, format } = useI18n();
  const sourceName = useSourceName();
  return {
    website: {
      label: t("companies.website"),
      cell: (c) => c.domain && (
        <span className="inline-block min-w-24 [overflow-wrap:anywhere]"><OutLink url={c.website_url ?? `https://${c.domain}`}>{c.domain}</OutLink></span>
      ),
    },
    industry: { label: t("company.industry"), isMinor: true, cell: (c) => c.industry && industryName(c.industry) },
    town: { label: t("companies.town"), isMinor: true, cell: (c) => c.city ?? c.location },
    source: { label: t("companies.source"), isMinor: true, cell: (c) => c.source && sourceName(c.source) },
    employees: {
      label: t("company.employees"), isNumber: true,
      cell: (c) => c.employee_count === undefined ? c.employee_range : format.number(c.employee_count),
    },
    vacancies: { label: t("companies.vacancies"), isNumber: true, cell: (c) => c.open_vacancies },
    leads: { label: t("companies.leads"), isNumber: true, cell: (c) => c.lead_count },
    best: { label: t("companies.best"), isNumber: true, cell: (c) => c.best_score },
    phone: { label: t("company.phone"), isMinor: true, cell: (c) => c.phone },
    found: { label: t("company.found"), isMinor: true, cell: (c) => <Time at={c.created_at} withTime={false} /> },
  };
}

interface Selection {
  ids: ReadonlyMap<string, Company>;
  isAll: boolean;
}
const nothing: Selection = { ids: new Map(), isAll: false };

function useColumns(chosen: readonly Optional[], selection: Selection, select?: (company: Company, on: boolean) => void): Column<Company>[] {
  const { t } = useI18n();
  const all = useOptionalColumns();
  return [
    {
      label: t("companies.name"),
      cell: (c) => (
        <span className="flex items-center gap-2.5">
          {select && (
            <input type="checkbox" className="row-action size-4 shrink-0 accent-accent" aria-label={t("companies.select", { name: c.name })}
              checked={selection.isAll || selection.ids.has(c.id)} disabled={selection.isAll}
              onChange={(e) => select(c, e.target.checked)} />
          )}
          <span className="min-w-0">
            <Link to={`/companies/${c.id}`} className="row-link">{c.name}</Link>
            {c.industry && !chosen.includes("industry") && <span className="block text-sm text-muted">{industryName(c.industry)}</span>}
          </span>
        </span>
      ),
    },
    ...chosen.map((name) => all[name]),
    { label: t("companies.status"), cell: (c) => <StatusBadge status={c.status} /> },
  ];
}

function ColumnMenu({ chosen, onChange }: { chosen: readonly Optional[]; onChange: (columns: string) => void }) {
  const { t } = useI18n();
  const all = useOptionalColumns();
  return (
    <details className="relative">
      <summary className={`${buttonClass("plain")} list-none`}>{t("companies.columns")}</summary>
      <fieldset className="sheet absolute right-0 z-30 mt-1 grid min-w-44 gap-1 p-3 shadow-xl">
        <legend className="sr-only">{t("companies.columns")}</legend>
        {optional.map((name) => (
          <label key={name} className="flex min-h-7 items-center gap-2">
            <input type="checkbox" className="accent-accent" checked={chosen.includes(name)}
              onChange={(e) => onChange(optional.filter((c) => (c === name ? e.target.checked : chosen.includes(c))).join(",") || "none")} />
            {all[name].label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

/** How many there are nobody counts; whether there are some is one row. */
function DuplicatesLink() {
  const { t } = useI18n();
  const isThereAny = Boolean(useQuery(duplicatePairs({ limit: 1 })).data?.items.length);
  return (
    <Link to="/companies/duplicates" className={buttonClass("plain")}>
      {t("duplicates.title")}
      {isThereAny && <Badge tone="warn">{t("duplicates.toDecide")}</Badge>}
    </Link>
  );
}

export default function Companies() {
  const { t } = useI18n();
  const [address, setAddress] = useSearchParams();
  const [selection, setSelection] = useState(nothing);
  const mayEdit = useCan("EDITOR");
  const asked = readSelection(address);
  const { filters, search, order } = asked;
  const chosen = readColumns(address);
  const counts = useQuery(companyCounts({ filters, search }));
  const first = useQuery(companies({ ...toQuery(asked), limit: CHUNK }));
  const file = useExportCompanies();
  const change = (how: (now: URLSearchParams) => URLSearchParams) => {
    setSelection(nothing);
    setAddress(how, { replace: true });
  };
  const columns = useColumns(chosen, selection, mayEdit ? (c, on) => setSelection((now) => {
    const ids = new Map(now.ids);
    if (on) ids.set(c.id, c);
    else ids.delete(c.id);
    return { ids, isAll: false };
  }) : undefined);
  const { order: _, ...exported } = toQuery(asked);
  return (
    <Page title={t("companies.title")} actions={(
      <>
        <DuplicatesLink />
        <ColumnMenu chosen={chosen} onChange={(v) => setAddress((a) => withFilter(a, "columns", v), { replace: true })} />
        <Button disabled={file.isPending} onClick={() => file.mutate({ ...exported, bom: true }, {
          onSuccess: (blob) => saveFile(blob, "companies.csv"), onError: (e) => toast(explain(e, t), true),
        })}>{t(file.isPending ? "companies.exporting" : "companies.export")}</Button>
      </>
    )}>
      <div className="grid items-start gap-4 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <details className="sheet min-w-0" open={matchMedia("(width >= 64rem)").matches}>
          <summary className="px-4 pt-3.5 pb-2 font-semibold">{t("filter.all")}</summary>
          <CompanyFacetPanel facets={counts.data?.facets} filters={filters} change={change} />
        </details>
        <div className="sheet min-w-0">
          <FilterBar total={first.data?.total} isCapped={first.data?.total_is_capped} isFiltered={asked.isFiltered}
            onClear={() => change((a) => new URLSearchParams(a.has("columns") ? { columns: a.get("columns") ?? "" } : {}))}>
            <SearchBox value={search ?? ""} hint={t("companies.searchHint")} onChange={(x) => change((a) => withFilter(a, "search", x))} />
            <Choice label={t("filter.order")} value={order} choices={gatewayCompanyOrderValues.map((o) => [o, t(`order.${o}`)])}
              onChange={(x) => change((a) => withFilter(a, "order", x))} />
          </FilterBar>
          {(selection.isAll || selection.ids.size > 0) && (
            <CompanyBulk chosen={selection.ids} isAll={selection.isAll} total={counts.data?.total ?? 0} filters={filters} search={search}
              onSelectAll={asked.isFiltered ? () => setSelection((now) => ({ ...now, isAll: true })) : undefined}
              onClear={() => setSelection(nothing)} />
          )}
          <Loaded query={first} rows={10}>
            {(data) => data.items.length === 0 ? (
              asked.isFiltered
                ? <Empty title={t("companies.none")} hint={t("leads.noneHint")} />
                : (
                  <Empty title={t("companies.empty")} hint={t("companies.emptyHint")}>
                    <Link to="/scrape" className={buttonClass("primary")}>{t("overview.startSearch")}</Link>
                  </Empty>
                )
            ) : (
              <LongTable key={JSON.stringify(toQuery(asked))} caption={t("companies.title")} columns={columns}
                total={data.total_is_capped ? undefined : data.total} rowKey={(c) => c.id}
                chunk={(after) => companies({ ...toQuery(asked), limit: CHUNK, after })} />
            )}
          </Loaded>
        </div>
      </div>
    </Page>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { lmSourceValues, scraperScrapeStatusValues } from "../../api/contract";
import { schedules, searches } from "../../api/queries";
import { useI18n } from "../../i18n";
import { oneOf, text } from "../../lib/filters";
import { useCan } from "../../lib/use-can";
import { useSourceName } from "../../lib/use-source-name";
import { Choice, FilterBar, useFilters } from "../../ui/filter-bar";
import { Section } from "../../ui/page";
import { PAGE_SIZE, Pager } from "../../ui/pager";
import { Empty, Loaded } from "../../ui/states";
import { Table } from "../../ui/table";
import { SearchForm } from "./search-form";
import { useSearchColumns } from "./search-row";

const filters = { source: oneOf(lmSourceValues), status_filter: oneOf(scraperScrapeStatusValues), schedule_id: text };

function SearchList() {
  const { t } = useI18n();
  const sourceName = useSourceName();
  const state = useFilters(filters);
  const { values: v, set } = state;
  const query = useQuery(searches({ ...v, page: state.page, page_size: PAGE_SIZE }));
  const repeated = useQuery(schedules()).data?.items ?? [];
  const columns = useSearchColumns();
  return (
    <div className="sheet">
      <FilterBar total={query.data?.total} isCapped={query.data?.total_is_capped} isFiltered={state.isFiltered} onClear={state.clear}>
        <Choice label={t("filter.source")} any={t("filter.any")} value={v.source ?? ""}
          choices={lmSourceValues.map((s) => [s, sourceName(s)])} onChange={(x) => set("source", x)} />
        <Choice label={t("filter.status")} any={t("filter.any")} value={v.status_filter ?? ""}
          choices={scraperScrapeStatusValues.map((s) => [s, t(`status.${s}`)])} onChange={(x) => set("status_filter", x)} />
        {repeated.length > 0 && (
          <Choice label={t("schedules.one")} any={t("filter.any")} value={v.schedule_id ?? ""}
            choices={repeated.map((s) => [s.id ?? "", s.name])} onChange={(x) => set("schedule_id", x)} />
        )}
      </FilterBar>
      <Loaded query={query}>
        {(data) => data.items.length === 0
          ? (state.isFiltered
            ? <Empty title={t("searches.none")} hint={t("searches.noneHint")} />
            : <Empty title={t("searches.empty")} hint={t("searches.emptyHint")} />)
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
    <div className="grid gap-4">
      {mayEdit && <Section title={t("searches.start")} hint={t("searches.startHint")}><SearchForm /></Section>}
      <SearchList />
    </div>
  );
}

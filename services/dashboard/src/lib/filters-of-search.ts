// SPDX-License-Identifier: Apache-2.0
// What a search is narrowed by. Which of these a source takes, it says itself (GET /scrape/sources).
import type { SearchFilters, SourceInfo, StartScrape } from "../api/types";
import type { FormValues } from "../ui/form";
import { toList, toNumber, toText } from "./values";

export type FilterName = keyof SearchFilters;

/** How each is typed; one that is new in the contract does not compile until it stands here. */
export const filterKinds: Record<FilterName, "text" | "list" | "number" | "date" | "country"> = {
  location: "text",
  country: "country",
  category: "text",
  industries: "list",
  legal_form: "text",
  sbi_codes: "list",
  registered_after: "date",
  company_size: "text",
  employee_ranges: "list",
  funding_stage: "text",
  job_titles: "list",
  min_vacancies: "number",
};
export const filterNames = Object.keys(filterKinds) as FilterName[];

/** In our order; a filter that is newer than this page is left out. */
export function filtersOf(source: SourceInfo | undefined): FilterName[] {
  return filterNames.filter((name) => source?.filters?.includes(name));
}

/** Names as forms have them, which are those of the gateway's complaints. */
export const fieldOf = (name: FilterName) => `filters.${name}`;

/** What the form says of the filters that the source takes; what was typed for another source stays behind. */
function readFilters(v: FormValues, source: SourceInfo | undefined): SearchFilters {
  const read: Record<string, unknown> = {};
  for (const name of filtersOf(source)) {
    const value = v[fieldOf(name)];
    const kind = filterKinds[name];
    read[name] = kind === "list" ? toList(value) : kind === "number" ? toNumber(value) : toText(value);
  }
  return read as SearchFilters;
}

/** What a form says about a search; shared by searches and schedules. */
export function readSearch(v: FormValues, sources: readonly SourceInfo[]): StartScrape {
  const source = sources.find((s) => s.name === v.source);
  return {
    source: v.source as StartScrape["source"],
    keywords: source?.keywords === "KEYWORDS_NONE" ? [] : toList(v.keywords),
    filters: readFilters(v, source),
    max_pages: toNumber(v.max_pages),
  };
}

/** A form about a search as it stands, or an empty one for the first source that can be asked. */
export function searchValues(search: Partial<StartScrape>, sources: readonly SourceInfo[]): FormValues {
  const first = sources.find((s) => s.state === "SOURCE_READY") ?? sources[0];
  const values: FormValues = {
    source: search.source ?? first?.name ?? "",
    keywords: (search.keywords ?? []).join(", "),
    max_pages: String(search.max_pages ?? 5),
  };
  for (const name of filterNames) {
    const value = search.filters?.[name];
    values[fieldOf(name)] = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  }
  return values;
}

/** The filters that are set, as text. */
export function setFilters(filters: SearchFilters | undefined): (readonly [FilterName, string])[] {
  return filterNames.flatMap((name) => {
    const value = filters?.[name];
    const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
    return text ? [[name, text] as const] : [];
  });
}

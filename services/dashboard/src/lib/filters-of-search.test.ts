// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { SourceInfo } from "../api/types";
import { filtersOf, readSearch, searchValues, setFilters } from "./filters-of-search";

const source = (name: SourceInfo["name"], filters: string[], more: Partial<SourceInfo> = {}) =>
  ({ name, title: name, description: "", filters, keywords: "KEYWORDS_NEEDED", state: "SOURCE_READY", ...more }) as SourceInfo;
const indeed = source("INDEED", ["min_vacancies", "location"]);
const kvk = source("KVK", ["sbi_codes", "registered_after", "one_of_tomorrow"], { keywords: "KEYWORDS_OPTIONAL" });
const apollo = source("APOLLO", ["industries", "country"], { keywords: "KEYWORDS_NONE", state: "SOURCE_NEEDS_KEY" });

test("a source is asked for the filters it takes, in our order, and for none that we do not know", () => {
  expect(filtersOf(indeed)).toEqual(["location", "min_vacancies"]);
  expect(filtersOf(kvk)).toEqual(["sbi_codes", "registered_after"]);
  expect(filtersOf(undefined)).toEqual([]);
});

test("what was typed for another source stays behind", () => {
  const typed = {
    source: "APOLLO", keywords: "data, sales", max_pages: "2",
    "filters.location": "Utrecht", "filters.industries": "software, ,care", "filters.country": "",
  };
  expect(readSearch(typed, [indeed, apollo])).toEqual({
    source: "APOLLO", keywords: [], filters: { industries: ["software", "care"], country: undefined }, max_pages: 2,
  });
  expect(readSearch({ ...typed, source: "INDEED", "filters.min_vacancies": "7" }, [indeed, apollo])).toEqual({
    source: "INDEED", keywords: ["data", "sales"], filters: { location: "Utrecht", min_vacancies: 7 }, max_pages: 2,
  });
});

test("a search that is edited and saved is the same search", () => {
  const before = {
    source: "KVK" as const, keywords: ["bakker"], max_pages: 3,
    filters: { sbi_codes: ["6201", "6202"], registered_after: "2026-01-31" },
  };
  expect(readSearch(searchValues(before, [kvk]), [kvk])).toEqual(before);
});

test("a new search begins with a source that can be asked", () => {
  expect(searchValues({}, [apollo, indeed]).source).toBe("INDEED");
  expect(searchValues({}, []).source).toBe("");
});

test("of a search's filters those are told that are set", () => {
  expect(setFilters({ location: "Ede", sbi_codes: [], industries: ["a", "b"] })).toEqual([["location", "Ede"], ["industries", "a, b"]]);
  expect(setFilters(undefined)).toEqual([]);
});

// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { industryName, readSelection, toQuery, withExcluded, withRange, withValue } from "./company-filters";

const read = (query: string) => readSelection(new URLSearchParams(query));

test("an address says which values are wanted and which are not", () => {
  expect(read("country=NL&country=BE&not=country&status=COMPANY_NEW&has_email=true&employees=10-&order=BY_NAME")).toEqual({
    filters: {
      country: { values: ["NL", "BE"], exclude: true }, status: { values: ["COMPANY_NEW"] }, has_email: true,
      employees: { from: 10 },
    },
    search: undefined, order: "BY_NAME", isFiltered: true,
  });
});

test("what no filter knows is left out, and what is not known can be asked for", () => {
  expect(read("status=NEWW&source=&has_email=yes&employees=-&vacancies=a-b&order=X&utm=1")).toEqual({
    filters: {}, search: undefined, order: "BY_NEWEST", isFiltered: false,
  });
  expect(read("country=").filters).toEqual({ country: { values: [""] } });
});

test("values come and go, and with the last one its exclusion", () => {
  let address = withValue(new URLSearchParams("search=x"), "city", "Gent, Oost", true);
  address = withExcluded(withValue(address, "city", "", true), "city", true);
  expect(readSelection(address).filters.city).toEqual({ values: ["Gent, Oost", ""], exclude: true });
  address = withValue(withValue(address, "city", "", false), "city", "Gent, Oost", false);
  expect(address.toString()).toBe("search=x");
  expect(withRange(withRange(address, "employees", "", "50"), "employees", "", "").toString()).toBe("search=x");
});

test("a GET names what is inside by dots", () => {
  expect(toQuery(read("country=NL&not=country&has_leads=false&vacancies=5-9&search=b"))).toEqual({
    order: "BY_NEWEST", search: "b", "filters.country.values": ["NL"], "filters.country.exclude": true,
    "filters.has_leads": false, "filters.vacancies.from": 5, "filters.vacancies.to": 9,
  });
});

test("industries of our own list are written as people write them", () => {
  expect(["software_saas", "Bouw & infra"].map(industryName)).toEqual(["Software saas", "Bouw & infra"]);
});

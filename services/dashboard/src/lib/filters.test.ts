// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { flag, oneOf, readFilters, readPage, text, withFilter } from "./filters";

const spec = { search: text, status: oneOf(["NEW", "REPLIED"] as const), has_email: flag };
const read = (query: string) => readFilters(spec, new URLSearchParams(query));

test("reads what is meant for the filters and nothing else", () => {
  expect(read("search=bakker&status=REPLIED&has_email=false&utm=x")).toEqual({
    search: "bakker", status: "REPLIED", has_email: false,
  });
});

test("leaves out what no filter knows or is empty", () => {
  expect(read("search=&status=replied&has_email=yes")).toEqual({});
});

test("a page is a whole number from 1", () => {
  expect(["page=7", "page=0", "page=-1", "page=1e9", "page=x", ""].map((q) => readPage(new URLSearchParams(q))))
    .toEqual([7, 1, 1, 1, 1, 1]);
});

test("a changed filter begins at page 1 and keeps the others", () => {
  const now = new URLSearchParams("status=NEW&page=4");
  expect(withFilter(now, "search", "x").toString()).toBe("status=NEW&search=x");
  expect(withFilter(now, "status", "").toString()).toBe("");
  expect(withFilter(now, "page", "5").toString()).toBe("status=NEW&page=5");
});

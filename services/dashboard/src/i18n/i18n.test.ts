// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { type Dictionary, en } from "./en";
import { makeFormat } from "./format";
import { nl } from "./nl";
import { makeTranslate } from "./translate";

const names = (text: string | { one: string; other: string }): (string | undefined)[] =>
  typeof text === "string"
    ? [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
    : [...names(text.one), ...names(text.other)].sort();

test("both languages fill in the same names", () => {
  for (const [key, text] of Object.entries(en as Dictionary))
    expect([key, names(nl[key as keyof Dictionary])]).toEqual([key, names(text)]);
});

test("a count chooses the form, and is written in the reader's way", () => {
  const english = makeTranslate(en, "en-GB");
  const dutch = makeTranslate(nl, "nl-NL");
  expect(english("filter.results", { count: 1 })).toBe("1 result");
  expect(english("filter.results", { count: 1284 })).toBe("1,284 results");
  expect(dutch("filter.results", { count: 1284 })).toBe("1.284 resultaten");
});

test("what is not given stays to be seen", () => {
  expect(makeTranslate(en, "en-GB")("message.day")).toBe("Day {day}");
});

test("moments stand in the reader's zone and way of writing", () => {
  const at = "2026-03-29T00:30:00.000Z";
  expect(makeFormat("nl-NL", "Europe/Amsterdam").dateTime(at)).toBe("29 mrt, 01:30");
  expect(makeFormat("en-GB", "America/New_York").dateTime(at)).toBe("28 Mar, 20:30");
  expect(makeFormat("nl-NL").weekday(0)).toBe("ma");
  expect([makeFormat("en-GB").percent(1, 3), makeFormat("en-GB").percent(1, 0)]).toEqual(["33%", "0%"]);
});

// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { CompanyFact, Duplicate, DuplicatePair } from "../api/types";
import { bestKnown, compareWords, inOrder, isDisputed, pairKey, saidBy } from "./duplicates";

const fact = (record_id: string, field: string, value: string, more: Partial<CompanyFact> = {}): CompanyFact =>
  ({ record_id, field, value, source: "INDEED", found_at: "2026-01-01T00:00:00Z", is_shown: false, is_edit: false, ...more });
const one = (company_id: string, domain?: string): Duplicate => ({ company_id, domain, name: company_id, score: 0.8, reason: "same words" });
const pair = (a: Duplicate, b: Duplicate): DuplicatePair => ({ one: a, other: b, score: 0.8, reason: "same words" });

test("a company that went up in another is called as its own record calls it", () => {
  const facts = [fact("a", "name", "Oost BV", { is_shown: true }), fact("b", "name", "Bakkerij Oost"), fact("b", "city", "Ede")];
  expect(saidBy(facts, "b")).toEqual({ name: "Bakkerij Oost", city: "Ede" });
  expect(saidBy(facts, "c")).toEqual({});
  expect([isDisputed(facts, "name"), isDisputed(facts, "city")]).toEqual([true, false]);
});

test("who has a website stays; a pair is the same pair from both sides", () => {
  expect(inOrder(pair(one("a"), one("b", "b.nl"))).map((c) => c.company_id)).toEqual(["b", "a"]);
  expect(inOrder(pair(one("a"), one("b"))).map((c) => c.company_id)).toEqual(["a", "b"]);
  expect(pairKey(pair(one("a"), one("b")))).toBe(pairKey(pair(one("b"), one("a"))));
});

test("words are marked that the other one does not have, whatever their case and commas", () => {
  const marked = (text: string, other?: string) => compareWords(text, other).filter((w) => w.isOther).map((w) => w.text);
  expect(marked("Autobedrijf Velders, Zwolle", "autobedrijf Velder zwolle")).toEqual(["Velders,"]);
  expect(marked("velder.nl", "velder.com")).toEqual(["velder.nl"]);
  expect(marked("Zwolle", undefined)).toEqual([]);
  expect(compareWords("Bakkerij Oost", "Oost").map((w) => w.text).join(" ")).toBe("Bakkerij Oost");
});

test("of several the one stays that has people, then a website, then the oldest", () => {
  const c = (id: string, more: { domain?: string; lead_count?: number; created_at?: string }) => ({ id, created_at: "2026-02-01T00:00:00Z", ...more });
  const [old, site, people] = [c("old", { created_at: "2025-01-01T00:00:00Z" }), c("site", { domain: "x.nl" }), c("people", { lead_count: 2 })];
  expect(bestKnown([old, site, people])?.id).toBe("people");
  expect(bestKnown([old, site])?.id).toBe("site");
  expect(bestKnown([c("new", {}), old])?.id).toBe("old");
  expect(bestKnown([])).toBeUndefined();
});

// SPDX-License-Identifier: Apache-2.0
// Companies that are one, or may be.
import type { CompanyFact, Duplicate, DuplicatePair } from "../api/types";

/** How many can be put together at once. */
export const MERGE_MOST = 50;

/** What a company that went up in another said of itself; a record is called as the company that it began. */
export function saidBy(facts: readonly CompanyFact[], recordId: string): Partial<Record<string, string>> {
  const said: Partial<Record<string, string>> = {};
  for (const fact of facts) if (fact.record_id === recordId && !fact.is_edit) said[fact.field] ??= fact.value;
  return said;
}

/** A field that is said in more than one way: there is something to choose. */
export function isDisputed(facts: readonly CompanyFact[], field: string): boolean {
  return new Set(facts.filter((f) => f.field === field).map((f) => f.value)).size > 1;
}

export const pairKey = (pair: DuplicatePair) => [pair.one.company_id, pair.other.company_id].sort().join();

/** The one that stays first: who has a website is better known than who has none; else the older one. */
export function inOrder({ one, other }: DuplicatePair): readonly [Duplicate, Duplicate] {
  return !one.domain && other.domain ? [other, one] : [one, other];
}

export interface Word {
  text: string;
  isOther: boolean; // the other one does not have it
}

/** A text word by word, beside another one. What one of them lacks altogether is no difference between words. */
export function compareWords(text: string, other: string | undefined): Word[] {
  const fold = (word: string) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const known = new Set(other?.split(/\s+/).map(fold));
  return text.split(/\s+/).filter(Boolean).map((word) => ({ text: word, isOther: Boolean(other) && !known.has(fold(word)) }));
}

interface Known {
  id: string;
  domain?: string;
  lead_count?: number;
  created_at?: string;
}

/** Which of several stays unless somebody chooses another: with people, with a website, the oldest. */
export function bestKnown<C extends Known>(companies: readonly C[]): C | undefined {
  const rank = (c: Known) => [Math.min(c.lead_count ?? 0, 1), c.domain ? 1 : 0, -Date.parse(c.created_at ?? "")] as const;
  return [...companies].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || 0;
  })[0];
}

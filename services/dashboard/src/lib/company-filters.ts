// SPDX-License-Identifier: Apache-2.0
// Filters of companies between the address and the API: country=NL&country=BE&not=country&has_email=true&employees=10-50
import { gatewayCompanyOrderValues, lmCompanyStatusValues, lmSourceValues } from "../api/contract";
import type { CompanyFilters, CompanyOrder, CompanyQuery } from "../api/types";

export const words = ["status", "source", "country", "industry", "city"] as const;
export const flags = ["has_domain", "has_email", "has_phone", "has_linkedin", "has_funding", "has_leads"] as const;
export const ranges = ["employees", "vacancies", "score"] as const;
export type Word = (typeof words)[number];
export type Flag = (typeof flags)[number];
export type Range = (typeof ranges)[number];

const known: Partial<Record<Word, readonly string[]>> = { status: lmCompanyStatusValues, source: lmSourceValues };

export interface CompanySelection {
  filters: CompanyFilters;
  search?: string;
  order: CompanyOrder;
  isFiltered: boolean;
}

function readRange(raw: string): { from?: number; to?: number } | undefined {
  const found = /^(\d{0,7})-(\d{0,7})$/.exec(raw);
  if (!found || raw === "-") return undefined;
  return { ...(found[1] && { from: Number(found[1]) }), ...(found[2] && { to: Number(found[2]) }) };
}

/** What of the address is meant for the filters; anything else in it, and anything mistyped, is left out. */
export function readSelection(address: URLSearchParams): CompanySelection {
  const filters: CompanyFilters = {};
  const left = address.getAll("not");
  for (const word of words) {
    const values = address.getAll(word).filter((v) => known[word]?.includes(v) ?? v.length <= 200).slice(0, 100);
    if (values.length > 0) filters[word] = { values, ...(left.includes(word) && { exclude: true }) };
  }
  for (const flag of flags) {
    const raw = address.get(flag);
    if (raw === "true" || raw === "false") filters[flag] = raw === "true";
  }
  for (const range of ranges) {
    const found = readRange(address.get(range) ?? "");
    if (found) filters[range] = found;
  }
  const search = address.get("search")?.slice(0, 100) || undefined;
  const order = gatewayCompanyOrderValues.find((o) => o === address.get("order")) ?? "BY_NEWEST";
  return { filters, search, order, isFiltered: search !== undefined || Object.keys(filters).length > 0 };
}

/** The address with one value more, or one less. */
export function withValue(address: URLSearchParams, word: Word, value: string, isChosen: boolean): URLSearchParams {
  const next = new URLSearchParams(address);
  const others = next.getAll(word).filter((v) => v !== value);
  next.delete(word);
  for (const v of isChosen ? [...others, value] : others) next.append(word, v);
  return next.has(word) ? next : withExcluded(next, word, false);
}

/** The address in which the values of this word are what is wanted, or what is not. */
export function withExcluded(address: URLSearchParams, word: Word, isExcluded: boolean): URLSearchParams {
  const next = new URLSearchParams(address);
  const others = next.getAll("not").filter((w) => w !== word);
  next.delete("not");
  for (const w of isExcluded ? [...others, word] : others) next.append("not", w);
  return next;
}

export function withRange(address: URLSearchParams, range: Range, from: string, to: string): URLSearchParams {
  const next = new URLSearchParams(address);
  if (from || to) next.set(range, `${from}-${to}`);
  else next.delete(range);
  return next;
}

/** As a GET has it: the names of what is inside stand behind dots. */
export function toQuery({ filters, search, order }: Omit<CompanySelection, "isFiltered">): CompanyQuery {
  const query: Record<string, unknown> = { order, ...(search && { search }) };
  for (const [name, part] of Object.entries(filters)) {
    if (typeof part !== "object") query[`filters.${name}`] = part;
    else for (const [inner, value] of Object.entries(part)) query[`filters.${name}.${inner}`] = value;
  }
  return query;
}

/** software_saas, which is of our own list, as people write it; what a source calls a trade stays as it is. */
export function industryName(industry: string): string {
  if (!/^[a-z_]+$/.test(industry)) return industry;
  return industry.charAt(0).toUpperCase() + industry.slice(1).replaceAll("_", " ");
}

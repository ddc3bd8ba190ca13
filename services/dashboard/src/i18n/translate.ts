// SPDX-License-Identifier: Apache-2.0
import type { Dictionary, TextKey } from "./en";

export type Params = Record<string, string | number>;

/** Fills in {name}; numbers are written in the reader's way. */
function fill(text: string, params: Params, numbers: Intl.NumberFormat): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

export function makeTranslate(dictionary: Dictionary, locale: string) {
  const plural = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);

  return (key: TextKey, params: Params = {}): string => {
    const text = dictionary[key];
    if (typeof text === "string") return fill(text, params, numbers);
    const form = plural.select(Number(params.count ?? 0)) === "one" ? text.one : text.other;
    return fill(form, params, numbers);
  };
}

export type Translate = ReturnType<typeof makeTranslate>;

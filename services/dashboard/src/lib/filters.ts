// SPDX-License-Identifier: Apache-2.0
// Filters live in the address: a view can be linked, kept and walked back to.

type Reader<T> = (raw: string) => T | undefined;

export const text: Reader<string> = (raw) => raw.slice(0, 100) || undefined;

export const flag: Reader<boolean> = (raw) => (raw === "true" ? true : raw === "false" ? false : undefined);

export function oneOf<T extends string>(values: readonly T[]): Reader<T> {
  return (raw) => values.find((v) => v === raw);
}

export type Spec = Record<string, Reader<unknown>>;
export type Values<S extends Spec> = { [K in keyof S]?: NonNullable<ReturnType<S[K]>> };

/** What of the address is meant for these filters; anything else in it, and anything mistyped, is left out. */
export function readFilters<S extends Spec>(spec: S, search: URLSearchParams): Values<S> {
  const found: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(spec)) {
    const value = read(search.get(name) ?? "");
    if (value !== undefined) found[name] = value;
  }
  return found as Values<S>;
}

export function readPage(search: URLSearchParams): number {
  const raw = search.get("page") ?? "";
  return /^[1-9]\d{0,3}$/.test(raw) ? Number(raw) : 1;
}

/** The address with one filter changed; a changed filter begins at page 1. */
export function withFilter(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value) next.set(name, value);
  else next.delete(name);
  if (name !== "page") next.delete("page");
  return next;
}

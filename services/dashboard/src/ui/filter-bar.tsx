// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { useI18n } from "../i18n";
import { readFilters, readPage, type Spec, type Values, withFilter } from "../lib/filters";
import { Button } from "./button";

export interface FilterState<S extends Spec> {
  values: Values<S>;
  page: number;
  isFiltered: boolean;
  set: (name: keyof S & string, value: string) => void;
  setPage: (page: number) => void;
  clear: () => void;
}

export function useFilters<S extends Spec>(spec: S): FilterState<S> {
  const [search, setSearch] = useSearchParams();
  const values = readFilters(spec, search);
  return {
    values,
    page: readPage(search),
    isFiltered: Object.keys(values).length > 0,
    set: (name, value) => setSearch((now) => withFilter(now, name, value), { replace: true }),
    setPage: (page) => {
      setSearch((now) => withFilter(now, "page", page > 1 ? String(page) : ""));
      window.scrollTo({ top: 0 });
    },
    clear: () => setSearch({}),
  };
}

interface ChoiceProps {
  label: string;
  value: string;
  any?: string; // what the empty choice is called; without it there is none
  choices: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}

export function Choice({ label, value, any, choices, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="min-w-32 flex-1 md:max-w-44">
      <label htmlFor={id} className="block text-xs text-muted">{label}</label>
      <select id={id} className="control" value={value} onChange={(e) => onChange(e.target.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {choices.map(([v, text]) => <option key={v} value={v}>{text}</option>)}
      </select>
    </div>
  );
}

const PAUSE_MS = 250;

/** Types at once, asks when the typing pauses. */
export function SearchBox({ value, hint, onChange }: { value: string; hint: string; onChange: (value: string) => void }) {
  const { t } = useI18n();
  const id = useId();
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);

  useEffect(() => {
    if (value !== sent.current) setTyped(value); // cleared, or walked back to
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const type = (next: string) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = next.trim();
      onChange(next.trim());
    }, PAUSE_MS);
  };

  return (
    <div className="min-w-48 flex-[2]">
      <label htmlFor={id} className="block text-xs text-muted">{t("filter.search")}</label>
      <input id={id} type="search" className="control" placeholder={hint} value={typed} maxLength={100}
        onChange={(e) => type(e.target.value)} />
    </div>
  );
}

interface BarProps {
  total?: number;
  isCapped?: boolean;
  isFiltered: boolean;
  onClear: () => void;
  children: ReactNode;
}

export function FilterBar({ total, isCapped, isFiltered, onClear, children }: BarProps) {
  const { t } = useI18n();
  return (
    <search className="flex flex-wrap items-end gap-2 border-b border-line p-3">
      {children}
      <div className="flex min-h-9 flex-1 basis-full items-center justify-between gap-3 lg:basis-auto lg:justify-end">
        <p role="status" className="text-sm whitespace-nowrap text-muted tabular-nums">
          {total !== undefined && t(isCapped ? "filter.resultsCapped" : "filter.results", { count: total })}
        </p>
        {isFiltered && <Button small look="quiet" onClick={onClear}>{t("action.clear")}</Button>}
      </div>
    </search>
  );
}

// SPDX-License-Identifier: Apache-2.0
// What companies can be narrowed down by, with how many there are of each under all the other filters.
import { useId, useState } from "react";
import type { CompanyFacets, CompanyFilters, Count } from "../../api/types";
import { type TextKey, useI18n } from "../../i18n";
import { type Flag, flags, industryName, type Range, ranges, type Word, withExcluded, withRange, withValue, words } from "../../lib/company-filters";
import { withFilter } from "../../lib/filters";
import { useSourceName } from "../../lib/use-source-name";
import { Button } from "../../ui/button";
import { Choice } from "../../ui/filter-bar";

const SHOWN = 6;

type Change = (change: (address: URLSearchParams) => URLSearchParams) => void;

const flagNames: Record<Flag, TextKey> = {
  has_domain: "filter.domain", has_email: "filter.email", has_phone: "filter.phone", has_linkedin: "filter.linkedin",
  has_funding: "filter.funding", has_leads: "filter.people",
};

/** Values as people call them; countries in their language. */
function useValueName(): (word: Word, value: string) => string {
  const { t, language } = useI18n();
  const sourceName = useSourceName();
  const regions = new Intl.DisplayNames([language], { type: "region", fallback: "code" });
  return (word, value) => {
    if (value === "") return t("filter.unknown");
    if (word === "status") return t(`status.${value}` as TextKey);
    if (word === "source") return sourceName(value as Parameters<typeof sourceName>[0]);
    if (word === "country" && /^[A-Z]{2}$/.test(value)) return regions.of(value) ?? value;
    return word === "industry" ? industryName(value) : value;
  };
}

/** What is chosen stays to be seen, though nothing of it may be left. */
function withChosen(counts: readonly Count[], chosen: readonly string[]): Count[] {
  return [...counts, ...chosen.filter((v) => !counts.some((c) => c.value === v)).map((value) => ({ value, count: 0 }))];
}

function WordFacet({ word, counts, filters, change }: { word: Word; counts: readonly Count[]; filters: CompanyFilters; change: Change }) {
  const { t, format } = useI18n();
  const valueName = useValueName();
  const [isOpen, setOpen] = useState(false);
  const chosen = filters[word]?.values ?? [];
  const isExcluded = filters[word]?.exclude ?? false;
  const all = withChosen(counts, chosen);
  const shown = isOpen ? all : all.filter((c, i) => i < SHOWN || chosen.includes(c.value));
  const name = t(`filter.${word}`);
  if (all.length === 0) return null;
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{name}</legend>
      <div className="flex min-h-8 items-center justify-between">
        <span aria-hidden="true" className="text-xs text-muted">{name}</span>
        {chosen.length > 0 && (
          <Button small look={isExcluded ? "danger" : "quiet"} aria-pressed={isExcluded}
            aria-label={t("filter.notLabel", { name })} onClick={() => change((a) => withExcluded(a, word, !isExcluded))}>
            {t("filter.not")}
          </Button>
        )}
      </div>
      {shown.map((c) => (
        <label key={c.value} className="flex min-h-7 items-center gap-2">
          <input type="checkbox" className="shrink-0 accent-accent" checked={chosen.includes(c.value)}
            onChange={(e) => change((a) => withValue(a, word, c.value, e.target.checked))} />
          <span className={`min-w-0 flex-1 truncate ${isExcluded && chosen.includes(c.value) ? "line-through" : ""}`}>
            {valueName(word, c.value)}
          </span>
          <span className="text-sm text-muted tabular-nums">{format.number(c.count)}</span>
        </label>
      ))}
      {all.length > SHOWN && (
        <Button small look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t("filter.fewer") : t("filter.more", { count: all.length })}
        </Button>
      )}
    </fieldset>
  );
}

function FlagFacet({ flag, counts, value, change }: { flag: Flag; counts: readonly Count[]; value?: boolean; change: Change }) {
  const { t } = useI18n();
  const of = (v: string) => counts.find((c) => c.value === v)?.count ?? 0;
  return (
    <Choice label={t(flagNames[flag])} any={t("filter.any")} value={String(value ?? "")}
      choices={[["true", t("filter.with", { count: of("true") })], ["false", t("filter.without", { count: of("false") })]]}
      onChange={(v) => change((a) => withFilter(a, flag, v))} />
  );
}

function RangeFacet({ range, value, change }: { range: Range; value?: { from?: number; to?: number }; change: Change }) {
  const { t } = useI18n();
  const id = useId();
  const set = (end: "from" | "to", typed: string) => {
    const next = { from: String(value?.from ?? ""), to: String(value?.to ?? ""), [end]: typed.replace(/\D/g, "") };
    change((a) => withRange(a, range, next.from, next.to));
  };
  const end = (which: "from" | "to") => (
    <input className="control" inputMode="numeric" aria-label={`${t(`filter.${range}`)} ${t(`filter.${which}`)}`}
      placeholder={t(`filter.${which}`)} maxLength={7} value={value?.[which] ?? ""} onChange={(e) => set(which, e.target.value)} />
  );
  return (
    <div role="group" aria-labelledby={id}>
      <span id={id} className="block text-xs text-muted">{t(`filter.${range}`)}</span>
      <div className="flex gap-2">{end("from")}{end("to")}</div>
    </div>
  );
}

export function CompanyFacetPanel({ facets, filters, change }: { facets?: CompanyFacets; filters: CompanyFilters; change: Change }) {
  return (
    <div className="grid gap-3 p-3">
      {words.map((word) => (
        <WordFacet key={word} word={word} counts={facets?.[word] ?? []} filters={filters} change={change} />
      ))}
      {flags.map((flag) => (
        <FlagFacet key={flag} flag={flag} counts={facets?.[flag] ?? []} value={filters[flag]} change={change} />
      ))}
      {ranges.map((range) => <RangeFacet key={range} range={range} value={filters[range]} change={change} />)}
    </div>
  );
}

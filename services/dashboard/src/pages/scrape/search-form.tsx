// SPDX-License-Identifier: Apache-2.0
// The form of a search: it asks for what the chosen source takes.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useStartSearch } from "../../api/changes";
import { sources } from "../../api/queries";
import type { SourceInfo } from "../../api/types";
import { type TextKey, useI18n } from "../../i18n";
import { en } from "../../i18n/en";
import { countries } from "../../lib/countries";
import { type FilterName, fieldOf, filterKinds, filtersOf, readSearch, searchValues } from "../../lib/filters-of-search";
import { useApiText } from "../../lib/use-api-text";
import { Form, SelectField, TextField, useFormValue } from "../../ui/form";
import { Loaded } from "../../ui/states";
import { toast } from "../../ui/toast";

function FilterField({ name }: { name: FilterName }) {
  const { t, language } = useI18n();
  const kind = filterKinds[name];
  const label = t(`filters.${name}`);
  const hintKey = `filters.${name}.hint`;
  const hint = hintKey in en ? t(hintKey as TextKey) : kind === "list" ? t("searches.listHint") : undefined;
  if (kind === "country")
    return <SelectField name={fieldOf(name)} label={label} choices={[["", t("filters.anyCountry")], ...countries(language)]} />;
  return <TextField name={fieldOf(name)} label={label} hint={hint} type={kind === "list" ? "text" : kind} />;
}

/** Why a search in this source would be refused, or wait. */
function useObstacle(source: SourceInfo): string | null {
  const { t, format } = useI18n();
  switch (source.state) {
    case "SOURCE_NEEDS_KEY":
      return t("searches.needsKey", { source: source.title, setting: `scraper.${source.name.toLowerCase()}_key` });
    case "SOURCE_NOT_APPROVED":
      return t("searches.notApproved", { source: source.title });
    case "SOURCE_RESTING":
      return source.rests_until_at ? t("searches.resting", { source: source.title, at: format.dateTime(source.rests_until_at) }) : null;
    default:
      return null;
  }
}

function SourceNote({ source }: { source: SourceInfo }) {
  const obstacle = useObstacle(source);
  const apiText = useApiText();
  return (
    <div className="col-span-full min-h-6" aria-live="polite">
      <p className="text-sm text-muted">{apiText.source(source)}</p>
      {obstacle && <p className="mt-1 rounded-control bg-warm-soft px-3 py-2 text-sm text-warm">{obstacle}</p>}
    </div>
  );
}

export function SearchFields({ choices }: { choices: readonly SourceInfo[] }) {
  const { t } = useI18n();
  const chosen = useFormValue("source");
  const source = choices.find((s) => s.name === chosen);
  const isOptional = source?.keywords === "KEYWORDS_OPTIONAL";
  return (
    <>
      <SelectField name="source" label={t("filter.source")} choices={choices.map((s) => [s.name, s.title])} />
      {source?.keywords !== "KEYWORDS_NONE" && (
        <TextField name="keywords" label={t(isOptional ? "searches.keywordsOptional" : "searches.keywords")} hint={t("searches.listHint")} />
      )}
      {filtersOf(source).map((name) => <FilterField key={name} name={name} />)}
      <TextField name="max_pages" label={t("searches.maxPages")} hint={t("searches.maxPagesHint")} type="number" />
      {source && <SourceNote source={source} />}
    </>
  );
}

export function SearchForm() {
  const { t } = useI18n();
  const query = useQuery(sources());
  const start = useStartSearch();
  const [round, setRound] = useState(0); // a started search leaves an empty form
  return (
    <div className="px-4 pb-4">
      <Loaded query={query} rows={3}>
        {({ sources: all }) => (
          <Form key={round} label={t("searches.start")} submitLabel={t("searches.start")} initial={searchValues({}, all)}
            submit={(v) => start.mutateAsync(readSearch(v, all))}
            onDone={() => {
              toast(t("searches.started"));
              setRound(round + 1);
            }}>
            <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-5"><SearchFields choices={all} /></div>
          </Form>
        )}
      </Loaded>
    </div>
  );
}

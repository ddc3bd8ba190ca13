// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useStartSearch } from "../api/changes";
import { sources } from "../api/queries";
import type { Source, StartScrape } from "../api/types";
import { useI18n } from "../i18n";
import { useSourceName } from "../lib/use-source-name";
import { toList, toNumber, toText } from "../lib/values";
import { Form, type FormValues, SelectField, TextField } from "../ui/form";
import { Loaded } from "../ui/states";
import { toast } from "../ui/toast";

/** What a form says about a search; shared with schedules. */
export function readSearch(v: FormValues): StartScrape {
  return {
    source: v.source as Source,
    keywords: toList(v.keywords),
    filters: { location: toText(v["filters.location"]), min_vacancies: toNumber(v["filters.min_vacancies"]) },
    max_pages: toNumber(v.max_pages),
  };
}

export function SearchFields({ choices }: { choices: readonly Source[] }) {
  const { t } = useI18n();
  const sourceName = useSourceName();
  return (
    <>
      <SelectField name="source" label={t("filter.source")} choices={choices.map((s) => [s, sourceName(s)])} />
      <TextField name="keywords" label={t("searches.keywords")} hint={t("searches.keywordsHint")} />
      <TextField name="filters.location" label={t("searches.location")} />
      <TextField name="filters.min_vacancies" label={t("searches.minVacancies")} type="number" />
      <TextField name="max_pages" label={t("searches.maxPages")} type="number" />
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
      <Loaded query={query} rows={2}>
        {(data) => {
          const names = data.sources.map((s) => s.name);
          const empty = { source: names[0] ?? "INDEED", keywords: "", "filters.location": "", "filters.min_vacancies": "", max_pages: "5" };
          return (
            <Form key={round} label={t("searches.start")} submitLabel={t("searches.start")} initial={empty}
              submit={(v) => start.mutateAsync(readSearch(v))}
              onDone={() => {
                toast(t("searches.started"));
                setRound(round + 1);
              }}>
              <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-5"><SearchFields choices={names} /></div>
            </Form>
          );
        }}
      </Loaded>
    </div>
  );
}

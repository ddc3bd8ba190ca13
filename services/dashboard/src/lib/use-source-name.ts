// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { sources } from "../api/queries";
import type { Source } from "../api/types";
import { type TextKey, useI18n } from "../i18n";
import { en } from "../i18n/en";

/** Sources that are searched bring their own names (GET /scrape/sources); only ours are words of the dictionary. */
export function useSourceName(): (source: Source) => string {
  const { t } = useI18n();
  const { data } = useQuery(sources());
  return (source) => {
    const ours = `source.${source}`;
    return ours in en ? t(ours as TextKey) : (data?.sources.find((s) => s.name === source)?.title ?? source);
  };
}

// SPDX-License-Identifier: Apache-2.0
import type { SourceInfo } from "../api/types";
import { useI18n } from "../i18n";
import { reasons, sourceTexts } from "../i18n/nl-api";

/** Words of the API in the reader's language, as far as they are known; else as they came. */
export function useApiText() {
  const isDutch = useI18n().language === "nl";
  return {
    source: (source: Pick<SourceInfo, "name" | "description">) => (isDutch && sourceTexts[source.name]) || source.description,
    reason: (reason: string) => (isDutch && reasons[reason]) || reason,
  };
}

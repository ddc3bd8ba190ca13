// SPDX-License-Identifier: Apache-2.0
// Where companies come from: searches and what repeats them, files.
import { useI18n } from "../../i18n";
import { Page } from "../../ui/page";
import { Tabs } from "../../ui/tabs";

export default function Scrape() {
  const { t } = useI18n();
  return (
    <Page title={t("scrape.title")}>
      <Tabs label={t("scrape.sections")} tabs={[
        { to: "/scrape", label: t("searches.title"), isExact: true },
        { to: "/scrape/schedules", label: t("schedules.title") },
        { to: "/scrape/imports", label: t("imports.title") },
      ]} />
    </Page>
  );
}

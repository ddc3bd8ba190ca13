// SPDX-License-Identifier: Apache-2.0
// Where companies come from: searches and what repeats them, files.
import { useI18n } from "../../i18n";
import { useCan } from "../../lib/use-can";
import { Page } from "../../ui/page";
import { Tabs } from "../../ui/tabs";

export default function Scrape() {
  const { t } = useI18n();
  const mayProxy = useCan("ADMIN");
  return (
    <Page title={t("scrape.title")}>
      <Tabs label={t("scrape.sections")} tabs={[
        { to: "/scrape", label: t("searches.title"), isExact: true },
        { to: "/scrape/schedules", label: t("schedules.title") },
        { to: "/scrape/imports", label: t("imports.title") },
        { to: "/scrape/sources", label: t("sources.title") },
        ...(mayProxy ? [{ to: "/scrape/proxies", label: t("proxies.title") }] : []),
      ]} />
    </Page>
  );
}

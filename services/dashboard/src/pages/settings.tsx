// SPDX-License-Identifier: Apache-2.0
import { useI18n } from "../i18n";
import { Page } from "../ui/page";
import { Tabs } from "../ui/tabs";

const parts = ["scoring", "sending", "writing", "mailboxes"] as const;

export default function Settings() {
  const { t } = useI18n();
  return (
    <Page title={t("settings.title")}>
      <Tabs label={t("settings.sections")} tabs={parts.map((part) => ({ to: part, label: t(`settings.${part}`) }))} />
    </Page>
  );
}

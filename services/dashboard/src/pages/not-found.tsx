// SPDX-License-Identifier: Apache-2.0
import { Link } from "react-router";
import { useI18n } from "../i18n";
import { buttonClass } from "../ui/button";
import { Page } from "../ui/page";

export function NotFound() {
  const { t } = useI18n();
  return (
    <Page title={t("app.notFound")}>
      <p className="mb-4 text-muted">{t("app.notFoundHint")}</p>
      <Link to="/" className={buttonClass("plain")}>{t("app.toOverview")}</Link>
    </Page>
  );
}

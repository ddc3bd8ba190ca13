// SPDX-License-Identifier: Apache-2.0
import { Suspense } from "react";
import { NavLink, Outlet } from "react-router";
import { useI18n } from "../i18n";
import { Page } from "../ui/page";
import { Waiting } from "../ui/states";

const parts = ["scoring", "sending", "writing", "mailboxes"] as const;

export default function Settings() {
  const { t } = useI18n();
  return (
    <Page title={t("settings.title")}>
      <nav aria-label={t("settings.sections")} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
        {parts.map((part) => (
          <NavLink key={part} to={part}
            className={({ isActive }) => `-mb-px border-b-2 px-3 py-2 font-medium whitespace-nowrap ${
              isActive ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink"}`}>
            {t(`settings.${part}`)}
          </NavLink>
        ))}
      </nav>
      <Suspense fallback={<Waiting />}><Outlet /></Suspense>
    </Page>
  );
}

// SPDX-License-Identifier: Apache-2.0
// The frame of every page: navigation, who is signed in, and whether mails leave for the world.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef } from "react";
import { NavLink, Outlet, useLocation } from "react-router";
import { overview } from "../api/queries";
import type { TextKey } from "../i18n";
import { useI18n } from "../i18n";
import { Icon, type IconName, Mark } from "../ui/icons";
import { Waiting } from "../ui/states";
import { Toasts } from "../ui/toast";
import { Banner } from "./banner";
import { LiveDot } from "./live-dot";

// The menu brings a library of its own, which the first paint does without.
const AccountMenu = lazy(() => import("./account-menu"));

const places: readonly { to: string; name: IconName & string; label: TextKey }[] = [
  { to: "/", name: "overview", label: "nav.overview" },
  { to: "/leads", name: "leads", label: "nav.leads" },
  { to: "/companies", name: "companies", label: "nav.companies" },
  { to: "/review", name: "review", label: "nav.review" },
  { to: "/scrape", name: "searches", label: "nav.searches" },
  { to: "/settings", name: "settings", label: "nav.settings" },
];

function linkClass({ isActive }: { isActive: boolean }): string {
  return `relative flex flex-1 flex-col items-center gap-0.5 px-1 py-2 text-[0.6875rem] md:flex-none md:flex-row md:gap-3
    md:rounded-control md:px-3 md:text-base ${isActive
      ? "text-white md:bg-rail-raised max-md:shadow-[inset_0_2px_0_var(--color-rail-mark)] md:shadow-[inset_3px_0_0_var(--color-rail-mark)]"
      : "text-rail-muted hover:text-white"}`;
}

/** In a rail beside the page, or along the lower edge of a phone. */
function Navigation() {
  const { t, format } = useI18n();
  const pending = useQuery(overview()).data?.messages_pending_review ?? 0;
  return (
    <nav aria-label={t("nav.label")}
      className="fixed inset-x-0 bottom-0 z-30 flex bg-rail pb-[env(safe-area-inset-bottom)] md:static md:flex-col md:gap-0.5 md:px-3">
      {places.map(({ to, name, label }) => (
        <NavLink key={to} to={to} end={to === "/"} className={linkClass}>
          <Icon name={name} />
          <span className="max-w-full truncate">{t(label)}</span>
          {name === "review" && pending > 0 && (
            <span className="absolute top-1 right-1/2 translate-x-5 rounded-full bg-rail-mark px-1.5 text-[0.6875rem] leading-4 font-semibold text-rail tabular-nums md:static md:ml-auto md:translate-x-0">
              {format.number(pending)}
            </span>
          )}
        </NavLink>
      ))}
    </nav>
  );
}

/** A new page begins at its top, and a screen reader hears of it. */
function usePageStart() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

export function Shell() {
  const { t } = useI18n();
  const main = usePageStart();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent">
        {t("app.skip")}
      </a>
      <div className="bg-rail text-rail-ink md:sticky md:top-0 md:flex md:h-dvh md:flex-col">
        <div className="flex items-center gap-2.5 px-4 py-3 md:px-6 md:py-5">
          <Mark className="size-6 text-rail-mark" />
          <span className="text-lg font-semibold tracking-tight text-white">LeadMachine</span>
          <div className="ml-auto md:hidden"><Suspense><AccountMenu /></Suspense></div>
        </div>
        <Navigation />
        <div className="mt-auto hidden px-3 pb-4 md:block">
          <LiveDot />
          <Suspense><AccountMenu /></Suspense>
        </div>
      </div>
      <div className="min-w-0 pb-20 md:pb-8">
        <Banner />
        <main id="main" ref={main} tabIndex={-1} className="mx-auto max-w-[82rem] px-3 py-4 outline-none sm:px-6 md:py-6">
          <Suspense fallback={<Waiting />}><Outlet /></Suspense>
        </main>
      </div>
      <Toasts />
    </div>
  );
}

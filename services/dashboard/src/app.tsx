// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, useEffect, useSyncExternalStore } from "react";
import { createBrowserRouter, Navigate, RouterProvider } from "react-router";
import { isPassing } from "./api/problem";
import { session } from "./api/session";
import { I18nProvider } from "./i18n";
import { Login } from "./pages/login";
import { NotFound } from "./pages/not-found";
import { Overview } from "./pages/overview";
import { Shell } from "./shell/shell";

const Leads = lazy(() => import("./pages/leads"));
const LeadPage = lazy(() => import("./pages/lead"));
const Companies = lazy(() => import("./pages/companies"));
const CompanyPage = lazy(() => import("./pages/company/layout"));
const CompanyPeople = lazy(() => import("./pages/company/people"));
const CompanyHistory = lazy(() => import("./pages/company/history"));
const CompanyDuplicates = lazy(() => import("./pages/company/duplicates"));
const Duplicates = lazy(() => import("./pages/duplicates"));
const Review = lazy(() => import("./pages/review"));
const Scrape = lazy(() => import("./pages/scrape/layout"));
const Searches = lazy(() => import("./pages/scrape/searches"));
const Schedules = lazy(() => import("./pages/scrape/schedules"));
const Sources = lazy(() => import("./pages/scrape/sources"));
const Proxies = lazy(() => import("./pages/scrape/proxies"));
const Imports = lazy(() => import("./pages/scrape/imports"));
const ImportPage = lazy(() => import("./pages/scrape/import"));
const Settings = lazy(() => import("./pages/settings"));
const Scoring = lazy(() => import("./pages/settings/scoring"));
const Sending = lazy(() => import("./pages/settings/sending"));
const Writing = lazy(() => import("./pages/settings/writing"));
const Mailboxes = lazy(() => import("./pages/settings/mailboxes"));

/** Only what another try could change is tried again. */
function retry(count: number, error: unknown): boolean {
  return count < 2 && isPassing(error);
}

const client = new QueryClient({ defaultOptions: { queries: { retry, staleTime: 5_000 } } });

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      { path: "/", element: <Overview /> },
      { path: "/leads", element: <Leads /> },
      { path: "/leads/:id", element: <LeadPage /> },
      { path: "/companies", element: <Companies /> },
      { path: "/companies/duplicates", element: <Duplicates /> },
      {
        path: "/companies/:id",
        element: <CompanyPage />,
        children: [
          { index: true, element: <CompanyPeople /> },
          { path: "history", element: <CompanyHistory /> },
          { path: "duplicates", element: <CompanyDuplicates /> },
        ],
      },
      { path: "/review", element: <Review /> },
      {
        path: "/scrape",
        element: <Scrape />,
        children: [
          { index: true, element: <Searches /> },
          { path: "schedules", element: <Schedules /> },
          { path: "sources", element: <Sources /> },
          { path: "proxies", element: <Proxies /> },
          { path: "imports", element: <Imports /> },
          { path: "imports/:id", element: <ImportPage /> },
        ],
      },
      {
        path: "/settings",
        element: <Settings />,
        children: [
          { index: true, element: <Navigate to="scoring" replace /> },
          { path: "scoring", element: <Scoring /> },
          { path: "sending", element: <Sending /> },
          { path: "writing", element: <Writing /> },
          { path: "mailboxes", element: <Mailboxes /> },
        ],
      },
      { path: "*", element: <NotFound /> },
    ],
  },
]);

function Gate() {
  const isSignedIn = useSyncExternalStore(session.subscribe, session.isSignedIn);
  useEffect(() => {
    if (!isSignedIn) client.clear(); // nothing of one person is left for the next
  }, [isSignedIn]);
  return isSignedIn ? <RouterProvider router={router} /> : <Login />;
}

export function App() {
  return (
    <I18nProvider>
      <QueryClientProvider client={client}>
        <Gate />
      </QueryClientProvider>
    </I18nProvider>
  );
}

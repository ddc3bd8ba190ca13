// SPDX-License-Identifier: Apache-2.0
// Pages that belong together, under one title.
import { Suspense } from "react";
import { NavLink, Outlet } from "react-router";
import { Waiting } from "./states";

interface Tab {
  to: string;
  label: string;
  isExact?: boolean; // what lies below it is another tab
}

export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <>
      <nav aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <NavLink key={tab.to} to={tab.to} end={tab.isExact}
            className={({ isActive }) => `-mb-px border-b-2 px-3 py-2 font-medium whitespace-nowrap ${
              isActive ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink"}`}>
            {tab.label}
          </NavLink>
        ))}
      </nav>
      <Suspense fallback={<Waiting />}><Outlet /></Suspense>
    </>
  );
}

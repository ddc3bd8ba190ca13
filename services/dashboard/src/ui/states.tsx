// SPDX-License-Identifier: Apache-2.0
// What a page shows when it has nothing to show: waiting, failed, empty.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../api/problem";
import { useI18n } from "../i18n";
import type { Translate } from "../i18n/translate";
import { Button } from "./button";

/** Why a request failed, for the person in front of it. */
export function explain(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.code === "unreachable") return t("error.unreachable");
  if (error.status === 403) return t("error.forbidden");
  if (error.status === 404) return t("error.not_found");
  return error.message;
}

export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="px-6 py-12 text-center">
      <p className="text-lg font-semibold">{title}</p>
      {hint && <p className="mx-auto mt-1 max-w-md text-muted">{hint}</p>}
      {children && <div className="mt-4">{children}</div>}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useI18n();
  const id = error instanceof ApiError ? error.problem.request_id : undefined;
  return (
    <div role="alert" className="px-6 py-10 text-center">
      <p className="text-lg font-semibold">{t("error.title")}</p>
      <p className="mt-1 text-muted">{explain(error, t)}</p>
      {id && <p className="mt-1 text-xs text-muted">{t("error.request", { id })}</p>}
      <Button className="mt-4" onClick={retry}>{t("error.retry")}</Button>
    </div>
  );
}

export function Waiting({ rows = 6 }: { rows?: number }) {
  const { t } = useI18n();
  return (
    <div role="status" className="grid animate-pulse gap-3 p-4">
      <span className="sr-only">{t("action.loading")}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="h-5 rounded-control bg-sunken" style={{ width: `${94 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** The answer of a query, or the state it is in. An old answer stays while a new one fails. */
export function Loaded<T>({ query, rows, children }: {
  query: UseQueryResult<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Waiting rows={rows} />;
}

// SPDX-License-Identifier: Apache-2.0
// Figures of an import, and what became of each row.
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { answer, api } from "../../api/client";
import { scraperRowResultValues } from "../../api/contract";
import { importRows } from "../../api/queries";
import type { Import, ImportRow, RowResult } from "../../api/types";
import { useI18n } from "../../i18n";
import { isImportField, withoutField } from "../../lib/imports";
import { saveFile } from "../../lib/save-file";
import { StatusBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Figures } from "../../ui/figures";
import { Choice } from "../../ui/filter-bar";
import { Section } from "../../ui/page";
import { KeysetPager, PAGE_SIZE, useKeyset } from "../../ui/pager";
import { Empty, explain, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";
import { toast } from "../../ui/toast";

export function Counts({ data }: { data: Import }) {
  const { t } = useI18n();
  const c = data.counts ?? {};
  return (
    <Figures items={[
      [t("imports.rows"), c.rows ?? 0],
      [t("status.ROW_CREATED"), c.created ?? 0],
      [t("status.ROW_UPDATED"), c.updated ?? 0],
      [t("status.ROW_UNCHANGED"), c.unchanged ?? 0],
      [t("status.ROW_SKIPPED"), c.skipped ?? 0],
      [t("status.ROW_CONFLICT"), c.conflicts ?? 0],
      [t("status.ROW_REJECTED"), c.rejected ?? 0],
      [t("imports.undone"), c.undone],
      [t("imports.kept"), c.kept],
    ]} />
  );
}

/** What runs, as far as it says how far it is. */
export function Running({ data, label }: { data: Import; label: string }) {
  return (
    <div className="grid gap-1 px-4 pb-4">
      <p>{label}</p>
      <progress value={data.progress} max={1} aria-label={label} className="h-2 w-full accent-accent" />
    </div>
  );
}

/** The rejected rows as a file. */
function fetchErrors(id: string) {
  return answer(
    api.GET("/imports/{import_id}/errors", { params: { path: { import_id: id } }, parseAs: "blob" }),
  );
}

export function ErrorFile({ data }: { data: Import }) {
  const { t } = useI18n();
  const [isBusy, setBusy] = useState(false);
  if (!data.counts?.rejected) return null;
  const download = () => {
    setBusy(true);
    fetchErrors(data.id)
      .then((file) => saveFile(file, `${data.file_name.replace(/\.\w+$/, "")}-${t("imports.errorsName")}.csv`))
      .catch((e: unknown) => toast(explain(e, t), true))
      .finally(() => setBusy(false));
  };
  return <Button small disabled={isBusy} onClick={download}>{t("imports.errorFile")}</Button>;
}

function useColumns(): Column<ImportRow>[] {
  const { t } = useI18n();
  return [
    { label: t("imports.row"), cell: (r) => <span className="tabular-nums">{t("imports.rowNumber", { row: r.row })}</span> },
    { label: t("imports.result"), cell: (r) => <StatusBadge status={r.result} /> },
    {
      label: t("imports.why"),
      cell: (r) => r.message && (
        <span className="[overflow-wrap:anywhere]">
          {r.field && <strong className="font-medium">{isImportField(r.field) ? t(`field.${r.field}`) : r.field} </strong>}
          {withoutField(r.message, r.field)}
        </span>
      ),
    },
    {
      label: t("leads.company"),
      cell: (r) => r.company_id && (
        <Link to={`/companies/${r.company_id}`} className="text-accent hover:underline"
          aria-label={t("imports.companyOfRow", { row: r.row })}>{t("imports.company")}</Link>
      ),
    },
  ];
}

export function Report({ data, actions }: { data: Import; actions?: ReactNode }) {
  const { t } = useI18n();
  const [result, setResult] = useState<RowResult>();
  const place = useKeyset<number>();
  const query = useQuery(importRows(data.id, data.version ?? 0, { result, limit: PAGE_SIZE, after: place.after }));
  const columns = useColumns();
  const choose = (value: string) => {
    setResult(scraperRowResultValues.find((r) => r === value));
    place.first();
  };
  return (
    <Section title={t("imports.report")} actions={actions}>
      <div className="border-b border-line px-4 pb-3">
        <Choice label={t("imports.result")} any={t("filter.any")} value={result ?? ""}
          choices={scraperRowResultValues.map((r) => [r, t(`status.${r}`)])} onChange={choose} />
      </div>
      <Loaded query={query} rows={6}>
        {(rows) => rows.items.length === 0
          ? <Empty title={t("imports.noRows")} />
          : (
            <>
              <Table caption={t("imports.report")} columns={columns} rows={rows.items} rowKey={(r) => String(r.row)} />
              <KeysetPager place={place} total={rows.total} next={rows.next} />
            </>
          )}
      </Loaded>
    </Section>
  );
}

// SPDX-License-Identifier: Apache-2.0
// Files of companies: a new one, and those that were.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { useCreateImport, useDeleteImport } from "../../api/changes";
import { imports } from "../../api/queries";
import type { Import } from "../../api/types";
import { startUpload } from "../../api/uploads";
import { useI18n } from "../../i18n";
import { isMoving } from "../../lib/imports";
import { useCan } from "../../lib/use-can";
import { ActionButton } from "../../ui/action";
import { StatusBadge } from "../../ui/badge";
import { FileDrop } from "../../ui/file-drop";
import { Section, Time } from "../../ui/page";
import { KeysetPager, useKeyset } from "../../ui/pager";
import { Empty, explain, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";

export const FILE_TYPES = ".csv,.tsv,.txt,.xlsx";

function NewImport() {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useCreateImport();
  const take = (file: File) =>
    create.mutate(file, {
      onSuccess: (made) => {
        void startUpload(client, made, file);
        void navigate(`/scrape/imports/${made.id}`);
      },
    });
  return (
    <div className="grid gap-3 px-4 pb-4">
      <FileDrop label={t("imports.choose")} hint={t("imports.chooseHint")} accept={FILE_TYPES} isDisabled={create.isPending} onFile={take} />
      {create.error && <p role="alert" className="rounded-control bg-bad-soft px-3 py-2 text-bad">{explain(create.error, t)}</p>}
    </div>
  );
}

function useColumns(): Column<Import>[] {
  const { t, format } = useI18n();
  const remove = useDeleteImport();
  const mayEdit = useCan("EDITOR");
  const columns: Column<Import>[] = [
    {
      label: t("imports.file"),
      cell: (i) => (
        <>
          <Link to={`/scrape/imports/${i.id}`} className="row-link [overflow-wrap:anywhere]">{i.file_name}</Link>
          <span className="block text-sm text-muted">{format.bytes(i.size_bytes)}</span>
        </>
      ),
    },
    { label: t("leads.status"), cell: (i) => <StatusBadge status={i.status} /> },
    { label: t("imports.rows"), isNumber: true, cell: (i) => i.counts && format.number(i.counts.rows ?? 0) },
    { label: t("status.ROW_CREATED"), isNumber: true, cell: (i) => i.counts && format.number(i.counts.created ?? 0) },
    { label: t("status.ROW_UPDATED"), isNumber: true, cell: (i) => i.counts && format.number(i.counts.updated ?? 0) },
    { label: t("status.ROW_REJECTED"), isNumber: true, cell: (i) => i.counts && format.number(i.counts.rejected ?? 0) },
    { label: t("imports.at"), cell: (i) => <Time at={i.created_at} /> },
  ];
  if (mayEdit)
    columns.push({
      label: t("table.actions"), isAction: true,
      cell: (i) => !isMoving(i.status) && (
        <ActionButton change={remove} input={i.id} look="danger" label={t("imports.deleteLabel", { name: i.file_name })} ask={t("imports.deleteAsk")}>
          {t("action.delete")}
        </ActionButton>
      ),
    });
  return columns;
}

function ImportList() {
  const { t } = useI18n();
  const place = useKeyset<string>();
  const query = useQuery(imports(place.after));
  const columns = useColumns();
  return (
    <Section title={t("imports.list")}>
      <Loaded query={query} rows={4}>
        {(data) => data.items.length === 0
          ? <Empty title={t("imports.empty")} hint={t("imports.emptyHint")} />
          : (
            <>
              <Table caption={t("imports.list")} columns={columns} rows={data.items} rowKey={(i) => i.id} />
              <KeysetPager place={place} total={data.total} next={data.next} />
            </>
          )}
      </Loaded>
    </Section>
  );
}

export default function Imports() {
  const { t } = useI18n();
  const mayEdit = useCan("EDITOR");
  return (
    <div className="grid gap-4">
      {mayEdit && <Section title={t("imports.new")}><NewImport /></Section>}
      <ImportList />
    </div>
  );
}

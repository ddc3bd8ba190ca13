// SPDX-License-Identifier: Apache-2.0
// What each column of the file is: suggested, and a person has the last word.
import { useImportStep, useMapImport } from "../../api/changes";
import type { Import, ImportColumn } from "../../api/types";
import { useI18n } from "../../i18n";
import { countries } from "../../lib/countries";
import { atColumns, columnNames, columnValues, customChoice, importFields, readColumns } from "../../lib/imports";
import { toText } from "../../lib/values";
import { Badge } from "../../ui/badge";
import { CheckField, Form, SelectField, TextField, useFormValue } from "../../ui/form";
import { Section } from "../../ui/page";

const charsets = ["UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252"] as const;
const separators = [",", ";", "\t", "|"] as const;

/** How sure the suggestion is, until somebody says otherwise. */
function Sureness({ column: c }: { column: ImportColumn }) {
  const { t, format } = useI18n();
  const chosen = useFormValue(columnNames(c).field);
  if (c.confidence === undefined || chosen !== (c.custom_key ? customChoice : c.field)) return null;
  return (
    <Badge tone={c.confidence >= 0.9 ? "good" : c.confidence >= 0.6 ? "neutral" : "warn"}>
      {t("imports.sure", { percent: format.percent(c.confidence, 1) })}
    </Badge>
  );
}

function ColumnRow({ column: c }: { column: ImportColumn }) {
  const { t } = useI18n();
  const names = columnNames(c);
  const isCustom = useFormValue(names.field) === customChoice;
  const title = c.header || t("imports.column", { number: c.column });
  return (
    <li className="grid gap-x-6 gap-y-2 border-t border-line py-3 first:border-t-0 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">{title} <Sureness column={c} /></p>
        <p className="truncate text-sm text-muted">{(c.examples ?? []).filter(Boolean).join(" · ") || t("imports.noValues")}</p>
      </div>
      <div className="grid content-start gap-2 sm:grid-cols-2">
        <SelectField name={names.field} label={t("imports.columnLabel", { name: title })} isLabelHidden
          choices={[["", t("imports.leaveOut")], ...importFields.map((f) => [f, t(`field.${f}`)] as const), [customChoice, t("imports.custom")]]} />
        {isCustom && <TextField name={names.key} label={t("imports.customLabel", { name: title })} isLabelHidden />}
      </div>
    </li>
  );
}

/** How the file is read; a change reads it anew, and suggests anew. */
function Reading({ data, isReadOnly }: { data: Import; isReadOnly: boolean }) {
  const { t, language } = useI18n();
  const map = useMapImport();
  const isCsv = data.format !== "XLSX";
  const initial = {
    has_header: data.has_header ?? true, separator: data.separator ?? "", charset: data.charset ?? "", country: data.country ?? "",
  };
  const tabs: Record<string, string> = { "\t": t("imports.tab") };
  return (
    <Form label={t("imports.how")} initial={initial} submitLabel={t("imports.readAgain")} isReadOnly={isReadOnly}
      submit={(v) => map.mutateAsync({
        import_id: data.id, columns: [], has_header: v.has_header === true, country: toText(v.country),
        separator: String(v.separator) || undefined, charset: toText(v.charset),
      })}>
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-4">
        {isCsv && (
          <SelectField name="separator" label={t("imports.separator")}
            choices={[...new Set<string>([...(data.separator ? [data.separator] : [""]), ...separators])].map((s) => [s, tabs[s] ?? s])} />
        )}
        {isCsv && (
          <SelectField name="charset" label={t("imports.charset")}
            choices={[...(data.charset ? [] : [["", t("imports.charsetAuto")] as const]), ...charsets.map((c) => [c, c] as const)]} />
        )}
        <SelectField name="country" label={t("imports.country")} hint={t("imports.countryHint")}
          choices={[["", t("filters.anyCountry")], ...countries(language)]} />
        <CheckField name="has_header" label={t("imports.hasHeader")} />
      </div>
    </Form>
  );
}

export function ImportColumns({ data, mayEdit, onPreview }: { data: Import; mayEdit: boolean; onPreview: () => void }) {
  const { t } = useI18n();
  const map = useMapImport();
  const preview = useImportStep("preview");
  const submit = async (columns: ReturnType<typeof readColumns>) => {
    await map.mutateAsync({ import_id: data.id, columns }).catch((e: unknown) => {
      throw atColumns(e, columns);
    });
    await preview.mutateAsync(data.id);
    onPreview();
  };
  return (
    <div className="grid gap-4">
      {data.columns.length > 0 && (
        <Section title={t("imports.columns")} hint={t("imports.columnsHint")}>
          <div className="px-4 pb-4">
            <Form label={t("imports.columns")} initial={columnValues(data.columns)} submitLabel={t("imports.preview")}
              isReadOnly={!mayEdit} submit={(v) => submit(readColumns(v, data.columns))}>
              <ul>{data.columns.map((c) => <ColumnRow key={c.column} column={c} />)}</ul>
            </Form>
          </div>
        </Section>
      )}
      <Section title={t("imports.how")}>
        <div className="px-4 pb-4"><Reading data={data} isReadOnly={!mayEdit} /></div>
      </Section>
    </div>
  );
}

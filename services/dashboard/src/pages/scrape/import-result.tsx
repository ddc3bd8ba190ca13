// SPDX-License-Identifier: Apache-2.0
// What became of a file: while it is taken in, after that, and while it is taken back.
import { useExecuteImport, useImportStep } from "../../api/changes";
import type { Import } from "../../api/types";
import { type TextKey, useI18n } from "../../i18n";
import { ActionButton } from "../../ui/action";
import { Section } from "../../ui/page";
import { Counts, ErrorFile, Report, Running } from "./import-rows";

const running: Partial<Record<Import["status"], TextKey>> = {
  IMPORT_RUNNING: "imports.running",
  IMPORT_UNDOING: "imports.undoing",
};

function Actions({ data }: { data: Import }) {
  const { t } = useI18n();
  const [execute, cancel, undo, preview] = [useExecuteImport(), useImportStep("cancel"), useImportStep("undo"), useImportStep("preview")];
  const stopped = data.status === "IMPORT_CANCELLED" || data.status === "IMPORT_FAILED";
  return (
    <div className="flex flex-wrap gap-2">
      {data.status === "IMPORT_RUNNING" && (
        <ActionButton change={cancel} input={data.id} look="danger" label={t("imports.stop")} ask={t("imports.stopAsk")}>{t("imports.stop")}</ActionButton>
      )}
      {stopped && (
        <ActionButton change={execute} input={{ id: data.id, strategy: data.strategy }} label={t("imports.goOn")}>{t("imports.goOn")}</ActionButton>
      )}
      {data.status === "IMPORT_UNDONE" && (
        <ActionButton change={preview} input={data.id} label={t("imports.preview")}>{t("imports.preview")}</ActionButton>
      )}
      {(stopped || data.status === "IMPORT_DONE") && (
        <ActionButton change={undo} input={data.id} look="danger" label={t("imports.undo")} ask={t("imports.undoAsk")}>{t("imports.undo")}</ActionButton>
      )}
      <ErrorFile data={data} />
    </div>
  );
}

export function ImportResult({ data, mayEdit }: { data: Import; mayEdit: boolean }) {
  const { t } = useI18n();
  const label = running[data.status];
  return (
    <div className="grid gap-4">
      <Section title={t("imports.step.result")} actions={mayEdit ? <Actions data={data} /> : <ErrorFile data={data} />}>
        <Counts data={data} />
        {label && <Running data={data} label={t(label)} />}
        {data.strategy && <p className="px-4 pb-4 text-sm text-muted">{t("imports.asChosen", { strategy: t(`strategy.${data.strategy}`) })}</p>}
      </Section>
      <Report data={data} />
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
// What would become of each row, and the decision.
import { useExecuteImport, useImportStep } from "../../api/changes";
import { scraperImportStrategyValues } from "../../api/contract";
import type { Import, ImportStrategy } from "../../api/types";
import { useI18n } from "../../i18n";
import { ActionButton } from "../../ui/action";
import { Button } from "../../ui/button";
import { Form, RadioField } from "../../ui/form";
import { Section } from "../../ui/page";
import { Counts, ErrorFile, Report, Running } from "./import-rows";

function Decision({ data }: { data: Import }) {
  const { t } = useI18n();
  const execute = useExecuteImport();
  return (
    <Section title={t("imports.decide")}>
      <div className="px-4 pb-4">
        <Form label={t("imports.decide")} initial={{ strategy: "FILL" }} submitLabel={t("imports.execute")}
          submit={(v) => execute.mutateAsync({ id: data.id, strategy: v.strategy as ImportStrategy })}>
          <RadioField name="strategy" label={t("imports.strategy")}
            choices={scraperImportStrategyValues.map((s) => [s, t(`strategy.${s}`), t(`strategy.${s}.hint`)])} />
        </Form>
      </div>
    </Section>
  );
}

export function ImportPreview({ data, mayEdit, onColumns }: { data: Import; mayEdit: boolean; onColumns: () => void }) {
  const { t } = useI18n();
  const cancel = useImportStep("cancel");
  const isRunning = data.status === "IMPORT_PREVIEWING";
  const actions = mayEdit && (isRunning
    ? <ActionButton change={cancel} input={data.id} label={t("action.cancel")}>{t("action.cancel")}</ActionButton>
    : <Button small onClick={onColumns}>{t("imports.toColumns")}</Button>);
  return (
    <div className="grid gap-4">
      <Section title={t("imports.step.preview")} actions={actions}>
        <Counts data={data} />
        {isRunning && <Running data={data} label={t("imports.previewing")} />}
      </Section>
      {!isRunning && mayEdit && <Decision data={data} />}
      <Report data={data} actions={<ErrorFile data={data} />} />
    </div>
  );
}

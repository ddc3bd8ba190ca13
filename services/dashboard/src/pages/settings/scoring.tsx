// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { scorerComponentValues } from "../../api/contract";
import { useSaveScoring } from "../../api/changes";
import { scoreConfig } from "../../api/queries";
import type { ScoreConfig } from "../../api/types";
import { useI18n } from "../../i18n";
import { useCan } from "../../lib/use-can";
import { fromList, toList, toNumber } from "../../lib/values";
import { FieldGroup, Form, type FormValues, TextArea, TextField } from "../../ui/form";
import { Section } from "../../ui/page";
import { Loaded } from "../../ui/states";

const weights = ["company_size", "industry", "growth", "activity", "location"] as const;
const thresholds = ["hot", "warm", "cool", "qualified"] as const;

function toForm(config: ScoreConfig): FormValues {
  const values: FormValues = {
    target_industries: fromList(config.target_industries),
    related_industries: fromList(config.related_industries),
  };
  for (const w of weights) values[`weights.${w}`] = String(config.weights?.[w] ?? "");
  for (const x of thresholds) values[`thresholds.${x}`] = String(config.thresholds?.[x] ?? "");
  return values;
}

function fromForm(v: FormValues): ScoreConfig {
  return {
    weights: Object.fromEntries(weights.map((w) => [w, toNumber(v[`weights.${w}`])])),
    thresholds: Object.fromEntries(thresholds.map((x) => [x, toNumber(v[`thresholds.${x}`])])),
    target_industries: toList(v.target_industries),
    related_industries: toList(v.related_industries),
  };
}

function Fields() {
  const { t } = useI18n();
  return (
    <>
      <FieldGroup title={t("scoring.weights")} hint={t("scoring.weightsHint")}>
        {weights.map((w, i) => {
          const component = scorerComponentValues[i];
          return component && <TextField key={w} name={`weights.${w}`} type="number" label={t(`component.${component}`)} />;
        })}
      </FieldGroup>
      <FieldGroup title={t("scoring.thresholds")} hint={t("scoring.rescore")}>
        <TextField name="thresholds.hot" type="number" label={t("class.HOT")} />
        <TextField name="thresholds.warm" type="number" label={t("class.WARM")} />
        <TextField name="thresholds.cool" type="number" label={t("class.COOL")} />
        <TextField name="thresholds.qualified" type="number" label={t("scoring.qualified")} />
      </FieldGroup>
      <FieldGroup title={t("scoring.industries")} hint={t("scoring.listHint")}>
        <TextArea name="target_industries" label={t("scoring.target")} />
        <TextArea name="related_industries" label={t("scoring.related")} />
      </FieldGroup>
    </>
  );
}

export default function Scoring() {
  const { t } = useI18n();
  const query = useQuery(scoreConfig());
  const save = useSaveScoring();
  const mayEdit = useCan("ADMIN");
  return (
    <Section title={t("settings.scoring")}>
      <div className="px-4 pb-4">
        <Loaded query={query}>
          {(config) => (
            <Form label={t("settings.scoring")} initial={toForm(config)} isReadOnly={!mayEdit}
              submit={(v) => save.mutateAsync(fromForm(v))}>
              <Fields />
            </Form>
          )}
        </Loaded>
      </div>
    </Section>
  );
}

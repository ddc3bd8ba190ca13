// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useSaveWriting } from "../../api/changes";
import { writingConfig } from "../../api/queries";
import type { WritingConfig } from "../../api/types";
import { languages, useI18n } from "../../i18n";
import { useCan } from "../../lib/use-can";
import { fromObject, toText } from "../../lib/values";
import { CheckField, FieldGroup, Form, type FormValues, SelectField, TextArea, TextField } from "../../ui/form";
import { Section } from "../../ui/page";
import { Loaded } from "../../ui/states";

/** The offers in further languages are not edited here and go back as they came. */
function fromForm(v: FormValues, config: WritingConfig): WritingConfig {
  return {
    auto_approve: v.auto_approve === true,
    sender_name: toText(v.sender_name),
    sender_company: toText(v.sender_company),
    value_proposition: toText(v.value_proposition),
    link_url: toText(v.link_url),
    language: toText(v.language),
    offers: config.offers,
  };
}

export default function Writing() {
  const { t } = useI18n();
  const query = useQuery(writingConfig());
  const save = useSaveWriting();
  const mayEdit = useCan("ADMIN");
  return (
    <Section title={t("settings.writing")}>
      <div className="px-4 pb-4">
        <Loaded query={query}>
          {(config) => (
            <Form label={t("settings.writing")} initial={fromObject(config)} isReadOnly={!mayEdit}
              submit={(v) => save.mutateAsync(fromForm(v, config))}>
              <CheckField name="auto_approve" label={t("writing.auto")} hint={t("writing.autoHint")} />
              <FieldGroup title={t("writing.sender")}>
                <TextField name="sender_name" label={t("writing.name")} autoComplete="name" />
                <TextField name="sender_company" label={t("writing.company")} autoComplete="organization" />
                <TextField name="link_url" type="url" label={t("writing.link")} />
              </FieldGroup>
              <FieldGroup title={t("writing.offer")} hint={t("writing.offerHint")}>
                <TextArea name="value_proposition" label={t("writing.offer")} />
                <SelectField name="language" label={t("writing.language")} choices={Object.entries(languages)} />
              </FieldGroup>
            </Form>
          )}
        </Loaded>
      </div>
    </Section>
  );
}

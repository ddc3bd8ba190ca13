// SPDX-License-Identifier: Apache-2.0
// A schedule, new or changed: a search, and when it is made again.
import { useQuery } from "@tanstack/react-query";
import { useAddSchedule, useChangeSchedule } from "../../api/changes";
import { sources } from "../../api/queries";
import type { Schedule, SourceInfo } from "../../api/types";
import { useI18n } from "../../i18n";
import { readSearch, searchValues } from "../../lib/filters-of-search";
import { readCron, rhythms, writeCron } from "../../lib/rhythm";
import { toText } from "../../lib/values";
import { Dialog } from "../../ui/dialog";
import { FieldGroup, Form, type FormValues, SelectField, TextField, useFormValue } from "../../ui/form";
import { Loaded } from "../../ui/states";
import { SearchFields } from "./search-form";

const DEFAULT_CRON = "0 6 * * *";
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

function TimeFields() {
  const { t, format } = useI18n();
  const rhythm = useFormValue("rhythm");
  return (
    <FieldGroup title={t("schedules.when")}>
      <SelectField name="rhythm" label={t("schedules.rhythm")} choices={rhythms.map((r) => [r, t(`schedules.${r}`)])} />
      {rhythm === "weekly" && (
        <SelectField name="weekday" label={t("schedules.weekday")}
          choices={Array.from({ length: 7 }, (_, i) => [String(i + 1), format.weekday(i)])} />
      )}
      {rhythm === "other"
        ? <TextField name="cron" label={t("schedules.cron")} hint={t("schedules.cronHint")} />
        : <TextField name="time" label={t("schedules.time")} type="time" />}
      <TextField name="timezone" label={t("sending.timezone")} suggestions={Intl.supportedValuesOf("timeZone")} />
    </FieldGroup>
  );
}

function valuesOf(schedule: Schedule | undefined, all: readonly SourceInfo[]): FormValues {
  const cron = schedule?.cron ?? DEFAULT_CRON;
  return {
    ...searchValues({ max_pages: 3, ...schedule }, all), // of a schedule only what a search has is read
    ...readCron(cron), cron, name: schedule?.name ?? "", timezone: schedule?.timezone ?? ownZone(),
  };
}

export function ScheduleDialog({ schedule, onClose }: { schedule?: Schedule; onClose: () => void }) {
  const { t } = useI18n();
  const query = useQuery(sources());
  const [add, change] = [useAddSchedule(), useChangeSchedule()];
  const title = schedule ? t("schedules.editTitle", { name: schedule.name }) : t("schedules.add");
  const submit = (v: FormValues, all: readonly SourceInfo[]) => {
    const { source, ...search } = readSearch(v, all);
    const wanted = { ...search, name: String(v.name), cron: writeCron(v), timezone: toText(v.timezone) };
    return schedule?.id ? change.mutateAsync({ id: schedule.id, ...wanted, without_keywords: !wanted.keywords?.length }) : add.mutateAsync({ source, ...wanted });
  };
  return (
    <Dialog title={title} hint={t("schedules.hint")} onClose={onClose}>
      <Loaded query={query} rows={4}>
        {({ sources: all }) => (
          <Form label={title} initial={valuesOf(schedule, all)} onDone={onClose} onCancel={onClose} submit={(v) => submit(v, all)}>
            <TextField name="name" label={t("schedules.name")} autoFocus />
            <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
              {/* another source would be another schedule */}
              <SearchFields choices={schedule ? all.filter((s) => s.name === schedule.source) : all} />
            </div>
            <TimeFields />
          </Form>
        )}
      </Loaded>
    </Dialog>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddDailySet, useAddSchedule, useDeleteSchedule, usePauseSchedule, useRunSchedule } from "../api/changes";
import { schedules, sources } from "../api/queries";
import type { Schedule } from "../api/types";
import { useI18n } from "../i18n";
import { useCan } from "../lib/use-can";
import { useSourceName } from "../lib/use-source-name";
import { fromList, toText } from "../lib/values";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Form, TextField } from "../ui/form";
import { Section, Time } from "../ui/page";
import { Empty, explain, Loaded } from "../ui/states";
import { type Column, Table } from "../ui/table";
import { toast } from "../ui/toast";
import { readSearch, SearchFields } from "./search-form";

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const query = useQuery(sources());
  const add = useAddSchedule();
  const names = query.data?.sources.map((s) => s.name) ?? [];
  const empty = {
    name: "", source: names[0] ?? "INDEED", keywords: "", "filters.location": "", "filters.min_vacancies": "", max_pages: "3",
    cron: "0 6 * * *", timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  return (
    <Dialog title={t("searches.addSchedule")} hint={t("searches.schedulesHint")} onClose={onClose}>
      <Form label={t("searches.addSchedule")} initial={empty} onDone={onClose} onCancel={onClose}
        submit={(v) => add.mutateAsync({
          ...readSearch(v), name: String(v.name), cron: toText(v.cron), timezone: toText(v.timezone),
        })}>
        <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
          <TextField name="name" label={t("searches.scheduleName")} />
          <SearchFields choices={names} />
          <TextField name="cron" label={t("searches.cron")} hint={t("searches.cronHint")} />
          <TextField name="timezone" label={t("sending.timezone")} />
        </div>
      </Form>
    </Dialog>
  );
}

function DeleteButton({ schedule: s }: { schedule: Schedule }) {
  const { t } = useI18n();
  const remove = useDeleteSchedule();
  if (!s.id) return null;
  const id = s.id;
  return (
    <Button small look="danger" disabled={remove.isPending} aria-label={t("searches.deleteLabel", { name: s.name })}
      onClick={() => remove.mutate(id, { onError: (e) => toast(explain(e, t), true) })}>
      {t("action.delete")}
    </Button>
  );
}

function TurnButtons({ schedule: s }: { schedule: Schedule }) {
  const { t } = useI18n();
  const pause = usePauseSchedule();
  const run = useRunSchedule();
  if (!s.id) return null;
  const id = s.id;
  const isOn = s.enabled ?? true;
  const onError = (e: Error) => toast(explain(e, t), true);
  return (
    <>
      <Button small disabled={run.isPending} aria-label={t("searches.runLabel", { name: s.name })}
        onClick={() => run.mutate(id, { onSuccess: () => toast(t("searches.started")), onError })}>
        {t("searches.run")}
      </Button>
      <Button small disabled={pause.isPending} aria-label={t(isOn ? "searches.pauseLabel" : "searches.resumeLabel", { name: s.name })}
        onClick={() => pause.mutate({ id, pause: isOn }, { onError })}>
        {t(isOn ? "searches.pause" : "searches.resume")}
      </Button>
    </>
  );
}

function DailyButton() {
  const { t } = useI18n();
  const add = useAddDailySet();
  return (
    <Button small disabled={add.isPending}
      onClick={() => add.mutate(Intl.DateTimeFormat().resolvedOptions().timeZone, { onError: (e) => toast(explain(e, t), true) })}>
      {t("searches.addDaily")}
    </Button>
  );
}

function useColumns(mayEdit: boolean): Column<Schedule>[] {
  const { t } = useI18n();
  const sourceName = useSourceName();
  const columns: Column<Schedule>[] = [
    { label: t("searches.scheduleName"), cell: (s) => <span className="font-semibold">{s.name}</span> },
    { label: t("filter.source"), cell: (s) => sourceName(s.source) },
    { label: t("searches.keywords"), cell: (s) => fromList(s.keywords) },
    { label: t("searches.cron"), cell: (s) => <span className="tabular-nums">{s.cron}</span> },
    {
      label: t("searches.next"),
      cell: (s) => (
        <>
          {s.next_run_at ? <Time at={s.next_run_at} /> : t("searches.paused")}
          {s.last_error && <span className="block text-sm text-bad">{s.last_error}</span>}
        </>
      ),
    },
  ];
  if (mayEdit) columns.push({ label: t("table.actions"), isAction: true, cell: (s) => <><TurnButtons schedule={s} /><DeleteButton schedule={s} /></> });
  return columns;
}

export function Schedules() {
  const { t } = useI18n();
  const [isAdding, setAdding] = useState(false);
  const query = useQuery(schedules());
  const mayEdit = useCan("EDITOR");
  const columns = useColumns(mayEdit);
  return (
    <Section title={t("searches.schedules")}
      actions={mayEdit && (
        <>
          <DailyButton />
          <Button small onClick={() => setAdding(true)}>{t("searches.addSchedule")}</Button>
        </>
      )}>
      <Loaded query={query} rows={2}>
        {(data) => data.items.length === 0
          ? <Empty title={t("searches.noSchedules")} hint={t("searches.schedulesHint")} />
          : <Table caption={t("searches.schedules")} columns={columns} rows={data.items} rowKey={(s) => s.id ?? s.name} />}
      </Loaded>
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
    </Section>
  );
}

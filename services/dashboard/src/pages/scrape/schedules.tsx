// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useAddDailySet, useChangeSchedule, useDeleteSchedule, useRunSchedule } from "../../api/changes";
import { schedules } from "../../api/queries";
import type { Schedule } from "../../api/types";
import { useI18n } from "../../i18n";
import { readCron } from "../../lib/rhythm";
import { useCan } from "../../lib/use-can";
import { useSourceName } from "../../lib/use-source-name";
import { fromList } from "../../lib/values";
import { ActionButton } from "../../ui/action";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Section, Time } from "../../ui/page";
import { Empty, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";
import { ScheduleDialog } from "./schedule-form";

function When({ schedule: s }: { schedule: Schedule }) {
  const { t, format } = useI18n();
  const { rhythm, time, weekday } = readCron(s.cron ?? "");
  const day = format.weekday(Number(weekday) - 1);
  return (
    <>
      <span className="md:whitespace-nowrap">{rhythm === "other" ? s.cron : t(`schedules.${rhythm}At`, { time, day })}</span>
      <span className="block text-sm text-muted">{s.timezone}</span>
    </>
  );
}

function LastTurn({ schedule: s }: { schedule: Schedule }) {
  const { t } = useI18n();
  return (
    <span>
      {s.last_run_at
        ? <Link to={`/scrape?schedule_id=${s.id}`} className="text-accent hover:underline"><Time at={s.last_run_at} /></Link>
        : <span className="whitespace-nowrap text-muted">{t("schedules.never")}</span>}
      {s.last_error && <span className="block text-sm text-bad">{s.last_error}</span>}
    </span>
  );
}

function Actions({ schedule: s, id, onEdit }: { schedule: Schedule; id: string; onEdit: () => void }) {
  const { t } = useI18n();
  const [run, change, remove] = [useRunSchedule(), useChangeSchedule(), useDeleteSchedule()];
  const turn = s.enabled ? "pause" : "resume";
  const { name } = s;
  return (
    <span className="inline-flex flex-wrap justify-end gap-1.5">
      <ActionButton change={run} input={id} label={t("schedules.runLabel", { name })} done={t("searches.started")}>{t("schedules.run")}</ActionButton>
      <ActionButton change={change} input={{ id, enabled: !s.enabled }} label={t(`schedules.${turn}Label`, { name })}>
        {t(`schedules.${turn}`)}
      </ActionButton>
      <Button small aria-label={t("schedules.editTitle", { name })} onClick={onEdit}>{t("action.edit")}</Button>
      <ActionButton change={remove} input={id} look="danger" label={t("schedules.deleteLabel", { name })} ask={t("schedules.deleteAsk")}>
        {t("action.delete")}
      </ActionButton>
    </span>
  );
}

function useColumns(onEdit: (schedule: Schedule) => void): Column<Schedule>[] {
  const { t } = useI18n();
  const sourceName = useSourceName();
  const mayEdit = useCan("EDITOR");
  const columns: Column<Schedule>[] = [
    {
      label: t("schedules.name"),
      cell: (s) => (
        <>
          <span className="font-semibold">{s.name}</span>
          <span className="block text-sm text-muted">{[sourceName(s.source), fromList(s.keywords)].filter(Boolean).join(", ")}</span>
        </>
      ),
    },
    {
      label: t("leads.status"),
      cell: (s) => <Badge tone={s.enabled ? "good" : "warn"}>{t(s.enabled ? "schedules.active" : "schedules.paused")}</Badge>,
    },
    { label: t("schedules.when"), cell: (s) => <span><When schedule={s} /></span> },
    { label: t("schedules.next"), cell: (s) => (s.enabled ? <Time at={s.next_run_at} /> : null) },
    { label: t("schedules.last"), cell: (s) => <LastTurn schedule={s} /> },
  ];
  if (mayEdit)
    columns.push({
      label: t("table.actions"), isAction: true, cell: (s) => s.id && <Actions schedule={s} id={s.id} onEdit={() => onEdit(s)} />,
    });
  return columns;
}

/** The daily set; what is there of it stays as it is. */
function DailyButton() {
  const { t } = useI18n();
  const label = t("schedules.addDaily");
  return (
    <ActionButton change={useAddDailySet()} input={Intl.DateTimeFormat().resolvedOptions().timeZone} label={label}>
      {label}
    </ActionButton>
  );
}

export default function Schedules() {
  const { t } = useI18n();
  const [open, setOpen] = useState<Schedule | "new" | null>(null);
  const query = useQuery(schedules());
  const mayEdit = useCan("EDITOR");
  const columns = useColumns(setOpen);
  return (
    <Section title={t("schedules.title")}
      actions={mayEdit && (
        <div className="flex flex-wrap gap-2">
          <DailyButton />
          <Button small onClick={() => setOpen("new")}>{t("schedules.add")}</Button>
        </div>
      )}>
      <Loaded query={query} rows={4}>
        {(data) => data.items.length === 0
          ? <Empty title={t("schedules.empty")} hint={t("schedules.emptyHint")} />
          : <Table caption={t("schedules.title")} columns={columns} rows={data.items} rowKey={(s) => s.id ?? s.name} />}
      </Loaded>
      {open && <ScheduleDialog schedule={open === "new" ? undefined : open} onClose={() => setOpen(null)} />}
    </Section>
  );
}

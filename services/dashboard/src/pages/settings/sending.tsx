// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { usePauseSending, useSaveSending } from "../../api/changes";
import { sendConfig, sendStatus } from "../../api/queries";
import type { SendConfig } from "../../api/types";
import { useI18n } from "../../i18n";
import { useCan } from "../../lib/use-can";
import { fromClock, fromObject, toClock, toNumber, toText } from "../../lib/values";
import { Button } from "../../ui/button";
import { CheckField, FieldGroup, Form, type FormValues, TextField } from "../../ui/form";
import { Section } from "../../ui/page";
import { explain, Loaded } from "../../ui/states";
import { toast } from "../../ui/toast";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const; // Monday is bit 0

function toForm(config: SendConfig): FormValues {
  const values: FormValues = {
    ...fromObject(config), confirm: "", from_minute: toClock(config.from_minute ?? 0), to_minute: toClock(config.to_minute ?? 0),
  };
  for (const day of DAYS) values[`day${day}`] = ((config.weekdays ?? 0) & (1 << day)) !== 0;
  return values;
}

function fromForm(v: FormValues): SendConfig {
  return {
    dry_run: v.dry_run === true,
    confirm: toText(v.confirm),
    daily_limit: toNumber(v.daily_limit),
    min_delay_seconds: toNumber(v.min_delay_seconds),
    max_delay_seconds: toNumber(v.max_delay_seconds),
    domain_hourly_limit: toNumber(v.domain_hourly_limit),
    from_minute: fromClock(v.from_minute, false),
    to_minute: fromClock(v.to_minute, true),
    timezone: toText(v.timezone),
    country: toText(v.country),
    weekdays: DAYS.reduce<number>((bits, day) => bits | (v[`day${day}`] === true ? 1 << day : 0), 0),
    keep_holidays: v.keep_holidays === true,
    track_opens: v.track_opens === true,
    track_clicks: v.track_clicks === true,
    postal_address: toText(v.postal_address),
  };
}

function Fields() {
  const { t, format } = useI18n();
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <CheckField name="dry_run" label={t("sending.mode")} hint={t("sending.modeHint")} />
        <TextField name="confirm" label={t("sending.confirm")} hint={t("sending.confirmHint")} />
      </div>
      <FieldGroup title={t("sending.pace")}>
        <TextField name="daily_limit" type="number" label={t("sending.daily")} />
        <TextField name="domain_hourly_limit" type="number" label={t("sending.domainHourly")} />
        <TextField name="min_delay_seconds" type="number" label={t("sending.minDelay")} />
        <TextField name="max_delay_seconds" type="number" label={t("sending.maxDelay")} />
      </FieldGroup>
      <FieldGroup title={t("sending.window")}>
        <TextField name="from_minute" type="time" label={t("sending.from")} />
        <TextField name="to_minute" type="time" label={t("sending.to")} />
        <TextField name="timezone" label={t("sending.timezone")} />
        <TextField name="country" label={t("sending.country")} />
        <div role="group" aria-label={t("sending.weekdays")} className="col-span-full flex flex-wrap gap-x-5 gap-y-2">
          {DAYS.map((day) => <CheckField key={day} name={`day${day}`} label={format.weekday(day)} />)}
        </div>
        <CheckField name="keep_holidays" label={t("sending.holidays")} />
      </FieldGroup>
      <FieldGroup title={t("sending.tracking")}>
        <CheckField name="track_opens" label={t("sending.opens")} />
        <CheckField name="track_clicks" label={t("sending.clicks")} />
        <TextField name="postal_address" label={t("sending.postal")} />
      </FieldGroup>
    </>
  );
}

function State() {
  const { t, format } = useI18n();
  const query = useQuery(sendStatus());
  const pause = usePauseSending();
  const mayEdit = useCan("EDITOR");
  return (
    <Section title={t("sending.state")} actions={mayEdit && query.data && (
      <Button small disabled={pause.isPending}
        onClick={() => pause.mutate(!query.data.is_paused, { onError: (e) => toast(explain(e, t), true) })}>
        {t(query.data.is_paused ? "sending.start" : "sending.pause")}
      </Button>
    )}>
      <Loaded query={query} rows={1}>
        {(s) => (
          <p className="px-4 pb-4 tabular-nums">
            {[
              t("sending.today", { sent: s.sent_today, limit: s.daily_limit }),
              t("sending.waiting", { count: s.pending_count }),
              s.next_scheduled_at && t("sending.next", { at: format.dateTime(s.next_scheduled_at) }),
            ].filter(Boolean).join(" · ")}
            {s.why_not && <span className="block text-muted">{s.why_not}</span>}
          </p>
        )}
      </Loaded>
    </Section>
  );
}

export default function Sending() {
  const { t } = useI18n();
  const query = useQuery(sendConfig());
  const save = useSaveSending();
  const mayEdit = useCan("ADMIN");
  return (
    <div className="grid gap-4">
      <State />
      <Section title={t("settings.sending")}>
        <div className="px-4 pb-4">
          <Loaded query={query}>
            {(config) => (
              <Form label={t("settings.sending")} initial={toForm(config)} isReadOnly={!mayEdit}
                submit={(v) => save.mutateAsync(fromForm(v))}>
                <Fields />
              </Form>
            )}
          </Loaded>
        </div>
      </Section>
    </div>
  );
}

// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { useJudgeLead } from "../api/changes";
import { engagement, lead as leadQuery, replies } from "../api/queries";
import type { Lead, TrackEvent } from "../api/types";
import { useI18n } from "../i18n";
import { useCan } from "../lib/use-can";
import { classColors, ScoreMark, StatusBadge } from "../ui/badge";
import { Button } from "../ui/button";
import { Facts, OutLink, Page, Section, Time } from "../ui/page";
import { explain, Loaded } from "../ui/states";
import { toast } from "../ui/toast";
import { LeadMessages } from "./lead-messages";
import { leadName } from "./leads";

function Contact({ lead: l }: { lead: Lead }) {
  const { t, format, language } = useI18n();
  const languageName = l.language && new Intl.DisplayNames(language, { type: "language" }).of(l.language);
  const email = l.email && (
    <>
      <a href={`mailto:${l.email}`} className="text-accent underline-offset-2 hover:underline">{l.email}</a>
      <span className="block text-sm text-muted">
        {l.email_state && t(`emailState.${l.email_state}`)}
        {l.email_confidence !== undefined && `, ${t("lead.confidence", { percent: format.percent(l.email_confidence, 100) })}`}
      </span>
    </>
  );
  return (
    <Section title={t("lead.contact")}>
      <Facts items={[
        [t("leads.company"), <Link key="c" to={`/companies/${l.company_id}`} className="text-accent underline-offset-2 hover:underline">{l.company_name}</Link>],
        [t("leads.email"), email],
        [t("lead.phone"), l.phone && <a href={`tel:${l.phone}`} className="hover:underline">{l.phone}</a>],
        [t("lead.linkedin"), l.linkedin_url && <OutLink url={l.linkedin_url} />],
        [t("lead.language"), languageName],
        [t("lead.foundOn"), l.source_url && <OutLink url={l.source_url} />],
        [t("lead.added"), <Time key="a" at={l.created_at} />],
      ]} />
    </Section>
  );
}

function Score({ lead: l }: { lead: Lead }) {
  const { t, format } = useI18n();
  const color = l.classification ? classColors[l.classification] : "var(--color-line)";
  return (
    <Section title={t("lead.score")} actions={<ScoreMark score={l.icp_score} classification={l.classification} />}>
      {l.score_breakdown.length === 0 ? <p className="px-4 pb-4 text-muted">{t("lead.notScored")}</p> : (
        <ul className="grid gap-3 px-4 pb-3">
          {l.score_breakdown.map((c) => (
            <li key={c.component}>
              <div className="flex justify-between gap-3">
                <span className="font-medium">{t(`component.${c.component}`)}</span>
                <span className="tabular-nums">{t("lead.points", { points: c.points, max: c.max_points })}</span>
              </div>
              <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className="my-1 h-1.5 w-full">
                <rect width="100" height="4" fill="var(--color-line)" />
                <rect width={c.max_points > 0 ? (100 * c.points) / c.max_points : 0} height="4" fill={color} />
              </svg>
              <p className="text-sm text-muted">{c.reason}</p>
            </li>
          ))}
        </ul>
      )}
      {l.scored_at && <p className="px-4 pb-3 text-xs text-muted">{t("lead.scoredAt", { at: format.dateTime(l.scored_at) })}</p>}
    </Section>
  );
}

function EventRow({ event }: { event: TrackEvent }) {
  const { t } = useI18n();
  return (
    <li className="flex justify-between gap-3 border-t border-line px-4 py-2 first:border-t-0">
      <span className="min-w-0">
        {t(`track.${event.kind}`)}{event.is_machine && <span className="text-muted"> ({t("lead.byMachine")})</span>}
        {event.url && <span className="block truncate text-sm text-muted">{event.url}</span>}
      </span>
      <span className="text-sm text-muted"><Time at={event.at} /></span>
    </li>
  );
}

function Engagement({ leadId }: { leadId: string }) {
  const { t } = useI18n();
  const query = useQuery(engagement(leadId));
  return (
    <Section title={t("lead.engagement")}>
      <Loaded query={query} rows={3}>
        {(data) => data.events.length === 0
          ? <p className="px-4 pb-4 text-muted">{t("lead.noEngagement")}</p>
          : <ul className="pb-1">{data.events.map((e) => <EventRow key={e.id} event={e} />)}</ul>}
      </Loaded>
    </Section>
  );
}

function Replies({ leadId }: { leadId: string }) {
  const { t } = useI18n();
  const { data } = useQuery(replies({ lead_id: leadId, limit: 20 }));
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t("lead.replies")}>
      <ul>
        {data.items.map((r) => (
          <li key={r.id} className="border-t border-line px-4 py-3 first:border-t-0">
            <div className="flex flex-wrap justify-between gap-x-3">
              <span className="font-medium">{r.subject}</span>
              <span className="text-sm text-muted"><Time at={r.received_at} /></span>
            </div>
            <p className="mt-1 max-w-[68ch] break-words whitespace-pre-line">{r.body_text}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function JudgeButton({ lead: l }: { lead: Lead }) {
  const { t } = useI18n();
  const judge = useJudgeLead();
  const mayEdit = useCan("EDITOR");
  if (!mayEdit) return null;
  const isOut = l.status === "DISQUALIFIED";
  return (
    <Button look={isOut ? "plain" : "danger"} disabled={judge.isPending}
      onClick={() => judge.mutate({ leadId: l.id, status: isOut ? "NEW" : "DISQUALIFIED" }, {
        onError: (e) => toast(explain(e, t), true),
      })}>
      {t(isOut ? "lead.restore" : "lead.disqualify")}
    </Button>
  );
}

export default function LeadPage() {
  const { id = "" } = useParams();
  const { t } = useI18n();
  const query = useQuery(leadQuery(id));
  const l = query.data;
  return (
    <Page title={(l && leadName(l)) ?? t("leads.unnamed")} back={{ to: "/leads", label: t("leads.back") }}
      aside={l && <><StatusBadge status={l.status} /><span className="text-muted">{l.job_title}</span></>}
      actions={l && <JudgeButton lead={l} />}>
      <Loaded query={query}>
        {(lead) => (
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
            <div className="grid min-w-0 gap-4">
              <Replies leadId={lead.id} />
              <LeadMessages lead={lead} />
            </div>
            <div className="grid min-w-0 gap-4 max-lg:order-first">
              <Score lead={lead} />
              <Contact lead={lead} />
              <Engagement leadId={lead.id} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

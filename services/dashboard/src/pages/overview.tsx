// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { lmClassificationValues } from "../api/contract";
import { daily, overview, replies } from "../api/queries";
import type { Overview as Figures, Reply } from "../api/types";
import { useI18n } from "../i18n";
import { countOf, reached } from "../lib/pipeline";
import { Badge, classColors } from "../ui/badge";
import { buttonClass } from "../ui/button";
import { DaysChart, Funnel, Key, PartsBar } from "../ui/charts";
import { Page, Section, Time } from "../ui/page";
import { Empty, Loaded } from "../ui/states";

const DAYS = 30;
const SHOWN_REPLIES = 5;

function Pipeline({ figures: f }: { figures: Figures }) {
  const { t, format } = useI18n();
  return (
    <section className="sheet overflow-hidden" aria-label={t("overview.pipeline")}>
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line px-4 py-3">
        <h2 className="text-base font-semibold">{t("overview.pipeline")}</h2>
        <p className="text-sm text-muted">
          <Link to="/companies" className="font-semibold text-accent underline-offset-2 hover:underline">
            {format.number(f.companies)} {t("overview.companies", { count: f.companies })}
          </Link>
          {f.companies_merged > 0 && <>, {t("overview.merged", { count: f.companies_merged })}</>}
        </p>
      </header>
      <Funnel stages={[
        { label: t("overview.stage.leads"), value: f.leads },
        { label: t("overview.stage.reachable"), value: f.leads_reachable },
        { label: t("overview.stage.qualified"), value: reached(f.by_status, "qualified") },
        { label: t("overview.stage.contacted"), value: reached(f.by_status, "contacted") },
        { label: t("overview.stage.replied"), value: countOf(f.by_status, "REPLIED") },
      ]} />
    </section>
  );
}

function Classes({ figures: f }: { figures: Figures }) {
  const { t, format } = useI18n();
  const parts = lmClassificationValues.map((c) => ({
    name: c, label: t(`class.${c}`), value: countOf(f.by_classification, c), color: classColors[c],
  }));
  return (
    <Section title={t("overview.classes")} hint={t("overview.classesHint")}>
      <div className="px-4 pb-4">
        <PartsBar parts={parts} />
        <ul className="mt-3 grid grid-cols-2 gap-x-6 gap-y-1 sm:grid-cols-4 lg:grid-cols-2">
          {parts.map((p) => (
            <li key={p.name}>
              <Link to={`/leads?classification_filter=${p.name}`} className="flex justify-between hover:underline">
                <Key color={p.color} label={p.label} />
                <span className="font-semibold tabular-nums">{format.number(p.value)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}

function Mail({ figures: f }: { figures: Figures }) {
  const { t, format } = useI18n();
  const rate = (value: number) => (f.sent > 0 ? t("overview.rate", { percent: format.percent(value, f.sent) }) : "");
  const rows: [label: string, value: number, note: string, to?: string][] = [
    [t("overview.written"), f.messages_written, ""],
    [t("overview.pending"), f.messages_pending_review, "", "/review"],
    [t("overview.sent"), f.sent, ""],
    [t("overview.opened"), f.opened, rate(f.opened)],
    [t("overview.clicked"), f.clicked, rate(f.clicked)],
    [t("overview.repliedMails"), f.replied, rate(f.replied), "/leads?status_filter=REPLIED"],
    [t("overview.bounced"), f.bounced, rate(f.bounced), "/leads?status_filter=BOUNCED"],
  ];
  return (
    <Section title={t("overview.mail")}>
      <dl className="px-4 pb-3">
        {rows.map(([label, value, note, to]) => (
          <div key={label} className="flex items-baseline gap-3 border-t border-line py-1.5 first:border-t-0">
            <dt className="flex-1">
              {to && value > 0 ? <Link to={to} className="text-accent underline-offset-2 hover:underline">{label}</Link> : label}
            </dt>
            <dd className="text-sm text-muted tabular-nums">{note}</dd>
            <dd className="w-14 text-end font-semibold tabular-nums">{format.number(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Daily() {
  const { t } = useI18n();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const query = useQuery(daily(DAYS, zone));
  return (
    <Section title={t("overview.daily")} hint={t("overview.dailyHint", { days: DAYS })} className="lg:col-span-2">
      <div className="px-4 pb-4">
        <Loaded query={query} rows={4}>
          {(data) => (
            <DaysChart caption={t("overview.daily")} mainLabel={t("overview.sentDay")} markLabel={t("overview.repliesDay")}
              days={data.days.map((d) => ({ date: d.date, main: d.sent, mark: d.replies }))} />
          )}
        </Loaded>
      </div>
    </Section>
  );
}

/** Mail servers answer as well; their mails are counted as bounces. */
function isFromPerson(reply: Reply): boolean {
  return reply.class !== "BOUNCE" && reply.class !== "DELAY";
}

function ReplyRow({ reply }: { reply: Reply }) {
  const { t } = useI18n();
  const title = <span className="min-w-0 flex-1 truncate font-medium">{reply.from_email}</span>;
  return (
    <li className="border-t border-line px-4 py-2.5 first:border-t-0">
      <div className="flex items-baseline gap-2">
        {reply.lead_id ? <Link to={`/leads/${reply.lead_id}`} className="flex min-w-0 flex-1 hover:underline">{title}</Link> : title}
        {reply.class !== "REPLY" && <Badge tone="neutral">{t(`reply.${reply.class}`)}</Badge>}
        <span className="text-xs text-muted"><Time at={reply.received_at} withTime={false} /></span>
      </div>
      <p className="line-clamp-2 text-sm text-muted">{reply.body_text || reply.subject}</p>
    </li>
  );
}

function Replies() {
  const { t } = useI18n();
  const query = useQuery(replies({ limit: 20 }));
  return (
    <Section title={t("overview.replies")}>
      <Loaded query={query} rows={4}>
        {(data) => {
          const shown = data.items.filter(isFromPerson).slice(0, SHOWN_REPLIES);
          return shown.length === 0
            ? <Empty title={t("overview.noReplies")} hint={t("overview.noRepliesHint")} />
            : <ul className="pb-1">{shown.map((r) => <ReplyRow key={r.id} reply={r} />)}</ul>;
        }}
      </Loaded>
    </Section>
  );
}

export function Overview() {
  const { t } = useI18n();
  const query = useQuery(overview());
  return (
    <Page title={t("overview.title")}>
      <Loaded query={query}>
        {(f) => f.companies === 0 && f.leads === 0 ? (
          <div className="sheet">
            <Empty title={t("overview.empty")} hint={t("overview.emptyHint")}>
              <Link to="/scrape" className={buttonClass("primary")}>{t("overview.startSearch")}</Link>
            </Empty>
          </div>
        ) : (
          <div className="grid gap-4 lg:grid-cols-3">
            <div className="min-w-0 lg:col-span-3"><Pipeline figures={f} /></div>
            <Daily />
            <Mail figures={f} />
            <div className="min-w-0 lg:col-span-2"><Replies /></div>
            <Classes figures={f} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

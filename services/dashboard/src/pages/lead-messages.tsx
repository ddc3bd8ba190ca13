// SPDX-License-Identifier: Apache-2.0
// A lead's sequence: four mails on a line through time.
import { useQuery } from "@tanstack/react-query";
import { usePauseLead, useWriteSequence } from "../api/changes";
import { sequence } from "../api/queries";
import type { Lead, LeadMessage } from "../api/types";
import { useI18n } from "../i18n";
import type { TextKey } from "../i18n";
import { useCan } from "../lib/use-can";
import { Badge, StatusBadge } from "../ui/badge";
import { Button } from "../ui/button";
import { Section } from "../ui/page";
import { Empty, explain } from "../ui/states";
import { toast } from "../ui/toast";
import { MessageButtons, useMessageDecisions } from "./message-actions";

function MessageMeta({ view }: { view: LeadMessage }) {
  const { t, format } = useI18n();
  const { message: m } = view;
  const parts = [
    m.sent_at ? t("message.sentAt", { at: format.dateTime(m.sent_at) }) : m.due_at && t("message.due", { at: format.dateTime(m.due_at) }),
    view.open_count ? t("message.opens", { count: view.open_count }) : null,
    view.click_count ? t("message.clicks", { count: view.click_count }) : null,
  ];
  return <p className="text-sm text-muted">{parts.filter(Boolean).join(" · ")}</p>;
}

/** A cancelled delivery carries its reason as well; that one the sequence tells. */
function hasFailed(view: LeadMessage): boolean {
  return view.delivery_status === "DELIVERY_FAILED" || view.delivery_status === "UNCERTAIN";
}

function MessageItem({ view }: { view: LeadMessage }) {
  const { t } = useI18n();
  const { message: m } = view;
  const decisions = useMessageDecisions(m);
  return (
    <li className="relative border-t border-line py-4 pr-4 pl-11 first:border-t-0">
      <span aria-hidden="true"
        className={`absolute top-6 left-4.5 size-2.5 rounded-full ${m.sent_at ? "bg-accent" : "border-2 border-edge bg-sheet"}`} />
      <article aria-label={`${t(`step.${m.step}`)}: ${m.subject}`}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className="font-semibold">{t(`step.${m.step}`)}</span>
          <span className="text-muted">{t("message.day", { day: m.day_offset ?? 0 })}</span>
          <StatusBadge status={m.status} />
          {view.dry_run && <Badge tone="warn">{t("message.dryRun")}</Badge>}
        </div>
        <details open={m.status === "DRAFT" || m.step === "INITIAL"} className="group mt-1">
          <summary className="text-base font-medium">{m.subject}</summary>
          <p lang={m.language} className="mt-2 max-w-[68ch] border-l-2 border-line pl-3 break-words whitespace-pre-line">{m.body_text}</p>
          <p className="mt-2 text-xs text-muted">{t("message.words", { count: m.word_count ?? 0 })}</p>
        </details>
        <div className="mt-1 grid gap-2">
          <MessageMeta view={view} />
          {m.review_note && <p className="text-sm text-muted">{t("message.reviewNote", { note: m.review_note })}</p>}
          {hasFailed(view) && <p className="text-sm text-bad">{view.error}</p>}
          <MessageButtons message={m} decisions={decisions} />
        </div>
      </article>
    </li>
  );
}

const reasons = new Set<TextKey>([
  "stopped.reply", "stopped.bounce", "stopped.opt_out", "stopped.person", "stopped.disqualified", "stopped.no_mailing",
  "stopped.synthetic", "stopped.failed",
]);

function Stopped({ why }: { why: string }) {
  const { t } = useI18n();
  const key = `stopped.${why}` as TextKey;
  return <p className="px-4 pb-2 text-sm text-muted">{t("lead.stopped", { why: reasons.has(key) ? t(key) : why })}</p>;
}

function PauseButton({ leadId }: { leadId: string }) {
  const { t } = useI18n();
  const { data } = useQuery(sequence(leadId));
  const change = usePauseLead();
  const mayEdit = useCan("EDITOR");
  if (!mayEdit || (data?.status !== "ACTIVE" && data?.status !== "PAUSED")) return null;
  const pause = data.status === "ACTIVE";
  return (
    <Button small disabled={change.isPending}
      onClick={() => change.mutate({ leadId, pause }, { onError: (e) => toast(explain(e, t), true) })}>
      {t(pause ? "lead.pause" : "lead.resume")}
    </Button>
  );
}

function NoMessages({ leadId }: { leadId: string }) {
  const { t } = useI18n();
  const write = useWriteSequence();
  const mayEdit = useCan("EDITOR");
  return (
    <Empty title={t("lead.noSequence")} hint={t("lead.noSequenceHint")}>
      {mayEdit && (
        <Button look="primary" disabled={write.isPending}
          onClick={() => write.mutate(leadId, { onError: (e) => toast(explain(e, t), true) })}>
          {t("lead.write")}
        </Button>
      )}
    </Empty>
  );
}

export function LeadMessages({ lead }: { lead: Lead }) {
  const { t } = useI18n();
  const hasMessages = lead.messages.length > 0;
  return (
    <Section title={t("lead.sequence")} actions={hasMessages && <PauseButton leadId={lead.id} />}>
      {lead.stopped_because && <Stopped why={lead.stopped_because} />}
      {hasMessages
        ? <ol>{lead.messages.map((view) => <MessageItem key={view.message.id} view={view} />)}</ol>
        : <NoMessages leadId={lead.id} />}
    </Section>
  );
}

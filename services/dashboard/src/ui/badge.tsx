// SPDX-License-Identifier: Apache-2.0
import type { Classification } from "../api/types";
import { useI18n } from "../i18n";
import type { TextKey } from "../i18n";

const tones = {
  neutral: "bg-cold-soft text-cold",
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good",
  warn: "bg-warm-soft text-warm",
  bad: "bg-bad-soft text-bad",
  info: "bg-cool-soft text-cool",
};
export type Tone = keyof typeof tones;

export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`inline-block rounded-control px-1.5 text-xs leading-5 font-medium whitespace-nowrap ${tones[tone]}`}>
      {children}
    </span>
  );
}

type Status = Extract<TextKey, `status.${string}`> extends `status.${infer S}` ? S : never;

// What is not named here is an ordinary stage on the way.
const statusTones: Partial<Record<Status, Tone>> = {
  QUALIFIED: "accent", SEQUENCED: "accent", CONTACTED: "info", REPLIED: "good",
  BOUNCED: "bad", OPTED_OUT: "bad", DISQUALIFIED: "bad", FAILED: "bad", REJECTED: "bad", UNCERTAIN: "bad",
  COMPANY_ENRICHED: "accent", COMPANY_NO_CONTACT: "warn", COMPANY_DISQUALIFIED: "bad",
  DRAFT: "warn", APPROVED: "accent", RELEASED: "info", SENT: "good", RUNNING: "info", SUPPRESSED: "bad",
  IMPORT_UPLOADING: "warn", IMPORT_READING: "info", IMPORT_READY: "accent", IMPORT_PREVIEWING: "info", IMPORT_PREVIEWED: "accent",
  IMPORT_RUNNING: "info", IMPORT_DONE: "good", IMPORT_FAILED: "bad", IMPORT_CANCELLED: "warn", IMPORT_UNDOING: "info",
  ROW_CREATED: "good", ROW_UPDATED: "accent", ROW_CONFLICT: "warn", ROW_REJECTED: "bad",
};

export function StatusBadge({ status }: { status: Status }) {
  const { t } = useI18n();
  return <Badge tone={statusTones[status] ?? "neutral"}>{t(`status.${status}`)}</Badge>;
}

export const classColors: Record<Classification, string> = {
  HOT: "var(--color-hot-fill)",
  WARM: "var(--color-warm-fill)",
  COOL: "var(--color-cool-fill)",
  COLD: "var(--color-cold-fill)",
};

const classText: Record<Classification, string> = {
  HOT: "text-hot", WARM: "text-warm", COOL: "text-cool", COLD: "text-cold",
};

/** A score as number, class and a bar as long as the score. */
export function ScoreMark({ score, classification }: { score?: number; classification?: Classification }) {
  const { t } = useI18n();
  if (score === undefined || !classification) return null;
  return (
    <span className="inline-flex items-center gap-2">
      <span className={`w-10 text-xs font-semibold ${classText[classification]}`}>{t(`class.${classification}`)}</span>
      <span className="w-6 text-end font-semibold tabular-nums">{score}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" className="h-1.5 w-14" aria-hidden="true">
        <rect width="100" height="8" fill="var(--color-line)" />
        <rect width={score} height="8" fill={classColors[classification]} />
      </svg>
    </span>
  );
}

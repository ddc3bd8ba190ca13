// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { sendStatus } from "../api/queries";
import { useI18n } from "../i18n";

/** On every page while mails do not leave. */
export function Banner() {
  const { t } = useI18n();
  const { data } = useQuery(sendStatus());
  if (!data || (!data.dry_run && !data.is_paused)) return null;
  const kind = data.dry_run ? "dryRun" : "paused";
  return (
    <aside aria-label={t(`${kind}.title`)} className="flex items-stretch border-b border-line bg-warm-soft text-sm">
      <span className="hazard w-4 shrink-0" aria-hidden="true" />
      <p className="px-3 py-1.5 sm:px-5">
        <strong className="font-semibold text-warm">{t(`${kind}.title`)}.</strong> {t(`${kind}.text`)}
      </p>
    </aside>
  );
}

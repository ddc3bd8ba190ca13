// SPDX-License-Identifier: Apache-2.0
// Messages that wait for a person. Made for the keyboard: a list, the message, three letters.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { reviewQueue } from "../api/queries";
import type { Message } from "../api/types";
import { useI18n } from "../i18n";
import { useKeys } from "../lib/use-keys";
import { Button } from "../ui/button";
import { Page } from "../ui/page";
import { Empty, Loaded } from "../ui/states";
import { MessageButtons, useMessageDecisions } from "./message-actions";

function MessageText({ message: m }: { message: Message }) {
  const { t, format } = useI18n();
  const facts = [
    t(`step.${m.step}`),
    m.due_at && t("message.due", { at: format.dateTime(m.due_at) }),
    t("message.words", { count: m.word_count ?? 0 }),
  ];
  return (
    <>
      <p className="text-sm text-muted">{facts.filter(Boolean).join(" · ")}</p>
      <h2 className="mt-2 text-lg font-semibold" lang={m.language}>{m.subject}</h2>
      <p className="text-sm text-muted">
        {t("message.to", { to: [m.to_name, m.to_email && `<${m.to_email}>`].filter(Boolean).join(" ") })}
        {" · "}
        <Link to={`/leads/${m.lead_id}`} className="text-accent underline underline-offset-2">{t("review.openLead")}</Link>
      </p>
      <p lang={m.language} className="my-4 max-w-[68ch] break-words whitespace-pre-line">{m.body_text}</p>
    </>
  );
}

interface QueueProps {
  items: readonly Message[];
}

function Queue({ items }: QueueProps) {
  const { t } = useI18n();
  const [chosenId, choose] = useState<string>();
  const [place, setPlace] = useState(0); // where the chosen one stood: what follows it takes its place when it is gone
  const found = items.findIndex((m) => m.id === chosenId);
  const index = found >= 0 ? found : Math.min(place, items.length - 1);
  const message = items[index];
  const decisions = useMessageDecisions(message);

  const go = (to: number) => {
    const next = items[to];
    if (!next) return;
    choose(next.id);
    setPlace(to);
  };
  useKeys({ j: () => go(index + 1), k: () => go(index - 1), a: decisions.approve, r: decisions.reject, e: decisions.edit });

  if (!message) return null;
  return (
    <div className="sheet grid md:grid-cols-[19rem_minmax(0,1fr)]">
      <ul aria-label={t("review.list")} className="max-h-56 overflow-y-auto border-line max-md:border-b md:max-h-[70vh] md:border-r">
        {items.map((m, i) => (
          <li key={m.id}>
            <button type="button" aria-current={i === index} onClick={() => go(i)}
              className={`block w-full border-b border-line px-4 py-2.5 text-start ${
                i === index ? "bg-accent-soft shadow-[inset_3px_0_0_var(--color-accent)]" : "hover:bg-sunken"}`}>
              <span className="block truncate font-medium">{m.to_name || m.to_email}</span>
              <span className="block truncate text-sm text-muted">{m.subject}</span>
            </button>
          </li>
        ))}
      </ul>
      <article className="min-w-0 p-4 md:p-6" aria-live="polite">
        <MessageText message={message} />
        <MessageButtons key={message.id} message={message} decisions={decisions} />
        <p className="mt-4 hidden text-xs text-muted md:block">{t("review.keys")}</p>
      </article>
    </div>
  );
}

export default function Review() {
  const { t } = useI18n();
  const [after, setAfter] = useState<string>();
  const query = useQuery(reviewQueue(after));
  const data = query.data;
  return (
    <Page title={t("nav.review")}
      aside={data && data.total > 0 && <span className="text-muted">{t("review.intro", { count: data.total })}</span>}
      actions={
        <>
          {after && <Button onClick={() => setAfter(undefined)}>{t("review.first")}</Button>}
          {data?.next && <Button onClick={() => setAfter(data.next)}>{t("review.more")}</Button>}
        </>
      }>
      <Loaded query={query}>
        {(queue) => queue.items.length === 0
          ? <div className="sheet"><Empty title={t("review.empty")} hint={t("review.emptyHint")} /></div>
          : <Queue items={queue.items} />}
      </Loaded>
    </Page>
  );
}

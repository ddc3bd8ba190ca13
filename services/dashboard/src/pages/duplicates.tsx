// SPDX-License-Identifier: Apache-2.0
// Pairs that may be one company. Made for the keyboard, as the review queue is: a decision is a letter, and the next pair
// takes the place of the one that is decided; what the server makes of it is awaited behind that.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { useDecideDuplicate } from "../api/changes";
import { duplicatePairs } from "../api/queries";
import type { DecideDuplicate, Duplicate, DuplicatePair } from "../api/types";
import { useI18n } from "../i18n";
import { compareWords, inOrder, pairKey } from "../lib/duplicates";
import { useApiText } from "../lib/use-api-text";
import { useCan } from "../lib/use-can";
import { useKeys } from "../lib/use-keys";
import { Button } from "../ui/button";
import { Page } from "../ui/page";
import { KeysetPager, useKeyset } from "../ui/pager";
import { Empty, Loaded, Waiting } from "../ui/states";
import { toast } from "../ui/toast";
import { useExplain, useUndo } from "./company/merging";

const PAIRS = 20;

/** A value with what the other one does not have in it. */
function Compared({ text, other }: { text: string; other: string | undefined }) {
  return compareWords(text, other).map((word, i) => (
    <span key={i}>
      {i > 0 && " "}
      {word.isOther ? <mark className="rounded-control bg-warm-soft px-0.5 text-warm underline decoration-2 underline-offset-2">{word.text}</mark> : word.text}
    </span>
  ));
}

function Side({ role, company: c, other }: { role: string; company: Duplicate; other: Duplicate }) {
  const { t } = useI18n();
  const none = <span className="text-muted">{t("filter.unknown")}</span>;
  return (
    <div className="min-w-0 [overflow-wrap:anywhere]">
      <p className="text-xs text-muted">{role}</p>
      <p className="font-semibold">
        <Link to={`/companies/${c.company_id}`} className="underline-offset-2 hover:underline"><Compared text={c.name} other={other.name} /></Link>
      </p>
      <dl className="mt-1 grid grid-cols-[5rem_1fr] gap-x-2 text-sm">
        <dt className="text-muted">{t("companies.website")}</dt>
        <dd>{c.domain ? <Compared text={c.domain} other={other.domain} /> : none}</dd>
        <dt className="text-muted">{t("companies.town")}</dt>
        <dd>{c.city ? <Compared text={c.city} other={other.city} /> : none}</dd>
      </dl>
    </div>
  );
}

interface PairProps {
  pair: DuplicatePair;
  isCurrent: boolean;
  takesFocus: boolean;
  decide?: (pair: DuplicatePair, decision: DecideDuplicate["decision"]) => void;
}

function Pair({ pair, isCurrent, takesFocus, decide }: PairProps) {
  const { t, format } = useI18n();
  const { reason } = useApiText();
  const item = useRef<HTMLLIElement>(null);
  const [stays, goes] = inOrder(pair);
  const names = { name: stays.name, other: goes.name };
  useEffect(() => {
    if (takesFocus) item.current?.focus();
  }, [takesFocus]);
  return (
    <li ref={item} tabIndex={-1} aria-current={isCurrent} aria-label={t("duplicates.pair", names)}
      className={`sheet grid scroll-my-24 gap-x-6 gap-y-3 p-4 md:grid-cols-[1fr_1fr_15rem] ${isCurrent ? "shadow-[inset_3px_0_0_var(--color-accent)]" : ""}`}>
      <Side role={t("duplicates.stays")} company={stays} other={goes} />
      <Side role={t("duplicates.goes")} company={goes} other={stays} />
      <div className="flex flex-wrap items-center justify-between gap-2 md:flex-col md:items-end">
        <p className="text-sm text-muted md:text-end">
          <span className="font-semibold text-ink tabular-nums">{format.percent(pair.score, 1)}</span> {reason(pair.reason)}
        </p>
        {decide && (
          <div className="flex gap-1.5">
            <Button small onClick={() => decide(pair, "SAME")} aria-label={t("duplicates.sameLabel", names)}>{t("duplicates.same")}</Button>
            <Button small onClick={() => decide(pair, "DIFFERENT")} aria-label={t("duplicates.differentLabel", names)}>{t("duplicates.different")}</Button>
          </div>
        )}
      </div>
    </li>
  );
}

/** Decisions do not wait for each other. A pair is out of sight until the list that comes after its decision is here. */
function useDecisions() {
  const { t } = useI18n();
  const why = useExplain();
  const { told, undo } = useUndo();
  const client = useQueryClient();
  const change = useDecideDuplicate();
  const [underWay, setUnderWay] = useState<ReadonlySet<string>>(new Set());
  const [count, setCount] = useState(0);
  const last = useRef<() => void>(null); // the way back from the last merge
  const decide = (pair: DuplicatePair, decision: DecideDuplicate["decision"]) => {
    const [{ company_id }, { company_id: other_company_id }] = inOrder(pair);
    const key = pairKey(pair);
    setUnderWay((now) => new Set([...now, key]));
    if (decision === "SAME") last.current = null; // until it is one, there is no way back, and none to an earlier one
    void change.mutateAsync({ company_id, other_company_id, decision }).then(() => {
      setCount((n) => n + 1);
      if (decision === "DIFFERENT") return toast(t("duplicates.parted"));
      last.current = () => undo(company_id, [other_company_id]);
      told(company_id, [other_company_id]);
    }, (e) => {
      toast(why(e), true);
      return client.invalidateQueries({ queryKey: ["companies", "pairs"] });
    }).finally(() => setUnderWay((now) => new Set([...now].filter((k) => k !== key))));
  };
  const undoLast = () => {
    last.current?.();
    last.current = null;
  };
  return { underWay, count, decide, undoLast };
}

function Worklist({ pairs, decide, undo }: { pairs: readonly DuplicatePair[]; decide?: PairProps["decide"]; undo: () => void }) {
  const { t } = useI18n();
  const [chosen, choose] = useState<string>();
  const [place, setPlace] = useState(0); // where the chosen one stood: what follows it takes its place when it is gone
  const [hasMoved, setMoved] = useState(false);
  const found = pairs.findIndex((p) => pairKey(p) === chosen);
  const index = found >= 0 ? found : Math.min(place, pairs.length - 1);
  const current = pairs[index];
  const go = (to: number) => {
    const next = pairs[to];
    if (!next) return;
    choose(pairKey(next));
    setPlace(to);
    setMoved(true);
  };
  const act = (pair: DuplicatePair, decision: DecideDuplicate["decision"]) => {
    const at = pairs.indexOf(pair);
    const next = pairs[at + 1] ?? pairs[at - 1];
    setPlace(at);
    setMoved(true);
    choose(next && pairKey(next)); // by its name: another one must not come under the finger
    if (!next) document.getElementById("main")?.focus({ preventScroll: true });
    decide?.(pair, decision);
  };
  const by = (decision: DecideDuplicate["decision"]) => (decide && current ? () => act(current, decision) : null);
  useKeys({ j: () => go(index + 1), k: () => go(index - 1), s: by("SAME"), d: by("DIFFERENT"), u: decide ? undo : null });
  return (
    <ul aria-label={t("duplicates.list")} className="grid gap-3">
      {pairs.map((p, i) => (
        <Pair key={pairKey(p)} pair={p} isCurrent={i === index} takesFocus={hasMoved && i === index} decide={decide && act} />
      ))}
    </ul>
  );
}

export default function Duplicates() {
  const { t } = useI18n();
  const place = useKeyset<string>();
  const query = useQuery(duplicatePairs({ limit: PAIRS, after: place.after }));
  const mayEdit = useCan("EDITOR");
  const { underWay, count, decide, undoLast } = useDecisions();
  const next = query.data?.next;
  const pairs = query.data?.items.filter((p) => !underWay.has(pairKey(p))) ?? [];
  const left = t(next === undefined ? "duplicates.left" : "duplicates.leftMore", { count: pairs.length });
  return (
    <Page title={t("duplicates.title")} back={{ to: "/companies", label: t("companies.back") }}
      aside={query.data && (
        <p role="status" className="text-muted tabular-nums">
          {[count > 0 && t("duplicates.decided", { count }), pairs.length > 0 && left].filter(Boolean).join(" · ")}
        </p>
      )}>
      <p className="mb-4 max-w-2xl text-muted">{t("duplicates.hint")}</p>
      <Loaded query={query} rows={8}>
        {() => pairs.length > 0
          ? (
            <>
              <Worklist pairs={pairs} decide={mayEdit ? decide : undefined} undo={undoLast} />
              {mayEdit && <p className="mt-3 hidden text-xs text-muted md:block">{t("duplicates.keys")}</p>}
            </>
          )
          : underWay.size > 0 || (query.isFetching && next !== undefined)
            ? <Waiting rows={8} />
            : <div className="sheet"><Empty title={t("duplicates.empty")} hint={t("duplicates.emptyHint")} /></div>}
      </Loaded>
      <div className="mt-3"><KeysetPager place={place} next={next} /></div>
    </Page>
  );
}

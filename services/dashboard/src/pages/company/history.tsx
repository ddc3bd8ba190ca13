// SPDX-License-Identifier: Apache-2.0
// Who said what of a company, and with which others it was put together or taken apart.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { companyHistory, me, users } from "../../api/queries";
import type { CompanyChange, CompanyFact } from "../../api/types";
import { type TextKey, useI18n } from "../../i18n";
import { en } from "../../i18n/en";
import { industryName } from "../../lib/company-filters";
import { isDisputed, saidBy } from "../../lib/duplicates";
import { useApiText } from "../../lib/use-api-text";
import { useCan } from "../../lib/use-can";
import { useSourceName } from "../../lib/use-source-name";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { OutLink, Section, Time } from "../../ui/page";
import { Empty, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";
import { CompanyLink } from "./company-link";

const SHOWN_CHANGES = 10;

/** A field that is newer than this page is called as the API calls it. */
function useFieldName(): (field: string) => string {
  const { t } = useI18n();
  return (field) => (`field.${field}` in en ? t(`field.${field}` as TextKey) : field);
}

function Value({ fact: f }: { fact: CompanyFact }) {
  const { t } = useI18n();
  if (f.field.endsWith("_url")) return <OutLink url={f.value} />;
  if (f.field === "industry") return industryName(f.value);
  if (f.value === "true" || f.value === "false") return t(`history.${f.value}`);
  return f.value;
}

function useFactColumns(facts: readonly CompanyFact[]): Column<CompanyFact>[] {
  const { t } = useI18n();
  const fieldName = useFieldName();
  const sourceName = useSourceName();
  return [
    { label: t("history.field"), cell: (f) => <span className="font-medium">{fieldName(f.field)}</span> },
    {
      label: t("history.value"),
      cell: (f) => (
        <span className="inline-flex max-w-full flex-wrap items-center gap-x-2 gap-y-1 max-md:justify-end">
          <span className={`[overflow-wrap:anywhere] ${f.is_shown ? "" : "text-muted"}`}><Value fact={f} /></span>
          {f.is_shown && isDisputed(facts, f.field) && <Badge tone="good">{t("history.shown")}</Badge>}
          {f.is_edit && <Badge tone="accent">{t("history.edit")}</Badge>}
        </span>
      ),
    },
    {
      label: t("companies.source"),
      cell: (f) => (
        <span>
          <span className="whitespace-nowrap">{sourceName(f.source)}</span>
          {f.source_url && <span className="block text-sm [overflow-wrap:anywhere]"><OutLink url={f.source_url} /></span>}
        </span>
      ),
    },
    { label: t("company.found"), cell: (f) => <Time at={f.found_at} /> },
  ];
}

/** Names of users are for administrators; everybody knows their own. */
function useWho(): (userId: string | undefined) => string {
  const { t } = useI18n();
  const own = useQuery(me()).data?.user.id;
  const others = useQuery({ ...users(), enabled: useCan("ADMIN") }).data?.items;
  return (id) => {
    if (!id) return t("history.byMatcher");
    if (id === own) return t("history.byYou");
    const user = others?.find((u) => u.id === id);
    return user?.full_name || user?.username || t("history.byPerson");
  };
}

/** Reasons of what a person did, beside the person. */
const saysNoMore: readonly string[] = ["by a person", "taken apart"];

function useChangeColumns(id: string, facts: readonly CompanyFact[]): Column<CompanyChange>[] {
  const { t } = useI18n();
  const { reason } = useApiText();
  const who = useWho();
  return [
    {
      label: t("history.what"),
      cell: (c) => {
        const isHere = c.company_id === id; // else it is this one that went up in the other, or came out of it
        const other = isHere ? c.other_company_id : c.company_id;
        return <>{t(`history.${c.kind}.${isHere ? "here" : "there"}`)} <CompanyLink id={other} name={saidBy(facts, other).name} /></>;
      },
    },
    { label: t("history.by"), cell: (c) => who(c.user_id) },
    { label: t("duplicates.why"), cell: (c) => (c.user_id && saysNoMore.includes(c.reason) ? null : reason(c.reason)) },
    { label: t("history.when"), cell: (c) => <Time at={c.at} /> },
  ];
}

function Changes({ id, facts, changes }: { id: string; facts: readonly CompanyFact[]; changes: readonly CompanyChange[] }) {
  const { t } = useI18n();
  const [isOpen, setOpen] = useState(false);
  const columns = useChangeColumns(id, facts);
  return (
    <Section title={t("history.changes")}>
      <Table caption={t("history.changes")} columns={columns} rows={isOpen ? changes : changes.slice(0, SHOWN_CHANGES)}
        rowKey={(c) => `${c.at} ${c.kind} ${c.company_id} ${c.other_company_id}`} />
      {changes.length > SHOWN_CHANGES && (
        <div className="px-4 pb-3">
          <Button small look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? t("filter.fewer") : t("filter.more", { count: changes.length })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Facts({ facts }: { facts: readonly CompanyFact[] }) {
  const { t } = useI18n();
  const columns = useFactColumns(facts);
  return (
    <Section title={t("history.facts")} hint={t("history.factsHint")}>
      {facts.length === 0
        ? <Empty title={t("history.noFacts")} />
        : <Table caption={t("history.facts")} columns={columns} rows={facts} rowKey={(f) => `${f.field} ${f.record_id}`} />}
    </Section>
  );
}

export default function History() {
  const { id = "" } = useParams();
  const query = useQuery(companyHistory(id));
  return (
    <Loaded query={query} rows={10}>
      {({ facts, changes }) => (
        <div className="grid gap-4">
          {changes.length > 0 && <Changes id={id} facts={facts} changes={changes} />}
          <Facts facts={facts} />
        </div>
      )}
    </Loaded>
  );
}

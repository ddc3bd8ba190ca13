// SPDX-License-Identifier: Apache-2.0
// Other companies that may be this one, and those that went up in it.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useDecideDuplicate, useMerge, useUnmerge } from "../../api/changes";
import { company, companyDuplicates, companyHistory } from "../../api/queries";
import type { Company, CompanyFact, Duplicate } from "../../api/types";
import { useI18n } from "../../i18n";
import { saidBy } from "../../lib/duplicates";
import { useApiText } from "../../lib/use-api-text";
import { useCan } from "../../lib/use-can";
import { ActionButton } from "../../ui/action";
import { Section } from "../../ui/page";
import { Empty, Loaded } from "../../ui/states";
import { type Column, Table } from "../../ui/table";
import { CompanyLink } from "./company-link";
import { useExplain, useUndo } from "./merging";

function Actions({ company: c, other }: { company: Company; other: Duplicate }) {
  const { t } = useI18n();
  const [merge, decide] = [useMerge(), useDecideDuplicate()];
  const { told } = useUndo();
  const why = useExplain();
  const names = { name: c.name, other: other.name };
  return (
    <span className="inline-flex flex-wrap justify-end gap-1.5">
      <ActionButton change={merge} input={{ id: c.id, others: [other.company_id] }} label={t("duplicates.mergeLabel", names)}
        ask={t("duplicates.mergeAsk")} why={why} onDone={() => told(c.id, [other.company_id])}>
        {t("duplicates.merge")}
      </ActionButton>
      <ActionButton change={decide} input={{ company_id: c.id, other_company_id: other.company_id, decision: "DIFFERENT" as const }}
        label={t("duplicates.differentLabel", names)} why={why} done={t("duplicates.parted")}>
        {t("duplicates.different")}
      </ActionButton>
    </span>
  );
}

function Candidates({ company: c }: { company: Company }) {
  const { t, format } = useI18n();
  const { reason } = useApiText();
  const mayEdit = useCan("EDITOR");
  const query = useQuery(companyDuplicates(c.id));
  const columns: Column<Duplicate>[] = [
    {
      label: t("companies.name"),
      cell: (d) => (
        <>
          <CompanyLink id={d.company_id} name={d.name} />
          {d.domain && <span className="block text-sm text-muted">{d.domain}</span>}
        </>
      ),
    },
    { label: t("companies.town"), cell: (d) => d.city },
    { label: t("duplicates.alike"), isNumber: true, cell: (d) => format.percent(d.score, 1) },
    { label: t("duplicates.why"), cell: (d) => reason(d.reason) },
  ];
  if (mayEdit) columns.push({ label: t("table.actions"), isAction: true, cell: (d) => <Actions company={c} other={d} /> });
  return (
    <Section title={t("duplicates.candidates")} hint={t("duplicates.candidatesHint")}>
      <Loaded query={query} rows={3}>
        {({ items }) => items.length === 0
          ? <Empty title={t("duplicates.noCandidates")} hint={t("duplicates.noCandidatesHint")} />
          : <Table caption={t("duplicates.candidates")} columns={columns} rows={items} rowKey={(d) => d.company_id} />}
      </Loaded>
    </Section>
  );
}

/** What is known of those that went up in it stands in the history, under their own records. */
function Merged({ company: c, facts }: { company: Company; facts: readonly CompanyFact[] }) {
  const { t } = useI18n();
  const mayEdit = useCan("EDITOR");
  const unmerge = useUnmerge();
  const why = useExplain();
  const name = (id: string) => saidBy(facts, id).name ?? t("history.unknownCompany");
  const columns: Column<string>[] = [
    { label: t("companies.name"), cell: (id) => <CompanyLink id={id} name={saidBy(facts, id).name} /> },
    { label: t("companies.website"), cell: (id) => saidBy(facts, id).domain },
    { label: t("companies.town"), cell: (id) => saidBy(facts, id).city },
  ];
  if (mayEdit)
    columns.push({
      label: t("table.actions"), isAction: true,
      cell: (id) => (
        <ActionButton change={unmerge} input={{ id: c.id, others: [id] }} label={t("duplicates.takeOutLabel", { other: name(id) })}
          ask={t("duplicates.takeOutAsk", { name: c.name, other: name(id) })} why={why} done={t("duplicates.undone")}>
          {t("duplicates.takeOut")}
        </ActionButton>
      ),
    });
  return (
    <Section title={t("duplicates.wentUp")} hint={t("duplicates.wentUpHint")}>
      <Table caption={t("duplicates.wentUp")} columns={columns} rows={c.merged_ids} rowKey={(id) => id} />
    </Section>
  );
}

export default function CompanyDuplicates() {
  const { id = "" } = useParams();
  const query = useQuery(company(id));
  const facts = useQuery({ ...companyHistory(id), enabled: Boolean(query.data?.merged_ids.length) });
  return (
    <Loaded query={query}>
      {(c) => (
        <div className="grid gap-4">
          {c.merged_ids.length > 0 && <Loaded query={facts} rows={3}>{(data) => <Merged company={c} facts={data.facts} />}</Loaded>}
          <Candidates company={c} />
        </div>
      )}
    </Loaded>
  );
}

// SPDX-License-Identifier: Apache-2.0
// A company: its facts, and beside them its people, its history and what may be the same.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { company } from "../../api/queries";
import { useJudgeCompany, useUnmerge } from "../../api/changes";
import type { Company, CompanyStatus } from "../../api/types";
import { useI18n } from "../../i18n";
import { industryName } from "../../lib/company-filters";
import { useCan } from "../../lib/use-can";
import { useSourceName } from "../../lib/use-source-name";
import { ActionButton } from "../../ui/action";
import { Badge, StatusBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Facts, OutLink, Page, Section, Time } from "../../ui/page";
import { explain, Loaded } from "../../ui/states";
import { Tabs } from "../../ui/tabs";
import { toast } from "../../ui/toast";
import { useExplain } from "./merging";

function CompanyFacts({ company: c }: { company: Company }) {
  const { t, format } = useI18n();
  const sourceName = useSourceName();
  const number = (value?: number) => (value === undefined ? undefined : format.number(value));
  return (
    <Section title={t("company.facts")}>
      {c.description && <p className="px-4 pb-3 text-muted">{c.description}</p>}
      <Facts items={[
        [t("companies.website"), (c.website_url || c.domain) && <OutLink url={c.website_url ?? `https://${c.domain}`} />],
        [t("lead.linkedin"), c.linkedin_url && <OutLink url={c.linkedin_url} />],
        [t("company.industry"), c.industry && industryName(c.industry)],
        [t("company.industryWords"), c.industry_words !== c.industry && c.industry_words],
        [t("company.trades"), c.sbi_codes.join(", ")],
        [t("company.employees"), number(c.employee_count) ?? c.employee_range],
        [t("companies.vacancies"), number(c.open_vacancies)],
        [t("company.funding"), c.has_funding && (c.funding_amount ?? t("company.funded"))],
        [t("company.registration"), c.registration_number],
        [t("company.address"), [c.address, [c.postal_code, c.city].filter(Boolean).join(" ")].filter(Boolean).join(", ")],
        [t("companies.location"), c.location !== c.city && c.location],
        [t("company.country"), c.country],
        [t("company.phone"), c.phone],
        [t("company.email"), c.email],
        [t("company.mailing"), c.no_mailing && t("company.noMailing")],
        [t("company.origin"), c.is_synthetic && t("company.synthetic")],
        ...c.custom.map((label) => [label.key, label.value] as const),
        [t("company.sources"), c.sources.map(sourceName).join(", ")],
        [t("lead.foundOn"), c.source_url && <OutLink url={c.source_url} />],
        [t("company.found"), <Time key="found" at={c.created_at} />],
        [t("company.enriched"), c.enriched_at && <Time at={c.enriched_at} />],
      ]} />
      {!!c.merged_count && (
        <p className="px-4 pb-4 text-sm">
          <Link to={`/companies/${c.id}/duplicates`} className="text-accent underline-offset-2 hover:underline">
            {t("company.mergedCount", { count: c.merged_count })}
          </Link>
        </p>
      )}
    </Section>
  );
}

/** What a company may become stands in the scraper's rules; these are the ways there are from each. */
const ways: Partial<Record<CompanyStatus, readonly ("RESTORE" | "DISQUALIFY" | "ARCHIVE")[]>> = {
  COMPANY_DISQUALIFIED: ["RESTORE", "ARCHIVE"],
  COMPANY_ARCHIVED: [],
};
const becomes = { DISQUALIFY: "COMPANY_DISQUALIFIED", ARCHIVE: "COMPANY_ARCHIVED", RESTORE: "COMPANY_NEW" } as const;
const names = { DISQUALIFY: "companies.disqualify", ARCHIVE: "companies.archive", RESTORE: "companies.restore" } as const;

function JudgeButtons({ company: c }: { company: Company }) {
  const { t } = useI18n();
  const judge = useJudgeCompany();
  if (!useCan("EDITOR")) return null;
  return (ways[c.status] ?? (["DISQUALIFY", "ARCHIVE"] as const)).map((way) => (
    <Button key={way} look={way === "RESTORE" ? "plain" : "danger"} disabled={judge.isPending}
      onClick={() => judge.mutate({ id: c.id, new_status: becomes[way] }, { onError: (e) => toast(explain(e, t), true) })}>
      {t(names[way])}
    </Button>
  ));
}

/** Somebody came by an old address: the company is to be found under another one. */
function WentUp({ company: c, into }: { company: Company; into: string }) {
  const { t } = useI18n();
  const unmerge = useUnmerge();
  const why = useExplain();
  const mayEdit = useCan("EDITOR");
  const name = useQuery(company(into)).data?.name;
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-sheet bg-warm-soft px-4 py-3 text-warm">
      <p>
        {t("duplicates.isIn")} <Link to={`/companies/${into}`} className="font-semibold underline underline-offset-2">{name ?? t("duplicates.theOther")}</Link>
      </p>
      {mayEdit && (
        <ActionButton change={unmerge} input={{ id: into, others: [c.id] }} label={t("duplicates.takeOutLabel", { other: c.name })}
          ask={t("duplicates.takeOutAsk", { name: name ?? t("duplicates.theOther"), other: c.name })} why={why} done={t("duplicates.undone")}>
          {t("duplicates.takeOut")}
        </ActionButton>
      )}
    </div>
  );
}

function CompanyTabs({ id }: { id: string }) {
  const { t } = useI18n();
  const at = `/companies/${id}`;
  return (
    <div className="min-w-0">
      <Tabs label={t("company.sections")} tabs={[
        { to: at, label: t("company.people"), isExact: true },
        { to: `${at}/history`, label: t("history.title") },
        { to: `${at}/duplicates`, label: t("duplicates.title") },
      ]} />
    </div>
  );
}

export default function CompanyPage() {
  const { id = "" } = useParams();
  const { t } = useI18n();
  const query = useQuery(company(id));
  const into = query.data?.merged_into_id;
  return (
    <Page title={query.data?.name ?? t("companies.title")} back={{ to: "/companies", label: t("companies.back") }}
      aside={query.data && (into ? <Badge tone="warn">{t("duplicates.gone")}</Badge> : <StatusBadge status={query.data.status} />)}
      actions={query.data && !into && <JudgeButtons company={query.data} />}>
      <Loaded query={query}>
        {(c) => (
          <>
            {into && <WentUp company={c} into={into} />}
            <div className="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
              <CompanyFacts company={c} />
              {!into && <CompanyTabs id={id} />}
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

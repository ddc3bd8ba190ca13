// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { company, leadsOfCompany } from "../api/queries";
import { useJudgeCompany } from "../api/changes";
import type { Company, CompanyStatus } from "../api/types";
import { useI18n } from "../i18n";
import { industryName } from "../lib/company-filters";
import { useCan } from "../lib/use-can";
import { useSourceName } from "../lib/use-source-name";
import { StatusBadge } from "../ui/badge";
import { Button } from "../ui/button";
import { Facts, OutLink, Page, Section, Time } from "../ui/page";
import { Empty, explain, Loaded } from "../ui/states";
import { Table } from "../ui/table";
import { toast } from "../ui/toast";
import { useLeadColumns } from "./leads";

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
        <p className="px-4 pb-4 text-sm text-muted">{t("company.mergedCount", { count: c.merged_count })}</p>
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

export default function CompanyPage() {
  const { id = "" } = useParams();
  const { t } = useI18n();
  const query = useQuery(company(id));
  const people = useQuery(leadsOfCompany(id));
  const columns = useLeadColumns(false);
  return (
    <Page title={query.data?.name ?? t("companies.title")} back={{ to: "/companies", label: t("companies.back") }}
      aside={query.data && <StatusBadge status={query.data.status} />}
      actions={query.data && <JudgeButtons company={query.data} />}>
      <Loaded query={query}>
        {(c) => (
          <div className="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
            <CompanyFacts company={c} />
            <Section title={t("company.people")}>
              {c.error && <p className="mx-4 mb-2 text-sm text-warm">{t("company.failed", { error: c.error })}</p>}
              <Loaded query={people} rows={4}>
                {(data) => data.items.length === 0
                  ? <Empty title={t("company.noPeople")} hint={t("company.noPeopleHint")} />
                  : <Table caption={t("company.people")} columns={columns} rows={data.items} rowKey={(l) => l.id} />}
              </Loaded>
            </Section>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

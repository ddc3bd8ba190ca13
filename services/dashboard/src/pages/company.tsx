// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { company, leadsOfCompany } from "../api/queries";
import type { Company } from "../api/types";
import { useI18n } from "../i18n";
import { useSourceName } from "../lib/use-source-name";
import { StatusBadge } from "../ui/badge";
import { Facts, OutLink, Page, Section, Time } from "../ui/page";
import { Empty, Loaded } from "../ui/states";
import { Table } from "../ui/table";
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
        [t("company.industry"), c.industry],
        [t("company.employees"), number(c.employee_count)],
        [t("companies.vacancies"), number(c.open_vacancies)],
        [t("company.funding"), c.has_funding && t("company.funded")],
        [t("companies.location"), c.location],
        [t("company.country"), c.country],
        [t("company.phone"), c.phone],
        [t("company.email"), c.email],
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

export default function CompanyPage() {
  const { id = "" } = useParams();
  const { t } = useI18n();
  const query = useQuery(company(id));
  const people = useQuery(leadsOfCompany(id));
  const columns = useLeadColumns(false);
  return (
    <Page title={query.data?.name ?? t("companies.title")} back={{ to: "/companies", label: t("companies.back") }}
      aside={query.data && <StatusBadge status={query.data.status} />}>
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

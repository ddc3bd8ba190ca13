// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { company, leadsOfCompany } from "../../api/queries";
import { useI18n } from "../../i18n";
import { Section } from "../../ui/page";
import { Empty, Loaded } from "../../ui/states";
import { Table } from "../../ui/table";
import { useLeadColumns } from "../leads";

export default function People() {
  const { id = "" } = useParams();
  const { t } = useI18n();
  const error = useQuery(company(id)).data?.error;
  const people = useQuery(leadsOfCompany(id));
  const columns = useLeadColumns(false);
  return (
    <Section title={t("company.people")}>
      {error && <p className="mx-4 mb-2 text-sm text-warm">{t("company.failed", { error })}</p>}
      <Loaded query={people} rows={4}>
        {(data) => data.items.length === 0
          ? <Empty title={t("company.noPeople")} hint={t("company.noPeopleHint")} />
          : <Table caption={t("company.people")} columns={columns} rows={data.items} rowKey={(l) => l.id} />}
      </Loaded>
    </Section>
  );
}

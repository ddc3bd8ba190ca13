// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { company } from "../../api/queries";
import { useI18n } from "../../i18n";

/** A company by its name, which is asked for where nobody says it. */
export function CompanyLink({ id, name }: { id: string; name?: string }) {
  const { t } = useI18n();
  const query = useQuery({ ...company(id), enabled: name === undefined });
  return (
    <Link to={`/companies/${id}`} className="font-medium text-accent underline-offset-2 hover:underline">
      {name ?? query.data?.name ?? t(query.isError ? "history.unknownCompany" : "action.loading")}
    </Link>
  );
}

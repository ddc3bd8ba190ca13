/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scorer decides who is worth writing to.
 *
 * DESCRIPTION
 *   Keeps what is known of each lead (enricher.LeadEnriched) and its company (scraper.CompanyChanged,
 *   enricher.CompanyEnriched), scores a lead when a fact of it changed (job score_lead) and all leads
 *   of a tenant when its profile changed (job rescore_all, a page a job), and tells
 *   scorer.LeadScored when points, class, qualification or a reason differ from before.
 *
 * ORDER
 *   The logs of scraper and enricher are independent: each row keeps the version of each source, and
 *   an older version changes nothing. Of two that score the same lead the one that read last writes
 *   last (scorer_leads_take).
 *
 * WHEN A NEIGHBOUR IS AWAY
 *   Nothing waits: facts come late, and scores with them. The scorer calls nobody.
 *
 * NEVER
 *   Writes a score that did not change. Qualifies a lead whose company a person put away.
 */
#include "gen/scorer.lm.h"
#include "services/scorer/scorer.h"
#include "services/scorer/store.h"

static const struct lm_config_key config[] = {
    LM_CFG_INT("scorer.page_size", &scorer_settings.page_size, "1000",
               "leads scored in one transaction when all are scored again"),
    LM_CFG_END,
};

int main(int argc, char **argv)
{
    static const struct lm_service scorer = {
        .name = "scorer",
        .config = config,
        .sql = scorer_sql,
        .calls = scorer_calls,
        .events = scorer_events,
        .jobs = scorer_jobs,
        .schema_at_least = 1,
    };
    return lm_service_main(argc, argv, &scorer);
}

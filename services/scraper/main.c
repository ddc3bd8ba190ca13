/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scraper decides which companies exist.
 *
 * DESCRIPTION
 *   Searches sources (job run_search), by hand or on a schedule (job fire_schedule); takes companies in
 *   from files (import/), from people and from the synthetic generator; finds out which of them are one and the
 *   same. Tells CompanyChanged, CompanyMerged, ScrapeJobChanged and ContactFound. It consumes no event,
 *   so it has no intake.c; keep.c is what its operations and jobs share.
 *
 * TWO REPLICAS
 *   Companies of a tenant come in one transaction at a time (intake_gate), so none is made twice. A
 *   source's pace is a row of the tenant. A schedule is one job.
 *
 * WHEN A NEIGHBOUR IS AWAY
 *   Only StartIcpSearch asks somebody, the scorer for the profile, and says so when it is away. When a source
 *   blocks or is down, the search keeps what it has read and goes on behind it at the next attempt.
 *
 * NEVER
 *   Takes a block for an empty search. Merges companies with different domains. Deletes a company.
 */
#include "gen/scraper.lm.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

static const struct lm_config_key config[] = {
    LM_CFG_INT("scraper.min_vacancies", &scraper_settings.min_vacancies, "5",
               "companies with fewer open vacancies are dropped, unless the search says otherwise"),
    LM_CFG_MS("scraper.fetch_timeout", &scraper_settings.fetch_timeout_ms, "30s",
              "for one page of a source"),
    LM_CFG_SIZE("scraper.max_page", &scraper_settings.max_page_bytes, "4m",
                "largest page of a source that is read"),
    LM_CFG_STR("scraper.home_country", &scraper_settings.home_country, "NL",
               "where a company is read to be that does not say: for its phone and postal code"),
    LM_CFG_SIZE("scraper.names_memory", &scraper_settings.names_memory_bytes, "256m",
                "names of companies kept in memory, of all tenants; a million take 90m"),
    /* imports */
    LM_CFG_SIZE("scraper.import_max", &scraper_settings.import_max_bytes, "512m",
                "largest file of companies that is imported"),
    LM_CFG_MS("scraper.import_keep", &scraper_settings.import_keep_ms, "7d",
              "for how long the bytes of a file are kept after its import has ended"),
    LM_CFG_STR("scraper.import_dir", &scraper_settings.import_dir, "/tmp",
               "where the texts of large workbooks are put while they are read"),
    LM_CFG_END,
};

int main(int argc, char **argv)
{
    static const struct lm_service scraper = {
        .name = "scraper",
        .config = config,
        .more_config = scraper_sources_config,
        .check = scraper_sources_check,
        .sql = scraper_sql,
        .calls = scraper_calls,
        .events = scraper_events,
        .jobs = scraper_jobs,
        .schema_at_least = 8,
    };
    return lm_service_main(argc, argv, &scraper);
}

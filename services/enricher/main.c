/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The enricher decides who works at a company, how to reach them, and what is known of them.
 *
 * DESCRIPTION
 *   Researches each company it hears of (scraper.CompanyChanged; job research_company): finds its
 *   domain, visits its site, reads people and facts from its pages, asks DNS whether it takes mail,
 *   and gives each person the best address: one that was seen, one made by the company's own pattern,
 *   or a guess. Takes people who come with a company (scraper.ContactFound). Tells LeadEnriched for
 *   each person that changed and CompanyEnriched for each company researched.
 *
 * WHEN A NEIGHBOUR IS AWAY
 *   Nothing waits: it calls nobody. A site that is down is tried again; when it stays down, the company
 *   says why it has no contact and the job is dead, to be replayed.
 *
 * NEVER
 *   Takes a guess for a fact. Brings an erased person back. Reads what robots.txt asks not to be read.
 *   Holds a transaction while it waits for a site.
 */
#include "gen/enricher.lm.h"
#include "services/enricher/store.h"

static const struct lm_config_key config[] = {
    LM_CFG_LIST("enricher.guess_tlds", &enricher_settings.guess_tlds, "nl,com,io,eu,co",
                "ends of domains that are guessed from a company's name, in this order"),
    LM_CFG_INT("enricher.guesses", &enricher_settings.guesses, "10",
               "domains tried for a company without one"),
    LM_CFG_LIST("enricher.schemes", &enricher_settings.schemes, "https,http",
                "how a site is asked for, in this order"),
    LM_CFG_INT("enricher.max_pages", &enricher_settings.max_pages, "10", "pages read of one site"),
    LM_CFG_SIZE("enricher.max_page", &enricher_settings.max_page_bytes, "2m",
                "largest page that is read"),
    LM_CFG_SIZE("enricher.max_site", &enricher_settings.max_site_bytes, "4m",
                "all pages of a site together"),
    LM_CFG_MS("enricher.fetch_timeout", &enricher_settings.fetch_timeout_ms, "10s", "for one page"),
    LM_CFG_END,
};

int main(int argc, char **argv)
{
    static const struct lm_service enricher = {
        .name = "enricher",
        .config = config,
        .sql = enricher_sql,
        .calls = enricher_calls,
        .events = enricher_events,
        .jobs = enricher_jobs,
        .schema_at_least = 2,
    };
    return lm_service_main(argc, argv, &enricher);
}

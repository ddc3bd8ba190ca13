/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scraper decides which companies exist.
 *
 * DESCRIPTION
 *   Searches sources (job run_search), by hand or on a schedule (job fire_schedule); takes companies in
 *   from files (import/), from people and from the synthetic generator; finds out which of them are one and the
 *   same. Tells CompanyChanged, CompanyMerged, CompanyUnmerged, ScrapeJobChanged, ImportChanged and
 *   ContactFound. It consumes no event, so it has no intake.c; pool.h is what its operations and jobs share.
 *
 * TWO REPLICAS
 *   Companies of a tenant come in one transaction at a time (intake_gate), so none is made twice. A
 *   site's robots.txt, the turns of its host and the rest that a failing source is given are rows that
 *   all replicas and tenants share; choices of a proxy are rows of the tenant. A schedule is one job.
 *
 * WHEN A NEIGHBOUR IS AWAY
 *   Only StartIcpSearch asks somebody, the scorer for the profile, and says so when it is away. When a source
 *   blocks or is down, the search keeps what it has read and goes on behind it at the next attempt; when the
 *   source rests, the search waits as a job.
 *
 * NEVER
 *   Takes a block for an empty search. Merges companies with different domains. Deletes a company. Asks
 *   for what robots.txt forbids, or a source that the tenant has not approved. Asks directly what is to
 *   be asked through proxies. Runs a page's scripts in its own process, or lets them see what only it can reach.
 */
#include "common/secret.h"
#include "gen/scraper.lm.h"
#include "services/scraper/browser/browser.h"
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
    /* ---- how sites are asked ---- */
    LM_CFG_MS("scraper.robots_cache", &scraper_settings.robots_cache_ms, "24h",
              "how long a robots.txt holds until it is asked for again"),
    LM_CFG_MS("scraper.max_crawl_delay", &scraper_settings.max_crawl_delay_ms, "60s",
              "a Crawl-delay beyond that is taken as this"),
    LM_CFG_INT("scraper.retries", &scraper_settings.retries, "3",
               "attempts after the first when a site answers 429, 5xx or not at all"),
    LM_CFG_MS("scraper.backoff", &scraper_settings.backoff_ms, "1s",
              "wait before the first of them; doubled each time, up to sixty times as long"),
    LM_CFG_INT("scraper.breaker_failures", &scraper_settings.breaker_failures, "5",
               "failures in a row after which a source is left alone; 0: never"),
    LM_CFG_MS("scraper.breaker_open", &scraper_settings.breaker_open_ms, "60s",
              "for how long it is left alone, and how long after a try that failed"),
    LM_CFG_MS("scraper.page_cache", &scraper_settings.page_cache_ms, "1h",
              "a page younger than that is not asked for again; 0ms: pages are not kept"),
    LM_CFG_SIZE("scraper.page_cache_size", &scraper_settings.page_cache_bytes, "64m",
                "pages kept of a tenant, all together"),
    /* ---- pages that scripts draw ---- */
    LM_CFG_STR("scraper.browser", &scraper_browser_settings.program, "/usr/lib/chromium/chromium",
               "Chromium (package chromium) for pages that scripts draw; empty: there is none"),
    LM_CFG_STR("scraper.browser_sandbox", &scraper_browser_settings.sandbox, "own",
               "what holds it: own (user namespaces and Chromium's sandbox) or container (nothing "
               "but the container that the scraper is in)"),
    LM_CFG_INT("scraper.browser_uid", &scraper_browser_settings.uid, "64901",
               "whom it runs as when the scraper is root; nobody else should"),
    LM_CFG_STR("scraper.browser_dir", &scraper_browser_settings.dir, "/tmp",
               "where its directories are made, which go with it"),
    LM_CFG_INT("scraper.browsers", &scraper_browser_settings.at_once, "1",
               "browsers at a time in each replica; one takes 300m to 1g and a core"),
    LM_CFG_MS("scraper.browser_timeout", &scraper_browser_settings.timeout_ms, "45s",
              "for one page in the browser"),
    LM_CFG_SIZE("scraper.browser_memory", &scraper_browser_settings.memory_bytes, "1g",
                "memory of one browser, all its processes; more ends the page"),
    LM_CFG_SIZE("scraper.browser_traffic", &scraper_browser_settings.traffic_bytes, "32m",
                "what a page may load and send in the browser, all together"),
    LM_CFG_SECRET_("secrets.key", &scraper_settings.secret_key, "",
                   "64 hex digits: seals passwords of proxies; needed for those that have one"),
    LM_CFG_END,
};

/* Without a key there are no proxies with passwords. */
static lm_code check(lm_err *err)
{
    if (*scraper_settings.secret_key && lm_secret_key_check(scraper_settings.secret_key, err))
        return err->code;
    if (scraper_browser_check(err))
        return err->code;
    return scraper_sources_check(err);
}

int main(int argc, char **argv)
{
    static const struct lm_service scraper = {
        .name = "scraper",
        .config = config,
        .more_config = scraper_sources_config,
        .check = check,
        .sql = scraper_sql,
        .calls = scraper_calls,
        .events = scraper_events,
        .jobs = scraper_jobs,
        .schema_at_least = 10,
    };
    return lm_service_main(argc, argv, &scraper);
}

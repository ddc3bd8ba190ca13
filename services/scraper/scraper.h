/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_H
#define SCRAPER_H

#include "common/ctx.h"
#include "gen/scraper.pb-c.h"

/* What the files of the scraper share: its settings, and how companies are taken in. */

struct scraper_settings {
    int64_t min_vacancies; /* companies with fewer are dropped, unless the search says otherwise */
    uint64_t max_page_bytes;
    int64_t fetch_timeout_ms;
    const char *home_country;    /* ISO 3166, or "": whose phones and postal codes are understood */
    uint64_t names_memory_bytes; /* names in memory, of all tenants */
    /* imports */
    uint64_t import_max_bytes;
    int64_t import_keep_ms; /* the file, after the import has ended */
    const char *import_dir;
    /* ---- how sites are asked (fetch/, proxies/) ---- */
    int64_t robots_cache_ms, max_crawl_delay_ms;
    int64_t backoff_ms;
    int64_t retries; /* of a request, before it counts as failed */
    int64_t breaker_failures, breaker_open_ms;
    int64_t page_cache_ms;     /* a page that young is not asked for again; 0: there is no cache */
    uint64_t page_cache_bytes; /* of a tenant */
    const char *secret_key;    /* 64 hex digits: seals passwords of proxies */
};
extern struct scraper_settings scraper_settings;

struct scraper_kept {
    int created, merged, unchanged;
};

/*
 * Takes companies in, inside the open transaction, made normal (normal/): each is the one that its domain, its number, its phone or its name
 * says it is (match/judge.h), else a new one; what it says becomes a record of that one (match/company_record.h). Writes rows
 * and events; companies[i] is afterwards the company as it stands, with its id. created_at, where it is set, is
 * when it was found.
 */
LM_MUST_USE lm_code scraper_keep(struct lm_ctx *ctx, Lm__Company **companies, size_t n,
                                 struct scraper_kept *kept, lm_err *err);

/* Events of a row that was just written; its version is that of the row. */
LM_MUST_USE lm_code scraper_tell_company(struct lm_ctx *ctx, Lm__Company *company, lm_err *err);
LM_MUST_USE lm_code scraper_tell_search(struct lm_ctx *ctx, Scraper__ScrapeJob *search,
                                        lm_err *err);

/*
 * A search as asked for by a person or a schedule: its row, its event, the job that runs it. Fills in id,
 * status and times of `search`. Errors: those of scraper_search_check.
 */
LM_MUST_USE lm_code scraper_search_start(struct lm_ctx *ctx, Scraper__ScrapeJob *search,
                                         lm_err *err);
/* LM_INVALID with the field: this source cannot be asked this. LM_UNPROCESSABLE: it needs a key. Nothing is written. */
LM_MUST_USE lm_code scraper_search_check(struct lm_ctx *ctx, const Scraper__ScrapeJob *search,
                                         lm_err *err);
/* Ends a search, its row locked: companies of what it has read are kept, then its row and event written. */
LM_MUST_USE lm_code scraper_search_end(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                                       Scraper__ScrapeStatus status, lm_err *err);
#endif

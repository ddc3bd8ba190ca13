/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_SEARCH_H
#define SCRAPER_SEARCH_H

#include "common/ctx.h"
#include "services/scraper/sources/sources.h"

/* A search under way, between its job (work.c), reading (read.c) and its beginning and end (search.c). */
struct scraper_search {
    Scraper__ScrapeJob *row;
    const struct scraper_source *source;
};

/* Locks the row in a transaction of its own. LM_CANCELLED: somebody stopped the search. */
LM_MUST_USE lm_code scraper_search_take(struct lm_ctx *ctx, const char *id,
                                        Scraper__ScrapeJob **row, lm_err *err);
/* Writes the row and tells what became of it, in the open transaction. */
LM_MUST_USE lm_code scraper_search_save(struct lm_ctx *ctx, Scraper__ScrapeJob *search,
                                        lm_err *err);

/* Those of the search, or none; never NULL. */
const Scraper__Filters *scraper_filters_of(const Scraper__ScrapeJob *search);
/* Takes companies in and counts them in `row`, in the open transaction; the caller saves it. */
LM_MUST_USE lm_code scraper_search_keep(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                                        const struct scraper_found *found, size_t n, lm_err *err);

/*
 * Reads all pages that an earlier run has not read, and then, where the source has them, the pages of single
 * companies. A page that can never be read is noted on the search, and the rest goes on. Errors: those that another
 * attempt may mend, LM_CANCELLED, LM_FENCED.
 */
LM_MUST_USE lm_code scraper_search_read(struct lm_ctx *ctx, struct scraper_search *s, lm_err *err);

#endif

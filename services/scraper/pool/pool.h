/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_POOL_H
#define SCRAPER_POOL_H

#include "services/scraper/store.h"

/*
 * A batch of companies that come in, with all that they may be: loaded at once, put together in memory, written at the
 * end. Lives in ctx->arena, inside one transaction behind the gate (scraper_intake_lock).
 *
 *     if (scraper_pool_open(ctx, found, n, &pool, err)) …
 *     for (i …) scraper_pool_take(pool, i, &result, err)
 *     scraper_pool_write(pool, &mail, err)
 */
struct scraper_pool;

/* found[i]->created_at is when it was found; now, if it is not set. Names must be there. */
LM_MUST_USE lm_code scraper_pool_open(struct lm_ctx *ctx, Lm__Company *const *found, size_t n,
                                      struct scraper_pool **out, lm_err *err);
/* The company it is, as it stands; NULL: none yet. Changes nothing. */
Lm__Company *scraper_pool_find(struct scraper_pool *p, size_t i);

enum scraper_taken { SCRAPER_CREATED, SCRAPER_MERGED, SCRAPER_UNCHANGED };
/* *company lives as long as the pool; it changes as others of the batch are taken. */
LM_MUST_USE lm_code scraper_pool_take(struct scraper_pool *p, size_t i, enum scraper_taken *taken,
                                      Lm__Company **company, lm_err *err);
/* Rows and events of all that changed. */
LM_MUST_USE lm_code scraper_pool_write(struct scraper_pool *p, lm_err *err);

/* ---- what people do ---- */

/* A pool with these companies in it. LM_NOT_FOUND; LM_CONFLICT: one went up in another, which the message names. */
LM_MUST_USE lm_code scraper_pool_of(struct lm_ctx *ctx, char *const *ids, size_t n,
                                    struct scraper_pool **out, lm_err *err);
/* The same with those that went up in others as well, and without those that are not there. */
LM_MUST_USE lm_code scraper_pool_with_dead(struct lm_ctx *ctx, char *const *ids, size_t n,
                                           struct scraper_pool **out, lm_err *err);
/* A living one; NULL: it is not there, or went up in another. */
Lm__Company *scraper_pool_company(struct scraper_pool *p, const char *id);
/*
 * What people say of a company: fields that are set in `said`. All of one key (edits, an import's id) is one record, so
 * that it can be taken back: then what stood before is shown again. *was_said is false when there was nothing.
 */
struct scraper_saying {
    const char *key;
    Lm__Source source;
    int weight; /* 1: counts before all sources, -1: only where nobody says anything */
};
LM_MUST_USE lm_code scraper_pool_say(struct scraper_pool *p, const char *id,
                                     const struct scraper_saying *how, const Lm__Company *said,
                                     Lm__Company **company, lm_err *err);
LM_MUST_USE lm_code scraper_pool_unsay(struct scraper_pool *p, const char *id, const char *key,
                                       bool *was_said, lm_err *err);
/*
 * What it says is a company of its own. is_like_another: scraper_pool_find knows one that it would be; that it is not is
 * a person's decision then.
 */
LM_MUST_USE lm_code scraper_pool_begin(struct scraper_pool *p, size_t i, bool is_like_another,
                                       Lm__Company **company, lm_err *err);
/* New companies belong to this import. */
void scraper_pool_import(struct scraper_pool *p, const char *import_id);
/* A company that this batch made shows this instead; false: it was there before. */
bool scraper_pool_amend(struct scraper_pool *p, const Lm__Company *company, const Lm__Company *now);
/* The others go up in the first, by a person's decision; it is written, as what follows. */
LM_MUST_USE lm_code scraper_pool_merge(struct scraper_pool *p, char *const *ids, size_t n,
                                       Lm__Company **company, lm_err *err);
/* `gone` comes out of the company it went up in. LM_CONFLICT: it did not. */
LM_MUST_USE lm_code scraper_pool_unmerge(struct scraper_pool *p, const char *from, const char *gone,
                                         Lm__Company **company, Lm__Company **unmerged,
                                         lm_err *err);
/* Two that may be one are two, by a person's decision. */
LM_MUST_USE lm_code scraper_pool_part(struct scraper_pool *p, const char *one, const char *other,
                                      lm_err *err);
/* Others that may be this one, from `most` whose names are like its own and those that share a key with it. */
struct scraper_duplicate {
    Lm__Company *company;
    struct scraper_judgement judgement;
};
LM_MUST_USE lm_code scraper_pool_duplicates(struct scraper_pool *p, const char *id, size_t most,
                                            struct scraper_duplicate **out, size_t *n, lm_err *err);
/* All records of a company; returns how many. */
size_t scraper_pool_records(struct scraper_pool *p, const char *id,
                            const struct scraper_company_record ***out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_POOL_INTERNAL_H
#define SCRAPER_POOL_INTERNAL_H

#include "services/scraper/pool/known.h"
#include "services/scraper/pool/pool.h"

/*
 * Between pool.c (what is in it), look.c (what a record may be), take.c (what becomes of it), group.c (which are one),
 * people.c (what people do) and write.c.
 */

struct scraper_entry;

struct scraper_held {
    struct scraper_company_record r;
    bool is_changed; /* to be written, unless it is its company's row */
    bool is_fresh;   /* found by what it says, not by what was known before the batch */
    /* What it says is not made yet: it is all that stands here. Most of an import is never looked at again. */
    const Lm__Company *row;
    int64_t row_found_at;
};

struct scraper_entry {
    char id[LM_ID_SIZE];
    Lm__Company was;    /* as the table has it */
    Lm__Company *shown; /* as its records say */
    int64_t found_at;
    struct scraper_held **records;
    size_t n_records;
    bool is_stored;             /* there is a row */
    bool was_dead;              /* it had gone up in another */
    bool is_dead;               /* it has now */
    bool is_changed;            /* what it shows is another */
    struct scraper_entry *into; /* of a dead one */
    const char *reason;         /* why it is dead */
    const char *from;           /* of one that came out again: what it was in */
    lm_str *had;                /* records it brought along */
    size_t n_had;
};

/* Of two companies that are not one. */
struct scraper_tie {
    struct scraper_entry *one, *other;
    bool is_maybe;
    double score;
    const char *reason;
};

/* A record of this batch under one of its keys: id, domain, number, phone. */
struct scraper_fresh {
    lm_str key;
    struct scraper_held *held;
    struct scraper_fresh *next;
};

struct scraper_pool {
    struct lm_ctx *ctx;
    struct lm_arena *arena;
    struct scraper_entry **slots; /* open table by id */
    size_t n_slots, n_entries;
    struct scraper_entry **entries;
    size_t cap_entries;
    struct scraper_pair *apart; /* stored ties of what is loaded that keep companies in one look */
    size_t n_apart, cap_apart;
    struct scraper_tie *ties; /* of this batch */
    size_t n_ties, cap_ties;
    struct scraper_decision *decisions;
    size_t n_decisions, cap_decisions;
    /* what came in, and what it may be */
    Lm__Company *const *found;
    struct scraper_traits *traits;
    struct scraper_ids *same;
    struct scraper_hit *hits;
    size_t n_found, n_hits;
    struct scraper_names *fresh;        /* records of this batch, which nobody else knows yet */
    struct scraper_fresh **fresh_heads; /* chains of what they are found by */
    size_t n_fresh, n_fresh_heads;
    size_t n_changes;      /* of what companies show */
    const char *import_id; /* that the companies belong to; NULL: none */
    const char **gone;     /* records that were taken back */
    size_t n_gone, cap_gone;
};

struct scraper_entries {
    struct scraper_entry **v;
    size_t n, cap;
};

struct scraper_pool *scraper_pool_new(struct lm_ctx *ctx);
/* NULL: not in the pool. */
struct scraper_entry *scraper_pool_entry(const struct scraper_pool *p, lm_str id);
/* What a dead one went up in, if that is in the pool. */
struct scraper_entry *scraper_pool_living(struct scraper_entry *e);
struct scraper_entry *scraper_pool_add(struct scraper_pool *p, const char *id);
/* Those that are not there yet. */
LM_MUST_USE lm_code scraper_pool_load(struct scraper_pool *p, const lm_str *ids, size_t n,
                                      lm_err *err);
/* Whether it has the record of this id. */
bool scraper_entry_has(const struct scraper_entry *e, const char *id);
/* Once each. */
void scraper_entries_put(struct lm_arena *a, struct scraper_entries *list, struct scraper_entry *e);
/* Makes what it says, if that was put off. */
void scraper_pool_recall(struct scraper_pool *p, struct scraper_held *h);
/* Records are found by the rest of the batch from now on. */
void scraper_pool_publish(struct scraper_pool *p, struct scraper_held *h);
/* What `n` records may be, in one question each; what that leads to is loaded. same[] is the caller's. */
LM_MUST_USE lm_code scraper_pool_look_all(struct scraper_pool *p,
                                          const struct scraper_traits *traits, size_t n,
                                          struct scraper_ids *same, struct scraper_hit **hits,
                                          size_t *n_hits, lm_err *err);
/* Of what was found for all, the living companies that one may be, and those of this batch. */
void scraper_pool_put_known(struct scraper_pool *p, const struct scraper_traits *t,
                            const struct scraper_ids *same, const struct scraper_hit *hits,
                            size_t n_hits, struct scraper_entries *out);
/* Living companies that have something in common with what these traits say; all are loaded. */
LM_MUST_USE lm_code scraper_pool_look(struct scraper_pool *p, const struct scraper_traits *t,
                                      struct scraper_entries *out, lm_err *err);

/*
 * Puts the records of these companies, of all they are tied to, and `more` (NULL: none) together anew. `prefer` stays
 * what it is, if it can (NULL: no matter). *fits is false, and nothing done, when there are too many of them.
 */
LM_MUST_USE lm_code scraper_pool_regroup(struct scraper_pool *p, struct scraper_entries *companies,
                                         struct scraper_held *more, const char *prefer, bool *fits,
                                         lm_err *err);
/* Makes what it shows of its records; returns whether that is another than before. */
bool scraper_pool_show(struct scraper_pool *p, struct scraper_entry *e);
/* A person's decision on two records, which is written at once and holds from now on. */
LM_MUST_USE lm_code scraper_pool_decide(struct scraper_pool *p, const char *one, const char *other,
                                        bool is_same, lm_err *err);
/* The surest of what a company's records have with these traits. */
struct scraper_judgement scraper_pool_judge(const struct scraper_entry *e,
                                            const struct scraper_traits *t);
/* Notes a tie of two that are not one; the surest counts. */
void scraper_pool_tie(struct scraper_pool *p, const struct scraper_tie *tie);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STORE_H
#define SCRAPER_STORE_H

#include "common/db.h"
#include "common/robots.h"
#include "gen/scraper.pb-c.h"
#include "services/scraper/match/groups.h"
#include "services/scraper/proxies/proxies.h"
#include "services/scraper/sources/sources.h"

/* The scraper's tables. Everything here runs in the open transaction, if there is one. */

extern const struct lm_sql *const *const scraper_sql[];

/* ---- companies (store.c) ---- */

/* Holds the tenant's gate until the transaction ends: companies come in one transaction at a time. */
LM_MUST_USE lm_code scraper_intake_lock(struct lm_ctx *ctx, lm_err *err);
/* LM_NOT_FOUND. Locked until the end of the transaction. */
LM_MUST_USE lm_code scraper_company_lock(struct lm_ctx *ctx, const char *id, Lm__Company **out,
                                         lm_err *err);
/* *out is NULL when there is none. */
LM_MUST_USE lm_code scraper_company_by_domain(struct lm_ctx *ctx, lm_str domain, Lm__Company **out,
                                              lm_err *err);

struct scraper_named {
    const char *id;
    lm_str name, name_norm, domain;
    int64_t named, database; /* its number, and of which database that is one */
};
/* Names with a number above `after`, in their order, all if `database` is another; at most `most`. */
LM_MUST_USE lm_code scraper_names_since(struct lm_ctx *ctx, int64_t database, int64_t after,
                                        size_t most, struct scraper_named **out, size_t *n,
                                        lm_err *err);
/* Gives version, and id and created_at where there is none. Behind the gate, as all that gives a name. */
LM_MUST_USE lm_code scraper_company_insert(struct lm_ctx *ctx, Lm__Company *company, lm_err *err);
/* Raises the version. Behind the gate if the name changes. LM_CONFLICT: another company has the domain. */
LM_MUST_USE lm_code scraper_company_update(struct lm_ctx *ctx, Lm__Company *company, lm_err *err);
/* Archives a company that went up in another one; gives its new version. */
LM_MUST_USE lm_code scraper_company_absorb(struct lm_ctx *ctx, const char *id, const char *into,
                                           int64_t *version, lm_err *err);

/* ---- searches (store_search.c) ---- */
/* ---- records of companies, and which of them are one (store_records.c) ---- */

/* A company's row; what is not shown of it beside. */
struct scraper_row {
    Lm__Company *company;
    const char *merged_into; /* NULL: it stands on its own */
    int64_t found_at;
};
/* In the order of ids, locked. Those that are not there are left out, and those of undone imports. */
LM_MUST_USE lm_code scraper_rows_load(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                      struct scraper_row **out, size_t *n, lm_err *err);
/* Records of these companies, but those that are a company's own row. */
LM_MUST_USE lm_code scraper_records_load(struct lm_ctx *ctx, const lm_str *company_ids,
                                         size_t n_ids, struct scraper_company_record **out,
                                         size_t *n, lm_err *err);
LM_MUST_USE lm_code scraper_record_save(struct lm_ctx *ctx, const struct scraper_company_record *r,
                                        lm_err *err);

LM_MUST_USE lm_code scraper_record_delete(struct lm_ctx *ctx, const char *id, lm_err *err);

/* What companies are found by, beside their names. */
struct scraper_keys {
    lm_str *domains, *numbers, *phones;
    size_t n_domains, n_numbers, n_phones;
};
struct scraper_hit {
    lm_str company_id, key; /* any of the keys that were asked for */
};
LM_MUST_USE lm_code scraper_keys_find(struct lm_ctx *ctx, const struct scraper_keys *keys,
                                      struct scraper_hit **out, size_t *n, lm_err *err);

/* One that went up in another stands on its own again, with the status it had. Its version stays. */
LM_MUST_USE lm_code scraper_company_revive(struct lm_ctx *ctx, const char *id,
                                           Lm__CompanyStatus *status, lm_err *err);
/* Before another company takes it over; the row is written once more in this transaction. */
LM_MUST_USE lm_code scraper_domain_give_up(struct lm_ctx *ctx, const char *id, lm_err *err);
/* A record's company went up in another one, and the record is of that one now. */
LM_MUST_USE lm_code scraper_company_point(struct lm_ctx *ctx, const char *id, const char *into,
                                          lm_err *err);
/* A company's only source said the same again. */
LM_MUST_USE lm_code scraper_company_found(struct lm_ctx *ctx, const char *id, int64_t found_at,
                                          lm_err *err);

struct scraper_link {
    const char *one, *other; /* ids of companies, in any order */
    bool is_maybe;
    double score;
    const char *reason;
};
LM_MUST_USE lm_code scraper_link_save(struct lm_ctx *ctx, const struct scraper_link *link,
                                      lm_err *err);
struct scraper_pair {
    const char *one, *other; /* in the order of ids */
    int score;               /* thousandths */
    lm_str reason;
};
/* Those of verdict APART that one of `ids` is in. */
LM_MUST_USE lm_code scraper_apart_load(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                       struct scraper_pair **out, size_t *n, lm_err *err);
/* The links of one that goes up in another are the other's. */
LM_MUST_USE lm_code scraper_links_move(struct lm_ctx *ctx, const char *from, const char *to,
                                       lm_err *err);
LM_MUST_USE lm_code scraper_link_drop(struct lm_ctx *ctx, const char *one, const char *other,
                                      lm_err *err);

LM_MUST_USE lm_code scraper_decision_save(struct lm_ctx *ctx, const struct scraper_decision *d,
                                          lm_err *err);
/* Those that have one of the records in them. */
LM_MUST_USE lm_code scraper_decisions_load(struct lm_ctx *ctx, const lm_str *records,
                                           size_t n_records, struct scraper_decision **out,
                                           size_t *n, lm_err *err);

struct scraper_change {
    const char *company_id, *other_id;
    bool is_merge;
    const lm_str *records; /* that the other one had */
    size_t n_records;
    const char *reason, *user_id;
    int64_t at;
};
LM_MUST_USE lm_code scraper_change_save(struct lm_ctx *ctx, const struct scraper_change *c,
                                        lm_err *err);
/* The newest first. */
LM_MUST_USE lm_code scraper_changes_load(struct lm_ctx *ctx, const char *company_id, size_t most,
                                         struct scraper_change **out, size_t *n, lm_err *err);

/* For people to decide, behind `after` (NULL: from the likeliest). */
LM_MUST_USE lm_code scraper_pairs_load(struct lm_ctx *ctx, const struct scraper_pair *after,
                                       size_t most, struct scraper_pair **out, size_t *n,
                                       lm_err *err);

/* ---- searches, schedules, pace (store_search.c) ---- */

LM_MUST_USE lm_code scraper_search_insert(struct lm_ctx *ctx, Scraper__ScrapeJob *search,
                                          const char *job_id, lm_err *err);
LM_MUST_USE lm_code scraper_search_lock(struct lm_ctx *ctx, const char *id,
                                        Scraper__ScrapeJob **out, const char **job_id, lm_err *err);
/* A search that finds nothing is strange: of the latest, none asked just this, or one that did saw entries. */
LM_MUST_USE lm_code scraper_search_is_telling(struct lm_ctx *ctx, const Scraper__ScrapeJob *search,
                                              bool *is_telling, lm_err *err);
/* Status, counts, error and times; raises the version. */
LM_MUST_USE lm_code scraper_search_update(struct lm_ctx *ctx, Scraper__ScrapeJob *search,
                                          lm_err *err);

struct scraper_page_at {
    int keyword, page; /* counted from 0 */
};
/* *known is false when this page has not been read yet. *next: as it was saved. */
LM_MUST_USE lm_code scraper_page_known(struct lm_ctx *ctx, const char *search_id,
                                       struct scraper_page_at at, bool *known, lm_str *next,
                                       lm_err *err);
LM_MUST_USE lm_code scraper_page_save(struct lm_ctx *ctx, const char *search_id,
                                      struct scraper_page_at at, const struct scraper_page *page,
                                      lm_err *err);
/* In order of arrival; only those whose own page was not read, or all. */
LM_MUST_USE lm_code scraper_found_load(struct lm_ctx *ctx, const char *search_id,
                                       bool without_detail, struct scraper_found **out, size_t *n,
                                       lm_err *err);
/* The first whose own page was not read yet; *is_there is false when there is none. */
LM_MUST_USE lm_code scraper_found_next(struct lm_ctx *ctx, const char *search_id,
                                       struct scraper_found *out, bool *is_there, lm_err *err);
/* What its own page said; it is not asked for again. */
LM_MUST_USE lm_code scraper_found_save(struct lm_ctx *ctx, const char *search_id,
                                       const struct scraper_found *found, lm_err *err);
/* What a search that has ended has found. */
LM_MUST_USE lm_code scraper_found_drop(struct lm_ctx *ctx, const char *search_id, lm_err *err);

/* ---- searches by an ideal customer profile (store_icp.c) ---- */

/*
 * Holds the place of a run until the transaction ends: whoever asks for the same one waits. *search_id is the search it
 * was started as, NULL: none yet.
 */
LM_MUST_USE lm_code scraper_icp_run_take(struct lm_ctx *ctx, const char *run_hash,
                                         const char **search_id, lm_err *err);
/* The search this run is, from now on. */
LM_MUST_USE lm_code scraper_icp_run_set(struct lm_ctx *ctx, const char *run_hash,
                                        const char *search_id, lm_err *err);

/* ---- schedules (store_schedule.c) ---- */

/* One that is there already stays as it is. */
LM_MUST_USE lm_code scraper_schedule_insert(struct lm_ctx *ctx, Scraper__Schedule *schedule,
                                            lm_err *err);
LM_MUST_USE lm_code scraper_schedules_load(struct lm_ctx *ctx, Scraper__Schedule ***out, size_t *n,
                                           lm_err *err);
/* LM_NOT_FOUND. */
LM_MUST_USE lm_code scraper_schedule_lock(struct lm_ctx *ctx, const char *id,
                                          Scraper__Schedule **out, lm_err *err);
/* All of it but id, source and created_at. */
LM_MUST_USE lm_code scraper_schedule_update(struct lm_ctx *ctx, const Scraper__Schedule *schedule,
                                            lm_err *err);
/* LM_NOT_FOUND. */
LM_MUST_USE lm_code scraper_schedule_delete(struct lm_ctx *ctx, const char *id, lm_err *err);

/* ---- how sites are asked (store_polite.c): real time, by the database's clock; each a statement of its own ---- */

struct scraper_robots {
    bool is_known;    /* somebody has asked */
    int64_t fresh_ms; /* how long it still holds; 0: it is to be asked for again */
    struct lm_robots_file file;
};
LM_MUST_USE lm_code scraper_robots_load(struct lm_ctx *ctx, const char *origin,
                                        struct scraper_robots *out, lm_err *err);
/* *is_mine: it is old or not there, and nobody else is asking. */
LM_MUST_USE lm_code scraper_robots_claim(struct lm_ctx *ctx, const char *origin, int64_t lease_ms,
                                         bool *is_mine, lm_err *err);
/* Of a site that cannot be reached what was known stays. */
LM_MUST_USE lm_code scraper_robots_save(struct lm_ctx *ctx, const char *origin,
                                        const struct lm_robots_file *file, int64_t fresh_ms,
                                        lm_err *err);

/*
 * Takes the next turn at a host, `delay_ms` after the one before, and says how long to wait for it; none is taken when
 * it is more than `most_ms` away.
 */
LM_MUST_USE lm_code scraper_host_take(struct lm_ctx *ctx, const char *host, int64_t delay_ms,
                                      int64_t most_ms, int64_t *wait_ms, lm_err *err);
/* Nobody asks it for so long. */
LM_MUST_USE lm_code scraper_host_hold(struct lm_ctx *ctx, const char *host, int64_t for_ms,
                                      lm_err *err);
LM_MUST_USE lm_code scraper_host_held(struct lm_ctx *ctx, const char *host, int64_t *wait_ms,
                                      lm_err *err);

struct scraper_breaker {
    int64_t failures; /* in a row */
    int64_t open_ms;  /* how long it stays open; 0: it is closed, or one may try */
};
LM_MUST_USE lm_code scraper_breaker_load(struct lm_ctx *ctx, const char *source,
                                         struct scraper_breaker *out, lm_err *err);
/* *is_ours: we are the one who tries; for the others it is open as long again. */
LM_MUST_USE lm_code scraper_breaker_try(struct lm_ctx *ctx, const char *source, int64_t open_ms,
                                        bool *is_ours, lm_err *err);
/* *has_opened: by this failure, the `limit`th. */
LM_MUST_USE lm_code scraper_breaker_fail(struct lm_ctx *ctx, const char *source, int64_t limit,
                                         int64_t open_ms, bool *has_opened, lm_err *err);
LM_MUST_USE lm_code scraper_breaker_close(struct lm_ctx *ctx, const char *source, lm_err *err);

struct scraper_cached {
    lm_str url, content_type, etag, last_modified, body;
    int64_t age_ms; /* since it was last sure */
};
LM_MUST_USE lm_code scraper_cache_load(struct lm_ctx *ctx, lm_str key, struct scraper_cached *out,
                                       bool *is_there, lm_err *err);
/* The tenant's oldest pages go when all together take more than `most_bytes`. */
LM_MUST_USE lm_code scraper_cache_save(struct lm_ctx *ctx, lm_str key,
                                       const struct scraper_cached *page, uint64_t most_bytes,
                                       lm_err *err);
/* The site says that it is still the same. */
LM_MUST_USE lm_code scraper_cache_touch(struct lm_ctx *ctx, lm_str key, lm_err *err);
LM_MUST_USE lm_code scraper_cache_remove(struct lm_ctx *ctx, lm_str key, lm_err *err);

/* ---- what a tenant says of sources, and how they do for it (store_source.c) ---- */

/* Also when nobody has said anything. */
LM_MUST_USE lm_code scraper_source_approved(struct lm_ctx *ctx, const char *source,
                                            bool *is_approved, lm_err *err);
LM_MUST_USE lm_code scraper_source_approve(struct lm_ctx *ctx, const char *source, bool is_approved,
                                           lm_err *err);

struct scraper_health {
    int64_t runs, empty_runs; /* empty ones (scraper_ran) since one yielded something */
    int64_t last_cards, last_success_at, last_yield_at, last_error_at; /* times: 0: never */
    const char *last_error;
    bool is_suspect; /* it used to yield, and its page seems to have changed */
    bool has_page;
};
/* A whole run, as it tells how its source does. */
struct scraper_ran {
    int64_t cards;
    bool has_yielded; /* of the cards, something could be read */
    bool is_telling;  /* finding nothing says nothing where the same search never found anything */
};
LM_MUST_USE lm_code scraper_health_load(struct lm_ctx *ctx, const char *source,
                                        struct scraper_health *out, lm_err *err);
/* *is_suspect: of this run. */
LM_MUST_USE lm_code scraper_health_ran(struct lm_ctx *ctx, const char *source,
                                       const struct scraper_ran *ran, bool *is_suspect,
                                       lm_err *err);
LM_MUST_USE lm_code scraper_health_failed(struct lm_ctx *ctx, const char *source, const char *why,
                                          lm_err *err);
enum { SCRAPER_SEEN_BYTES = 512 << 10 };
/* A page for people to look at: its first SCRAPER_SEEN_BYTES. */
struct scraper_seen {
    lm_str url, content_type, body;
    bool is_unreadable; /* the source did not know it, or could read none of its entries */
    int64_t seen_at;
};
LM_MUST_USE lm_code scraper_health_keep_page(struct lm_ctx *ctx, const char *source,
                                             const struct scraper_seen *page, lm_err *err);
/* LM_NOT_FOUND. */
LM_MUST_USE lm_code scraper_health_page(struct lm_ctx *ctx, const char *source,
                                        struct scraper_seen *out, lm_err *err);

/* ---- proxies (store_proxy.c) ---- */

/* All of the tenant. */
LM_MUST_USE lm_code scraper_proxies_load(struct lm_ctx *ctx, struct scraper_proxy **out, size_t *n,
                                         lm_err *err);
/* *is_ours is false when somebody took it since it was loaded. */
LM_MUST_USE lm_code scraper_proxy_take(struct lm_ctx *ctx, const struct scraper_proxy *p,
                                       bool *is_ours, lm_err *err);
LM_MUST_USE lm_code scraper_proxy_succeeded(struct lm_ctx *ctx, const char *id, lm_err *err);
LM_MUST_USE lm_code scraper_proxy_failed(struct lm_ctx *ctx, const char *id, lm_err *err);
/* By address: one that is there gets the new password. */
LM_MUST_USE lm_code scraper_proxy_add(struct lm_ctx *ctx, const struct scraper_proxy *p,
                                      bool *is_new, lm_err *err);
/* LM_NOT_FOUND. */
LM_MUST_USE lm_code scraper_proxy_delete(struct lm_ctx *ctx, const char *id, lm_err *err);

/* ---- many companies at once ---- */

/* Those of `ids` that have one of the statuses `from`, and went up in no other, now have `to`. */
LM_MUST_USE lm_code scraper_companies_judge(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                            const lm_str *from, size_t n_from, Lm__CompanyStatus to,
                                            Lm__Company ***out, size_t *n, lm_err *err);

#endif

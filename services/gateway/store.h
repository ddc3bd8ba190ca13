/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_STORE_H
#define GATEWAY_STORE_H

#include "common/db.h"
#include "gen/enricher.pb-c.h"
#include "gen/gateway.pb-c.h"
#include "gen/tracker.pb-c.h"
#include "services/gateway/views/cursor.h"
#include "services/gateway/views/shape.h"
#include "services/gateway/views/status.h"

/*
 * All that the gateway reads and writes: who may ask (store.c), the views as events keep them
 * (store_views.c), the lists and figures that are read from them (store_lists.c,
 * store_companies.c, store_figures.c), the columns in memory (store_columns.c), and what an older
 * release wrote (store_shape.c).
 * What comes back lives in ctx->arena.
 */
extern const struct lm_sql *const *const gateway_sql[];

/* ---- who ---- */

struct gateway_login {
    char tenant_id[LM_ID_SIZE];
    char user_id[LM_ID_SIZE];
    const char *password_hash;
    int role;
    bool is_active;
};
/* Users of this (folded) name, at most two; `slug` NULL: of any tenant. Crosses tenants. */
LM_MUST_USE lm_code gateway_login_find(struct lm_ctx *ctx, lm_str name_key, const char *slug,
                                       struct gateway_login out[2], size_t *n, lm_err *err);
/* *tenant_id is "" when there is none. Crosses tenants. */
LM_MUST_USE lm_code gateway_tenant_find(struct lm_ctx *ctx, const char *slug,
                                        char tenant_id[LM_ID_SIZE], lm_err *err);
LM_MUST_USE lm_code gateway_tenant_get(struct lm_ctx *ctx, Gateway__Tenant *out, lm_err *err);
/* False in *is_new: the slug was taken meanwhile. */
LM_MUST_USE lm_code gateway_tenant_insert(struct lm_ctx *ctx, const char *slug, const char *name,
                                          bool *is_new, lm_err *err);

LM_MUST_USE lm_code gateway_user_get(struct lm_ctx *ctx, const char *user_id, Gateway__User *out,
                                     lm_err *err);
LM_MUST_USE lm_code gateway_user_password(struct lm_ctx *ctx, const char *user_id,
                                          const char **hash, lm_err *err);
LM_MUST_USE lm_code gateway_user_all(struct lm_ctx *ctx, Gateway__User ***out, size_t *n,
                                     lm_err *err);
struct gateway_new_user {
    char id[LM_ID_SIZE];
    lm_str username, name_key;
    const char *password_hash, *full_name, *email, *language;
    int role;
};
/* LM_CONFLICT: the name is taken. */
LM_MUST_USE lm_code gateway_user_insert(struct lm_ctx *ctx, const struct gateway_new_user *u,
                                        lm_err *err);
/* Absent fields stay. */
LM_MUST_USE lm_code gateway_user_change(struct lm_ctx *ctx, const Gateway__UpdateUserRequest *in,
                                        lm_err *err);
LM_MUST_USE lm_code gateway_user_set_password(struct lm_ctx *ctx, const char *user_id,
                                              const char *hash, lm_err *err);
LM_MUST_USE lm_code gateway_user_saw_login(struct lm_ctx *ctx, const char *user_id, lm_err *err);
/* Locks the tenant's active owners; how many are there beside this one? */
LM_MUST_USE lm_code gateway_owners_beside(struct lm_ctx *ctx, const char *user_id, int64_t *n,
                                          lm_err *err);

LM_MUST_USE lm_code gateway_session_insert(struct lm_ctx *ctx, const char *id, const char *user_id,
                                           int64_t live_ms, lm_err *err);
LM_MUST_USE lm_code gateway_refresh_insert(struct lm_ctx *ctx, const char *session_id, lm_str hash,
                                           int64_t live_ms, lm_err *err);
struct gateway_session {
    char user_id[LM_ID_SIZE];
    int role;
    bool is_active; /* the user */
    bool has_ended; /* the session: by hand, or its time is over */
    bool is_known;  /* the token was given out for this session */
    bool was_used;  /* before this call */
};
/* Marks the refresh token used and tells what it found; the session's row is locked. */
LM_MUST_USE lm_code gateway_refresh_use(struct lm_ctx *ctx, const char *session_id, lm_str hash,
                                        struct gateway_session *out, lm_err *err);
LM_MUST_USE lm_code gateway_session_end(struct lm_ctx *ctx, const char *session_id,
                                        const char *because, lm_err *err);
LM_MUST_USE lm_code gateway_sessions_end_of(struct lm_ctx *ctx, const char *user_id,
                                            const char *because, lm_err *err);
/* Access tokens of this user or session issued before `at` (real time) are no longer good. */
LM_MUST_USE lm_code gateway_revoke(struct lm_ctx *ctx, const char *subject_id, int64_t at,
                                   lm_err *err);
struct gateway_revoked_row {
    char subject_id[LM_ID_SIZE];
    int64_t at;
};
LM_MUST_USE lm_code gateway_revoked_since(struct lm_ctx *ctx, int64_t since,
                                          struct gateway_revoked_row **out, size_t *n, lm_err *err);
LM_MUST_USE lm_code gateway_sweep_sessions(struct lm_ctx *ctx, int most, int64_t *n, lm_err *err);

/* ---- views, as events keep them (inside the transaction that moves the cursor) ---- */

struct gateway_company_row {
    bool is_there;
    int64_t scraper_version, enricher_version;
    int judged, researched;   /* 0: not said */
    lm_str name, domain;      /* {NULL, 0}: not known */
    lm_str company, research; /* packed; {NULL, 0}: its source has not spoken */
};
/* Crosses tenants: those with companies whose facets were made by an older rule. */
LM_MUST_USE lm_code gateway_tenants_to_shape(struct lm_ctx *ctx, lm_str **ids, size_t *n,
                                             lm_err *err);
struct gateway_old_row {
    char id[LM_ID_SIZE];
    int64_t created_at;
    struct gateway_company_row row;
};
/* Such companies behind `after` (an id), at most `most`, locked in the order of their ids. */
LM_MUST_USE lm_code gateway_companies_to_shape(struct lm_ctx *ctx, const char *after, int most,
                                               struct gateway_old_row **out, size_t *n,
                                               lm_err *err);
/* One that has nothing to make it of is left as it is. */
LM_MUST_USE lm_code gateway_company_leave(struct lm_ctx *ctx, const char *id, lm_err *err);
/* Locks the company's row, made as a stub when it is not there. A company is locked before its leads. */
LM_MUST_USE lm_code gateway_company_open(struct lm_ctx *ctx, const char *id,
                                         struct gateway_company_row *out, lm_err *err);
/* Those that are there, locked in the order of their ids; the others are made by gateway_companies_save. */
LM_MUST_USE lm_code gateway_companies_open(struct lm_ctx *ctx, const lm_str *ids, size_t n,
                                           struct gateway_company_row *out, lm_err *err);
/* What a source says, packed, and what follows from that and what the other one said. */
struct gateway_company_facts {
    const Lm__Company *company; /* the scraper's word */
    int64_t at;                 /* when it was said */
    lm_str packed;
    int64_t version;
    int status;
    struct gateway_company_facets facets;
};
/* Rows that were opened and are there. */
LM_MUST_USE lm_code gateway_companies_save(struct lm_ctx *ctx,
                                           const struct gateway_company_facts *v, size_t n,
                                           lm_err *err);
/* Rows that are not there; *n_made is less than n when others have made some of them meanwhile. */
LM_MUST_USE lm_code gateway_companies_make(struct lm_ctx *ctx,
                                           const struct gateway_company_facts *v, size_t n,
                                           size_t *n_made, lm_err *err);
LM_MUST_USE lm_code gateway_company_save_research(struct lm_ctx *ctx,
                                                  const struct gateway_company_facts *f,
                                                  const Enricher__CompanyEnriched *ev, lm_err *err);
/* into_id NULL: it stands on its own again. */
LM_MUST_USE lm_code gateway_company_merge(struct lm_ctx *ctx, const char *id, const char *into_id,
                                          lm_err *err);
/* The company's words in the search text of its leads. */
LM_MUST_USE lm_code gateway_company_rename_leads(struct lm_ctx *ctx, const char *id,
                                                 lm_str search_company, lm_err *err);

struct gateway_lead_row {
    char id[LM_ID_SIZE];
    int64_t enricher_version, scorer_version, sequence_version, judge_version;
    struct gateway_lead_facts facts;
    lm_str email_hash;
    int status;
};
/* Locks the lead's row, made as a stub when it is not there; LM_NOT_FOUND with `must_exist`. */
LM_MUST_USE lm_code gateway_lead_open(struct lm_ctx *ctx, const char *id, bool must_exist,
                                      struct gateway_lead_row *out, lm_err *err);
/* What is written beside the facts and the status, by source. */
struct gateway_person {
    const Lm__Lead *lead;
    int64_t version;
    lm_str email_hash, sort_name, search_person, search_company;
};
/* Each writes its source's columns, and the status that follows from row->facts. */
LM_MUST_USE lm_code gateway_lead_save_person(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                             const struct gateway_person *p, lm_err *err);
LM_MUST_USE lm_code gateway_lead_save_score(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                            const Scorer__Score *score, int64_t version,
                                            lm_err *err);
LM_MUST_USE lm_code gateway_lead_save_sequence(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                               const Personalizer__Sequence *sequence,
                                               int64_t version, lm_err *err);
LM_MUST_USE lm_code gateway_lead_save_judgement(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                                lm_err *err);
/* replied_at, bounced_at, opted_out_at as they stand in row->facts. */
LM_MUST_USE lm_code gateway_lead_save_end(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                          lm_err *err);
/* Adds up the lead's messages; the row must have been opened by an earlier statement. */
LM_MUST_USE lm_code gateway_lead_save_sums(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                           lm_err *err);

/* Messages; the lead's row is open. Older versions change nothing. */
LM_MUST_USE lm_code gateway_message_save(struct lm_ctx *ctx, const Personalizer__Message *m,
                                         int64_t version, lm_err *err);
LM_MUST_USE lm_code gateway_message_save_delivery(struct lm_ctx *ctx, const Mailer__Delivery *d,
                                                  int64_t version, lm_err *err);
LM_MUST_USE lm_code gateway_message_save_engagement(struct lm_ctx *ctx,
                                                    const Tracker__EngagementChanged *e,
                                                    int64_t version, lm_err *err);
LM_MUST_USE lm_code gateway_scrape_job_save(struct lm_ctx *ctx, const Scraper__ScrapeJob *job,
                                            int64_t version, lm_err *err);
/* A suppression and the leads it is about may come in either order: both sides take this lock first. */
LM_MUST_USE lm_code gateway_address_lock(struct lm_ctx *ctx, lm_str address_hash, lm_err *err);
LM_MUST_USE lm_code gateway_suppression_save(struct lm_ctx *ctx, const Mailer__Suppression *s,
                                             lm_err *err);
/* *reason is {NULL, 0} when the address is not suppressed. */
LM_MUST_USE lm_code gateway_suppression_get(struct lm_ctx *ctx, lm_str address_hash, lm_str *reason,
                                            int64_t *created_at, lm_err *err);
LM_MUST_USE lm_code gateway_leads_of_address(struct lm_ctx *ctx, lm_str address_hash, char ***ids,
                                             size_t *n, lm_err *err);

/* ---- lists, details, figures ---- */

enum { GATEWAY_COUNT_CAP = 10000, GATEWAY_SEARCH_CAP = 2000 };

struct gateway_lead_filter {
    int status, classification; /* 0: any */
    int has_email;              /* -1: any */
    int min_score;              /* -1: any */
    const char *company_id;     /* NULL: any */
    lm_str patterns[3];
    size_t n_patterns;
    char order; /* of the cursor: N newest, B best, A alphabet */
};
/* What one index serves; all else is filtered in memory (columns/). */
struct gateway_company_filter {
    int status, source; /* 0: any */
    lm_str patterns[3];
    size_t n_patterns;
};
/* One row more than page->limit is asked for; `next` is set when it came. */
struct gateway_leads {
    Gateway__LeadView **items;
    size_t n;
    char *next;
};
LM_MUST_USE lm_code gateway_leads_list(struct lm_ctx *ctx, const struct gateway_lead_filter *f,
                                       const struct gateway_page *page, struct gateway_leads *out,
                                       lm_err *err);
/* Exact up to GATEWAY_COUNT_CAP (with a search GATEWAY_SEARCH_CAP); one more means: capped. */
LM_MUST_USE lm_code gateway_leads_count(struct lm_ctx *ctx, const struct gateway_lead_filter *f,
                                        int64_t *n, lm_err *err);
LM_MUST_USE lm_code gateway_lead_get(struct lm_ctx *ctx, const char *id, Gateway__LeadView *out,
                                     lm_err *err);
struct gateway_companies {
    Gateway__CompanyView **items;
    size_t n;
    char *next;
};
/* The newest first. */
LM_MUST_USE lm_code gateway_companies_list(struct lm_ctx *ctx,
                                           const struct gateway_company_filter *f,
                                           const struct gateway_page *page,
                                           struct gateway_companies *out, lm_err *err);
LM_MUST_USE lm_code gateway_companies_count(struct lm_ctx *ctx,
                                            const struct gateway_company_filter *f, int64_t *n,
                                            lm_err *err);
/* By name; of those with these ids only, or of all (NULL). */
LM_MUST_USE lm_code gateway_companies_by_name(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                              const struct gateway_page *page,
                                              struct gateway_companies *out, lm_err *err);
/* In the order of `ids`, as far as they are listed. */
LM_MUST_USE lm_code gateway_companies_of(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                         struct gateway_companies *out, lm_err *err);
/* The alphabet behind a place in it: ids and names in order, at most `most`. */
struct gateway_named {
    lm_str id, sort_name;
};
LM_MUST_USE lm_code gateway_company_names(struct lm_ctx *ctx, const struct gateway_cursor *from,
                                          size_t most, struct gateway_named **out, size_t *n,
                                          lm_err *err);
/* The newest that match, the newest first; one more than GATEWAY_SEARCH_CAP at most. */
LM_MUST_USE lm_code gateway_companies_search(struct lm_ctx *ctx, const lm_str patterns[3],
                                             lm_str **ids, size_t *n, lm_err *err);
LM_MUST_USE lm_code gateway_company_get(struct lm_ctx *ctx, const char *id,
                                        Gateway__CompanyView *out, lm_err *err);
struct gateway_jobs_page {
    Scraper__ScrapeJob **items;
    size_t n;
    char *next;
    int64_t total;
};
LM_MUST_USE lm_code gateway_scrape_jobs_list(struct lm_ctx *ctx,
                                             const Gateway__ListScrapeJobsRequest *in,
                                             const struct gateway_page *page,
                                             struct gateway_jobs_page *out, lm_err *err);
LM_MUST_USE lm_code gateway_scrape_job_get(struct lm_ctx *ctx, const char *id,
                                           Scraper__ScrapeJob **out, lm_err *err);

/* ---- views as columns (columns/companies.h) ---- */

struct gateway_columns_mark {
    int64_t running_from; /* transactions below are over: what they did is seen from now on */
    int64_t next;         /* no transaction has this number yet, or it is not over */
    int64_t kept_from;    /* changes of transactions below are not kept any more */
    int64_t database;     /* numbers of another one mean nothing */
};
LM_MUST_USE lm_code gateway_columns_mark(struct lm_ctx *ctx, struct gateway_columns_mark *out,
                                         lm_err *err);
/* Into the table, a page behind the id in `at`, which then is the page's last; fewer than `most`: the end. */
struct gateway_table;
LM_MUST_USE lm_code gateway_columns_companies(struct lm_ctx *ctx, struct gateway_table *t,
                                              char at[LM_ID_SIZE], size_t most, size_t *n,
                                              lm_err *err);
LM_MUST_USE lm_code gateway_columns_leads(struct lm_ctx *ctx, struct gateway_table *t,
                                          char at[LM_ID_SIZE], size_t most, size_t *n, lm_err *err);
/* What transactions from `from` on have changed. */
LM_MUST_USE lm_code gateway_columns_changed(struct lm_ctx *ctx, struct gateway_table *t,
                                            int64_t from, char at[LM_ID_SIZE], size_t most,
                                            size_t *n, lm_err *err);
LM_MUST_USE lm_code gateway_sweep_company_changes(struct lm_ctx *ctx, int most, int64_t *n,
                                                  lm_err *err);

/* The same from memory (gateway_selection_count without a filter). */
struct gateway_table_counts;
void gateway_company_stats_of(struct lm_arena *a, const struct gateway_table_counts *counts,
                              Gateway__CompanyStats *out);
LM_MUST_USE lm_code gateway_company_stats(struct lm_ctx *ctx, Gateway__CompanyStats *out,
                                          lm_err *err);
LM_MUST_USE lm_code gateway_lead_stats(struct lm_ctx *ctx, Gateway__LeadStats *out, lm_err *err);
LM_MUST_USE lm_code gateway_overview(struct lm_ctx *ctx, Gateway__Overview *out, lm_err *err);

#endif

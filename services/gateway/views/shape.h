/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SHAPE_H
#define GATEWAY_SHAPE_H

#include "common/err.h"
#include "gen/gateway.pb-c.h"

/*
 * What lists and details show, put together from the parts that the sources left in a view's row.
 * Pure; everything lives in `a`. Errors: LM_INVALID when a stored part is not what it should be.
 */
struct gateway_lead_parts {
    char *id, *company_id, *company_name, *company_domain, *stopped_because;
    lm_str lead, score; /* packed lm.Lead, scorer.Score; {NULL, 0}: not there */
    int status, emails_sent, open_count, click_count;
    int64_t sequenced_at, last_contacted_at, replied_at, created_at, updated_at;
};
/* `with_breakdown`: the details' components of the score. */
LM_MUST_USE lm_code gateway_shape_lead(struct lm_arena *a, const struct gateway_lead_parts *p,
                                       bool with_breakdown, Gateway__LeadView *out, lm_err *err);

struct gateway_message_parts {
    lm_str message; /* packed personalizer.Message */
    int delivery_status, open_count, click_count;
    bool has_dry_run, dry_run;
    int64_t first_opened_at, first_clicked_at;
    char *error;
};
LM_MUST_USE lm_code gateway_shape_message(struct lm_arena *a, const struct gateway_message_parts *p,
                                          Gateway__MessageView *out, lm_err *err);

struct gateway_company_parts {
    lm_str company, research;           /* packed lm.Company, enricher.CompanyEnriched */
    const Lm__Company *told;            /* instead of `company`, where it is at hand */
    int status, lead_count, best_score; /* best_score -1: none is scored */
    int64_t created_at, updated_at;
};
/* `with_details`: fields of the tenant's own, and what it was put together of. */
LM_MUST_USE lm_code gateway_shape_company(struct lm_arena *a, const struct gateway_company_parts *p,
                                          bool with_details, Gateway__CompanyView *out,
                                          lm_err *err);

/* What a company is searched, ordered, filtered and counted by: a function of what people see. */
struct gateway_company_facets {
    const char *country, *industry, *city; /* NULL: not known */
    lm_str sort_name, search_text;
    bool has_domain, has_email, has_phone, has_linkedin, has_funding;
    int employee_count, open_vacancies; /* -1: not known */
};
void gateway_company_facets(struct lm_arena *a, const Gateway__CompanyView *v,
                            struct gateway_company_facets *out);

/* Search columns: folded words, each after a blank. */
lm_str gateway_search_text(struct lm_arena *a, const char *const *parts, size_t n);
/* "vries jan": what the alphabet goes by; at most 200 bytes. */
lm_str gateway_sort_name(struct lm_arena *a, const char *last_name, const char *first_name);

#endif

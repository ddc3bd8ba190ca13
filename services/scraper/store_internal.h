/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STORE_INTERNAL_H
#define SCRAPER_STORE_INTERNAL_H

#include "services/scraper/store.h"

/* The statements of each file of the store, for the list of lists in store.c. */
extern const struct lm_sql *const scraper_search_sql[],
    *const scraper_schedule_sql[], *const scraper_judge_sql[], *const scraper_import_sql[],
                                                                   *const scraper_bulk_sql[];

/* A company's row, and what is read of it. */
#define SCRAPER_COMPANY_COLUMNS                                                                               \
    "id, name, domain, website_url, linkedin_url, industry, employee_count, open_vacancies, has_funding,"     \
    " funding_amount, location, country, description, source, sources, source_url, status, scrape_job_id,"    \
    " merged_ids, lm_ms(created_at), lm_ms(updated_at), version, phone, email, registration_number, address," \
    " postal_code, city, industry_words, employee_range, sbi_codes, no_mailing, is_synthetic, custom"
enum { SCRAPER_COMPANY_N_COLUMNS = 34 };
LM_MUST_USE lm_code scraper_company_read(struct lm_ctx *ctx, struct lm_rows *r, Lm__Company **out,
                                         lm_err *err);
/* Its custom fields as they are stored; {NULL, 0}: it has none. */
lm_str scraper_custom_bytes(struct lm_ctx *ctx, const Lm__Company *c);
extern const struct lm_sql *const scraper_polite_sql[];
extern const struct lm_sql *const scraper_source_sql[];
extern const struct lm_sql *const scraper_proxy_sql[];

/* store_icp.c's */
extern const struct lm_sql *const scraper_icp_sql[];
/* store_records.c's */
extern const struct lm_sql *const scraper_records_sql[];

/* Texts of a message as an argument of SQL, in the arena. */
lm_str *scraper_texts_of(struct lm_ctx *ctx, char *const *v, size_t n);
struct lm_arg scraper_filters_arg(struct lm_ctx *ctx, const Scraper__Filters *filters);
const char *scraper_source_name(Lm__Source source);

/* Columns of a row as fields of a message. */
char **scraper_strings_at(struct lm_ctx *ctx, struct lm_rows *r, int col, size_t *n);
Lm__Source scraper_source_of(lm_str name);
LM_MUST_USE lm_code scraper_filters_at(struct lm_ctx *ctx, struct lm_rows *r, int col,
                                       Scraper__Filters **out, lm_err *err);

#endif

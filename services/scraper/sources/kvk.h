/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_KVK_H
#define SCRAPER_KVK_H

#include "common/buf.h"
#include "services/scraper/sources/sources.h"

/* What the two ways to the chamber of commerce share: its page (kvk.c) and its API (kvk_api.c). */

enum { SCRAPER_KVK_ROWS = 100, SCRAPER_KVK_DIGITS = 8 };

extern struct scraper_site scraper_kvk_site;
extern const char *scraper_kvk_api_url;

/* A parameter behind others; nothing without a value. */
void scraper_kvk_param(struct lm_buf *url, const char *name, lm_str value);
/* {NULL, 0}: none that could be a name. */
lm_str scraper_kvk_name(struct lm_arena *a, lm_str text);
struct scraper_found *scraper_kvk_add(struct lm_arena *a, lm_str number, lm_str name, lm_str place,
                                      struct scraper_page *page);

/* Those of scraper_source, where there is a key. */
LM_MUST_USE lm_code scraper_kvk_api_request(struct lm_arena *a, const struct scraper_query *q,
                                            struct scraper_request *out, lm_err *err);
LM_MUST_USE lm_code scraper_kvk_api_parse(struct lm_arena *a, const struct scraper_query *q,
                                          const struct scraper_answer *in, struct scraper_page *out,
                                          lm_err *err);
LM_MUST_USE lm_code scraper_kvk_api_detail_request(struct lm_arena *a,
                                                   const struct scraper_found *of,
                                                   struct scraper_request *out, lm_err *err);
LM_MUST_USE lm_code scraper_kvk_api_detail_parse(struct lm_arena *a,
                                                 const struct scraper_answer *in,
                                                 struct scraper_found *of, lm_err *err);

#endif

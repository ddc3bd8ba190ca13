/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_FACTS_H
#define SCRAPER_FACTS_H

#include "common/err.h"
#include "gen/lm.pb-c.h"

/* What is known of a company, field by field through the descriptor: a new field of lm.Company is a fact. Pure. */

/* All but what is known about its row: id, sources, status, times. Ends with NULL. */
typedef const ProtobufCFieldDescriptor *const scraper_fact_field;
scraper_fact_field *scraper_fact_fields(void);

/* "" says nothing. */
bool scraper_fact_has(const Lm__Company *c, const ProtobufCFieldDescriptor *f);
/* Both borrow the value. */
void scraper_fact_copy(Lm__Company *to, const Lm__Company *from, const ProtobufCFieldDescriptor *f);
void scraper_fact_clear(Lm__Company *c, const ProtobufCFieldDescriptor *f);
/* Any order that is always the same; both have it. */
int scraper_fact_compare(struct lm_arena *a, const Lm__Company *x, const Lm__Company *y,
                         const ProtobufCFieldDescriptor *f);
bool scraper_fact_is_name(const ProtobufCFieldDescriptor *f);

#endif

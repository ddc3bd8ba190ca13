/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRAPER_ANY_COMPANY_H
#define TEST_SCRAPER_ANY_COMPANY_H

#include "gen/lm.pb-c.h"
#include "tests/bench/names.h"

/* Few names, domains, numbers, phones and towns, so that companies meet in all ways; found within half an hour. */
Lm__Company *any_company(struct lm_arena *a, struct bench_dice *d);

#endif

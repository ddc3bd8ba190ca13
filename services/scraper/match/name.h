/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_NAME_H
#define SCRAPER_NAME_H

#include "common/base.h"

/* Company names as they are compared. Pure. */

enum { SCRAPER_NAME_MAX = 120 }; /* bytes of a normalised name that take part in a comparison */

/* Scores of the same company begin here; of a ratio that is a hint only (judge.h). Source: seed 000, phase 1. */
#define SCRAPER_SAME_NAME 0.85

/*
 * Folded to lower case without accents, legal forms off its end (B.V., N.V., V.O.F., GmbH, Ltd, Limited,
 * Inc, Corp, Corporation, LLC, Holding, Group, one after another), punctuation but the hyphen off, blanks
 * squeezed. Never empty when `name` has a letter or digit: "Holding B.V." is "holding".
 */
lm_str scraper_name_normalize(struct lm_arena *a, lm_str name);

/*
 * Ratcliff/Obershelp ratio of two normalised names; 0 when lengths or letters alone keep it under
 * SCRAPER_SAME_NAME.
 */
double scraper_name_ratio(lm_str a, lm_str b);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_ROBOTS_H
#define ENRICHER_ROBOTS_H

#include "common/base.h"

/* robots.txt. Pure. Source: RFC 9309: the longest rule that matches counts, Allow wins a tie; * and $ in rules. */

struct enricher_robots;

/* Rules for `agent` ("LeadMachine"), or of * when no group names it. Reads the first 500 KiB. */
struct enricher_robots *enricher_robots_parse(struct lm_arena *a, lm_str text, lm_str agent);
/* NULL allows everything. `path` with its query, escaped as in the URL. */
bool enricher_robots_allow(const struct enricher_robots *r, lm_str path);

#endif

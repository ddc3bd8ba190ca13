/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_JSON_LD_H
#define ENRICHER_JSON_LD_H

#include "common/html.h"
#include "common/json.h"

/* Data that pages hold for search engines (schema.org as JSON-LD). Pure. */

/*
 * Calls `found` for every object of this @type in the page's scripts, at the top, in @graph, and below
 * the members of an organization (employee, member, founder …). Broken scripts are passed over.
 */
void enricher_json_ld_each(struct lm_arena *a, const lm_node *root, const char *type,
                           void (*found)(void *arg, const struct lm_jval *v), void *arg);
/* Is one of the types of `v` this one? */
bool enricher_json_ld_is(const struct lm_jval *v, const char *type);

#endif

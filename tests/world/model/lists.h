/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_LISTS_H
#define WORLD_LISTS_H

#include "common/buf.h"
#include "tests/world/model/world.h"

/* What world_print prints with: each function writes the lines of one company to stdout. */
struct world_list {
    const struct world *world;
    const char *addr;
    struct lm_buf *line; /* for one line at a time */
};

void world_list_dns(const struct world_list *l, const struct world_company *c);
void world_list_hosts(const struct world_list *l, const struct world_company *c);
void world_list_domains(const struct world_list *l, const struct world_company *c);
void world_list_recipients(const struct world_list *l, const struct world_company *c);
void world_list_aliases(const struct world_list *l, const struct world_company *c);
void world_list_users(const struct world_list *l, const struct world_company *c);

#endif

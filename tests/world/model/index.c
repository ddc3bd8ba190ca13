/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a host or an address back to whom it belongs: a table of company numbers by the hash of
 * their hosts. The hosts themselves are made again for each comparison.
 */
#include "tests/world/model/world.h"

#include <stdlib.h>

#include "common/str.h"

struct world_index {
    struct world world;
    size_t mask;
    uint32_t *slots; /* company + 1; 0 is empty */
};

static void put(struct world_index *x, const char *host, unsigned company)
{
    size_t i = lm_str_hash(lm_str_z(host)) & x->mask;

    while (x->slots[i])
        i = (i + 1) & x->mask;
    x->slots[i] = company + 1;
}

struct world_index *world_index_new(const struct world *w)
{
    struct world_index *x = calloc(1, sizeof(*x));
    struct world_company c;
    size_t size = 64;

    /* At most two hosts each, and half of the table stays empty. */
    while (size < (size_t)w->n_companies * 4)
        size *= 2;
    LM_ASSERT(x);
    x->world = *w;
    x->mask = size - 1;
    x->slots = calloc(size, sizeof(*x->slots));
    LM_ASSERT(x->slots);
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        put(x, c.entry, i);
        if (strcmp(c.entry, c.domain) != 0)
            put(x, c.domain, i);
    }
    return x;
}

void world_index_free(struct world_index *x)
{
    if (!x)
        return;
    free(x->slots);
    free(x);
}

int world_find_host(const struct world_index *x, lm_str host)
{
    struct world_company c;
    size_t i;

    if (lm_str_starts(host, LM_STR("www.")))
        host = lm_str_sub(host, 4, host.n);
    for (i = lm_str_hash(host) & x->mask; x->slots[i]; i = (i + 1) & x->mask) {
        world_company(&x->world, x->slots[i] - 1, &c);
        if (lm_str_eqz(host, c.entry) || lm_str_eqz(host, c.domain))
            return (int)c.index;
    }
    return -1;
}

bool world_find_address(const struct world_index *x, lm_str address, int *company,
                        struct world_person *out)
{
    ptrdiff_t at = lm_str_chr(address, '@', 0);
    struct world_company c;

    *company = at < 0 ? -1 : world_find_host(x, lm_str_sub(address, (size_t)at + 1, address.n));
    if (*company < 0)
        return false;
    world_company(&x->world, (unsigned)*company, &c);
    for (unsigned k = 0; k < c.n_people; k++) {
        world_person(&x->world, &c, k, out);
        if (lm_str_eqz(address, out->email))
            return true;
    }
    return false;
}

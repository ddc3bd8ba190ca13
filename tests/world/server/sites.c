/* SPDX-License-Identifier: Apache-2.0 */
/* The list of public sites: whose host it is, and whether it refuses just now. */
#include "tests/world/server/sites.h"

#include <stdlib.h>

#include "common/str.h"

static const struct world_site *const sites[] = {
#define SOURCE(name) &world_site_##name,
#include "gen/sources.lm.h"
#undef SOURCE
};

struct world_sites {
    struct world world;
    struct {
        void *state;
        int passes; /* requests that are answered before the first is refused */
        int blocks; /* requests to be refused then; -1: all */
    } of[LM_COUNT(sites)];
};

struct world_sites *world_sites_new(const struct world *w)
{
    struct world_sites *s = calloc(1, sizeof(*s));

    LM_ASSERT(s);
    s->world = *w;
    for (size_t i = 0; i < LM_COUNT(sites); i++)
        s->of[i].state = sites[i]->start ? sites[i]->start(w) : &s->world;
    return s;
}

void world_sites_free(struct world_sites *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < LM_COUNT(sites); i++) {
        if (sites[i]->stop)
            sites[i]->stop(s->of[i].state);
    }
    free(s);
}

static bool has_host(const struct world_site *site, lm_str host)
{
    for (const char *const *h = site->hosts; *h; h++) {
        if (lm_str_eqz(host, *h))
            return true;
    }
    return false;
}

/* LM_COUNT(sites): none has it. */
static size_t find(lm_str host)
{
    size_t i = 0;

    while (i < LM_COUNT(sites) && !has_host(sites[i], host))
        i++;
    return i;
}

static bool is_refused(struct world_sites *s, size_t i)
{
    if (s->of[i].passes > 0) {
        s->of[i].passes--;
        return false;
    }
    if (s->of[i].blocks > 0)
        return s->of[i].blocks-- > 0;
    return s->of[i].blocks < 0;
}

bool world_sites_serve(struct world_sites *s, const struct world_request *req,
                       struct world_reply *reply)
{
    size_t i = find(req->host);

    if (i == LM_COUNT(sites))
        return false;
    if (lm_str_eqz(req->path, "/robots.txt") || !is_refused(s, i)) {
        sites[i]->serve(s->of[i].state, req, reply);
        return true;
    }
    reply->status = 403;
    if (sites[i]->refuse)
        sites[i]->refuse(reply);
    return true;
}

void world_sites_block(struct world_sites *s, lm_str host, int after, int n)
{
    size_t at = find(host);

    for (size_t i = 0; i < LM_COUNT(sites); i++) {
        if (at != i && at != LM_COUNT(sites))
            continue;
        s->of[i].passes = after;
        s->of[i].blocks = n;
    }
}

static void print_lines(const char *before, const char *const *lines)
{
    for (; *lines; lines++)
        printf("%s%s\n", before, *lines);
}

bool world_sites_print(const char *what, const char *addr)
{
    char before[64] = "";
    bool is_known = true;

    if (strcmp(what, "hosts") == 0)
        snprintf(before, sizeof(before), "%s ", addr);
    for (size_t i = 0; i < LM_COUNT(sites); i++) {
        if (*before)
            print_lines(before, sites[i]->hosts);
        else if (strcmp(what, "settings") == 0)
            print_lines("", sites[i]->settings);
        else if (strcmp(what, "searches") == 0)
            print_lines("", sites[i]->searches);
        else
            is_known = false;
    }
    return is_known;
}

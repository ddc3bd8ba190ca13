/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/match/groups.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"

enum { WORD = 64, WORDS = SCRAPER_GROUP_MOST / WORD };

struct set {
    uint64_t bits[WORDS];
};

/* A group is known by its first record; what its records have stands there. */
struct groups {
    struct lm_arena *arena;
    const struct scraper_company_record *const *v;
    size_t n, *first;
    struct set *members, *domains,
        *numbers;      /* by first record; numbers of records with that value first */
    struct set *apart; /* of each record: those a person took it apart from */
};

static void put(struct set *s, size_t i)
{
    s->bits[i / WORD] |= UINT64_C(1) << i % WORD;
}

static bool meet(const struct set *a, const struct set *b)
{
    for (size_t i = 0; i < WORDS; i++) {
        if (a->bits[i] & b->bits[i])
            return true;
    }
    return false;
}

static bool is_empty(const struct set *s)
{
    static const struct set none;

    return memcmp(s, &none, sizeof(none)) == 0;
}

static void add(struct set *to, const struct set *from)
{
    for (size_t i = 0; i < WORDS; i++)
        to->bits[i] |= from->bits[i];
}

/* ---- putting together ---- */

static bool are_taken_apart(const struct groups *g, size_t x, size_t y)
{
    for (size_t i = 0; i < g->n; i++) {
        if (g->first[i] == x && meet(&g->apart[i], &g->members[y]))
            return true;
    }
    return false;
}

static void join(struct groups *g, size_t x, size_t y)
{
    size_t to = LM_MIN(x, y), from = LM_MAX(x, y);

    for (size_t i = 0; i < g->n; i++) {
        if (g->first[i] == from)
            g->first[i] = to;
    }
    add(&g->members[to], &g->members[from]);
    add(&g->domains[to], &g->domains[from]);
    add(&g->numbers[to], &g->numbers[from]);
}

static bool clash(const struct set *a, const struct set *b)
{
    return !is_empty(a) && !is_empty(b) && !meet(a, b);
}

/* `is_sure`: people, and a domain; nothing but people stands against it. */
static void join_if_allowed(struct groups *g, size_t i, size_t k, bool is_sure)
{
    size_t x = g->first[i], y = g->first[k];

    if (x == y || are_taken_apart(g, x, y))
        return;
    if (is_sure ||
        (!clash(&g->domains[x], &g->domains[y]) && !clash(&g->numbers[x], &g->numbers[y])))
        join(g, x, y);
}

/* ---- the order of it ---- */

struct edge {
    uint16_t i, k;
    int ground, score; /* in thousandths, so that rounding does not decide */
    int64_t at;        /* when both were there */
};

static int64_t sign(int64_t x)
{
    return (x > 0) - (x < 0);
}

/* What they say, where nothing else decides: ids are by chance. */
static int compare(const struct scraper_company_record *a, const struct scraper_company_record *b)
{
    const lm_str pairs[][2] = {{a->traits.name_norm, b->traits.name_norm},
                               {a->traits.domain, b->traits.domain},
                               {a->traits.registration_number, b->traits.registration_number},
                               {a->traits.country, b->traits.country},
                               {a->traits.phone, b->traits.phone}};

    for (size_t i = 0; i < LM_COUNT(pairs); i++) {
        int c = lm_str_cmp(pairs[i][0], pairs[i][1]);

        if (c)
            return c;
    }
    if (a->traits.city != b->traits.city)
        return a->traits.city < b->traits.city ? -1 : 1;
    return (int)a->source - (int)b->source;
}

static int by_time(const void *x, const void *y)
{
    const struct scraper_company_record *const *a = x, *const *b = y;
    int64_t c = sign((*a)->first_at - (*b)->first_at);

    if (!c)
        c = !!(*a)->said_of - !!(*b)->said_of;
    if (!c)
        c = compare(*a, *b);
    return (int)(c ? c : strcmp((*a)->id, (*b)->id));
}

static int by_strength(const void *x, const void *y)
{
    const struct edge *a = x, *b = y;
    int64_t c = sign(a->ground - b->ground);

    c = c ? c : sign(b->score - a->score);
    c = c ? c : sign(a->at - b->at);
    c = c ? c : sign(a->i - b->i);
    return (int)(c ? c : sign(a->k - b->k));
}

static int latest_first(const void *x, const void *y)
{
    const struct scraper_decision *a = x, *b = y;
    int64_t c = sign(b->at - a->at);

    c = c ? c : strcmp(a->one, b->one);
    return (int)(c ? c : strcmp(a->other, b->other));
}

/* ---- in turn ---- */

static ptrdiff_t find(const struct groups *g, const char *id)
{
    for (size_t i = 0; i < g->n; i++) {
        if (strcmp(g->v[i]->id, id) == 0)
            return (ptrdiff_t)i;
    }
    return -1;
}

static void obey(struct groups *g, const struct scraper_decision *given, size_t n)
{
    struct scraper_decision *v = LM_NEW_ARRAY(g->arena, struct scraper_decision, n);

    for (size_t i = 0; i < n; i++)
        v[i] = given[i];
    qsort(v, n, sizeof(*v), latest_first);
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t x = find(g, v[i].one), y = find(g, v[i].other);

        if (x < 0 || y < 0)
            continue;
        if (v[i].is_same) {
            join_if_allowed(g, (size_t)x, (size_t)y, true);
        } else if (g->first[x] != g->first[y]) {
            put(&g->apart[x], (size_t)y);
            put(&g->apart[y], (size_t)x);
        }
    }
}

static void join_tied(struct groups *g)
{
    for (size_t i = 0; i < g->n; i++) {
        ptrdiff_t of = g->v[i]->said_of ? find(g, g->v[i]->said_of) : -1;

        if (of >= 0)
            join_if_allowed(g, i, (size_t)of, true);
    }
}

static void join_domains(struct groups *g)
{
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = i + 1; k < g->n; k++) {
            if (meet(&g->domains[g->first[i]], &g->domains[g->first[k]]))
                join_if_allowed(g, i, k, true);
        }
    }
}

static void join_same(struct groups *g)
{
    struct edge *edges = LM_NEW_ARRAY(g->arena, struct edge, g->n * (g->n - 1) / 2 + 1);
    size_t n = 0;

    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = i + 1; k < g->n; k++) {
            struct scraper_judgement j = scraper_records_judge(&g->v[i]->traits, &g->v[k]->traits);

            if (j.verdict == SCRAPER_SAME)
                edges[n++] = (struct edge){(uint16_t)i, (uint16_t)k, (int)j.ground,
                                           (int)(1000 * j.score + 0.5),
                                           LM_MAX(g->v[i]->first_at, g->v[k]->first_at)};
        }
    }
    qsort(edges, n, sizeof(*edges), by_strength);
    for (size_t i = 0; i < n; i++)
        join_if_allowed(g, edges[i].i, edges[i].k, false);
}

/* The number of the first record with the same value stands for it. */
static void put_value(const struct groups *g, struct set *sets, size_t i, size_t offset)
{
    const lm_str *mine = (const lm_str *)(const void *)((const char *)&g->v[i]->traits + offset);

    for (size_t k = 0; k <= i && mine->n; k++) {
        const lm_str *other =
            (const lm_str *)(const void *)((const char *)&g->v[k]->traits + offset);

        if (lm_str_eq(*mine, *other)) {
            put(&sets[i], k);
            return;
        }
    }
}

static void begin(struct groups *g)
{
    g->first = LM_NEW_ARRAY(g->arena, size_t, g->n);
    g->members = LM_NEW_ARRAY(g->arena, struct set, g->n);
    g->domains = LM_NEW_ARRAY(g->arena, struct set, g->n);
    g->numbers = LM_NEW_ARRAY(g->arena, struct set, g->n);
    g->apart = LM_NEW_ARRAY(g->arena, struct set, g->n);
    for (size_t i = 0; i < g->n; i++) {
        g->first[i] = i;
        put(&g->members[i], i);
        put_value(g, g->domains, i, offsetof(struct scraper_traits, domain));
        put_value(g, g->numbers, i, offsetof(struct scraper_traits, registration_number));
    }
}

void scraper_groups_make(struct lm_arena *a, const struct scraper_company_record *const *v,
                         size_t n, const struct scraper_decision *decisions, size_t n_decisions,
                         size_t *group)
{
    const struct scraper_company_record **sorted =
        LM_NEW_ARRAY(a, const struct scraper_company_record *, n);
    struct groups g = {.arena = a, .v = sorted, .n = n};

    LM_ASSERT(n <= SCRAPER_GROUP_MOST);
    if (n == 0)
        return;
    memcpy(sorted, v, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), by_time);
    begin(&g);
    join_tied(&g);
    obey(&g, decisions, n_decisions);
    join_domains(&g);
    join_same(&g);
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t mine = find(&g, v[i]->id);

        for (group[i] = 0; g.first[find(&g, v[group[i]]->id)] != g.first[mine];)
            group[i]++;
    }
}

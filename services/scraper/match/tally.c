/* SPDX-License-Identifier: Apache-2.0 */
/* What was found becomes companies. Sorting instead of tables: the lists are short and the order is fixed. */
#include "services/scraper/match/tally.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/match/name.h"

struct entry {
    const struct scraper_found *found;
    lm_str normalized;
    size_t at; /* order of arrival, which decides where nothing else does */
};

static int by_arrival(const struct entry *x, const struct entry *y)
{
    return (x->at > y->at) - (x->at < y->at);
}

static int by_time(const void *x, const void *y)
{
    return by_arrival(x, y);
}

static int by_key(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int c = lm_str_cmp(a->found->key, b->found->key);

    return c ? c : by_arrival(a, b);
}

/* Companies beside each other, and in them the spellings. */
static int by_name(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int c = lm_str_cmp(a->normalized, b->normalized);

    if (!c)
        c = strcmp(a->found->company->name, b->found->company->name);
    return c ? c : by_arrival(a, b);
}

static int by_count(const void *x, const void *y)
{
    const struct scraper_tallied *a = x, *b = y;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return lm_str_cmp(a->name, b->name);
}

static size_t drop_repeated(struct entry *v, size_t n)
{
    size_t kept = 0;

    qsort(v, n, sizeof(*v), by_key);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || !lm_str_eq(v[kept - 1].found->key, v[i].found->key))
            v[kept++] = v[i];
    }
    return kept;
}

/* One company: entries of one normalised name. */
static struct scraper_tallied count(const struct entry *v, size_t n)
{
    struct scraper_tallied c = {.normalized = v[0].normalized, .count = (int)n};
    const struct entry *first = &v[0];
    size_t run = 0, most = 0;

    for (size_t i = 0; i < n; i++) {
        const Lm__Company *company = v[i].found->company;
        bool is_new = i == 0 || strcmp(company->name, v[i - 1].found->company->name) != 0;

        c.spellings += is_new;
        run = is_new ? 1 : run + 1;
        if (run > most) {
            most = run;
            c.name = lm_str_z(company->name);
        }
        if (v[i].at < first->at)
            first = &v[i];
    }
    c.first = first->found;
    c.location = c.first->company->location;
    c.source_url = lm_str_z(c.first->company->source_url);
    for (size_t i = 0; i < n; i++) {
        c.location = c.location ? c.location : v[i].found->company->location;
        c.source_url = c.source_url.n ? c.source_url : lm_str_z(v[i].found->company->source_url);
    }
    if (!c.source_url.n)
        c.source_url = c.first->url;
    return c;
}

size_t scraper_tally(struct lm_arena *a, const struct scraper_found *found, size_t n,
                     struct scraper_tallied **out)
{
    struct entry *v = LM_NEW_ARRAY(a, struct entry, n);
    struct scraper_tallied *companies = LM_NEW_ARRAY(a, struct scraper_tallied, n);
    size_t kept = 0, to;

    for (size_t i = 0; i < n; i++)
        v[i] = (struct entry){&found[i],
                              scraper_name_normalize(a, lm_str_z(found[i].company->name)), i};
    n = drop_repeated(v, n);
    qsort(v, n, sizeof(*v), by_name);
    for (size_t from = 0; from < n; from = to) {
        for (to = from + 1; to < n && lm_str_eq(v[to].normalized, v[from].normalized);)
            to++;
        companies[kept++] = count(v + from, to - from);
    }
    qsort(companies, kept, sizeof(*companies), by_count);
    *out = companies;
    return kept;
}

size_t scraper_tally_similar(struct scraper_tallied *v, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        struct scraper_tallied *same = NULL;

        for (size_t k = 0; k < kept && !same; k++) {
            if (scraper_name_ratio(v[k].normalized, v[i].normalized) >= SCRAPER_SAME_NAME)
                same = &v[k];
        }
        if (same) {
            same->count += v[i].count;
            same->spellings += v[i].spellings;
        } else {
            v[kept++] = v[i];
        }
    }
    qsort(v, kept, sizeof(*v), by_count);
    return kept;
}

struct scraper_found scraper_tallied_company(struct lm_arena *a, const struct scraper_tallied *t)
{
    struct scraper_found found = *t->first;
    Lm__Company *c = LM_NEW(a, Lm__Company);

    *c = *t->first->company;
    c->name = lm_arena_strz(a, lm_str_trim(t->name));
    c->location = t->location;
    c->source_url = scraper_text(a, t->source_url);
    c->has_open_vacancies = true;
    c->open_vacancies = t->count;
    found.company = c;
    return found;
}

size_t scraper_tally_keys(struct lm_arena *a, struct scraper_found *found, size_t n)
{
    struct entry *v = LM_NEW_ARRAY(a, struct entry, n);
    struct scraper_found *kept = LM_NEW_ARRAY(a, struct scraper_found, n);
    size_t n_kept;

    for (size_t i = 0; i < n; i++)
        v[i] = (struct entry){.found = &found[i], .at = i};
    n_kept = drop_repeated(v, n);
    qsort(v, n_kept, sizeof(*v), by_time);
    for (size_t i = 0; i < n_kept; i++)
        kept[i] = *v[i].found;
    memcpy(found, kept, n_kept * sizeof(*found));
    return n_kept;
}

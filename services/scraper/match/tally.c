/* SPDX-License-Identifier: Apache-2.0 */
/* Vacancies become companies. Sorting instead of tables: the lists are short and the order is fixed. */
#include "services/scraper/match/tally.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/match/name.h"

struct entry {
    const struct scraper_posting *posting;
    lm_str normalized;
    size_t at; /* order of arrival, which decides where nothing else does */
};

static int by_arrival(const struct entry *x, const struct entry *y)
{
    return (x->at > y->at) - (x->at < y->at);
}

static int by_key(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int c = lm_str_cmp(a->posting->key, b->posting->key);

    return c ? c : by_arrival(a, b);
}

/* Companies beside each other, and in them the spellings. */
static int by_name(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int c = lm_str_cmp(a->normalized, b->normalized);

    if (!c)
        c = lm_str_cmp(a->posting->company, b->posting->company);
    return c ? c : by_arrival(a, b);
}

static int by_vacancies(const void *x, const void *y)
{
    const struct scraper_tallied *a = x, *b = y;

    if (a->open_vacancies != b->open_vacancies)
        return a->open_vacancies > b->open_vacancies ? -1 : 1;
    return lm_str_cmp(a->name, b->name);
}

static size_t drop_repeated(struct entry *v, size_t n)
{
    size_t kept = 0;

    qsort(v, n, sizeof(*v), by_key);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || !lm_str_eq(v[kept - 1].posting->key, v[i].posting->key))
            v[kept++] = v[i];
    }
    return kept;
}

/* One company: entries of one normalised name. */
static struct scraper_tallied count(const struct entry *v, size_t n)
{
    struct scraper_tallied c = {.normalized = v[0].normalized, .open_vacancies = (int)n};
    const struct entry *first = &v[0];
    size_t run = 0, most = 0;

    for (size_t i = 0; i < n; i++) {
        bool is_new = i == 0 || !lm_str_eq(v[i].posting->company, v[i - 1].posting->company);

        c.spellings += is_new;
        run = is_new ? 1 : run + 1;
        if (run > most) {
            most = run;
            c.name = v[i].posting->company;
        }
        if (v[i].at < first->at)
            first = &v[i];
        if (!c.source_url.n && v[i].posting->company_url.n)
            c.source_url = v[i].posting->company_url;
        if (!c.location.n)
            c.location = v[i].posting->location;
    }
    if (first->posting->location.n)
        c.location = first->posting->location;
    if (!c.source_url.n)
        c.source_url = first->posting->url;
    return c;
}

size_t scraper_tally(struct lm_arena *a, const struct scraper_posting *postings, size_t n,
                     struct scraper_tallied **out)
{
    struct entry *v = LM_NEW_ARRAY(a, struct entry, n);
    struct scraper_tallied *companies = LM_NEW_ARRAY(a, struct scraper_tallied, n);
    size_t kept = 0, to;

    for (size_t i = 0; i < n; i++)
        v[i] = (struct entry){&postings[i], scraper_name_normalize(a, postings[i].company), i};
    n = drop_repeated(v, n);
    qsort(v, n, sizeof(*v), by_name);
    for (size_t from = 0; from < n; from = to) {
        for (to = from + 1; to < n && lm_str_eq(v[to].normalized, v[from].normalized);)
            to++;
        companies[kept++] = count(v + from, to - from);
    }
    qsort(companies, kept, sizeof(*companies), by_vacancies);
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
            same->open_vacancies += v[i].open_vacancies;
            same->spellings += v[i].spellings;
        } else {
            v[kept++] = v[i];
        }
    }
    qsort(v, kept, sizeof(*v), by_vacancies);
    return kept;
}

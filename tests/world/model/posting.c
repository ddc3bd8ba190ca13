/* SPDX-License-Identifier: Apache-2.0 */
/* What a company advertises on the job board. */
#include "tests/world/model/world.h"

#include "common/str.h"
#include "tests/world/model/draw.h"
#include "tests/world/model/words.h"

/* 40 bits of seed and number, 24 bits of number (19 of the company, 5 of the vacancy) beneath. */
static uint64_t key_of(const struct world *w, unsigned company, unsigned k)
{
    uint64_t number = (uint64_t)company << 5 | k;
    uint64_t hash = world_mix(world_mix(w->seed ^ (uint64_t)DRAW_KEY << 48) ^ number);

    return (hash & ~(uint64_t)0xffffff) | (number ^ (hash >> 40 & 0xffffff));
}

void world_posting(const struct world *w, const struct world_company *c, unsigned k,
                   struct world_posting *p)
{
    unsigned i = c->index;
    unsigned pay = world_draw(w, DRAW_SALARY, i, k, 10);

    LM_ASSERT(k < c->n_vacancies);
    memset(p, 0, sizeof(*p));
    p->company = i;
    p->index = k;
    snprintf(p->key, sizeof(p->key), "%016llx", (unsigned long long)key_of(w, i, k));
    p->title = world_jobs[c->sector->trade][world_draw(w, DRAW_JOB_TITLE, i, k, WORLD_TRADE_JOBS)];
    p->company_name = c->spellings[k % c->n_spellings];
    p->age_days = world_draw(w, DRAW_AGE, i, k, 35);
    if (pay < 6) {
        p->salary_min = 2200 + 100 * world_draw(w, DRAW_SALARY, i, 32 + k, 25);
        p->salary_max = p->salary_min + 400 + 100 * world_draw(w, DRAW_SALARY, i, 64 + k, 12);
    }
    p->is_full_time = world_draw(w, DRAW_TERMS, i, k, 3) != 0;
    p->is_remote = world_draw(w, DRAW_TERMS, i, 32 + k, 6) == 0;
    p->is_sponsored = world_draw(w, DRAW_TERMS, i, 64 + k, 8) == 0;
}

bool world_posting_find(const struct world *w, lm_str key, unsigned *company, unsigned *k)
{
    static const lm_str digits = LM_STR("0123456789abcdef");
    struct world_company c;
    uint64_t value = 0, number;

    if (key.n != 16)
        return false;
    for (size_t i = 0; i < key.n; i++) {
        ptrdiff_t digit = lm_str_chr(digits, key.p[i], 0);

        if (digit < 0)
            return false;
        value = value << 4 | (uint64_t)digit;
    }
    number = (value & 0xffffff) ^ (value >> 40 & 0xffffff);
    *company = (unsigned)(number >> 5);
    *k = (unsigned)(number & 31);
    if (*company >= w->n_companies || key_of(w, *company, *k) != value)
        return false;
    world_company(w, *company, &c);
    return *k < c.n_vacancies;
}

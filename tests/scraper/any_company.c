/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/any_company.h"

#include "common/arena.h"

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

Lm__Company *any_company(struct lm_arena *a, struct bench_dice *d)
{
    static const char *const names[] = {"Zilverpad Logistiek",
                                        "Zilverpad Logistiek B.V.",
                                        "Zilverpadd Logistiek",
                                        "Zilverpad",
                                        "Novatrix",
                                        "Novatrix Software",
                                        "Jansen Bouw",
                                        "Janssen Bouw",
                                        "Bouw Jansen",
                                        "Kwik-Fit Utrecht",
                                        "Kwik-Fit",
                                        "Kwik Fit Ede"};
    static const char *const domains[] = {"a.example", "b.example", "c.example", "d.example"};
    static const char *const cities[] = {"Ede", "Utrecht", "Zwolle"};
    static const Lm__Source sources[] = {LM__SOURCE__INDEED, LM__SOURCE__KVK, LM__SOURCE__IMPORT};
    Lm__Company *c = LM_NEW(a, Lm__Company);

    lm__company__init(c);
    c->name = text(names[bench_pick(d, LM_COUNT(names))]);
    if (bench_pick(d, 2))
        c->domain = text(domains[bench_pick(d, LM_COUNT(domains))]);
    c->has_source = true;
    c->source = sources[bench_pick(d, LM_COUNT(sources))];
    c->has_created_at = true;
    c->created_at = 1750000000000 + 60000 * (int64_t)bench_pick(d, 30); /* several at once */
    if (bench_pick(d, 4) == 0)
        c->registration_number = lm_arena_printf(a, "1234567%zu", bench_pick(d, 3));
    if (bench_pick(d, 4) == 0)
        c->phone = lm_arena_printf(a, "+3120123456%zu", bench_pick(d, 3));
    if (bench_pick(d, 2))
        c->city = text(cities[bench_pick(d, LM_COUNT(cities))]);
    if (bench_pick(d, 2)) {
        c->has_open_vacancies = true;
        c->open_vacancies = (int)bench_pick(d, 20);
    }
    if (bench_pick(d, 2))
        c->description = lm_arena_printf(a, "tekst %zu", bench_pick(d, 9));
    return c;
}

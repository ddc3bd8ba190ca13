/* SPDX-License-Identifier: Apache-2.0 */
/* The generator. Its dice are its own, so that a seed means the same everywhere and for ever. */
#include "services/scraper/generate/generate.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/generate/words.h"

struct dice {
    uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t roll(struct dice *d)
{
    uint64_t z = (d->state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 … n-1. The bias is below n / 2^64. */
static size_t pick(struct dice *d, size_t n)
{
    return (size_t)(((unsigned __int128)roll(d) * n) >> 64);
}

/* Lower-case letters and digits of a name. */
static char *reduced(struct lm_arena *a, const char *name)
{
    char *out = lm_arena_alloc(a, strlen(name) + 1);
    size_t n = 0;

    for (; *name; name++) {
        if (isalnum((unsigned char)*name))
            out[n++] = (char)tolower((unsigned char)*name);
    }
    out[n] = '\0';
    return out;
}

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static Lm__Company *make_company(struct lm_arena *a, struct dice *d,
                                 const struct scraper_industry *industry)
{
    static const char *const ends[] = {"com", "io", "co", "net"};
    const char *head = scraper_company_heads[pick(d, scraper_n_company_heads)];
    size_t tail = pick(d, LM_COUNT(industry->tails));
    const struct scraper_land *land = &scraper_lands[pick(d, scraper_n_lands)];
    Lm__Company *c = LM_NEW(a, Lm__Company);

    lm__company__init(c);
    c->name = lm_arena_printf(a, "%s %s", head, industry->tails[tail]);
    c->domain =
        lm_arena_printf(a, "%s.%s.example", reduced(a, c->name), ends[tail % LM_COUNT(ends)]);
    c->website_url = lm_arena_printf(a, "https://www.%s", c->domain);
    c->industry = borrowed(industry->name);
    c->location = lm_arena_printf(a, "%s, %s", land->city, land->name);
    c->country = borrowed(land->code);
    c->has_employee_count = c->has_open_vacancies = true;
    c->employee_count = (int32_t)(10 + pick(d, 40) * (1 + pick(d, 25)));
    c->open_vacancies = (int32_t)pick(d, 16);
    c->has_source = c->has_is_synthetic = c->is_synthetic = true;
    c->source = LM__SOURCE__SYNTHETIC;
    return c;
}

/* The company of this name among those made so far. */
static Lm__Company *known_company(const struct scraper_synthetic *made, int n, const Lm__Company *c)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(made[i].company->domain, c->domain) == 0)
            return made[i].company;
    }
    return NULL;
}

static char *make_email(struct lm_arena *a, struct dice *d, const char *first, const char *last,
                        const char *domain)
{
    switch (pick(d, 3)) {
    case 0:
        return lm_arena_printf(a, "%s.%s@%s", first, last, domain);
    case 1:
        return lm_arena_printf(a, "%c%s@%s", first[0], last, domain);
    default:
        return lm_arena_printf(a, "%s@%s", first, domain);
    }
}

static Lm__Lead *make_lead(struct lm_arena *a, struct dice *d,
                           const struct scraper_industry *industry, const Lm__Company *company)
{
    const char *first = scraper_first_names[pick(d, scraper_n_first_names)];
    const char *last = scraper_last_names[pick(d, scraper_n_last_names)];
    char *plain_first = reduced(a, first), *plain_last = reduced(a, last);
    Lm__Lead *lead = LM_NEW(a, Lm__Lead);

    lm__lead__init(lead);
    lead->first_name = borrowed(first);
    lead->last_name = borrowed(last);
    lead->job_title = borrowed(industry->roles[pick(d, LM_COUNT(industry->roles))]);
    lead->email = make_email(a, d, plain_first, plain_last, company->domain);
    lead->linkedin_url =
        pick(d, 10) < 3
            ? lm_arena_printf(a, "https://www.linkedin.com/in/%s-%s-%zu", plain_first, plain_last,
                              100 + pick(d, 900))
            : lm_arena_printf(a, "https://www.linkedin.com/in/%s-%s", plain_first, plain_last);
    lead->language = borrowed(strcmp(company->country, "NL") == 0 ? "nl" : "en");
    lead->has_source = true;
    lead->source = LM__SOURCE__SYNTHETIC;
    return lead;
}

static bool is_taken(const struct scraper_synthetic *made, int n, const struct scraper_synthetic *s)
{
    for (int i = 0; i < n; i++) {
        const Lm__Lead *l = made[i].lead;

        if (strcmp(l->email, s->lead->email) == 0 ||
            (made[i].company == s->company && strcmp(l->first_name, s->lead->first_name) == 0 &&
             strcmp(l->last_name, s->lead->last_name) == 0))
            return true;
    }
    return false;
}

static lm_code choose_industries(const struct scraper_generate *in,
                                 const struct scraper_industry **out, size_t *n, lm_err *err)
{
    *n = 0;
    for (size_t k = 0; k < scraper_n_industries && in->n_industries == 0; k++)
        out[(*n)++] = &scraper_industries[k];
    for (size_t i = 0; i < in->n_industries; i++) {
        const struct scraper_industry *found = NULL;

        for (size_t k = 0; k < scraper_n_industries; k++) {
            if (lm_str_ieqz(in->industries[i], scraper_industries[k].name))
                found = &scraper_industries[k];
        }
        if (!found)
            return lm_fail_field(
                err, "industries",
                "is not known: take Technology, Manufacturing, Healthcare, Retail, Finance or Logistics");
        if (*n < scraper_n_industries)
            out[(*n)++] = found;
    }
    return LM_OK;
}

lm_code scraper_generate(struct lm_arena *a, const struct scraper_generate *in,
                         struct scraper_synthetic **out, lm_err *err)
{
    const struct scraper_industry *industries[16];
    struct scraper_synthetic *made = LM_NEW_ARRAY(a, struct scraper_synthetic, (size_t)in->count);
    struct dice d = {in->seed};
    size_t n;

    LM_ASSERT(scraper_n_industries <= LM_COUNT(industries));
    if (choose_industries(in, industries, &n, err))
        return err->code;
    LM_ASSERT(n > 0); /* none asked for: all */
    for (int i = 0; i < in->count;) {
        const struct scraper_industry *industry = industries[(size_t)i % n];
        Lm__Company *company = make_company(a, &d, industry);
        Lm__Company *known = known_company(made, i, company);

        made[i].company = known ? known : company;
        made[i].lead = make_lead(a, &d, industry, made[i].company);
        if (!is_taken(made, i, &made[i]))
            i++; /* else the dice are rolled again */
    }
    *out = made;
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Records: what one source says; company_record.h has the rules, company_show.c what they show together. */
#include "services/scraper/match/company_record.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/match/facts.h"

static bool are_one(lm_str a, lm_str b)
{
    return a.n ? lm_str_eq(a, b) : !b.n;
}

bool scraper_record_is(const struct scraper_company_record *r, Lm__Source source,
                       const struct scraper_traits *t)
{
    const struct scraper_traits *mine = &r->traits;

    return !r->said_of && r->source == source && are_one(mine->name_norm, t->name_norm) &&
           are_one(mine->domain, t->domain) &&
           are_one(mine->registration_number, t->registration_number) &&
           are_one(mine->country, t->country) && are_one(mine->phone, t->phone) &&
           mine->city == t->city && mine->is_synthetic == t->is_synthetic;
}

/* What a source said last counts; but a name stays the one it was found under, unless a person changed it. */
static bool is_later(struct lm_arena *a, const struct scraper_company_record *r,
                     const Scraper__Sighting *x, const Scraper__Sighting *y,
                     const ProtobufCFieldDescriptor *f)
{
    if (x->found_at != y->found_at)
        return (x->found_at > y->found_at) != (scraper_fact_is_name(f) && !r->said_of);
    return scraper_fact_compare(a, x->company, y->company, f) > 0;
}

/* Leaves a field in one of the sightings only. */
static void settle(struct lm_arena *a, const struct scraper_company_record *r,
                   Scraper__Sighting **v, size_t n, const ProtobufCFieldDescriptor *f)
{
    Scraper__Sighting *best = NULL;

    for (size_t i = 0; i < n; i++) {
        if (scraper_fact_has(v[i]->company, f) && (!best || is_later(a, r, v[i], best, f)))
            best = v[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (v[i] != best)
            scraper_fact_clear(v[i]->company, f);
    }
}

static bool has_facts(const Lm__Company *c)
{
    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++) {
        if (scraper_fact_has(c, *f))
            return true;
    }
    return false;
}

bool scraper_sighting_has_more_than_name(const Scraper__Sighting *s)
{
    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++) {
        if (!scraper_fact_is_name(*f) && scraper_fact_has(s->company, *f))
            return true;
    }
    return false;
}

static int by_time(const void *x, const void *y)
{
    const Scraper__Sighting *const *a = x, *const *b = y;

    return ((*a)->found_at > (*b)->found_at) - ((*a)->found_at < (*b)->found_at);
}

/* Facts, and where they were found. */
static Scraper__Sighting *sighting_of(struct lm_arena *a, const Lm__Company *found, int64_t at)
{
    Scraper__Sighting *s = LM_NEW(a, Scraper__Sighting);
    static char none[] = "";

    scraper__sighting__init(s);
    s->found_at = at;
    s->company = LM_NEW(a, Lm__Company);
    lm__company__init(s->company);
    s->company->id = s->company->name = none;
    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++) {
        if (scraper_fact_has(found, *f))
            scraper_fact_copy(s->company, found, *f);
    }
    s->company->source_url = found->source_url;
    s->company->scrape_job_id = found->scrape_job_id;
    s->company->has_source = true;
    s->company->source = found->source;
    if (found->n_sources > 1) { /* of a row from before records were kept */
        s->company->sources = found->sources;
        s->company->n_sources = found->n_sources;
    }
    return s;
}

static char *larger(char *x, char *y)
{
    return !x || (y && strcmp(y, x) > 0) ? y : x;
}

/* What was found at one time is one sighting, whoever came first. */
static void fold(Scraper__CompanyRecord *said)
{
    size_t n = 0;

    for (size_t i = 0; i < said->n_said; i++) {
        Lm__Company *to = n ? said->said[n - 1]->company : NULL, *from = said->said[i]->company;

        if (!n || said->said[n - 1]->found_at != said->said[i]->found_at) {
            said->said[n++] = said->said[i];
            continue;
        }
        for (scraper_fact_field *f = scraper_fact_fields(); *f; f++) {
            if (scraper_fact_has(from, *f))
                scraper_fact_copy(to, from, *f);
        }
        to->source_url = larger(to->source_url, from->source_url);
        to->scrape_job_id = larger(to->scrape_job_id, from->scrape_job_id);
    }
    said->n_said = n;
}

bool scraper_record_hear(struct lm_arena *a, struct scraper_company_record *r,
                         const Lm__Company *found, int64_t at)
{
    Scraper__CompanyRecord *said = LM_NEW(a, Scraper__CompanyRecord);
    size_t n = r->said ? r->said->n_said : 0;
    lm_str before = r->said ? lm_pb_pack(a, &r->said->base) : (lm_str){NULL, 0};
    int64_t first_at = r->first_at;

    scraper__company_record__init(said);
    said->said = LM_NEW_ARRAY(a, Scraper__Sighting *, n + 1);
    for (size_t i = 0; i < n; i++)
        said->said[i] = r->said->said[i];
    said->said[n] = sighting_of(a, found, at);
    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++)
        settle(a, r, said->said, n + 1, *f);
    for (size_t i = 0; i <= n; i++) {
        if (has_facts(said->said[i]->company))
            said->said[said->n_said++] = said->said[i];
    }
    qsort(said->said, said->n_said, sizeof(*said->said), by_time);
    fold(said);
    r->first_at = first_at ? LM_MIN(first_at, at) : at;
    r->said = said;
    return r->first_at != first_at || !lm_str_eq(before, lm_pb_pack(a, &said->base));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What records show together; company_record.h has the rules. */
#include <stdlib.h>

#include "common/arena.h"
#include "common/pb_field.h"
#include "common/str.h"
#include "services/scraper/match/company_record.h"
#include "services/scraper/match/facts.h"

static bool is_of_trade(const ProtobufCFieldDescriptor *f)
{
    return strcmp(f->name, "industry") == 0 || strcmp(f->name, "industry_words") == 0;
}

/*
 * The better the source, the lower. Registries know who a company is, job boards what they were told. What a company
 * does, a registry says in the words of its classification, which nobody else uses; its codes say it as well.
 */
static int rank(Lm__Source source, const ProtobufCFieldDescriptor *f)
{
    static const Lm__Source order[] = {
        LM__SOURCE__MANUAL,   LM__SOURCE__KVK,    LM__SOURCE__IMPORT,   LM__SOURCE__GOOGLE_PLACES,
        LM__SOURCE__LINKEDIN, LM__SOURCE__APOLLO, LM__SOURCE__DEALROOM, LM__SOURCE__TECHLEAP,
        LM__SOURCE__JUSTDIAL, LM__SOURCE__INDEED, LM__SOURCE__OTHER};
    int i = 0;

    if (source == LM__SOURCE__KVK && is_of_trade(f))
        return LM_COUNT(order);
    while (i < (int)LM_COUNT(order) && order[i] != source)
        i++;
    return i;
}

/* Above 0 when x is the better value by itself, whoever said it. */
static int64_t by_value(const Lm__Company *x, const Lm__Company *y,
                        const ProtobufCFieldDescriptor *f)
{
    static const char *const larger[] = {"employee_count", "open_vacancies", "has_funding",
                                         "no_mailing", "is_synthetic"};

    if (strcmp(f->name, "description") == 0)
        return (int64_t)strlen(x->description) - (int64_t)strlen(y->description);
    for (size_t i = 0; i < LM_COUNT(larger); i++) {
        if (strcmp(f->name, larger[i]) == 0)
            return (int64_t) * (const int32_t *)lm_pb_value(&x->base, f, 0) -
                   *(const int32_t *)lm_pb_value(&y->base, f, 0);
    }
    return 0;
}

static bool is_better(struct lm_arena *a, const struct scraper_fact *x,
                      const struct scraper_fact *y)
{
    const Lm__Company *c = x->sighting->company, *d = y->sighting->company;
    bool are_peoples = x->record->weight != 0;
    int64_t differ;

    if (x->record->weight != y->record->weight)
        return x->record->weight > y->record->weight;
    differ = are_peoples ? 0 : by_value(c, d, x->field);
    if (differ)
        return differ > 0;
    differ =
        are_peoples ? 0 : rank(y->record->source, x->field) - rank(x->record->source, x->field);
    if (differ)
        return differ > 0;
    differ = x->sighting->found_at - y->sighting->found_at;
    if (differ)
        return (differ > 0) != (scraper_fact_is_name(x->field) && !are_peoples);
    differ = scraper_fact_compare(a, c, d, x->field);
    /* One value from two records: any of them, but always the same. */
    return differ ? differ > 0 : strcmp(x->record->id, y->record->id) < 0;
}

static size_t most_facts(const struct scraper_company_record *const *v, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += v[i]->said->n_said;
    return sum * lm__company__descriptor.n_fields;
}

/* Appends those of one field, the best first. */
static size_t facts_of_field(struct lm_arena *a, const struct scraper_company_record *const *v,
                             size_t n, const ProtobufCFieldDescriptor *f, struct scraper_fact *out)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < v[i]->said->n_said; k++) {
            struct scraper_fact fact = {f, v[i], v[i]->said->said[k], false};
            size_t at = found;

            if (!scraper_fact_has(fact.sighting->company, f))
                continue;
            for (; at > 0 && is_better(a, &fact, &out[at - 1]); at--)
                out[at] = out[at - 1];
            out[at] = fact;
            found++;
        }
    }
    if (found)
        out[0].is_shown = true;
    return found;
}

/* What was read out of the old words goes when people put others in their place. */
static void hide_companions(struct scraper_fact *v, size_t n)
{
    static const char *const pairs[][2] = {{"industry", "industry_words"},
                                           {"location", "city"},
                                           {"location", "postal_code"},
                                           {"employee_count", "employee_range"}};

    for (size_t k = 0; k < LM_COUNT(pairs); k++) {
        const struct scraper_fact *main = NULL;

        for (size_t i = 0; i < n; i++) {
            if (v[i].is_shown && strcmp(v[i].field->name, pairs[k][0]) == 0)
                main = &v[i];
        }
        for (size_t i = 0; i < n && main; i++) {
            if (strcmp(v[i].field->name, pairs[k][1]) == 0)
                v[i].is_shown &= main->record->weight <= 0 || v[i].record->weight > 0;
        }
    }
}

size_t scraper_facts_of(struct lm_arena *a, const struct scraper_company_record *const *v, size_t n,
                        struct scraper_fact **out)
{
    size_t found = 0;

    *out = LM_NEW_ARRAY(a, struct scraper_fact, most_facts(v, n));
    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++)
        found += facts_of_field(a, v, n, *f, *out + found);
    hide_companions(*out, found);
    return found;
}

/* ---- where it was found ---- */

struct origin {
    const Lm__Company *company;
    Lm__Source source;
    int64_t at;
};

static int by_origin(const void *x, const void *y)
{
    const struct origin *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (int)a->source - (int)b->source;
}

static void add_source(Lm__Company *c, Lm__Source source)
{
    for (size_t i = 0; i < c->n_sources; i++) {
        if (c->sources[i] == source)
            return;
    }
    c->sources[c->n_sources++] = source;
}

/* The first source, its page and its search, and all of them in the order they came. */
static void show_origins(struct lm_arena *a, const struct scraper_company_record *const *v,
                         size_t n, Lm__Company *out)
{
    struct origin *origins = LM_NEW_ARRAY(a, struct origin, n);
    size_t found = 0, most = 0;

    for (size_t i = 0; i < n; i++) {
        const Lm__Company *c = v[i]->said->n_said ? v[i]->said->said[0]->company : NULL;

        if (!c || (v[i]->said_of && v[i]->source == LM__SOURCE__MANUAL))
            continue; /* an edit is no source */
        origins[found++] = (struct origin){c, v[i]->source, v[i]->first_at};
        most += 1 + c->n_sources;
    }
    qsort(origins, found, sizeof(*origins), by_origin);
    out->sources = LM_NEW_ARRAY(a, Lm__Source, most);
    out->n_sources = 0;
    out->source_url = NULL;
    for (size_t i = 0; i < found; i++) {
        add_source(out, origins[i].source);
        for (size_t k = 0; k < origins[i].company->n_sources; k++)
            add_source(out, origins[i].company->sources[k]);
        if (!out->source_url)
            out->source_url = origins[i].company->source_url;
        if (!out->scrape_job_id)
            out->scrape_job_id = origins[i].company->scrape_job_id;
    }
    out->has_source = found > 0 || out->has_source;
    out->source = found ? origins[0].source : out->source;
}

void scraper_company_show(struct lm_arena *a, const struct scraper_company_record *const *v,
                          size_t n, Lm__Company *out)
{
    struct scraper_fact *facts;
    size_t found = scraper_facts_of(a, v, n, &facts);

    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++)
        scraper_fact_clear(out, *f);
    for (size_t i = 0; i < found; i++) {
        if (facts[i].is_shown)
            scraper_fact_copy(out, facts[i].sighting->company, facts[i].field);
    }
    show_origins(a, v, n, out);
}

bool scraper_company_shows(struct lm_arena *a, const Lm__Company *one, const Lm__Company *other)
{
    for (scraper_fact_field *f = scraper_fact_fields(); *f; f++) {
        if (scraper_fact_has(one, *f) != scraper_fact_has(other, *f) ||
            (scraper_fact_has(one, *f) && scraper_fact_compare(a, one, other, *f) != 0))
            return false;
    }
    return one->n_sources == other->n_sources &&
           (!one->n_sources ||
            memcmp(one->sources, other->sources, one->n_sources * sizeof(*one->sources)) == 0) &&
           lm_str_eq(lm_str_z(one->source_url), lm_str_z(other->source_url));
}

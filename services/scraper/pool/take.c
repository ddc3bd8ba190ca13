/* SPDX-License-Identifier: Apache-2.0 */
/* How each company that comes in finds its like. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/str.h"
#include "services/scraper/pool/pool_internal.h"

enum { MAYBE_MOST = 8 };

lm_code scraper_pool_open(struct lm_ctx *ctx, Lm__Company *const *found, size_t n,
                          struct scraper_pool **out, lm_err *err)
{
    struct scraper_pool *p = scraper_pool_new(ctx);
    Lm__Company **own = LM_NEW_ARRAY(ctx->arena, Lm__Company *, n);

    *out = p;
    p->found = own;
    p->n_found = n;
    p->traits = LM_NEW_ARRAY(p->arena, struct scraper_traits, n);
    p->same = LM_NEW_ARRAY(p->arena, struct scraper_ids, n);
    for (size_t i = 0; i < n; i++) {
        own[i] = found[i];
        scraper_traits_of(p->arena, found[i], &p->traits[i]);
    }
    return scraper_pool_look_all(p, p->traits, n, p->same, &p->hits, &p->n_hits, err);
}

/* ---- taking ---- */

/* The record that this is another word of, and who has it. */
static struct scraper_held *find_record(const struct scraper_entries *may_be, Lm__Source source,
                                        const struct scraper_traits *t, struct scraper_entry **of)
{
    for (size_t i = 0; i < may_be->n; i++) {
        *of = may_be->v[i];
        for (size_t k = 0; k < (*of)->n_records; k++) {
            if (scraper_record_is(&(*of)->records[k]->r, source, t))
                return (*of)->records[k];
        }
    }
    return NULL;
}

static bool is_surer(const struct scraper_judgement *a, const struct scraper_judgement *b)
{
    if (a->verdict != b->verdict)
        return a->verdict > b->verdict;
    return a->ground != b->ground ? a->ground < b->ground : a->score > b->score;
}

struct scraper_judgement scraper_pool_judge(const struct scraper_entry *e,
                                            const struct scraper_traits *t)
{
    struct scraper_judgement best = {.verdict = SCRAPER_DIFFERENT};

    for (size_t k = 0; k < e->n_records; k++) {
        struct scraper_judgement j = scraper_records_judge(&e->records[k]->r.traits, t);

        if (is_surer(&j, &best))
            best = j;
    }
    return best;
}

Lm__Company *scraper_pool_find(struct scraper_pool *p, size_t i)
{
    const struct scraper_traits *t = &p->traits[i];
    struct scraper_judgement best = {.verdict = SCRAPER_MAYBE};
    struct scraper_entries may_be = {.n = 0};
    struct scraper_entry *found = NULL;

    scraper_pool_put_known(p, t, &p->same[i], p->hits, p->n_hits, &may_be);
    if (find_record(&may_be, p->found[i]->source, t, &found))
        return found->shown;
    found = NULL;
    for (size_t k = 0; k < may_be.n; k++) {
        struct scraper_judgement j = scraper_pool_judge(may_be.v[k], t);

        if (j.verdict == SCRAPER_SAME && is_surer(&j, &best)) {
            best = j;
            found = may_be.v[k];
        }
    }
    return found ? found->shown : NULL;
}

static int64_t found_at(const Lm__Company *c)
{
    return c->has_created_at ? c->created_at : lm_clock_ms();
}

static struct scraper_held *new_record(struct scraper_pool *p, size_t i, int64_t at)
{
    struct scraper_held *h = LM_NEW(p->arena, struct scraper_held);

    h->r = (struct scraper_company_record){.id = lm_id_make(p->arena),
                                           .source = p->found[i]->source,
                                           .first_at = at,
                                           .traits = p->traits[i]};
    h->is_changed = true;
    h->row = p->found[i];
    h->row_found_at = at;
    return h;
}

/* It shows what its only record says. */
static struct scraper_entry *begin_company(struct scraper_pool *p, struct scraper_held *h)
{
    struct scraper_entry *e = scraper_pool_add(p, h->r.id);

    e->records = LM_NEW(p->arena, struct scraper_held *);
    e->records[e->n_records++] = h;
    e->shown = LM_NEW(p->arena, Lm__Company);
    *e->shown = *h->row;
    e->shown->id = e->id;
    e->shown->has_source = true;
    if (!e->shown->n_sources) {
        e->shown->sources = LM_NEW(p->arena, Lm__Source);
        e->shown->sources[e->shown->n_sources++] = h->r.source;
    }
    e->shown->has_created_at = true;
    e->shown->created_at = e->found_at = h->r.first_at;
    h->r.company_id = e->id;
    h->r.is_row = true;
    e->is_changed = true;
    p->n_changes++;
    scraper_pool_publish(p, h);
    return e;
}

/* What is not the same may be worth a look. */
static void tie_maybe(struct scraper_pool *p, struct scraper_entry *e,
                      const struct scraper_traits *t, const struct scraper_entries *may_be)
{
    size_t n = 0;

    for (size_t i = 0; i < may_be->n && n < MAYBE_MOST; i++) {
        struct scraper_entry *other = scraper_pool_living(may_be->v[i]);
        struct scraper_judgement j;

        if (!other || other == e)
            continue;
        j = scraper_pool_judge(other, t);
        if (j.verdict != SCRAPER_MAYBE)
            continue;
        scraper_pool_tie(p, &(struct scraper_tie){e, other, true, j.score, j.reason});
        n++;
    }
}

static lm_code add_record(struct scraper_pool *p, size_t i, int64_t at,
                          struct scraper_entries *may_be, enum scraper_taken *taken,
                          struct scraper_entry **of, lm_err *err)
{
    const struct scraper_traits *t = &p->traits[i];
    struct scraper_held *h = new_record(p, i, at);
    struct scraper_entries same = {.n = 0};
    const size_t changes = p->n_changes;
    bool fits = true;

    for (size_t k = 0; k < may_be->n; k++) {
        if (scraper_pool_judge(may_be->v[k], t).verdict == SCRAPER_SAME)
            scraper_entries_put(p->arena, &same, may_be->v[k]);
    }
    if (same.n == 0) {
        *of = begin_company(p, h);
        *taken = SCRAPER_CREATED;
    } else if (scraper_pool_regroup(p, &same, h, NULL, &fits, err)) {
        return err->code;
    } else if (!fits) { /* hundreds of spellings of one company: another one adds nothing */
        *of = same.v[0];
        *taken = SCRAPER_UNCHANGED;
        return LM_OK;
    } else {
        *of = scraper_pool_living(scraper_pool_entry(p, lm_str_z(h->r.company_id)));
        *taken = strcmp(h->r.id, h->r.company_id) == 0 ? SCRAPER_CREATED
                 : p->n_changes > changes              ? SCRAPER_MERGED
                                                       : SCRAPER_UNCHANGED;
    }
    tie_maybe(p, *of, t, may_be);
    return LM_OK;
}

lm_code scraper_pool_take(struct scraper_pool *p, size_t i, enum scraper_taken *taken,
                          Lm__Company **company, lm_err *err)
{
    const Lm__Company *c = p->found[i];
    int64_t at = found_at(c);
    struct scraper_entries may_be = {.n = 0};
    struct scraper_entry *e = NULL;
    struct scraper_held *h;

    scraper_pool_put_known(p, &p->traits[i], &p->same[i], p->hits, p->n_hits, &may_be);
    h = find_record(&may_be, c->source, &p->traits[i], &e);
    if (h) {
        scraper_pool_recall(p, h);
        h->is_changed |= scraper_record_hear(p->arena, &h->r, c, at);
        *taken = scraper_pool_show(p, e) ? SCRAPER_MERGED : SCRAPER_UNCHANGED;
    } else if (add_record(p, i, at, &may_be, taken, &e, err)) {
        return err->code;
    }
    *company = e->shown;
    return LM_OK;
}

/* ---- of its own, by a person's word ---- */

lm_code scraper_pool_begin(struct scraper_pool *p, size_t i, bool is_like_another,
                           Lm__Company **company, lm_err *err)
{
    struct scraper_held *h = new_record(p, i, found_at(p->found[i]));
    struct scraper_entries may_be = {.n = 0};
    struct scraper_entry *e;

    if (is_like_another)
        scraper_pool_put_known(p, &p->traits[i], &p->same[i], p->hits, p->n_hits, &may_be);
    e = begin_company(p, h);
    for (size_t k = 0; k < may_be.n; k++) {
        if (scraper_pool_judge(may_be.v[k], &p->traits[i]).verdict == SCRAPER_SAME &&
            scraper_pool_decide(p, e->id, may_be.v[k]->id, false, err))
            return err->code;
    }
    *company = e->shown;
    return LM_OK;
}

void scraper_pool_import(struct scraper_pool *p, const char *import_id)
{
    p->import_id = import_id;
}

bool scraper_pool_amend(struct scraper_pool *p, const Lm__Company *company, const Lm__Company *now)
{
    struct scraper_entry *e = scraper_pool_entry(p, lm_str_z(company->id));

    if (e->is_stored || e->n_records != 1 || !e->records[0]->row)
        return false;
    *e->shown = *now;
    e->records[0]->row = e->shown;
    return true;
}

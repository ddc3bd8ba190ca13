/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with companies: a word on one, two that are one, one that is two. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/str.h"
#include "services/scraper/pool/pool_internal.h"

/* A row each, living. */
static lm_code find(struct scraper_pool *p, const char *id, struct scraper_entry **out, lm_err *err)
{
    *out = scraper_pool_entry(p, lm_str_z(id));
    if (!*out)
        return lm_fail(err, LM_NOT_FOUND, "company %s was not found", id);
    if ((*out)->is_dead)
        return lm_fail(err, LM_CONFLICT, "company %s went up in company %s", id,
                       (*out)->into ? (*out)->into->id : "?");
    return LM_OK;
}

lm_code scraper_pool_with_dead(struct lm_ctx *ctx, char *const *ids, size_t n,
                               struct scraper_pool **out, lm_err *err)
{
    lm_str *texts = LM_NEW_ARRAY(ctx->arena, lm_str, n);

    *out = scraper_pool_new(ctx);
    for (size_t i = 0; i < n; i++)
        texts[i] = lm_str_z(ids[i]);
    return scraper_pool_load(*out, texts, n, err);
}

lm_code scraper_pool_of(struct lm_ctx *ctx, char *const *ids, size_t n, struct scraper_pool **out,
                        lm_err *err)
{
    struct scraper_entry *e;

    if (scraper_pool_with_dead(ctx, ids, n, out, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        if (find(*out, ids[i], &e, err))
            return err->code;
    }
    return LM_OK;
}

Lm__Company *scraper_pool_company(struct scraper_pool *p, const char *id)
{
    struct scraper_entry *e = scraper_pool_entry(p, lm_str_z(id));

    return e && !e->is_dead ? e->shown : NULL;
}

size_t scraper_pool_records(struct scraper_pool *p, const char *id,
                            const struct scraper_company_record ***out)
{
    const struct scraper_entry *e = scraper_pool_entry(p, lm_str_z(id));

    *out = LM_NEW_ARRAY(p->arena, const struct scraper_company_record *, e ? e->n_records : 0);
    for (size_t i = 0; e && i < e->n_records; i++) {
        scraper_pool_recall(p, e->records[i]);
        (*out)[i] = &e->records[i]->r;
    }
    return e ? e->n_records : 0;
}

/* ---- a word on one ---- */

static const char *saying_id(struct scraper_pool *p, const char *id, const char *key)
{
    const lm_str parts[] = {LM_STR("said"), lm_str_z(p->ctx->tenant_id), lm_str_z(id),
                            lm_str_z(key)};
    char *out = lm_arena_alloc(p->arena, LM_ID_SIZE);

    lm_id_derive(out, parts, LM_COUNT(parts));
    return out;
}

static struct scraper_held *find_saying(struct scraper_pool *p, const struct scraper_entry *e,
                                        const char *key)
{
    const char *id = saying_id(p, e->id, key);

    for (size_t i = 0; i < e->n_records; i++) {
        if (strcmp(e->records[i]->r.id, id) == 0)
            return e->records[i];
    }
    return NULL;
}

/* One record for all that is said under one key. */
static struct scraper_held *saying_of(struct scraper_pool *p, const struct scraper_entry *e,
                                      const struct scraper_saying *how)
{
    struct scraper_held *h = find_saying(p, e, how->key);

    if (h)
        return h;
    h = LM_NEW(p->arena, struct scraper_held);
    h->r = (struct scraper_company_record){.id = saying_id(p, e->id, how->key),
                                           .said_of = e->id,
                                           .source = how->source,
                                           .weight = how->weight};
    return h;
}

static void hear(struct scraper_pool *p, struct scraper_held *h, const Lm__Company *said)
{
    const struct scraper_company_record *self = &h->r;
    Lm__Company all = LM__COMPANY__INIT;

    h->is_changed = true;
    scraper_record_hear(p->arena, &h->r, said, lm_clock_ms());
    scraper_company_show(p->arena, &self, 1, &all);
    scraper_traits_of(p->arena, &all, &h->r.traits);
}

/* What it is found by is another now: it may be one with others. */
static bool decides(const Lm__Company *c)
{
    return (c->name && *c->name) || c->domain || c->registration_number || c->phone;
}

lm_code scraper_pool_say(struct scraper_pool *p, const char *id, const struct scraper_saying *how,
                         const Lm__Company *said, Lm__Company **company, lm_err *err)
{
    struct scraper_entries companies = {.n = 0};
    struct scraper_entry *e;
    struct scraper_held *h;
    bool fits = true;

    if (find(p, id, &e, err))
        return err->code;
    h = saying_of(p, e, how);
    hear(p, h, said);
    scraper_entries_put(p->arena, &companies, e);
    if (decides(said) && scraper_pool_look(p, &h->r.traits, &companies, err))
        return err->code;
    if (scraper_pool_regroup(p, &companies, h->r.company_id ? NULL : h, id, &fits, err))
        return err->code;
    if (!fits)
        return lm_fail(err, LM_UNPROCESSABLE, "company %s has too many namesakes", id);
    *company = scraper_pool_living(e)->shown;
    return LM_OK;
}

lm_code scraper_pool_unsay(struct scraper_pool *p, const char *id, const char *key, bool *was_said,
                           lm_err *err)
{
    struct scraper_entries companies = {.n = 0};
    struct scraper_entry *e;
    struct scraper_held *h;
    size_t n = 0;
    bool fits;

    if (find(p, id, &e, err))
        return err->code;
    h = find_saying(p, e, key);
    *was_said = h != NULL;
    if (!h)
        return LM_OK;
    for (size_t i = 0; i < e->n_records; i++) {
        if (e->records[i] != h)
            e->records[n++] = e->records[i];
    }
    e->n_records = n;
    p->gone = lm_arena_grow(p->arena, p->gone, p->n_gone, &p->cap_gone, sizeof(*p->gone));
    p->gone[p->n_gone++] = h->r.id;
    scraper_entries_put(p->arena, &companies, e);
    return scraper_pool_regroup(p, &companies, NULL, id, &fits, err);
}

/* ---- one, or two ---- */

lm_code scraper_pool_decide(struct scraper_pool *p, const char *one, const char *other,
                            bool is_same, lm_err *err)
{
    struct scraper_decision d = {one, other, is_same, lm_clock_ms()};

    for (size_t i = 0; i < p->n_decisions; i++) {
        struct scraper_decision *known = &p->decisions[i];

        if ((strcmp(known->one, one) == 0 && strcmp(known->other, other) == 0) ||
            (strcmp(known->one, other) == 0 && strcmp(known->other, one) == 0)) {
            d.at = LM_MAX(d.at, known->at);
            *known = d;
            return scraper_decision_save(p->ctx, &d, err);
        }
        d.at = LM_MAX(d.at, known->at + 1); /* the last word, even within a millisecond */
    }
    p->decisions = lm_arena_grow(p->arena, p->decisions, p->n_decisions, &p->cap_decisions,
                                 sizeof(*p->decisions));
    p->decisions[p->n_decisions++] = d;
    return scraper_decision_save(p->ctx, &d, err);
}

/* The one that people chose goes on under its own name, whoever is the better source of one. */
static lm_code keep_name(struct scraper_pool *p, const char *id, char *name, lm_err *err)
{
    const struct scraper_saying how = {"merge", LM__SOURCE__MANUAL, 1};
    Lm__Company said = LM__COMPANY__INIT, *c;

    if (strcmp(scraper_pool_company(p, id)->name, name) == 0)
        return LM_OK;
    said.name = name;
    return scraper_pool_say(p, id, &how, &said, &c, err);
}

lm_code scraper_pool_merge(struct scraper_pool *p, char *const *ids, size_t n,
                           Lm__Company **company, lm_err *err)
{
    struct scraper_entries companies = {.n = 0};
    struct scraper_entry *first, *e;
    char *name;
    bool fits;

    if (find(p, ids[0], &first, err))
        return err->code;
    name = first->shown->name;
    for (size_t i = 0; i < n; i++) {
        if (find(p, ids[i], &e, err))
            return err->code;
        scraper_entries_put(p->arena, &companies, e);
        if (e != first && (scraper_pool_decide(p, first->id, e->id, true, err) ||
                           scraper_link_drop(p->ctx, first->id, e->id, err)))
            return err->code;
    }
    if (scraper_pool_regroup(p, &companies, NULL, first->id, &fits, err))
        return err->code;
    if (!fits)
        return lm_fail(err, LM_UNPROCESSABLE, "these companies have too many records for one");
    if (keep_name(p, first->id, name, err))
        return err->code;
    *company = first->shown;
    return scraper_pool_write(p, err);
}

/* What the one that went up had of its own, as it was then. */
static lm_code own_records(struct scraper_pool *p, const char *gone, const lm_str **out, size_t *n,
                           lm_err *err)
{
    struct scraper_change *v;
    size_t n_changes;

    *n = 0;
    if (scraper_changes_load(p->ctx, gone, 100, &v, &n_changes, err))
        return err->code;
    for (size_t i = 0; i < n_changes; i++) {
        if (v[i].is_merge && strcmp(v[i].other_id, gone) == 0) {
            *out = v[i].records;
            *n = v[i].n_records;
            return LM_OK;
        }
    }
    return LM_OK;
}

lm_code scraper_pool_unmerge(struct scraper_pool *p, const char *from, const char *gone,
                             Lm__Company **company, Lm__Company **unmerged, lm_err *err)
{
    struct scraper_entries companies = {.n = 0};
    struct scraper_entry *e, *dead = scraper_pool_entry(p, lm_str_z(gone));
    const lm_str *own = NULL;
    size_t n_own;
    bool fits;

    if (find(p, from, &e, err))
        return err->code;
    if (!dead)
        return lm_fail(err, LM_NOT_FOUND, "company %s was not found", gone);
    if (!dead->is_dead || !scraper_entry_has(e, gone))
        return lm_fail(err, LM_CONFLICT, "company %s did not go up in company %s", gone, from);
    if (scraper_pool_decide(p, from, gone, false, err) || own_records(p, gone, &own, &n_own, err))
        return err->code;
    for (size_t i = 0; i < n_own; i++) {
        const char *id = lm_arena_strz(p->arena, own[i]);

        if (strcmp(id, gone) != 0 && scraper_entry_has(e, id) &&
            scraper_pool_decide(p, gone, id, true, err))
            return err->code;
    }
    dead->from = e->id;
    scraper_entries_put(p->arena, &companies, e);
    if (scraper_pool_regroup(p, &companies, NULL, from, &fits, err))
        return err->code;
    if (!fits || dead->is_dead)
        return lm_fail(err, LM_CONFLICT, "company %s has records that others hold on to", gone);
    *company = e->shown;
    *unmerged = dead->shown;
    return scraper_pool_write(p, err);
}

lm_code scraper_pool_part(struct scraper_pool *p, const char *one, const char *other, lm_err *err)
{
    struct scraper_entry *x, *y;

    if (find(p, one, &x, err) || find(p, other, &y, err) ||
        scraper_pool_decide(p, x->id, y->id, false, err))
        return err->code;
    return scraper_link_drop(p->ctx, x->id, y->id, err);
}

/* ---- what may be one ---- */

static lm_code look_wide(struct scraper_pool *p, const struct scraper_entry *e, size_t most,
                         struct scraper_entries *out, lm_err *err)
{
    struct scraper_alike *alike = LM_NEW_ARRAY(p->arena, struct scraper_alike, most);
    lm_str *ids = LM_NEW_ARRAY(p->arena, lm_str, most);
    size_t n;

    for (size_t i = 0; i < e->n_records; i++) {
        const struct scraper_traits *t = &e->records[i]->r.traits;

        if (scraper_pool_look(p, t, out, err) ||
            scraper_known_like(p->ctx, t->name_norm, alike, most, &n, err))
            return err->code;
        for (size_t k = 0; k < n; k++)
            ids[k] = lm_str_z(lm_arena_strdup(p->arena, alike[k].id));
        if (scraper_pool_load(p, ids, n, err))
            return err->code;
        for (size_t k = 0; k < n; k++) {
            struct scraper_entry *other = scraper_pool_living(scraper_pool_entry(p, ids[k]));

            if (other)
                scraper_entries_put(p->arena, out, other);
        }
    }
    return LM_OK;
}

static bool is_decided(const struct scraper_pool *p, const char *one, const char *other)
{
    for (size_t i = 0; i < p->n_decisions; i++) {
        const struct scraper_decision *d = &p->decisions[i];

        if ((strcmp(d->one, one) == 0 && strcmp(d->other, other) == 0) ||
            (strcmp(d->one, other) == 0 && strcmp(d->other, one) == 0))
            return true;
    }
    return false;
}

static struct scraper_judgement judge(const struct scraper_entry *e,
                                      const struct scraper_entry *other)
{
    struct scraper_judgement best = {.verdict = SCRAPER_DIFFERENT};

    for (size_t i = 0; i < e->n_records; i++) {
        struct scraper_judgement j = scraper_pool_judge(other, &e->records[i]->r.traits);

        if (j.verdict > best.verdict || (j.verdict == best.verdict && j.score > best.score))
            best = j;
    }
    return best;
}

lm_code scraper_pool_duplicates(struct scraper_pool *p, const char *id, size_t most,
                                struct scraper_duplicate **out, size_t *n, lm_err *err)
{
    struct scraper_entries may_be = {.n = 0};
    struct scraper_entry *e;

    *n = 0;
    if (find(p, id, &e, err) || look_wide(p, e, most, &may_be, err))
        return err->code;
    *out = LM_NEW_ARRAY(p->arena, struct scraper_duplicate, may_be.n);
    for (size_t i = 0; i < may_be.n; i++) {
        struct scraper_judgement j = judge(e, may_be.v[i]);

        if (may_be.v[i] != e && j.verdict != SCRAPER_DIFFERENT &&
            !is_decided(p, e->id, may_be.v[i]->id))
            (*out)[(*n)++] = (struct scraper_duplicate){may_be.v[i]->shown, j};
    }
    return LM_OK;
}

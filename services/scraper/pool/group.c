/* SPDX-License-Identifier: Apache-2.0 */
/* Records are put together anew, and companies follow: one goes up in another, comes out again, or begins. */
#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/pool/pool_internal.h"

/* All that is looked at together. */
struct look {
    struct scraper_pool *p;
    struct scraper_entries *companies;
    struct scraper_held **v;
    const struct scraper_company_record **records;
    size_t n, *group;
    const char *prefer;
};

/* ---- what belongs to the look ---- */

static lm_code put_id(struct scraper_pool *p, struct scraper_entries *list, const char *id,
                      lm_err *err)
{
    lm_str text = lm_str_z(id);
    struct scraper_entry *e;

    if (scraper_pool_load(p, &text, 1, err))
        return err->code;
    e = scraper_pool_living(scraper_pool_entry(p, text));
    if (e)
        scraper_entries_put(p->arena, list, e);
    return LM_OK;
}

/* The other end of a pair, of which one is `e` or a record of it; NULL: it is not in this pair. */
static const char *other_end(const struct scraper_entry *e, const char *one, const char *other)
{
    if (strcmp(e->id, one) == 0 || scraper_entry_has(e, one))
        return other;
    return strcmp(e->id, other) == 0 || scraper_entry_has(e, other) ? one : NULL;
}

/* Whatever `e` is kept apart from, or was put together with by people. Loading may add pairs to the pool. */
static lm_code put_tied(struct scraper_pool *p, struct scraper_entries *list,
                        const struct scraper_entry *e, lm_err *err)
{
    for (size_t i = 0; i < p->n_apart; i++) {
        const char *id = other_end(e, p->apart[i].one, p->apart[i].other);

        if (id && put_id(p, list, id, err))
            return err->code;
    }
    for (size_t i = 0; i < p->n_decisions; i++) {
        const char *id = other_end(e, p->decisions[i].one, p->decisions[i].other);

        if (id && put_id(p, list, id, err))
            return err->code;
    }
    for (size_t i = 0; i < p->n_ties; i++) {
        const char *id =
            p->ties[i].is_maybe ? NULL : other_end(e, p->ties[i].one->id, p->ties[i].other->id);

        if (id && put_id(p, list, id, err))
            return err->code;
    }
    return LM_OK;
}

static lm_code gather(struct look *l, struct scraper_held *more, lm_err *err)
{
    size_t n = more != NULL;

    for (size_t i = 0; i < l->companies->n && n <= SCRAPER_GROUP_MOST; i++) {
        if (put_tied(l->p, l->companies, l->companies->v[i], err))
            return err->code;
        n += l->companies->v[i]->n_records;
    }
    if (n > SCRAPER_GROUP_MOST)
        return LM_OK;
    l->v = LM_NEW_ARRAY(l->p->arena, struct scraper_held *, n);
    l->records = LM_NEW_ARRAY(l->p->arena, const struct scraper_company_record *, n);
    l->group = LM_NEW_ARRAY(l->p->arena, size_t, n);
    for (size_t i = 0; i < l->companies->n; i++) {
        for (size_t k = 0; k < l->companies->v[i]->n_records; k++)
            l->v[l->n++] = l->companies->v[i]->records[k];
    }
    if (more)
        l->v[l->n++] = more;
    for (size_t i = 0; i < l->n; i++) {
        scraper_pool_recall(l->p, l->v[i]);
        l->records[i] = &l->v[i]->r;
    }
    return LM_OK;
}

/* ---- which company a group is ---- */

/* The one that people chose, else one that has its domain, else the oldest. */
static bool is_better(const struct look *l, const struct scraper_entry *a,
                      const struct scraper_entry *b)
{
    bool has = a->shown->domain && *a->shown->domain;

    if (!b || (l->prefer && strcmp(a->id, l->prefer) == 0))
        return true;
    if (l->prefer && strcmp(b->id, l->prefer) == 0)
        return false;
    if (has != (b->shown->domain && *b->shown->domain))
        return has;
    if (a->shown->created_at != b->shown->created_at)
        return a->shown->created_at < b->shown->created_at;
    return strcmp(a->id, b->id) < 0;
}

/* A company that one of the group's records began. */
static struct scraper_entry *choose(const struct look *l, size_t group, bool is_dead)
{
    struct scraper_entry *best = NULL;

    for (size_t i = 0; i < l->n; i++) {
        struct scraper_entry *e =
            l->group[i] == group ? scraper_pool_entry(l->p, lm_str_z(l->v[i]->r.id)) : NULL;

        if (e && e->is_dead == is_dead && is_better(l, e, best))
            best = e;
    }
    return best;
}

static lm_code load_dead(const struct look *l, size_t group, lm_err *err)
{
    lm_str *ids = LM_NEW_ARRAY(l->p->arena, lm_str, l->n);
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++) {
        if (l->group[i] == group)
            ids[n++] = lm_str_z(l->v[i]->r.id);
    }
    return scraper_pool_load(l->p, ids, n, err);
}

static struct scraper_entry *begin(const struct look *l, const struct scraper_company_record *first)
{
    struct scraper_entry *e = scraper_pool_add(l->p, first->id);

    e->shown = LM_NEW(l->p->arena, Lm__Company);
    lm__company__init(e->shown);
    e->shown->id = e->id;
    e->shown->has_created_at = true;
    e->shown->created_at = first->first_at;
    return e;
}

static lm_code entry_of(const struct look *l, size_t group, struct scraper_entry **out, lm_err *err)
{
    *out = choose(l, group, false);
    if (*out)
        return LM_OK;
    if (load_dead(l, group, err))
        return err->code;
    *out = choose(l, group, true);
    if (*out) {
        if (!(*out)->from && (*out)->into)
            (*out)->from = (*out)->into->id;
        (*out)->is_dead = false;
        (*out)->into = NULL;
    } else {
        *out = begin(l, l->records[group]);
    }
    return LM_OK;
}

/* ---- what follows ---- */

static void note_had(struct scraper_pool *p, struct scraper_entry *e)
{
    e->had = LM_NEW_ARRAY(p->arena, lm_str, e->n_records);
    e->n_had = 0;
    for (size_t i = 0; i < e->n_records; i++)
        e->had[e->n_had++] = lm_str_z(e->records[i]->r.id);
}

static void give_records(const struct look *l, size_t group, struct scraper_entry *e)
{
    e->records = LM_NEW_ARRAY(l->p->arena, struct scraper_held *, l->n);
    e->n_records = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct scraper_held *h = l->v[i];

        if (l->group[i] != group)
            continue;
        if (!h->r.company_id || strcmp(h->r.company_id, e->id) != 0) {
            h->is_changed = true;
            h->r.company_id = e->id;
            scraper_pool_publish(l->p, h); /* it is no longer found where it was */
        }
        e->records[e->n_records++] = h;
    }
    for (size_t i = 0; i < e->n_records; i++) {
        if (e->n_records > 1 || strcmp(e->records[i]->r.id, e->id) != 0) {
            e->records[i]->is_changed |= e->records[i]->r.is_row;
            e->records[i]->r.is_row = false;
        }
    }
}

/* Why it is in there: the strongest of what its records have with the others'. */
static const char *reason_of(const struct scraper_entry *e, const struct scraper_entry *into)
{
    struct scraper_judgement best = {.verdict = SCRAPER_MAYBE, .reason = "through another record"};

    for (size_t i = 0; i < e->n_had; i++) {
        for (size_t k = 0; k < into->n_records; k++) {
            const struct scraper_company_record *mine = NULL, *other = &into->records[k]->r;
            bool is_own = false;
            struct scraper_judgement j;

            for (size_t m = 0; m < e->n_had; m++)
                is_own |= lm_str_eqz(e->had[m], other->id);
            for (size_t m = 0; m < into->n_records; m++) {
                if (lm_str_eqz(e->had[i], into->records[m]->r.id))
                    mine = &into->records[m]->r;
            }
            if (is_own || !mine)
                continue;
            j = scraper_records_judge(&mine->traits, &other->traits);
            if (j.verdict == SCRAPER_SAME &&
                (best.verdict != SCRAPER_SAME || j.ground < best.ground))
                best = j;
        }
    }
    return best.reason;
}

/* What went up in the one that goes up now. */
static void add_merged(struct scraper_pool *p, Lm__Company *to, const Lm__Company *from)
{
    char **ids = LM_NEW_ARRAY(p->arena, char *, to->n_merged_ids + from->n_merged_ids);

    for (size_t i = 0; i < to->n_merged_ids; i++)
        ids[i] = to->merged_ids[i];
    for (size_t i = 0; i < from->n_merged_ids; i++)
        ids[to->n_merged_ids++] = from->merged_ids[i];
    to->merged_ids = ids;
}

static void bury(const struct look *l, struct scraper_entry *e)
{
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->v[i]->r.id, e->id) != 0)
            continue;
        e->into = scraper_pool_entry(l->p, lm_str_z(l->v[i]->r.company_id));
        e->is_dead = true;
        add_merged(l->p, e->into->shown, e->shown);
        e->reason = l->prefer ? "by a person" : reason_of(e, e->into);
        e->records = NULL;
        e->n_records = 0;
        return;
    }
}

/* Those that were the same for themselves, but not for the company they belong to. */
static void tie_apart(const struct look *l)
{
    for (size_t i = 0; i < l->n; i++) {
        for (size_t k = i + 1; k < l->n; k++) {
            struct scraper_judgement j;

            if (l->group[i] == l->group[k])
                continue;
            j = scraper_records_judge(&l->v[i]->r.traits, &l->v[k]->r.traits);
            if (j.verdict == SCRAPER_SAME)
                scraper_pool_tie(
                    l->p,
                    &(struct scraper_tie){scraper_pool_entry(l->p, lm_str_z(l->v[i]->r.company_id)),
                                          scraper_pool_entry(l->p, lm_str_z(l->v[k]->r.company_id)),
                                          false, j.score, j.reason});
        }
    }
}

void scraper_pool_tie(struct scraper_pool *p, const struct scraper_tie *tie)
{
    for (size_t i = 0; i < p->n_ties; i++) {
        struct scraper_tie *t = &p->ties[i];

        if ((t->one == tie->one && t->other == tie->other) ||
            (t->one == tie->other && t->other == tie->one)) {
            if (t->is_maybe > tie->is_maybe ||
                (t->is_maybe == tie->is_maybe && t->score < tie->score))
                *t = *tie;
            return;
        }
    }
    p->ties = lm_arena_grow(p->arena, p->ties, p->n_ties, &p->cap_ties, sizeof(*p->ties));
    p->ties[p->n_ties++] = *tie;
}

static lm_code apply(struct look *l, lm_err *err)
{
    struct scraper_entries now = {.n = 0};
    const size_t n_before = l->companies->n;

    for (size_t i = 0; i < n_before; i++)
        note_had(l->p, l->companies->v[i]);
    for (size_t i = 0; i < l->n; i++) {
        struct scraper_entry *e;

        if (l->group[i] != i)
            continue;
        if (entry_of(l, i, &e, err))
            return err->code;
        give_records(l, i, e);
        scraper_entries_put(l->p->arena, &now, e);
    }
    for (size_t i = 0; i < n_before; i++) {
        bool lives = false;

        for (size_t k = 0; k < now.n; k++)
            lives |= now.v[k] == l->companies->v[i];
        if (!lives)
            bury(l, l->companies->v[i]);
    }
    for (size_t i = 0; i < now.n; i++)
        scraper_pool_show(l->p, now.v[i]);
    if (now.n > 1)
        tie_apart(l);
    return LM_OK;
}

lm_code scraper_pool_regroup(struct scraper_pool *p, struct scraper_entries *companies,
                             struct scraper_held *more, const char *prefer, bool *fits, lm_err *err)
{
    struct look l = {.p = p, .companies = companies, .prefer = prefer};

    if (gather(&l, more, err))
        return err->code;
    *fits = l.n > 0;
    if (!*fits)
        return LM_OK;
    scraper_groups_make(p->arena, l.records, l.n, p->decisions, p->n_decisions, l.group);
    return apply(&l, err);
}

/* ---- what a company shows ---- */

/* Who has a record with this id; NULL: nobody here. */
static const struct scraper_entry *holder_of(const struct scraper_pool *p, const char *id)
{
    for (size_t i = 0; i < p->n_entries; i++) {
        if (scraper_entry_has(p->entries[i], id))
            return p->entries[i];
    }
    return NULL;
}

/* Companies that went up in it: those that its records began, and those from before records were kept. */
static void show_merged(struct scraper_pool *p, const struct scraper_entry *e, Lm__Company *c)
{
    char **ids = LM_NEW_ARRAY(p->arena, char *, e->n_records + c->n_merged_ids);
    size_t n = 0;

    for (size_t i = 0; i < c->n_merged_ids; i++) {
        const struct scraper_entry *holder = holder_of(p, c->merged_ids[i]);

        if (!holder || (holder == e && strcmp(e->id, c->merged_ids[i]) != 0))
            ids[n++] = c->merged_ids[i];
    }
    for (size_t i = 0; i < e->n_records; i++) {
        struct scraper_entry *gone = scraper_pool_entry(p, lm_str_z(e->records[i]->r.id));
        bool is_there = !gone || !gone->is_stored || gone == e;

        for (size_t k = 0; k < n && !is_there; k++)
            is_there = strcmp(ids[k], gone->id) == 0;
        if (!is_there)
            ids[n++] = gone->id;
    }
    c->merged_ids = ids;
    c->n_merged_ids = n;
}

bool scraper_pool_show(struct scraper_pool *p, struct scraper_entry *e)
{
    const struct scraper_company_record **v =
        LM_NEW_ARRAY(p->arena, const struct scraper_company_record *, e->n_records);
    Lm__Company before = *e->shown;
    bool differs;

    for (size_t i = 0; i < e->n_records; i++) {
        scraper_pool_recall(p, e->records[i]);
        v[i] = &e->records[i]->r;
    }
    scraper_company_show(p->arena, v, e->n_records, e->shown);
    show_merged(p, e, e->shown);
    differs = before.n_merged_ids != e->shown->n_merged_ids ||
              !scraper_company_shows(p->arena, &before, e->shown);
    e->is_changed |= differs || !e->is_stored || e->was_dead;
    p->n_changes += differs;
    return differs;
}

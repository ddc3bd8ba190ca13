/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch has changed: rows, then events. */
#include <stdlib.h>

#include "common/arena.h"
#include "common/event.h"
#include "common/str.h"
#include "services/scraper/pool/pool_internal.h"
#include "services/scraper/store_import.h"

/* Events wait until all rows are written, and go in one statement. */
struct told {
    struct lm_event *v;
    size_t n, cap;
};

static void tell(struct scraper_pool *p, struct told *told, const ProtobufCMessage *message,
                 const char *id, int64_t version)
{
    told->v = lm_arena_grow(p->arena, told->v, told->n, &told->cap, sizeof(*told->v));
    told->v[told->n++] =
        (struct lm_event){.message = message, .subject_id = id, .version = version};
}

static void tell_merged(struct scraper_pool *p, struct told *told, struct scraper_entry *e,
                        int64_t version)
{
    Scraper__CompanyMerged *m = LM_NEW(p->arena, Scraper__CompanyMerged);

    scraper__company_merged__init(m);
    m->company_id = e->id;
    m->into_company_id = e->into->id;
    tell(p, told, &m->base, e->id, version);
}

static void tell_unmerged(struct scraper_pool *p, struct told *told, struct scraper_entry *e)
{
    Scraper__CompanyUnmerged *m = LM_NEW(p->arena, Scraper__CompanyUnmerged);

    scraper__company_unmerged__init(m);
    m->company_id = e->id;
    m->from_company_id = (char *)(uintptr_t)e->from;
    tell(p, told, &m->base, e->id, e->shown->version);
}

static void tell_changed(struct scraper_pool *p, struct told *told, struct scraper_entry *e)
{
    Scraper__CompanyChanged *m = LM_NEW(p->arena, Scraper__CompanyChanged);

    scraper__company_changed__init(m);
    m->company = e->shown;
    tell(p, told, &m->base, e->id, e->shown->version);
}

static lm_code note(struct lm_ctx *ctx, const struct scraper_entry *e, bool is_merge,
                    const char *other, lm_err *err)
{
    return scraper_change_save(ctx,
                               &(struct scraper_change){.company_id = other,
                                                        .other_id = e->id,
                                                        .is_merge = is_merge,
                                                        .records = e->had,
                                                        .n_records = e->n_had,
                                                        .reason =
                                                            e->reason ? e->reason : "taken apart",
                                                        .user_id = ctx->user_id},
                               err);
}

/* ---- companies that went up in another, and that came out again ---- */

static lm_code write_dead(struct scraper_pool *p, struct scraper_entry *e, struct told *told,
                          lm_err *err)
{
    int64_t version;

    if (scraper_company_absorb(p->ctx, e->id, e->into->id, &version, err) ||
        scraper_links_move(p->ctx, e->id, e->into->id, err) ||
        note(p->ctx, e, true, e->into->id, err))
        return err->code;
    tell_merged(p, told, e, version);
    return LM_OK;
}

static lm_code write_revived(struct scraper_pool *p, struct scraper_entry *e, lm_err *err)
{
    if (scraper_company_revive(p->ctx, e->id, &e->shown->status, err))
        return err->code;
    e->shown->has_status = true;
    return note(p->ctx, e, false, e->from, err);
}

/* ---- companies ---- */

/* Its row is its only record, if that has said one thing, whether once or again. */
static bool fits_row(const struct scraper_entry *e)
{
    const struct scraper_company_record *r = &e->records[0]->r;
    const Scraper__CompanyRecord *said = r->said;

    if (e->n_records == 1 && e->records[0]->row)
        return true; /* nobody has touched it */
    if (e->n_records != 1 || !r->is_row || r->first_at != e->shown->created_at)
        return false;
    if (said->n_said == 1)
        return said->said[0]->found_at == r->first_at;
    /* The name stays the first one; all else was said again. */
    return said->n_said == 2 && said->said[0]->found_at == r->first_at &&
           !scraper_sighting_has_more_than_name(said->said[0]);
}

static void decide_form(struct scraper_pool *p, struct scraper_entry *e)
{
    if (fits_row(e)) {
        if (e->records[0]->row)
            return;
        e->found_at = e->records[0]->r.said->said[e->records[0]->r.said->n_said - 1]->found_at;
        return;
    }
    for (size_t i = 0; i < e->n_records; i++) {
        scraper_pool_recall(p, e->records[i]);
        e->records[i]->is_changed |= e->records[i]->r.is_row;
        e->records[i]->r.is_row = false;
    }
}

static lm_code write_records(struct scraper_pool *p, const struct scraper_entry *e, lm_err *err)
{
    for (size_t i = 0; i < e->n_records; i++) {
        const struct scraper_held *h = e->records[i];

        if (!h->is_changed)
            continue;
        if (h->r.is_row ? scraper_company_found(p->ctx, e->id, e->found_at, err)
                        : scraper_record_save(p->ctx, &h->r, err))
            return err->code;
        if (strcmp(h->r.id, e->id) != 0 && scraper_pool_entry(p, lm_str_z(h->r.id)) &&
            scraper_company_point(p->ctx, h->r.id, e->id, err))
            return err->code;
    }
    return LM_OK;
}

/* A row of an import goes with the others. */
static bool is_imported(const struct scraper_pool *p, const struct scraper_entry *e)
{
    return p->import_id && !e->is_stored && !e->is_dead && e->n_records == 1 &&
           e->records[0]->r.is_row;
}

static lm_code write_living(struct scraper_pool *p, struct scraper_entry *e, struct told *told,
                            lm_err *err)
{
    if (e->is_changed && !is_imported(p, e) &&
        (e->is_stored ? scraper_company_update(p->ctx, e->shown, err)
                      : scraper_company_insert(p->ctx, e->shown, err)))
        return lm_wrap(err, "company %s", e->id);
    if (e->is_stored || !e->records[0]->r.is_row) {
        if (write_records(p, e, err))
            return lm_wrap(err, "records of company %s", e->id);
    }
    if (e->is_stored && e->was_dead)
        tell_unmerged(p, told, e);
    if (e->is_changed)
        tell_changed(p, told, e);
    return LM_OK;
}

static lm_code write_gone(struct scraper_pool *p, lm_err *err)
{
    for (size_t i = 0; i < p->n_gone; i++) {
        if (scraper_record_delete(p->ctx, p->gone[i], err))
            return err->code;
    }
    return LM_OK;
}

static lm_code write_ties(struct scraper_pool *p, lm_err *err)
{
    for (size_t i = 0; i < p->n_ties; i++) {
        const struct scraper_entry *one = scraper_pool_living(p->ties[i].one),
                                   *other = scraper_pool_living(p->ties[i].other);
        const struct scraper_tie *t = &p->ties[i];

        if (one && other && one != other &&
            scraper_link_save(
                p->ctx,
                &(struct scraper_link){one->id, other->id, t->is_maybe, t->score, t->reason}, err))
            return err->code;
    }
    return LM_OK;
}

static int by_domain(const void *a, const void *b)
{
    const struct scraper_entry *x = *(struct scraper_entry *const *)a,
                               *y = *(struct scraper_entry *const *)b;

    return strcmp(x->shown->domain, y->shown->domain);
}

/* Two that a person took apart must not show one domain. */
static lm_code check_domains(const struct scraper_pool *p, lm_err *err)
{
    struct scraper_entry **v = LM_NEW_ARRAY(p->arena, struct scraper_entry *, p->n_entries);
    size_t n = 0;

    for (size_t i = 0; i < p->n_entries; i++) {
        if (!p->entries[i]->is_dead && p->entries[i]->shown->domain)
            v[n++] = p->entries[i];
    }
    qsort(v, n, sizeof(struct scraper_entry *), by_domain);
    for (size_t i = 1; i < n; i++) {
        if ((v[i]->is_changed || v[i - 1]->is_changed) && by_domain(&v[i - 1], &v[i]) == 0)
            return lm_fail(err, LM_CONFLICT,
                           "companies %s and %s would both have this domain: change one's first",
                           v[i - 1]->id, v[i]->id);
    }
    return LM_OK;
}

/* A domain is free before another company takes it over. */
static lm_code write_left(struct scraper_pool *p, struct scraper_entry *e, struct told *told,
                          lm_err *err)
{
    const char *had = e->was.domain, *has = e->shown->domain;

    if (!e->is_stored || e->was_dead)
        return LM_OK;
    if (e->is_dead)
        return write_dead(p, e, told, err);
    return had && (!has || strcmp(had, has) != 0) ? scraper_domain_give_up(p->ctx, e->id, err)
                                                  : LM_OK;
}

static lm_code write_imported(struct scraper_pool *p, lm_err *err)
{
    Lm__Company **v = LM_NEW_ARRAY(p->arena, Lm__Company *, p->n_entries);
    size_t n = 0;

    for (size_t i = 0; i < p->n_entries; i++) {
        if (is_imported(p, p->entries[i]))
            v[n++] = p->entries[i]->shown;
    }
    return scraper_companies_insert(p->ctx, p->import_id, v, n, err);
}

lm_code scraper_pool_write(struct scraper_pool *p, lm_err *err)
{
    struct told told = {.n = 0};

    if (check_domains(p, err) || write_gone(p, err))
        return err->code;
    for (size_t i = 0; i < p->n_entries; i++) {
        if (write_left(p, p->entries[i], &told, err))
            return lm_wrap(err, "company %s", p->entries[i]->id);
    }
    for (size_t i = 0; i < p->n_entries; i++) {
        struct scraper_entry *e = p->entries[i];

        if (e->is_stored && e->was_dead && !e->is_dead && write_revived(p, e, err))
            return lm_wrap(err, "company %s", e->id);
    }
    for (size_t i = 0; i < p->n_entries; i++) {
        if (!p->entries[i]->is_dead && p->entries[i]->n_records)
            decide_form(p, p->entries[i]);
    }
    if (write_imported(p, err))
        return err->code;
    for (size_t i = 0; i < p->n_entries; i++) {
        struct scraper_entry *e = p->entries[i];

        if (!e->is_dead && e->n_records && write_living(p, e, &told, err))
            return err->code;
    }
    if (write_ties(p, err))
        return err->code;
    return lm_events_put(p->ctx, told.v, told.n, err);
}

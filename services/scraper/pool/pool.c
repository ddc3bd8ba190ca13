/* SPDX-License-Identifier: Apache-2.0 */
/* A batch of companies: what is in it, and how it is loaded. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/pool/pool_internal.h"

enum { FIRST_SLOTS = 64 };

/* ---- what is in it ---- */

static struct scraper_entry **slot_of(const struct scraper_pool *p, lm_str id)
{
    size_t at = lm_str_hash(id) & (p->n_slots - 1);

    while (p->slots[at] && !lm_str_eqz(id, p->slots[at]->id))
        at = (at + 1) & (p->n_slots - 1);
    return &p->slots[at];
}

struct scraper_entry *scraper_pool_entry(const struct scraper_pool *p, lm_str id)
{
    return *slot_of(p, id);
}

struct scraper_entry *scraper_pool_living(struct scraper_entry *e)
{
    while (e && e->is_dead)
        e = e->into;
    return e;
}

static void make_slots(struct scraper_pool *p, size_t n)
{
    p->slots = LM_NEW_ARRAY(p->arena, struct scraper_entry *, n);
    p->n_slots = n;
    for (size_t i = 0; i < p->n_entries; i++)
        *slot_of(p, lm_str_z(p->entries[i]->id)) = p->entries[i];
}

struct scraper_entry *scraper_pool_add(struct scraper_pool *p, const char *id)
{
    struct scraper_entry *e = LM_NEW(p->arena, struct scraper_entry);

    if (2 * (p->n_entries + 1) > p->n_slots)
        make_slots(p, 2 * p->n_slots);
    snprintf(e->id, sizeof(e->id), "%s", id);
    p->entries =
        lm_arena_grow(p->arena, p->entries, p->n_entries, &p->cap_entries, sizeof(*p->entries));
    p->entries[p->n_entries++] = e;
    *slot_of(p, lm_str_z(e->id)) = e;
    return e;
}

bool scraper_entry_has(const struct scraper_entry *e, const char *id)
{
    for (size_t i = 0; i < e->n_records; i++) {
        if (strcmp(e->records[i]->r.id, id) == 0)
            return true;
    }
    return false;
}

void scraper_entries_put(struct lm_arena *a, struct scraper_entries *list, struct scraper_entry *e)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i] == e)
            return;
    }
    list->v = lm_arena_grow(a, list->v, list->n, &list->cap, sizeof(*list->v));
    list->v[list->n++] = e;
}

/* ---- loading ---- */

static void put_record(struct scraper_pool *p, struct scraper_entry *e,
                       const struct scraper_company_record *r)
{
    struct scraper_held **grown = LM_NEW_ARRAY(p->arena, struct scraper_held *, e->n_records + 1);

    for (size_t i = 0; i < e->n_records; i++)
        grown[i] = e->records[i];
    grown[e->n_records] = LM_NEW(p->arena, struct scraper_held);
    grown[e->n_records]->r = *r;
    e->records = grown;
    e->n_records++;
}

void scraper_pool_recall(struct scraper_pool *p, struct scraper_held *h)
{
    const Lm__Company *row = h->row;
    int64_t first_at = h->r.first_at;

    if (!row)
        return;
    h->row = NULL;
    scraper_record_hear(p->arena, &h->r, row, first_at);
    if (h->row_found_at > first_at)
        scraper_record_hear(p->arena, &h->r, row, h->row_found_at);
}

/* A company that one source has said one thing of: its row is the record. */
static void put_row(struct scraper_pool *p, struct scraper_entry *e)
{
    struct scraper_company_record r = {.id = e->id,
                                       .company_id = e->id,
                                       .source = e->was.source,
                                       .first_at = e->was.created_at,
                                       .is_row = true};

    scraper_traits_of(p->arena, &e->was, &r.traits);
    put_record(p, e, &r);
    e->records[0]->row = &e->was;
    e->records[0]->row_found_at = e->found_at;
}

/* Those that went up in another lead to it, which is loaded as well. */
static lm_code point(struct scraper_pool *p, const struct scraper_row *rows, size_t n, lm_err *err)
{
    lm_str *ids = LM_NEW_ARRAY(p->arena, lm_str, n);
    size_t n_ids = 0;

    for (size_t i = 0; i < n; i++) {
        if (rows[i].merged_into)
            ids[n_ids++] = lm_str_z(rows[i].merged_into);
    }
    if (scraper_pool_load(p, ids, n_ids, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].merged_into)
            scraper_pool_entry(p, lm_str_z(rows[i].company->id))->into =
                scraper_pool_entry(p, lm_str_z(rows[i].merged_into));
    }
    return LM_OK;
}

static lm_code load_rows(struct scraper_pool *p, const lm_str *ids, size_t n, lm_err *err)
{
    struct scraper_company_record *records;
    struct scraper_row *rows;
    size_t n_rows, n_records;

    if (scraper_rows_load(p->ctx, ids, n, &rows, &n_rows, err) ||
        scraper_records_load(p->ctx, ids, n, &records, &n_records, err))
        return err->code;
    for (size_t i = 0; i < n_rows; i++) {
        struct scraper_entry *e = scraper_pool_add(p, rows[i].company->id);

        e->was = *rows[i].company;
        e->shown = rows[i].company;
        e->found_at = rows[i].found_at;
        e->is_stored = true;
        e->is_dead = e->was_dead = rows[i].merged_into != NULL;
    }
    for (size_t i = 0; i < n_records; i++) {
        struct scraper_entry *e = scraper_pool_entry(p, lm_str_z(records[i].company_id));

        if (e)
            put_record(p, e, &records[i]);
    }
    for (size_t i = 0; i < n_rows; i++) {
        struct scraper_entry *e = scraper_pool_entry(p, lm_str_z(rows[i].company->id));

        if (!e->is_dead && e->n_records == 0)
            put_row(p, e);
    }
    return point(p, rows, n_rows, err);
}

/* Ties and decisions of what was just loaded. */
static lm_code load_ties(struct scraper_pool *p, const lm_str *ids, size_t n, lm_err *err)
{
    struct scraper_pair *pairs;
    struct scraper_decision *decisions;
    lm_str *records;
    size_t n_pairs, n_decisions, n_records = 0;

    for (size_t i = 0; i < n; i++) {
        const struct scraper_entry *e = scraper_pool_entry(p, ids[i]);

        n_records += e ? e->n_records : 0;
    }
    records = LM_NEW_ARRAY(p->arena, lm_str, n_records);
    n_records = 0;
    for (size_t i = 0; i < n; i++) {
        const struct scraper_entry *e = scraper_pool_entry(p, ids[i]);

        for (size_t k = 0; e && k < e->n_records; k++)
            records[n_records++] = lm_str_z(e->records[k]->r.id);
    }
    if (scraper_apart_load(p->ctx, ids, n, &pairs, &n_pairs, err) ||
        scraper_decisions_load(p->ctx, records, n_records, &decisions, &n_decisions, err))
        return err->code;
    for (size_t i = 0; i < n_pairs; i++) {
        p->apart = lm_arena_grow(p->arena, p->apart, p->n_apart, &p->cap_apart, sizeof(*p->apart));
        p->apart[p->n_apart++] = pairs[i];
    }
    for (size_t i = 0; i < n_decisions; i++) {
        p->decisions = lm_arena_grow(p->arena, p->decisions, p->n_decisions, &p->cap_decisions,
                                     sizeof(*p->decisions));
        p->decisions[p->n_decisions++] = decisions[i];
    }
    return LM_OK;
}

lm_code scraper_pool_load(struct scraper_pool *p, const lm_str *ids, size_t n, lm_err *err)
{
    lm_str *wanted = LM_NEW_ARRAY(p->arena, lm_str, n);
    size_t n_wanted = 0;

    for (size_t i = 0; i < n; i++) {
        if (!scraper_pool_entry(p, ids[i]))
            wanted[n_wanted++] = ids[i];
    }
    if (n_wanted == 0)
        return LM_OK;
    if (load_rows(p, wanted, n_wanted, err))
        return err->code;
    return load_ties(p, wanted, n_wanted, err);
}

/* ---- opening ---- */

static void free_names(void *names)
{
    scraper_names_free(names);
}

struct scraper_pool *scraper_pool_new(struct lm_ctx *ctx)
{
    struct scraper_pool *p = LM_NEW(ctx->arena, struct scraper_pool);

    p->ctx = ctx;
    p->arena = ctx->arena;
    p->fresh = scraper_names_new();
    lm_arena_defer(ctx->arena, free_names, p->fresh);
    make_slots(p, FIRST_SLOTS);
    return p;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a record may be: by its keys and its name, in the tables and among those of this batch. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/pool/pool_internal.h"
#include "services/scraper/store_import.h"

enum { FIRST_HEADS = 64 };

/* ---- those of this batch ---- */

static struct scraper_fresh **fresh_head(const struct scraper_pool *p, lm_str key)
{
    return &p->fresh_heads[lm_str_hash(key) & (p->n_fresh_heads - 1)];
}

static void lengthen_heads(struct scraper_pool *p)
{
    struct scraper_fresh **before = p->fresh_heads;
    size_t n = p->n_fresh_heads;

    p->n_fresh_heads = LM_MAX(4 * n, (size_t)FIRST_HEADS);
    p->fresh_heads = LM_NEW_ARRAY(p->arena, struct scraper_fresh *, p->n_fresh_heads);
    for (size_t i = 0; i < n; i++) {
        for (struct scraper_fresh *f = before[i], *next; f; f = next) {
            struct scraper_fresh **head = fresh_head(p, f->key);

            next = f->next;
            f->next = *head;
            *head = f;
        }
    }
}

static void publish_key(struct scraper_pool *p, struct scraper_held *h, lm_str key)
{
    struct scraper_fresh *f, **head;

    if (!key.n)
        return;
    if (p->n_fresh++ >= p->n_fresh_heads)
        lengthen_heads(p);
    head = fresh_head(p, key);
    f = LM_NEW(p->arena, struct scraper_fresh);
    *f = (struct scraper_fresh){key, h, *head};
    *head = f;
}

void scraper_pool_publish(struct scraper_pool *p, struct scraper_held *h)
{
    const struct scraper_traits *t = &h->r.traits;

    if (h->is_fresh)
        return;
    h->is_fresh = true;
    scraper_names_add(p->fresh, h->r.id,
                      &(struct scraper_called){t->name_norm, &t->tokens, t->domain, 0});
    publish_key(p, h, lm_str_z(h->r.id));
    publish_key(p, h, t->domain);
    publish_key(p, h, t->registration_number);
    publish_key(p, h, t->phone);
}

static void put_living(struct scraper_pool *p, struct scraper_entries *out, lm_str id)
{
    struct scraper_entry *e = scraper_pool_living(scraper_pool_entry(p, id));

    if (e)
        scraper_entries_put(p->arena, out, e);
}

static bool has_key(const struct scraper_traits *t, lm_str key)
{
    return lm_str_eq(t->domain, key) || lm_str_eq(t->registration_number, key) ||
           lm_str_eq(t->phone, key);
}

static void put_fresh_of(struct scraper_pool *p, lm_str key, struct scraper_entries *out)
{
    if (!key.n || !p->n_fresh)
        return;
    for (const struct scraper_fresh *f = *fresh_head(p, key); f; f = f->next) {
        if (lm_str_eq(f->key, key))
            put_living(p, out, lm_str_z(f->held->r.company_id));
    }
}

static void put_fresh(struct scraper_pool *p, const struct scraper_traits *t,
                      struct scraper_entries *out)
{
    const struct scraper_called name = {t->name_norm, &t->tokens, t->domain, t->city};
    char ids[SCRAPER_KNOWN_MOST][LM_ID_SIZE];
    size_t n = t->name_norm.n ? scraper_names_same(p->fresh, &name, ids, SCRAPER_KNOWN_MOST) : 0;

    for (size_t i = 0; i < n; i++)
        put_fresh_of(p, lm_str_z(ids[i]), out);
    put_fresh_of(p, t->domain, out);
    put_fresh_of(p, t->registration_number, out);
    put_fresh_of(p, t->phone, out);
}

void scraper_pool_put_known(struct scraper_pool *p, const struct scraper_traits *t,
                            const struct scraper_ids *same, const struct scraper_hit *hits,
                            size_t n_hits, struct scraper_entries *out)
{
    for (size_t k = 0; k < same->n; k++)
        put_living(p, out, lm_str_z(same->v[k]));
    for (size_t k = 0; k < n_hits; k++) {
        if (has_key(t, hits[k].key))
            put_living(p, out, hits[k].company_id);
    }
    put_fresh(p, t, out);
}

static void add_key(lm_str *list, size_t *n, lm_str key)
{
    if (key.n)
        list[(*n)++] = key;
}

/*
 * Two with different domains are two, and one with the same is found by it: names count only where somebody has none.
 * A list of a million companies with domains needs no names in memory.
 */
static lm_code look_by_name(struct scraper_pool *p, const struct scraper_called *names, size_t n,
                            struct scraper_ids *same, lm_err *err)
{
    bool count = false;

    for (size_t i = 0; i < n; i++) {
        same[i] = (struct scraper_ids){.n = 0};
        count |= !names[i].domain.n;
    }
    if (!count && scraper_companies_without_domain(p->ctx, &count, err))
        return err->code;
    return count ? scraper_known_same(p->ctx, names, n, same, err) : LM_OK;
}

/* Ids and keys of all `n`, in one question each; what they lead to is loaded. */
lm_code scraper_pool_look_all(struct scraper_pool *p, const struct scraper_traits *traits, size_t n,
                              struct scraper_ids *same, struct scraper_hit **hits, size_t *n_hits,
                              lm_err *err)
{
    struct scraper_called *names = LM_NEW_ARRAY(p->arena, struct scraper_called, n);
    struct scraper_keys keys = {.domains = LM_NEW_ARRAY(p->arena, lm_str, n),
                                .numbers = LM_NEW_ARRAY(p->arena, lm_str, n),
                                .phones = LM_NEW_ARRAY(p->arena, lm_str, n)};
    lm_str *ids;
    size_t n_ids = 0;

    for (size_t i = 0; i < n; i++) {
        names[i] = (struct scraper_called){traits[i].name_norm, &traits[i].tokens, traits[i].domain,
                                           traits[i].city};
        add_key(keys.domains, &keys.n_domains, traits[i].domain);
        add_key(keys.numbers, &keys.n_numbers, traits[i].registration_number);
        add_key(keys.phones, &keys.n_phones, traits[i].phone);
    }
    if (look_by_name(p, names, n, same, err) || scraper_keys_find(p->ctx, &keys, hits, n_hits, err))
        return err->code;
    ids = LM_NEW_ARRAY(p->arena, lm_str, n * SCRAPER_KNOWN_MOST + *n_hits);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < same[i].n; k++)
            ids[n_ids++] = lm_str_z(same[i].v[k]);
    }
    for (size_t k = 0; k < *n_hits; k++)
        ids[n_ids++] = (*hits)[k].company_id;
    return scraper_pool_load(p, ids, n_ids, err);
}

lm_code scraper_pool_look(struct scraper_pool *p, const struct scraper_traits *t,
                          struct scraper_entries *out, lm_err *err)
{
    struct scraper_ids same = {.n = 0};
    struct scraper_hit *hits = NULL;
    size_t n_hits;

    if (scraper_pool_look_all(p, t, 1, &same, &hits, &n_hits, err))
        return err->code;
    scraper_pool_put_known(p, t, &same, hits, n_hits, out);
    return LM_OK;
}

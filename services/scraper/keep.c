/* SPDX-License-Identifier: Apache-2.0 */
/* How companies are taken in: whose domain, whose name, and what becomes of the two records. */
#include "common/arena.h"
#include "common/event.h"
#include "common/str.h"
#include "services/scraper/known.h"
#include "services/scraper/match/merge.h"
#include "services/scraper/match/name.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

lm_code scraper_tell_company(struct lm_ctx *ctx, Lm__Company *company, lm_err *err)
{
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    ev.company = company;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = company->id,
                                           .version = company->version},
                        err);
}

static lm_code tell_merged(struct lm_ctx *ctx, const Lm__Company *gone, int64_t version,
                           const Lm__Company *into, lm_err *err)
{
    Scraper__CompanyMerged ev = SCRAPER__COMPANY_MERGED__INIT;

    ev.company_id = gone->id;
    ev.into_company_id = into->id;
    return lm_event_put(
        ctx,
        &(struct lm_event){.message = &ev.base, .subject_id = ev.company_id, .version = version},
        err);
}

static void add_namesake(struct scraper_namesake *v, size_t *n, const struct scraper_like *like,
                         double ratio)
{
    size_t k = LM_MIN(*n, (size_t)SCRAPER_NAMESAKES - 1);

    if (*n == SCRAPER_NAMESAKES && v[k].ratio >= ratio)
        return;
    for (; k > 0 && v[k - 1].ratio < ratio; k--)
        v[k] = v[k - 1];
    snprintf(v[k].id, sizeof(v[k].id), "%.*s", LM_FMT(like->id));
    v[k].ratio = ratio;
    *n = LM_MIN(*n + 1, (size_t)SCRAPER_NAMESAKES);
}

enum { ALIKE = 200 }; /* more than SCRAPER_NAMESAKES: those with another domain go */

/* Two different domains are two companies, whatever they are called. */
static lm_code search_names(struct lm_ctx *ctx, const Lm__Company *c, struct scraper_namesake *v,
                            size_t *n, lm_err *err)
{
    lm_str name = scraper_name_normalize(ctx->arena, lm_str_z(c->name));
    struct scraper_alike *alike = LM_NEW_ARRAY(ctx->arena, struct scraper_alike, ALIKE);
    lm_str *ids = LM_NEW_ARRAY(ctx->arena, lm_str, ALIKE);
    struct scraper_like *like;
    size_t n_alike, n_like;

    if (scraper_known_like(ctx, name, alike, ALIKE, &n_alike, err))
        return err->code;
    for (size_t i = 0; i < n_alike; i++)
        ids[i] = lm_str_z(alike[i].id);
    if (n_alike == 0)
        return LM_OK;
    if (scraper_names_now(ctx, ids, n_alike, &like, &n_like, err))
        return err->code;
    for (size_t i = 0; i < n_like; i++) {
        double ratio = scraper_name_ratio(name, like[i].name_norm);

        if (ratio >= SCRAPER_SAME_NAME && !(c->domain && like[i].has_domain))
            add_namesake(v, n, &like[i], ratio);
    }
    return LM_OK;
}

/* What a search takes of the arena goes at once, for imports do many; and others may ask again. */
lm_code scraper_namesakes(struct lm_ctx *ctx, const Lm__Company *c, struct scraper_namesake **out,
                          size_t *n, lm_err *err)
{
    struct lm_arena_mark mark;
    lm_code rc;

    *n = 0;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_namesake, SCRAPER_NAMESAKES);
    mark = lm_arena_mark(ctx->arena);
    rc = search_names(ctx, c, *out, n, err);
    lm_arena_rewind(ctx->arena, mark);
    return rc;
}

/* `into` was found by its domain; these bear its new record's name and have no domain: they were it all along. */
static lm_code absorb(struct lm_ctx *ctx, Lm__Company *into, const struct scraper_namesake *v,
                      size_t n, bool *changed, lm_err *err)
{
    char **ids = LM_NEW_ARRAY(ctx->arena, char *, into->n_merged_ids + n);

    for (size_t i = 0; i < into->n_merged_ids; i++)
        ids[i] = into->merged_ids[i];
    into->merged_ids = ids;
    for (size_t i = 0; i < n; i++) {
        Lm__Company *gone;
        int64_t version;

        if (strcmp(v[i].id, into->id) == 0)
            continue;
        if (scraper_company_lock(ctx, v[i].id, &gone, err) ||
            scraper_company_absorb(ctx, gone->id, into->id, &version, err) ||
            tell_merged(ctx, gone, version, into, err))
            return err->code;
        scraper_company_merge(ctx->arena, into, gone);
        ids[into->n_merged_ids++] = gone->id;
        *changed = true;
    }
    return LM_OK;
}

static lm_code create(struct lm_ctx *ctx, Lm__Company *c, lm_err *err)
{
    if (c->n_sources == 0) {
        c->sources = LM_NEW(ctx->arena, Lm__Source);
        c->sources[0] = c->source;
        c->n_sources = 1;
    }
    if (scraper_company_insert(ctx, c, err))
        return err->code;
    return scraper_tell_company(ctx, c, err);
}

static lm_code keep_one(struct lm_ctx *ctx, Lm__Company **c, struct scraper_kept *kept, lm_err *err)
{
    struct scraper_namesake *namesakes = NULL;
    Lm__Company *known = NULL;
    size_t n;
    bool changed = false;

    if ((*c)->domain && scraper_company_by_domain(ctx, lm_str_z((*c)->domain), &known, err))
        return err->code;
    if (scraper_namesakes(ctx, *c, &namesakes, &n, err))
        return err->code;
    if (known && absorb(ctx, known, namesakes, n, &changed, err))
        return err->code;
    if (!known && n > 0 && scraper_company_lock(ctx, namesakes[0].id, &known, err))
        return err->code;
    if (!known) {
        kept->created++;
        return create(ctx, *c, err);
    }
    changed |= scraper_company_merge(ctx->arena, known, *c);
    kept->merged += changed;
    kept->unchanged += !changed;
    *c = known;
    if (!changed)
        return LM_OK;
    if (scraper_company_update(ctx, known, err))
        return err->code;
    return scraper_tell_company(ctx, known, err);
}

lm_code scraper_keep(struct lm_ctx *ctx, Lm__Company **companies, size_t n,
                     struct scraper_kept *kept, lm_err *err)
{
    *kept = (struct scraper_kept){0};
    if (n == 0)
        return LM_OK;
    if (scraper_intake_lock(ctx, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        scraper_company_normalize(ctx->arena, companies[i], scraper_settings.home_country);
        if (keep_one(ctx, &companies[i], kept, err))
            return lm_wrap(err, "company %zu of %zu", i + 1, n);
    }
    return LM_OK;
}

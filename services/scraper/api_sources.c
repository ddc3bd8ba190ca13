/* SPDX-License-Identifier: Apache-2.0 */
/* The operations on sources: what there is, how it does, and whether it may be searched. */
#include "common/arena.h"
#include "common/charset.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/scraper.lm.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum {
    TEXT_BYTES = 256 << 10
}; /* of a page in an answer: the bus carries a MiB, and JSON escapes */

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void describe(const struct scraper_source *s, Scraper__SourceInfo *out)
{
    scraper__source_info__init(out);
    out->name = s->id;
    out->title = borrowed(s->title);
    out->description = borrowed(s->description);
    out->keywords = s->keywords;
    out->counts_vacancies = s->counts_vacancies;
    out->needs_key = s->needs_key;
    out->has_key = !s->needs_key || *s->site->key;
    out->filters = (char **)(uintptr_t)s->filters;
    while (s->filters[out->n_filters])
        out->n_filters++;
}

static void put_health(const struct scraper_health *h, Scraper__SourceInfo *out)
{
    out->runs = (int32_t)h->runs;
    out->empty_runs = (int32_t)h->empty_runs;
    out->has_last_cards = h->runs > 0;
    out->last_cards = (int32_t)h->last_cards;
    out->has_last_success_at = h->last_success_at > 0;
    out->last_success_at = h->last_success_at;
    out->has_last_yield_at = h->last_yield_at > 0;
    out->last_yield_at = h->last_yield_at;
    out->last_error = borrowed(h->last_error);
    out->has_last_error_at = h->last_error_at > 0;
    out->last_error_at = h->last_error_at;
    out->is_page_suspect = h->is_suspect;
    out->has_page = h->has_page;
}

static lm_code put_info(struct lm_ctx *ctx, const struct scraper_source *s,
                        Scraper__SourceInfo *out, lm_err *err)
{
    struct scraper_breaker breaker;
    struct scraper_health health;
    bool is_approved, is_open;

    if (scraper_source_approved(ctx, s->name, &is_approved, err) ||
        scraper_health_load(ctx, s->name, &health, err) ||
        scraper_breaker_load(ctx, s->name, &breaker, err))
        return err->code;
    describe(s, out);
    put_health(&health, out);
    is_open = breaker.open_ms > 0;
    out->approved = is_approved;
    out->has_rests_until_at = is_open;
    out->rests_until_at = is_open ? lm_real_ms() + breaker.open_ms : 0;
    out->state = !is_approved    ? SCRAPER__SOURCE_STATE__SOURCE_NOT_APPROVED
                 : !out->has_key ? SCRAPER__SOURCE_STATE__SOURCE_NEEDS_KEY
                 : is_open       ? SCRAPER__SOURCE_STATE__SOURCE_RESTING
                                 : SCRAPER__SOURCE_STATE__SOURCE_READY;
    return LM_OK;
}

lm_code scraper_list_sources(struct lm_ctx *ctx, const Scraper__ListSourcesRequest *in LM_UNUSED,
                             Scraper__ListSourcesResponse *out, lm_err *err)
{
    size_t n = 0;

    while (scraper_sources[n])
        n++;
    out->sources = LM_NEW_ARRAY(ctx->arena, Scraper__SourceInfo *, n);
    for (; out->n_sources < n; out->n_sources++) {
        out->sources[out->n_sources] = LM_NEW(ctx->arena, Scraper__SourceInfo);
        if (put_info(ctx, scraper_sources[out->n_sources], out->sources[out->n_sources], err))
            return err->code;
    }
    return LM_OK;
}

static lm_code find(Lm__Source id, const struct scraper_source **out, lm_err *err)
{
    *out = scraper_source_by_id(id);
    return *out ? LM_OK : lm_fail(err, LM_NOT_FOUND, "this source cannot be searched here");
}

lm_code scraper_approve_source(struct lm_ctx *ctx, const Scraper__ApproveSourceRequest *in,
                               Scraper__SourceInfo *out, lm_err *err)
{
    const struct scraper_source *source;

    if (find(in->source, &source, err) ||
        scraper_source_approve(ctx, source->name, in->approved, err))
        return err->code;
    return put_info(ctx, source, out, err);
}

/* Bytes of a site as text of ours: in JSON, where no browser takes it for a page. */
lm_code scraper_get_source_page(struct lm_ctx *ctx, const Scraper__SourceRequest *in,
                                Scraper__SourcePage *out, lm_err *err)
{
    const struct scraper_source *source;
    struct scraper_seen page;
    lm_str text;

    if (find(in->source, &source, err) || scraper_health_page(ctx, source->name, &page, err))
        return err->code;
    text = lm_charset_to_utf8(ctx->arena, page.body, lm_charset_of_type(page.content_type));
    out->source = in->source;
    out->url = scraper_text(ctx->arena, page.url);
    out->content_type = scraper_text(ctx->arena, page.content_type);
    out->seen_at = page.seen_at;
    out->is_cut = text.n > TEXT_BYTES || page.body.n >= SCRAPER_SEEN_BYTES;
    if (lm_text_nfc(ctx->arena, lm_utf8_cut(text, TEXT_BYTES), &text, err))
        return err->code;
    out->text = lm_arena_strz(ctx->arena, text);
    return LM_OK;
}

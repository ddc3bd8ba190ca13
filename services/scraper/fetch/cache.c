/* SPDX-License-Identifier: Apache-2.0 */
/* Pages that a tenant has read: not asked for again so soon, and later only if they changed. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum { MOST_PAGE_BYTES = 1 << 20, KEY_BYTES = 64 << 10, MOST_HEADER_BYTES = 2000 };

/* Never what was asked by a key: its answers are neither pages nor ours to keep. */
static bool is_for_cache(const struct scraper_source *source, const struct scraper_request *request)
{
    bool has_key = source->needs_key || (source->site->key && *source->site->key);

    return scraper_settings.page_cache_ms > 0 && !source->is_api && !request->is_api && !has_key &&
           !request->body.p;
}

/* Of all that the answer depends on. */
static lm_str key_of(struct lm_ctx *ctx, const struct scraper_request *request)
{
    struct lm_buf b = lm_buf_in(ctx->arena, KEY_BYTES);
    uint8_t *hash = lm_arena_alloc(ctx->arena, LM_SHA256_SIZE);

    lm_buf_append(&b, request->url);
    for (const char *const *h = request->headers; h && *h; h++) {
        lm_buf_char(&b, '\n');
        lm_buf_appendz(&b, *h);
    }
    if (b.failed)
        return (lm_str){NULL, 0};
    lm_sha256(b.p, b.n, hash);
    return (lm_str){(const char *)hash, LM_SHA256_SIZE};
}

lm_code scraper_cache_find(struct lm_ctx *ctx, const struct scraper_source *source,
                           const struct scraper_request *request, struct scraper_fetched *fetched,
                           bool *is_fresh, lm_err *err)
{
    struct scraper_cached page;
    bool is_there;

    *is_fresh = false;
    if (!is_for_cache(source, request))
        return LM_OK;
    fetched->key = key_of(ctx, request);
    if (!fetched->key.n || scraper_cache_load(ctx, fetched->key, &page, &is_there, err) ||
        !is_there)
        return err->code;
    fetched->answer = (struct scraper_answer){
        .url = page.url, .content_type = page.content_type, .body = page.body, .status = 200};
    fetched->etag = page.etag;
    fetched->last_modified = page.last_modified;
    *is_fresh = page.age_ms < scraper_settings.page_cache_ms;
    return LM_OK;
}

lm_str scraper_storable(lm_str s)
{
    bool is_text = s.n <= MOST_HEADER_BYTES && lm_utf8_valid(s) && lm_str_chr(s, '\0', 0) < 0;

    return is_text ? s : (lm_str){NULL, 0};
}

bool scraper_may_be_cached(const struct lm_http_response *res)
{
    lm_str control = lm_http_header(res, "cache-control"), vary = lm_http_header(res, "vary");

    return res->status == 200 && res->body.n <= MOST_PAGE_BYTES &&
           lm_str_ifind(control, LM_STR("no-store"), 0) < 0 && lm_str_chr(vary, '*', 0) < 0;
}

lm_code scraper_cache_keep(struct lm_ctx *ctx, const struct scraper_fetched *fetched, bool is_good,
                           lm_err *err)
{
    const struct scraper_answer *a = &fetched->answer;
    const struct scraper_cached page = {.url = a->url,
                                        .content_type = scraper_storable(a->content_type),
                                        .etag = fetched->etag,
                                        .last_modified = fetched->last_modified,
                                        .body = a->body};

    if (!fetched->key.n)
        return LM_OK;
    if (!is_good)
        return scraper_cache_remove(ctx, fetched->key, err);
    if (!fetched->is_asked || !scraper_storable(a->url).n)
        return LM_OK;
    return fetched->is_same ? scraper_cache_touch(ctx, fetched->key, err)
                            : scraper_cache_save(ctx, fetched->key, &page,
                                                 scraper_settings.page_cache_bytes, err);
}

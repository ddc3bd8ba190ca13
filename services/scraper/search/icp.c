/* SPDX-License-Identifier: Apache-2.0 */
/* From a profile to a search, and the one start a day. */
#include "services/scraper/search/icp.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/scraper.h"
#include "services/scraper/sources/sources.h"
#include "services/scraper/store.h"

enum {
    MOST_WORDS = 20,
    DAY_MS = 24 * 60 * 60 * 1000
}; /* words: the rule of keywords and industries */

static bool takes(const struct scraper_source *source, const char *filter)
{
    for (const char *const *f = source->filters; *f; f++)
        if (strcmp(*f, filter) == 0)
            return true;
    return false;
}

lm_code scraper_icp_search(struct lm_arena *a, const Scorer__Profile *profile,
                           const Scraper__StartIcpSearchRequest *in, Scraper__ScrapeJob **out,
                           lm_err *err)
{
    const struct scraper_source *source = scraper_source_by_id(in->source);
    Scraper__ScrapeJob *s = *out = LM_NEW(a, Scraper__ScrapeJob);
    Scraper__Filters *f = LM_NEW(a, Scraper__Filters);
    size_t n = LM_MIN(profile->n_industries, (size_t)MOST_WORDS);

    if (!source)
        return lm_fail_field(err, "source",
                             "cannot be searched here; GET /scrape/sources lists those that can");
    scraper__scrape_job__init(s);
    scraper__filters__init(f);
    s->source = in->source;
    s->filters = f;
    s->has_max_pages = true;
    s->max_pages = in->max_pages;
    if (takes(source, "industries")) {
        f->industries = profile->industries;
        f->n_industries = n;
    } else if (source->keywords != SCRAPER__KEYWORDS__KEYWORDS_NONE) {
        s->keywords = profile->industries;
        s->n_keywords = n;
    }
    if (takes(source, "employee_ranges")) {
        f->employee_ranges = profile->employee_ranges;
        f->n_employee_ranges = LM_MIN(profile->n_employee_ranges, (size_t)MOST_WORDS);
    }
    if (takes(source, "country"))
        f->country = profile->country;
    if (takes(source, "location"))
        f->location = in->location;
    return LM_OK;
}

char *scraper_icp_run_hash(struct lm_arena *a, const Scorer__Profile *profile,
                           const Scraper__ScrapeJob *search, int64_t at)
{
    Scraper__ScrapeJob what = SCRAPER__SCRAPE_JOB__INIT;
    struct lm_buf text = lm_buf_in(a, 64 << 10), hex = lm_buf_in(a, 2 * LM_SHA256_SIZE + 1);
    static char none[] = "";
    uint8_t hash[LM_SHA256_SIZE];

    what.id = none;
    what.source = search->source;
    what.keywords = search->keywords;
    what.n_keywords = search->n_keywords;
    what.filters = search->filters;
    what.has_max_pages = true;
    what.max_pages = search->max_pages;
    lm_buf_printf(&text, "%s %lld ", profile->profile_id, (long long)(at / DAY_MS));
    lm_buf_append(&text, lm_pb_pack(a, &what.base));
    LM_ASSERT(!text.failed);
    lm_sha256(text.p, text.n, hash);
    lm_buf_hex(&hex, hash, sizeof(hash));
    return lm_arena_strz(a, lm_buf_str(&hex));
}

/* Is there a search that this would only repeat? */
static lm_code is_repeat(struct lm_ctx *ctx, const char *search_id, bool *repeats, lm_err *err)
{
    Scraper__ScrapeJob *started;
    const char *job_id;

    *repeats = false;
    if (!search_id)
        return LM_OK;
    if (scraper_search_lock(ctx, search_id, &started, &job_id, err)) {
        if (err->code == LM_NOT_FOUND)
            lm_err_clear(err); /* not kept for ever */
        return err->code;
    }
    *repeats = started->status != SCRAPER__SCRAPE_STATUS__FAILED &&
               started->status != SCRAPER__SCRAPE_STATUS__CANCELLED;
    return LM_OK;
}

lm_code scraper_icp_start(struct lm_ctx *ctx, const Scorer__Profile *profile,
                          const Scraper__StartIcpSearchRequest *in, Lm__Accepted *out, lm_err *err)
{
    Scraper__ScrapeJob *search;
    const char *run, *known;
    bool repeats;

    if (scraper_icp_search(ctx->arena, profile, in, &search, err))
        return err->code;
    run = scraper_icp_run_hash(ctx->arena, profile, search, lm_clock_ms());
    if (scraper_icp_run_take(ctx, run, &known, err) || is_repeat(ctx, known, &repeats, err))
        return err->code;
    if (!repeats &&
        (scraper_search_start(ctx, search, err) || scraper_icp_run_set(ctx, run, search->id, err)))
        return err->code;
    out->job_id = repeats ? lm_arena_strdup(ctx->arena, known) : search->id;
    out->status = lm_arena_strdup(ctx->arena, "queued");
    out->message = repeats ? lm_arena_strdup(ctx->arena, "this search was started today") : NULL;
    out->has_count = true;
    out->count = repeats ? 0 : 1;
    return LM_OK;
}

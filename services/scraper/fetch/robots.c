/* SPDX-License-Identifier: Apache-2.0 */
/* robots.txt of a site: asked for once a day by one of all replicas, obeyed by all. */
#include "common/robots.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum {
    LEASE_MS = 45000,        /* more than one request takes */
    UNREACHABLE_MS = 300000, /* until a site is asked again that did not answer */
    MOST_HELD_MS = 3600000,
    LOOK_MS = 100,
    MOST_RULE = 200, /* bytes of a rule that people are shown; one that is no text they are not */
};

static lm_code origin_of(struct lm_ctx *ctx, lm_str url, const char **origin, lm_err *err)
{
    const char *host;
    struct lm_url u;

    if (scraper_host_of(ctx, url, &host, err) || !lm_url_parse(url, &u))
        return err->code;
    *origin = lm_arena_printf(ctx->arena, "%s://%s",
                              lm_str_ieqz(u.scheme, "https") ? "https" : "http", host);
    return LM_OK;
}

/* That a tenant's proxy does not reach a site says nothing of the site: the next one may ask at once. */
static lm_code ask(struct lm_ctx *ctx, const char *origin, const struct scraper_way *way,
                   struct scraper_obeyed *out, lm_err *err)
{
    struct lm_robots_file file;
    int64_t fresh_ms = scraper_settings.robots_cache_ms;

    if (lm_robots_fetch(ctx, lm_str_z(origin), scraper_settings.fetch_timeout_ms, way->url, &file,
                        err))
        return err->code;
    out->is_fault_of_way = way->url && !file.is_answered && file.state == LM_ROBOTS_UNREACHABLE;
    if (out->is_fault_of_way)
        fresh_ms = 0;
    else if (file.state == LM_ROBOTS_UNREACHABLE)
        fresh_ms = file.retry_after_ms > 0 ? LM_MIN(file.retry_after_ms, (int64_t)MOST_HELD_MS)
                                           : UNREACHABLE_MS;
    if (scraper_robots_save(ctx, origin, &file, fresh_ms, err))
        return err->code;
    return out->is_fault_of_way ? lm_fail(err, LM_UNAVAILABLE, "%s: %s", origin, file.why) : LM_OK;
}

/* Until somebody has asked: ourselves, or whoever was first. */
static lm_code load(struct lm_ctx *ctx, const char *origin, const struct scraper_way *way,
                    const struct scraper_wait *wait, struct scraper_robots *known,
                    struct scraper_obeyed *out, lm_err *err)
{
    for (int64_t looks = 1;; looks++) {
        bool is_mine;

        if (scraper_robots_load(ctx, origin, known, err))
            return err->code;
        if (known->is_known && known->fresh_ms > 0)
            return LM_OK;
        if (scraper_robots_claim(ctx, origin, LEASE_MS, &is_mine, err))
            return err->code;
        if (is_mine) {
            if (ask(ctx, origin, way, out, err))
                return err->code;
            continue;
        }
        if (lm_ctx_left_ms(ctx, LOOK_MS) < LOOK_MS)
            return lm_fail(err, LM_DEADLINE, "%s: robots.txt did not come in time", origin);
        lm_sleep_ms(LOOK_MS);
        if (looks % (1000 / LOOK_MS) == 0 && wait->on_wait(ctx, wait->arg, err))
            return err->code;
    }
}

lm_code scraper_robots_obey(struct lm_ctx *ctx, lm_str url, const struct scraper_way *way,
                            const struct scraper_wait *wait, struct scraper_obeyed *out,
                            lm_err *err)
{
    struct lm_robots_verdict verdict;
    const struct lm_robots *rules;
    struct scraper_robots known;
    const char *origin;

    *out = (struct scraper_obeyed){.delay_ms = 0};
    if (origin_of(ctx, url, &origin, err) || load(ctx, origin, way, wait, &known, out, err))
        return err->code;
    if (known.file.state == LM_ROBOTS_UNREACHABLE) {
        lm_fail(err, LM_UNAVAILABLE, "%s: %s", origin, known.file.why);
        err->retry_after_ms = known.fresh_ms;
        return err->code;
    }
    if (known.file.state == LM_ROBOTS_NONE)
        return LM_OK;
    rules = lm_robots_parse(ctx->arena, known.file.text, lm_robots_agent());
    verdict = lm_robots_check(rules, url);
    if (!verdict.is_allowed)
        return lm_fail(err, LM_FORBIDDEN, "robots.txt of %s does not allow it: \"%.*s\"", origin,
                       LM_FMT(lm_utf8_cut(scraper_storable(verdict.rule), MOST_RULE)));
    out->delay_ms = LM_MIN(lm_robots_delay_ms(rules), scraper_settings.max_crawl_delay_ms);
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A source that fails again and again is left alone for a while, by everybody. */
#include "common/log.h"
#include "common/metrics.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

lm_code scraper_breaker_pass(struct lm_ctx *ctx, const struct scraper_source *source, lm_err *err)
{
    struct scraper_breaker b;
    bool is_ours = false;

    if (scraper_settings.breaker_failures <= 0)
        return LM_OK;
    if (scraper_breaker_load(ctx, source->name, &b, err))
        return err->code;
    if (b.failures < scraper_settings.breaker_failures)
        return LM_OK;
    if (b.open_ms == 0 &&
        scraper_breaker_try(ctx, source->name, scraper_settings.breaker_open_ms, &is_ours, err))
        return err->code;
    if (is_ours)
        return LM_OK;
    lm_fail(err, LM_LIMITED, "%s failed %lld times in a row and rests for a while", source->title,
            (long long)b.failures);
    err->retry_after_ms = b.open_ms > 0 ? b.open_ms : scraper_settings.breaker_open_ms;
    return err->code;
}

lm_code scraper_breaker_note(struct lm_ctx *ctx, const struct scraper_source *source, bool is_good,
                             lm_err *err)
{
    bool has_opened;

    if (scraper_settings.breaker_failures <= 0)
        return LM_OK;
    if (is_good)
        return scraper_breaker_close(ctx, source->name, err);
    if (scraper_breaker_fail(ctx, source->name, scraper_settings.breaker_failures,
                             scraper_settings.breaker_open_ms, &has_opened, err))
        return err->code;
    if (has_opened) {
        lm_log(ctx, LM_LOG_WARN, "source fails in a row: it is left alone for a while",
               LM_KV_STR("source", source->name));
        lm_metric_add(lm_counter("lm_scraper_breaker_opened_total",
                                 "Sources that were left alone after too many failures", "source",
                                 source->name),
                      1);
    }
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How companies are taken in, and what is told of them. */
#include "common/arena.h"
#include "common/event.h"
#include "common/str.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/pool/known.h"
#include "services/scraper/pool/pool.h"
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

lm_code scraper_keep(struct lm_ctx *ctx, Lm__Company **companies, size_t n,
                     struct scraper_kept *kept, lm_err *err)
{
    struct scraper_pool *pool;

    *kept = (struct scraper_kept){0};
    if (n == 0)
        return LM_OK;
    for (size_t i = 0; i < n; i++)
        scraper_company_normalize(ctx->arena, companies[i], scraper_settings.home_country);
    if (scraper_intake_lock(ctx, err) || scraper_pool_open(ctx, companies, n, &pool, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        enum scraper_taken taken;

        if (scraper_pool_take(pool, i, &taken, &companies[i], err))
            return lm_wrap(err, "company %zu of %zu", i + 1, n);
        kept->created += taken == SCRAPER_CREATED;
        kept->merged += taken == SCRAPER_MERGED;
        kept->unchanged += taken == SCRAPER_UNCHANGED;
    }
    return scraper_pool_write(pool, err);
}

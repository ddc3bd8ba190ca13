/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer means: for the search, for the source, for the next attempt. */
#include "services/scraper/fetch/polite.h"

enum { MOST_DOUBLINGS = 16, MOST_TIMES = 60 };

int64_t scraper_backoff_ms(int64_t first_ms, int attempt, double random)
{
    int64_t times = INT64_C(1) << LM_MIN(attempt - 1, (int)MOST_DOUBLINGS);

    return (int64_t)((double)(first_ms * LM_MIN(times, (int64_t)MOST_TIMES)) * (1 + 0.1 * random));
}

lm_code scraper_judge_status(const struct scraper_source *source,
                             const struct lm_http_response *res, lm_err *err)
{
    if (res->status < 400)
        return LM_OK;
    if (source->sees_errors && res->status < 500 && res->status != 429)
        return LM_OK;
    /* 403 is what a block looks like; it passes, as 5xx does. */
    lm_fail(err,
            res->status == 429                         ? LM_LIMITED
            : res->status == 404 || res->status == 410 ? LM_NOT_FOUND
                                                       : LM_UNAVAILABLE,
            "the site answered %d", res->status);
    err->retry_after_ms = res->retry_after_ms;
    return err->code;
}

bool scraper_is_failure(lm_code code)
{
    return code == LM_UNAVAILABLE || code == LM_LIMITED || code == LM_DEADLINE;
}

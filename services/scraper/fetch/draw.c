/* SPDX-License-Identifier: Apache-2.0 */
/* Which pages are read in a browser. */
#include "common/str.h"
#include "services/scraper/browser/browser.h"
#include "services/scraper/fetch/polite.h"

static bool is_set(const struct scraper_source *source, const char *value)
{
    return source->site->browser && strcmp(source->site->browser, value) == 0;
}

lm_code scraper_drawing_check(const struct scraper_source *source, lm_err *err)
{
    if (is_set(source, "never") || is_set(source, "when_empty") || is_set(source, "always"))
        return LM_OK;
    return lm_fail(err, LM_INVALID, "scraper.%s_browser is never, when_empty or always",
                   source->name);
}

/* What asks by headers of its own asks for data, with a key or without. */
bool scraper_may_be_drawn(const struct scraper_source *source,
                          const struct scraper_request *request)
{
    return !source->is_api && !request->is_api && !request->body.p && !request->headers &&
           (is_set(source, "when_empty") || is_set(source, "always"));
}

bool scraper_is_to_draw(struct lm_arena *a, const struct scraper_source *source,
                        const struct scraper_request *request,
                        const struct scraper_fetched *fetched)
{
    return scraper_may_be_drawn(source, request) && !fetched->is_drawn &&
           scraper_is_shell(a, fetched->answer.body, fetched->answer.content_type);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What may be taken in: source by source, and no people where companies are searched. */
#include "services/scraper/approved.h"

#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/store.h"

lm_code scraper_source_is_approved(struct lm_ctx *ctx, const struct scraper_source *source,
                                   lm_err *err)
{
    bool is_approved;

    if (scraper_source_approved(ctx, source->name, &is_approved, err))
        return err->code;
    if (is_approved)
        return LM_OK;
    return lm_fail(err, LM_UNPROCESSABLE,
                   "%s is not an approved source: an admin may approve it (PUT /scrape/sources/%s)",
                   source->title, lm_enum_name(&lm__source__descriptor, (int)source->id));
}

/* "linkedin" of nl.linkedin.com: whatever the country's end is. */
static bool is_host_of(lm_str host, const char *network)
{
    lm_str label;

    while (lm_str_split(&host, '.', &label)) {
        if (host.n && lm_str_ieqz(label, network))
            return true;
    }
    return false;
}

static bool begins_with(lm_str path, const char *start)
{
    return lm_str_istarts(path, lm_str_z(start));
}

bool scraper_url_is_personal(lm_str url)
{
    static const struct {
        const char *network, *path;
    } profiles[] = {
        {"linkedin", "/in/"},     {"linkedin", "/pub/"},        {"xing", "/profile/"},
        {"facebook", "/people/"}, {"facebook", "/profile.php"}, {"fb", "/people/"},
        {"fb", "/profile.php"},
    };
    struct lm_url u;

    if (!lm_url_parse(lm_str_trim(url), &u))
        return false;
    for (size_t i = 0; i < LM_COUNT(profiles); i++) {
        if (is_host_of(u.host, profiles[i].network) && begins_with(u.path, profiles[i].path))
            return true;
    }
    return false;
}

bool scraper_company_is_personal(const Lm__Company *c)
{
    return scraper_url_is_personal(lm_str_z(c->source_url)) ||
           scraper_url_is_personal(lm_str_z(c->website_url)) ||
           scraper_url_is_personal(lm_str_z(c->linkedin_url));
}

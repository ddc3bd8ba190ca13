/* SPDX-License-Identifier: Apache-2.0 */
/* Looks sources up, and what their files share. */
#include "services/scraper/sources/sources.h"

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/fetch/fetch.h"
#include "services/scraper/proxies/proxies.h"

const struct scraper_source *const scraper_sources[] = {
#define SOURCE(name) &scraper_source_##name,
#include "gen/sources.lm.h"
#undef SOURCE
    NULL,
};

const struct lm_config_key *const scraper_sources_config[] = {
#define SOURCE(name) scraper_config_##name,
#include "gen/sources.lm.h"
#undef SOURCE
    NULL,
};

const struct scraper_source *scraper_source_find(lm_str name)
{
    for (const struct scraper_source *const *s = scraper_sources; *s; s++) {
        if (lm_str_ieqz(name, (*s)->name))
            return *s;
    }
    return NULL;
}

const struct scraper_source *scraper_source_by_id(Lm__Source id)
{
    for (const struct scraper_source *const *s = scraper_sources; *s; s++) {
        if ((*s)->id == id)
            return *s;
    }
    return NULL;
}

lm_code scraper_sources_check(lm_err *err)
{
    for (const struct scraper_source *const *s = scraper_sources; *s; s++) {
        if (scraper_way_check(*s, err) || scraper_drawing_check(*s, err) ||
            ((*s)->check && (*s)->check(err)))
            return lm_wrap(err, "source %s", (*s)->name);
    }
    return LM_OK;
}

struct scraper_found *scraper_page_add(struct lm_arena *a, struct scraper_page *page, size_t most)
{
    struct scraper_found *f;

    if (!page->found)
        page->found = LM_NEW_ARRAY(a, struct scraper_found, most);
    LM_ASSERT(page->n < most);
    f = &page->found[page->n++];
    f->company = LM_NEW(a, Lm__Company);
    lm__company__init(f->company);
    return f;
}

char *scraper_text(struct lm_arena *a, lm_str s)
{
    return s.n ? lm_arena_strz(a, s) : NULL;
}

lm_code scraper_page_refuse(lm_str body, const char *const *block_words, struct scraper_page *page,
                            lm_err *err)
{
    for (; block_words && *block_words; block_words++) {
        if (lm_str_ifind(body, lm_str_z(*block_words), 0) < 0)
            continue;
        page->is_blocked = true;
        return lm_fail(err, LM_UNAVAILABLE,
                       "blocked: the site answered with a challenge or a login wall ('%s')",
                       *block_words);
    }
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Looks sources up. */
#include "services/scraper/sources/sources.h"

#include "common/str.h"

const struct scraper_source *const scraper_sources[] = {
#define SOURCE(name) &scraper_source_##name,
#include "services/scraper/sources/list.h"
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

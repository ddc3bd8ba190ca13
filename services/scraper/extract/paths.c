/* SPDX-License-Identifier: Apache-2.0 */
/* JSON by paths of the configuration. */
#include "services/scraper/extract/paths.h"

#include "common/str.h"
#include "common/text.h"

/* "." is the value itself. */
static const struct lm_jval *at(const struct lm_jval *v, const char *path)
{
    return lm_jget(v, strcmp(path, ".") == 0 ? "" : path);
}

const struct lm_jval *scraper_path_value(const struct lm_jval *v, const char *const *paths)
{
    for (; paths && *paths; paths++) {
        const struct lm_jval *found = at(v, *paths);

        if (found->type != LM_J_NULL)
            return found;
    }
    return lm_jget(NULL, "");
}

lm_str scraper_path_text(struct lm_arena *a, const struct lm_jval *v, const char *const *paths)
{
    for (; paths && *paths; paths++) {
        lm_str text = lm_jstr(at(v, *paths), "");

        if (text.n)
            text = lm_text_squeeze(a, text);
        if (text.n)
            return text;
    }
    return (lm_str){NULL, 0};
}

const struct lm_jval *scraper_path_array(const struct lm_jval *v, const char *const *paths)
{
    for (; paths && *paths; paths++) {
        const struct lm_jval *found = at(v, *paths);

        if (found->type == LM_J_ARR)
            return found;
    }
    return NULL;
}

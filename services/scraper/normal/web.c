/* SPDX-License-Identifier: Apache-2.0 */
/* A company's addresses on the net: the page LinkedIn has of it. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/normal/normal.h"

enum { LONGEST_SLUG = 150 };

/* Letters of any script, digits and - _ . & as in their slugs; percent-encoding stays. */
static bool is_slug(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && (unsigned char)c < 0x80 &&
            !strchr("-_.&%'", c))
            return false;
    }
    return s.n > 0 && s.n <= LONGEST_SLUG;
}

static lm_str lower(struct lm_arena *a, lm_str s)
{
    char *p = lm_arena_strz(a, s);

    for (size_t i = 0; i < s.n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    return (lm_str){p, s.n};
}

lm_str scraper_linkedin_company(struct lm_arena *a, lm_str url)
{
    static const char *const kinds[] = {"company", "school", "showcase"};
    lm_str host = lm_domain_registrable(lm_domain_normalize(a, url)), path, kind, slug;
    ptrdiff_t at = lm_str_ifind(url, LM_STR("linkedin.com/"), 0);

    if (!lm_str_eqz(host, "linkedin.com") || at < 0 || !lm_utf8_valid(url))
        return (lm_str){NULL, 0};
    path = lower(a, lm_str_sub(url, (size_t)at + strlen("linkedin.com/"), url.n));
    if (!lm_str_split(&path, '/', &kind) || !lm_str_split(&path, '/', &slug))
        return (lm_str){NULL, 0};
    for (size_t i = 0; i < slug.n; i++)
        if (slug.p[i] == '?' || slug.p[i] == '#')
            slug.n = i;
    slug = lm_str_trim(slug);
    for (size_t i = 0; i < LM_COUNT(kinds); i++)
        if (lm_str_eqz(kind, kinds[i]) && is_slug(slug))
            return lm_str_z(
                lm_arena_printf(a, "https://www.linkedin.com/%s/%.*s", kinds[i], LM_FMT(slug)));
    return (lm_str){NULL, 0};
}

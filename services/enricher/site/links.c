/* SPDX-License-Identifier: Apache-2.0 */
/* Which pages of a site are worth a visit, and where a company's site may be. */
#include "services/enricher/site/links.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

enum { FORMS = 4 };

static const struct {
    const char *words[16]; /* in a path or in the text of a link, folded */
    const char *paths[8];  /* tried when nothing is linked */
} kinds[ENRICHER_PAGE_KINDS] = {
    [ENRICHER_PAGE_TEAM] = {{"team", "mensen", "people", "who-we-are", "wie-zijn-wij",
                             "wie-we-zijn", "leadership", "management", "staff", "medewerkers",
                             "bestuur", "directie", "collegas", "founders"},
                            {"/team", "/ons-team", "/our-team", "/people", "/mensen",
                             "/medewerkers", "/management"}},
    [ENRICHER_PAGE_ABOUT] = {{"about", "over-ons", "over ons", "about us", "overons",
                              "wie zijn wij", "bedrijf", "company", "organisatie"},
                             {"/over-ons", "/about", "/about-us"}},
    [ENRICHER_PAGE_CONTACT] = {{"contact", "bereikbaarheid", "get-in-touch", "contacteer"},
                               {"/contact", "/contact-us"}},
};

static lm_str without_www(lm_str host)
{
    return lm_str_istarts(host, LM_STR("www.")) ? lm_str_sub(host, 4, host.n) : host;
}

static bool is_same_site(lm_str one, lm_str other)
{
    struct lm_url a, b;

    return lm_url_parse(one, &a) && lm_url_parse(other, &b) &&
           lm_str_ieq(without_www(a.host), without_www(b.host));
}

static bool speaks_of(lm_str folded, enum enricher_page_kind kind)
{
    for (size_t i = 0; i < LM_COUNT(kinds[kind].words) && kinds[kind].words[i]; i++) {
        if (lm_str_find(folded, lm_str_z(kinds[kind].words[i]), 0) >= 0)
            return true;
    }
    return false;
}

/* Files and mail are no pages; a news item about a team is none of it. */
static bool is_page(lm_str path)
{
    static const char *const no[] = {".pdf",   ".jpg",     ".png",   ".zip",      ".doc",
                                     "/blog/", "/nieuws/", "/news/", "/vacature", "/jobs/"};

    for (size_t i = 0; i < LM_COUNT(no); i++) {
        if (lm_str_ifind(path, lm_str_z(no[i]), 0) >= 0)
            return false;
    }
    return true;
}

static bool is_there(const struct enricher_visit *v, size_t n, lm_str url)
{
    for (size_t i = 0; i < n; i++) {
        if (lm_str_eq(v[i].url, url))
            return true;
    }
    return false;
}

static size_t add_linked(struct lm_arena *a, const struct enricher_outline *home, lm_str home_url,
                         enum enricher_page_kind kind, struct enricher_visit *out, size_t n,
                         size_t most)
{
    for (int i = 0; i < home->n_links && n < most; i++) {
        lm_str url = lm_url_join(a, home_url, home->links[i].href);
        struct lm_url parsed;

        if (!url.n || !lm_url_parse(url, &parsed) || !is_same_site(url, home_url) ||
            lm_str_eq(url, home_url) || parsed.path.n < 2 || !is_page(parsed.path) ||
            is_there(out, n, url))
            continue;
        if (speaks_of(lm_text_fold(a, parsed.path), kind) ||
            speaks_of(lm_text_fold(a, home->links[i].text), kind))
            out[n++] = (struct enricher_visit){url, kind, true};
    }
    return n;
}

static size_t add_usual(struct lm_arena *a, lm_str home_url, enum enricher_page_kind kind,
                        struct enricher_visit *out, size_t n, size_t most)
{
    for (size_t i = 0; i < LM_COUNT(kinds[kind].paths) && kinds[kind].paths[i] && n < most; i++) {
        lm_str url = lm_url_join(a, home_url, lm_str_z(kinds[kind].paths[i]));

        if (url.n && !is_there(out, n, url))
            out[n++] = (struct enricher_visit){url, kind, false};
    }
    return n;
}

size_t enricher_visits_plan(struct lm_arena *a, const struct enricher_outline *home,
                            lm_str home_url, struct enricher_visit *out, size_t most)
{
    bool is_linked[ENRICHER_PAGE_KINDS];
    size_t n = 0;

    for (int kind = 0; kind < ENRICHER_PAGE_KINDS; kind++) {
        size_t before = n;

        n = add_linked(a, home, home_url, (enum enricher_page_kind)kind, out, n, most);
        is_linked[kind] = n > before;
    }
    /* People often stand on the page about the company: the usual paths are for sites that link to neither. */
    is_linked[ENRICHER_PAGE_TEAM] |= is_linked[ENRICHER_PAGE_ABOUT];
    is_linked[ENRICHER_PAGE_ABOUT] |= is_linked[ENRICHER_PAGE_TEAM];
    for (int kind = 0; kind < ENRICHER_PAGE_KINDS; kind++) {
        if (!is_linked[kind])
            n = add_usual(a, home_url, (enum enricher_page_kind)kind, out, n, most);
    }
    return n;
}

/* ---- domains ---- */

static bool is_legal_form(lm_str word)
{
    static const char *const forms[] = {"bv",  "nv",   "vof",         "gmbh", "ltd",     "limited",
                                        "inc", "corp", "corporation", "llc",  "holding", "group"};

    for (size_t i = 0; i < LM_COUNT(forms); i++) {
        if (lm_str_eqz(word, forms[i]))
            return true;
    }
    return false;
}

static size_t name_words(struct lm_arena *a, lm_str company, lm_str *out, size_t most)
{
    lm_str rest = lm_text_fold(a, company), word;
    size_t n = 0;

    while (n < most && lm_str_split(&rest, ' ', &word)) {
        char *plain = lm_arena_alloc(a, word.n + 1);
        size_t len = 0;

        for (size_t i = 0; i < word.n; i++) {
            if (isalnum((unsigned char)word.p[i]) || (word.p[i] == '-' && len > 0))
                plain[len++] = word.p[i];
        }
        if (len > 0)
            out[n++] = (lm_str){plain, len};
    }
    while (n > 1 && is_legal_form(out[n - 1]))
        n--;
    return n;
}

static lm_str join_words(struct lm_arena *a, const lm_str *words, size_t n, const char *between)
{
    struct lm_buf out = lm_buf_in(a, 256);

    for (size_t i = 0; i < n; i++) {
        lm_buf_appendz(&out, i ? between : "");
        lm_buf_append(&out, words[i]);
    }
    return out.failed ? (lm_str){NULL, 0} : lm_buf_str(&out);
}

size_t enricher_domain_guesses(struct lm_arena *a, lm_str company, const char *const *tlds,
                               lm_str *out, size_t most)
{
    lm_str words[8], forms[FORMS];
    size_t n = 0, k = name_words(a, company, words, LM_COUNT(words));

    if (k == 0)
        return 0;
    forms[0] = join_words(a, words, k, "");
    forms[1] = join_words(a, words, k, "-");
    forms[2] = join_words(a, words, LM_MIN(k, (size_t)2), "");
    forms[3] = words[0];
    for (int f = 0; f < FORMS; f++) {
        bool is_repeated = forms[f].n < 3 || forms[f].n > 63;

        for (int g = 0; g < f; g++)
            is_repeated |= lm_str_eq(forms[f], forms[g]);
        for (size_t t = 0; !is_repeated && tlds[t] && n < most; t++)
            out[n++] = lm_str_z(lm_arena_printf(a, "%.*s.%s", LM_FMT(forms[f]), tlds[t]));
    }
    return n;
}

bool enricher_url_is_of(struct lm_arena *a, lm_str url, lm_str domain)
{
    return domain.n && lm_str_eq(lm_domain_registrable(lm_domain_normalize(a, url)), domain);
}

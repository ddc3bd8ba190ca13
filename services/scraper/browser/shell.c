/* SPDX-License-Identifier: Apache-2.0 */
/* Is a page the empty shell of one that its scripts would draw? */
#include "common/arena.h"
#include "common/html.h"
#include "common/str.h"
#include "services/scraper/browser/browser.h"
#include "services/scraper/sources/sources.h"

enum {
    LITTLE_TEXT =
        200, /* bytes: a title, a "loading" and a footer; a page with one entry has more */
    /* What programs can read as it is: */
    MUCH_DATA = 500, /* bytes of JSON … */
    MANY_KEYS = 20,  /* … or keys of JSON inside a script; settings of a framework have a few */
};

static bool is_block(lm_str body)
{
    lm_str rest = LM_STR(SCRAPER_BLOCK_WORDS), word;

    while (lm_str_split(&rest, ',', &word)) {
        if (lm_str_ifind(body, word, 0) >= 0)
            return true;
    }
    return false;
}

/* Where frameworks put what they draw: an element of the body with a name and nothing in it. */
static bool is_place(struct lm_arena *a, const lm_node *n)
{
    static const char *const tags[] = {"div", "main", "section", "app-root"};
    bool is_of_them = false;

    for (size_t i = 0; i < LM_COUNT(tags); i++)
        is_of_them = is_of_them || lm_str_eqz(lm_html_tag(n), tags[i]);
    if (!is_of_them && lm_str_chr(lm_html_tag(n), '-', 0) < 0)
        return false;
    return (lm_html_attr(n, "id").n || lm_str_chr(lm_html_tag(n), '-', 0) >= 0) &&
           lm_html_text(a, n).n <= LITTLE_TEXT;
}

static bool is_data(struct lm_arena *a, const lm_node *script)
{
    const lm_str key = LM_STR("\":");
    lm_str text = lm_html_raw(a, script);
    ptrdiff_t at = -1;
    int n = 0;

    if (lm_str_ifind(lm_html_attr(script, "type"), LM_STR("json"), 0) >= 0)
        return text.n >= MUCH_DATA;
    while (n < MANY_KEYS && (at = lm_str_find(text, key, (size_t)(at + 1))) >= 0)
        n++;
    return n == MANY_KEYS;
}

struct seen {
    bool has_script, has_data, has_place, has_note;
};

static struct seen look(struct lm_arena *a, const lm_node *root)
{
    struct seen s = {.has_script = false};

    for (const lm_node *n = NULL; (n = lm_html_next(root, n));) {
        lm_str tag = lm_html_tag(n);

        if (lm_str_eqz(tag, "script")) {
            s.has_data = s.has_data || is_data(a, n);
            s.has_script = true;
        } else if (lm_str_eqz(tag, "noscript")) {
            s.has_note =
                s.has_note || lm_str_ifind(lm_html_raw(a, n), LM_STR("javascript"), 0) >= 0;
        } else {
            s.has_place = s.has_place || is_place(a, n);
        }
    }
    return s;
}

bool scraper_is_shell(struct lm_arena *a, lm_str body, lm_str content_type)
{
    lm_err ignored = LM_ERR_INIT;
    const lm_node *root, *page;
    struct seen s;

    if ((content_type.n && lm_str_ifind(content_type, LM_STR("html"), 0) < 0) || is_block(body) ||
        lm_html_parse(a, body, content_type, &root, &ignored))
        return false;
    page = LM_HTML_FIND(root, .tag = "body");
    if (lm_html_text(a, page ? page : root).n > LITTLE_TEXT)
        return false;
    s = look(a, root);
    return s.has_script && !s.has_data && (s.has_place || s.has_note);
}

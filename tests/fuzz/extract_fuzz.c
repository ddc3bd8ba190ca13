/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules and a page: five lines (card, two fields, value, mark), then HTML. And what a stream says is in the whole page is
 * what its tree says.
 */
#include <ctype.h>

#include "common/arena.h"
#include "common/html.h"
#include "common/html_stream.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/extract/extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARD, FIELD, OTHER, VALUE, SEEN, RULES, MOST = 50 };

static struct scraper_rule rules[RULES] = {
    [CARD] = {.kind = SCRAPER_CARD},   [FIELD] = {.kind = SCRAPER_FIELD},
    [OTHER] = {.kind = SCRAPER_FIELD}, [VALUE] = {.kind = SCRAPER_PAGE},
    [SEEN] = {.kind = SCRAPER_MARK},
};

static void check_value(lm_str value)
{
    LM_ASSERT(value.n <= SCRAPER_MOST_VALUE);
    LM_ASSERT(!value.p || lm_utf8_valid(value));
}

static size_t count_tags(lm_str page)
{
    size_t n = 0;

    for (ptrdiff_t at = -1; (at = lm_str_chr(page, '<', (size_t)(at + 1))) >= 0;)
        n++;
    return n;
}

/* libxml2's tree has <x:style> as a <style>, whose text nobody reads; a browser, and the stream, know no such element. */
static bool has_prefixed_tag(lm_str page)
{
    for (ptrdiff_t at = -1; (at = lm_str_chr(page, '<', (size_t)(at + 1))) >= 0;) {
        size_t i = (size_t)at + 1;

        while (i < page.n && (isalnum((unsigned char)page.p[i]) || strchr("-_.", page.p[i])))
            i++;
        if (i < page.n && page.p[i] == ':')
            return true;
    }
    return false;
}

static void compare_with_tree(struct lm_arena *a, lm_str page)
{
    static struct scraper_rule whole = {SCRAPER_PAGE, "html"};
    static struct scraper_extractor *x;
    struct scraper_cards cards;
    lm_err err = LM_ERR_INIT;
    const lm_node *root;
    lm_str text;

    /* Where a page is cut off for its depth they cut at different places, and behind its end begins a second one. */
    if (count_tags(page) > LM_HTML_DEPTH / 3 || page.n > SCRAPER_MOST_VALUE ||
        has_prefixed_tag(page) || lm_str_ifind(page, LM_STR("</html"), 0) >= 0 ||
        lm_str_ifind(page, LM_STR("</body"), 0) >= 0 ||
        lm_html_parse(a, page, (lm_str){NULL, 0}, &root, &err))
        return;
    if (!x && scraper_extractor_set(&x, &whole, 1, NULL, &err))
        LM_ASSERT(!"the rule");
    LM_ASSERT(scraper_extract(x, a, page, (lm_str){NULL, 0}, MOST, &cards, &err) == LM_OK);
    text = lm_html_text(a, root);
    LM_ASSERT(!lm_str_eqz(lm_html_tag(root), "html") || lm_str_eq(text, cards.page[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scraper_extractor *x;
    struct lm_arena *a = lm_arena_new(512 << 20);
    lm_str rest = {(const char *)data, size}, line;
    lm_err err = LM_ERR_INIT;
    struct scraper_cards cards;

    for (size_t i = 0; i < RULES; i++) {
        rules[i].text = "";
        if (lm_str_split(&rest, '\n', &line))
            rules[i].text = lm_arena_strz(a, line);
    }
    if (scraper_extractor_set(&x, rules, RULES, NULL, &err) == LM_OK &&
        scraper_extract(x, a, rest, (lm_str){NULL, 0}, MOST, &cards, &err) == LM_OK) {
        LM_ASSERT(cards.n <= MOST && cards.n <= cards.n_all);
        for (size_t i = 0; i < cards.n; i++) {
            check_value(cards.cards[i][FIELD]);
            check_value(cards.cards[i][OTHER]);
        }
        check_value(cards.page[VALUE]);
    }
    compare_with_tree(a, rest);
    lm_arena_free(a);
    return 0;
}

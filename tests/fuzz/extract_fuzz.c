/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and a page: five lines (card, two fields, value, mark), then HTML. */
#include "common/arena.h"
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
    lm_arena_free(a);
    return 0;
}

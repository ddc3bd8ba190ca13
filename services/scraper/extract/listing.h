/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_LISTING_H
#define SCRAPER_LISTING_H

#include "services/scraper/extract/extract.h"
#include "services/scraper/sources/sources.h"

/*
 * A directory of companies: pages of entries, as JSON or as HTML, each entry with the same few facts. What a source of
 * this sort has of its own are its settings (a line of its table for each fact: a rule for the markup and paths for
 * the JSON) and how it is asked; this reads it.
 *
 * JSON is read first: the body as a whole, or that of a script whose tag has `script` in it.
 */
enum {
    LISTING_NAME, /* without one an entry is none */
    LISTING_LINK, /* its page there, relative or not */
    LISTING_KEY,  /* what the source knows it by; else the link, else the name */
    LISTING_DOMAIN,
    LISTING_WEBSITE,
    LISTING_LINKEDIN,
    LISTING_INDUSTRY, /* of a JSON array: its first three texts or names */
    LISTING_EMPLOYEES,
    LISTING_LOCATION,
    LISTING_COUNTRY,
    LISTING_PHONE,
    LISTING_EMAIL,
    LISTING_ADDRESS,
    LISTING_DESCRIPTION,
    LISTING_FUNDED,  /* has had money: true, or a text or number that is not 0 */
    LISTING_FUNDING, /* how much */
    LISTING_CURRENCY,
    LISTING_FACTS,
    LISTING_CARD = LISTING_FACTS, /* the entry itself */
    LISTING_NEXT,                 /* stands on the page when there is another one */
    LISTING_EMPTY,                /* stands on the page when nothing was found */
    LISTING_RULES
};

struct scraper_listing {
    struct scraper_rule rules[LISTING_RULES];
    const char *const *paths[LISTING_FACTS]; /* within an entry */
    const char *const *items;                /* paths to the array of entries */
    const char *script;
    const char *const *block_words;
    int64_t full_page; /* a page with fewer entries is the last one, unless it says otherwise */
    struct scraper_extractor *extractor;
};
/* What each begins as. */
#define SCRAPER_LISTING                               \
    {                                                 \
        .rules = {                                    \
            [LISTING_CARD] = {.kind = SCRAPER_CARD},  \
            [LISTING_NEXT] = {.kind = SCRAPER_MARK},  \
            [LISTING_EMPTY] = {.kind = SCRAPER_MARK}, \
        }                                             \
    }

/* Settings: of the page, and a line for each fact that the source has (`paths` "" where it has no JSON). */
#define SCRAPER_LISTING_PAGE(name, l, card, next, empty, full, words)                             \
    LM_CFG_STR("scraper." name "_card", &(l)->rules[LISTING_CARD].text, card,                     \
               "an entry (rules: extract/extract.h)"),                                            \
        LM_CFG_STR("scraper." name "_next", &(l)->rules[LISTING_NEXT].text, next,                 \
                   "stands on the page when there is another one"),                               \
        LM_CFG_STR("scraper." name "_empty", &(l)->rules[LISTING_EMPTY].text, empty,              \
                   "stands on the page when nothing was found"),                                  \
        LM_CFG_INT("scraper." name "_full_page", &(l)->full_page, full,                           \
                   "a page with fewer entries is the last"),                                      \
        LM_CFG_LIST("scraper." name "_block_words", &(l)->block_words, SCRAPER_BLOCK_WORDS words, \
                    "a page without entries that has one of them is a block or a login wall")
#define SCRAPER_LISTING_JSON(name, l, script_of, paths_of)                       \
    LM_CFG_STR("scraper." name "_json", &(l)->script, script_of,                 \
               "what the tag of the script with the entries as JSON has in it"), \
        LM_CFG_LIST("scraper." name "_json_items", &(l)->items, paths_of, "paths to the entries")
#define SCRAPER_LISTING_FACT(name, l, fact, key, rule) \
    LM_CFG_STR("scraper." name "_" key, &(l)->rules[fact].text, rule, "of an entry: " key)
#define SCRAPER_LISTING_FACT_JSON(name, l, fact, key, rule, paths_of)          \
    SCRAPER_LISTING_FACT(name, l, fact, key, rule),                            \
        LM_CFG_LIST("scraper." name "_json_" key, &(l)->paths[fact], paths_of, \
                    "paths within an entry: " key)

/* The check() of such a source. */
LM_MUST_USE lm_code scraper_listing_set(struct scraper_listing *l,
                                        const struct lm_config_key *config, lm_err *err);
/*
 * The parse() of such a source; `country` (ISO 3166) is that of entries which do not say, NULL: unknown.
 * Errors: LM_UNAVAILABLE: a block, a login wall, or nothing it knows; LM_INVALID: JSON that is cut.
 */
LM_MUST_USE lm_code scraper_listing_parse(struct lm_arena *a, const struct scraper_listing *l,
                                          const struct scraper_answer *in, const char *country,
                                          struct scraper_page *out, lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_EXTRACT_H
#define SCRAPER_EXTRACT_H

#include "common/config.h"
#include "common/err.h"

/*
 * Reads cards and their fields out of HTML by rules that stand in the configuration, so that an operator mends a
 * changed page without a build. A rule is a list of selectors:
 *
 *     scraper.indeed_card:    "div.job_seen_beacon, div.jobCard"
 *     scraper.indeed_company: "span[data-testid=company-name] | span[class*=company]"
 *     scraper.indeed_id:      "a[data-jk]@data-jk | a[href*='jk=']@href"
 *
 * A selector is a tag (or `*`, or none), then .word of class, #id, [attribute], [attribute=value], [attribute*=part],
 * [attribute^=beginning]; a blank between two of them means: somewhere inside. Parts and beginnings are compared
 * without regard to the case of ASCII letters, the rest exactly. Values with , | ] or blanks stand in quotes. It
 * yields the element's text, as lm_html_text gives it, or with @attribute that attribute's value.
 * A comma separates equals (what comes first in the card counts), `|` a fallback: the first that yields something in a
 * card wins. An empty rule matches nothing.
 *
 * All rules of a page are one matcher that runs once over its elements (html_stream.h), looks names up instead of
 * trying rules, and keeps no tree: the time is that of the parser, whatever the number of rules, and the memory 128 kB
 * whatever the size of the page, what it yields apart.
 */
enum scraper_rule_kind {
    SCRAPER_FIELD, /* of a card; its own element counts as inside */
    SCRAPER_CARD,  /* an entry; one such rule, without `|` and `@`. No card stands within a card */
    SCRAPER_PAGE,  /* a value of the page as a whole */
    SCRAPER_MARK,  /* whether it stands on the page at all */
};

struct scraper_rule {
    enum scraper_rule_kind kind;
    const char *text; /* the target of its setting */
};

/* Immutable, any thread. Lives as long as the process. */
struct scraper_extractor;

/*
 * Makes the rules, as the configuration has them now, into *x; what was there goes. `config`: the settings that fill
 * them in, for errors. At the start of the process (the check() of a source) and in tests.
 * Errors: LM_INVALID: a rule that cannot be understood: its setting, and the place in it.
 */
LM_MUST_USE lm_code scraper_extractor_set(struct scraper_extractor **x,
                                          const struct scraper_rule *rules, size_t n,
                                          const struct lm_config_key *config, lm_err *err);

struct scraper_cards {
    size_t n;     /* at most the number that was asked for */
    size_t n_all; /* cards there are on the page */
    lm_str **
        cards; /* a value for each rule, by its place in the table; {NULL, 0}: nothing in this card */
    lm_str *page; /* the same of PAGE and MARK; a mark that is there is "" */
};

/* A value is cut at this size, text of all rules under way at four times that. */
enum { SCRAPER_MOST_VALUE = 16 << 10 };

/*
 * The first `most` cards. A page without any HTML is one without cards.
 * Errors: LM_TOO_LARGE: more than the arena has.
 */
LM_MUST_USE lm_code scraper_extract(const struct scraper_extractor *x, struct lm_arena *a,
                                    lm_str body, lm_str content_type, size_t most,
                                    struct scraper_cards *out, lm_err *err);

#endif

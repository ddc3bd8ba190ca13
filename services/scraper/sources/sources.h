/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_SOURCES_H
#define SCRAPER_SOURCES_H

#include "common/config.h"
#include "common/err.h"
#include "gen/lm.pb-c.h"
#include "gen/scraper.pb-c.h"

/*
 * Where companies are searched. A source is a table of pure functions: it says what to ask and reads what came
 * back. Asking (fetch/), the course of a search (search/) and keeping (keep.c) are not its business. A new source is
 * a file here with one `const struct scraper_source`, its line in the enum lm.Source of proto/lm.proto, marked
 * (searched), a folder of fixtures with its test in tests/scraper/sources, and a site of the sample world.
 */

/* What an operator may set of every source; what only one has stands in its own file. */
struct scraper_site {
    const char *url;  /* scraper.<name>_url: base, without slash at its end */
    int64_t delay_ms; /* scraper.<name>_delay: between two requests to its host, of all tenants */
    int64_t api_delay_ms; /* instead, between requests that are is_api */
    const char
        *key; /* scraper.<name>_key: "" when there is none; NULL: a source without that setting */
    const char *proxies; /* scraper.<name>_proxies: never, when_there_are, always; NULL: never */
    const char *browser; /* scraper.<name>_browser: never, when_empty, always; NULL: never */
};
#define SCRAPER_SITE(name, site, default_url, default_delay)                                        \
    LM_CFG_STR("scraper." name "_url", &(site)->url, default_url, "where this source is"),          \
        LM_CFG_MS("scraper." name "_delay", &(site)->delay_ms, default_delay,                       \
                  "between two requests to its host, of all tenants"),                              \
        LM_CFG_STR(                                                                                 \
            "scraper." name "_proxies", &(site)->proxies, "when_there_are",                         \
            "asked through the tenant's proxies: never, when_there_are (an API: never) or always"), \
        LM_CFG_STR(                                                                                 \
            "scraper." name "_browser", &(site)->browser, "when_empty",                             \
            "its pages in a browser: never, when_empty (the page is drawn by scripts) or always")
#define SCRAPER_SITE_KEY(name, site) \
    LM_CFG_SECRET_("scraper." name "_key", &(site)->key, "", "what it knows us by; empty: none")

struct scraper_query {
    lm_str keyword; /* {NULL, 0}: of a source that takes none */
    const Scraper__Filters *filters;
    int page;     /* counts from 0 */
    lm_str after; /* what the page before said in `next`; {NULL, 0} for the first */
};

struct scraper_request {
    lm_str url;                 /* absolute, escaped */
    lm_str body;                /* sent by POST when there is one */
    const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
    bool is_api; /* of a source that has both: this one is made for programs; see scraper_source */
};

struct scraper_answer {
    lm_str url; /* that answered, after redirects; what is relative on the page is relative to it */
    lm_str content_type;
    lm_str body;
    int status; /* under 400, but for those a source asks to see (sees_errors) */
    const Scraper__Filters
        *filters; /* of the search: what lists cannot be asked for, details may be judged by */
};

/* A company or, at a source that counts_vacancies, one vacancy of it. */
struct scraper_found {
    lm_str key; /* the source's own identity of it, the same on every page that shows it */
    lm_str url; /* the public page of this entry; {NULL, 0}: none */
    Lm__Company *company; /* with a name; source_url: the company's own page there, if it has one */
    bool is_outside;      /* its details show that the search did not mean it: counted as dropped */
};

struct scraper_page {
    struct scraper_found *found;
    size_t n;
    size_t n_cards;  /* entries there were, those that could not be read among them */
    size_t n_over;   /* of these: left out, as it has closed or expired, or is a branch */
    bool is_blocked; /* a challenge or a login wall is why parse() failed */
    lm_str next;     /* what the next page is asked with, not empty; {NULL, 0}: this was the last */
};

struct scraper_source {
    const char *name; /* "indeed": that of its file */
    Lm__Source id;
    const char *title;          /* "Indeed" */
    const char *description;    /* what it gives, a line */
    const char *const *filters; /* names of Filters' fields, NULL-terminated */
    Scraper__Keywords keywords;
    bool counts_vacancies; /* what is found are vacancies; few of them drop a company */
    bool is_api; /* made for programs: robots.txt says nothing of it, and nothing is kept */
    bool needs_key;
    bool sees_errors; /* parse() judges answers of 400 and above itself, but for 429 and 5xx */
    struct scraper_site *site;
    const struct lm_config_key *config; /* SCRAPER_SITE and its own; ends with LM_CFG_END */
    /* After the configuration was read; LM_INVALID names the key. NULL: nothing to check. */
    lm_code (*check)(lm_err *err);
    /* LM_INVALID, with the field of Filters: this cannot be asked. */
    lm_code (*request)(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err);
    /*
     * One bad entry never fails a page. Errors: LM_UNAVAILABLE: the page is a block, a challenge or a login wall,
     * or nothing this source knows; never reported as "no companies". What the API itself says: see err.h.
     */
    lm_code (*parse)(struct lm_arena *a, const struct scraper_query *q,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err);
    /*
     * What lists do not say of a company stands on a page of its own (a registry's profile, a place's details):
     * out->url stays {NULL, 0} when there is none to ask for. Both NULL: this source has no such pages.
     */
    lm_code (*detail_request)(struct lm_arena *a, const struct scraper_found *of,
                              struct scraper_request *out, lm_err *err);
    /* Adds to `of`. LM_NOT_FOUND: it is gone there; it stays as the list had it. */
    lm_code (*detail_parse)(struct lm_arena *a, const struct scraper_answer *in,
                            struct scraper_found *of, lm_err *err);
};

/* NULL: no source of this name (any case) or id. */
const struct scraper_source *scraper_source_find(lm_str name);
const struct scraper_source *scraper_source_by_id(Lm__Source id);
/* All of them, NULL-terminated; and their settings, a table each, for lm_config_load. */
extern const struct scraper_source *const scraper_sources[];
extern const struct lm_config_key *const scraper_sources_config[];
/* Of all sources. */
LM_MUST_USE lm_code scraper_sources_check(lm_err *err);

/* A found one with room for its company, in the arena. */
struct scraper_found *scraper_page_add(struct lm_arena *a, struct scraper_page *page, size_t most);
/* A copy with an end for C, as protobuf's texts are; NULL of "". */
char *scraper_text(struct lm_arena *a, lm_str s);

/*
 * What pages say that are no answer, of any site: defaults of a source's …_block_words. Asked of pages without cards
 * only, since any page may have a form to sign in.
 */
#define SCRAPER_BLOCK_WORDS                                                     \
    "cf_chl_opt,Just a moment...,Additional Verification Required,g-recaptcha," \
    "hcaptcha,captcha-delivery,px-captcha,Access Denied,type=\"password\","     \
    "name=\"__password\""
/* LM_UNAVAILABLE, with the word, and `page` is_blocked: one of them is on the page (any case). */
LM_MUST_USE lm_code scraper_page_refuse(lm_str body, const char *const *block_words,
                                        struct scraper_page *page, lm_err *err);

/* Each source's table and its settings (the tables name them), by the names of the contract. */
#define SOURCE(name)                                          \
    extern const struct scraper_source scraper_source_##name; \
    extern const struct lm_config_key scraper_config_##name[];
#include "gen/sources.lm.h"
#undef SOURCE

#endif

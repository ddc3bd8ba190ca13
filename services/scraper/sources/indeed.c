/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indeed's search page. It holds the same cards twice: as JSON in a script, which is complete, and
 * as markup, which is read when the JSON is not there or cut. Class names of the form css-xxxxxx
 * change with each release of the site and are never used; data-testid, ids and the words below have
 * been the same in all captures seen.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/extract/extract.h"
#include "services/scraper/extract/paths.h"
#include "services/scraper/sources/sources.h"

enum { RESULTS_PER_OFFSET = 10, MOST_POSTINGS = 200 };

static struct scraper_site site;
static const char *const *block_words;

enum { CARD, COMPANY, COMPANY_LINK, LOCATION, KEY, NEXT, EMPTY, RULES };
static struct scraper_rule rules[RULES] = {
    [CARD] = {.kind = SCRAPER_CARD},          [COMPANY] = {.kind = SCRAPER_FIELD},
    [COMPANY_LINK] = {.kind = SCRAPER_FIELD}, [LOCATION] = {.kind = SCRAPER_FIELD},
    [KEY] = {.kind = SCRAPER_FIELD},          [NEXT] = {.kind = SCRAPER_MARK},
    [EMPTY] = {.kind = SCRAPER_MARK},
};
static struct scraper_extractor *extractor;

static struct {
    const char *provider;
    const char *const *results, *const *key, *const *company, *const *company_link,
                                                                  *const *location, *const *expired;
} json;

const struct lm_config_key scraper_config_indeed[] = {
    SCRAPER_SITE("indeed", &site, "https://nl.indeed.com", "3s"),
    LM_CFG_LIST(
        "scraper.indeed_block_words", &block_words,
        SCRAPER_BLOCK_WORDS ",Security Check - Indeed,secure.indeed.com/auth",
        "a page without cards that has one of them is a block, a challenge or a login wall"),
    LM_CFG_STR("scraper.indeed_card", &rules[CARD].text, "div.job_seen_beacon, div.jobCard",
               "a vacancy on the page (rules: extract/extract.h)"),
    LM_CFG_STR("scraper.indeed_company", &rules[COMPANY].text,
               "span[data-testid=company-name] | span[class*=company]", "its company's name"),
    LM_CFG_STR("scraper.indeed_company_link", &rules[COMPANY_LINK].text,
               "a[href^='/cmp/']@href | a[href*='/company/']@href", "the company's page there"),
    LM_CFG_STR("scraper.indeed_location", &rules[LOCATION].text,
               "[data-testid=text-location] | div[class*=location]", "where the work is"),
    LM_CFG_STR("scraper.indeed_id", &rules[KEY].text,
               "a[data-jk]@data-jk | a[href*='?jk=']@href, a[href*='&jk=']@href",
               "the vacancy's key, or a link with jk= in it"),
    LM_CFG_STR("scraper.indeed_next", &rules[NEXT].text,
               "[data-testid=pagination-page-next], a[aria-label^=Next], a[aria-label^=Volgende]",
               "stands on the page when there is another one"),
    LM_CFG_STR("scraper.indeed_empty", &rules[EMPTY].text,
               "[class*=jobsearch-NoResult], [class*=jobsearch-Bad], [class*=bad_query], "
               "[class*=no_results], div#mosaic-provider-jobcards",
               "stands on the page when nothing was found"),
    LM_CFG_STR("scraper.indeed_json", &json.provider, "mosaic-provider-jobcards",
               "the script's key of the cards as JSON; empty: the markup is read"),
    LM_CFG_LIST("scraper.indeed_json_results", &json.results,
                "metaData.mosaicProviderJobCardsModel.results", "paths in it: the vacancies"),
    LM_CFG_LIST("scraper.indeed_json_id", &json.key, "jobkey", "of a vacancy"),
    LM_CFG_LIST("scraper.indeed_json_company", &json.company, "company,truncatedCompany",
                "of a vacancy"),
    LM_CFG_LIST("scraper.indeed_json_company_link", &json.company_link, "companyOverviewLink",
                "of a vacancy"),
    LM_CFG_LIST("scraper.indeed_json_location", &json.location, "formattedLocation,jobLocationCity",
                "of a vacancy"),
    LM_CFG_LIST("scraper.indeed_json_expired", &json.expired, "expired",
                "of a vacancy: true when it is over"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    return scraper_extractor_set(&extractor, rules, RULES, scraper_config_indeed, err);
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err LM_UNUSED)
{
    struct lm_buf url = lm_buf_in(a, 8192);
    const char *location = q->filters->location;

    lm_buf_appendz(&url, site.url);
    lm_buf_appendz(&url, "/jobs?q=");
    lm_buf_percent(&url, q->keyword);
    lm_buf_appendz(&url, "&l=");
    lm_buf_percent(&url, lm_str_z(location && *location ? location : "Nederland"));
    lm_buf_printf(&url, "&start=%d", q->page * RESULTS_PER_OFFSET);
    out->url = lm_buf_str(&url);
    return LM_OK;
}

/* A vacancy of a company. */
static void add(struct lm_arena *a, lm_str at, lm_str key, lm_str company, lm_str location,
                lm_str company_link, struct scraper_page *page)
{
    struct scraper_found *f = scraper_page_add(a, page, MOST_POSTINGS);
    struct lm_buf link = lm_buf_in(a, 4096);

    /* Links on the cards themselves go through a click counter. */
    lm_buf_appendz(&link, "/viewjob?jk=");
    lm_buf_percent(&link, key);
    f->key = key;
    f->company->name = scraper_text(a, company);
    f->company->location = scraper_text(a, location);
    f->url = lm_url_join(a, at, lm_buf_str(&link));
    if (company_link.n)
        f->company->source_url = scraper_text(a, lm_url_join(a, at, company_link));
}

/* ---- JSON ---- */

/* What stands behind `["mosaic-provider-jobcards"] =`: the site has many providers, the key is matched whole. */
static bool find_json(struct lm_arena *a, lm_str body, struct lm_jval **out)
{
    lm_str key = lm_str_z(lm_arena_printf(a, "\"%s\"]", json.provider));
    ptrdiff_t at = *json.provider ? lm_str_find(body, key, 0) : -1;
    lm_err ignored = LM_ERR_INIT;
    size_t used;

    for (; at >= 0; at = lm_str_find(body, key, (size_t)at + 1)) {
        lm_str rest = lm_str_trim(lm_str_sub(body, (size_t)at + key.n, body.n));

        if (!lm_str_starts(rest, LM_STR("=")))
            continue;
        rest = lm_str_trim(lm_str_sub(rest, 1, rest.n));
        if (lm_json_parse_prefix(a, rest, out, &used, &ignored) == LM_OK)
            return true;
    }
    return false;
}

static void add_json(struct lm_arena *a, const struct lm_jval *job, lm_str at,
                     struct scraper_page *page)
{
    lm_str key = scraper_path_text(a, job, json.key);
    lm_str company = scraper_path_text(a, job, json.company);
    const struct lm_jval *expired = scraper_path_value(job, json.expired);

    if (key.n && company.n && lm_jbool(expired, ""))
        page->n_over++;
    else if (key.n && company.n)
        add(a, at, key, company, scraper_path_text(a, job, json.location),
            scraper_path_text(a, job, json.company_link), page);
}

/* False: there is none, or it is cut. */
static bool read_json(struct lm_arena *a, lm_str body, lm_str at, struct scraper_page *page)
{
    const struct lm_jval *results;
    struct lm_jval *root;

    if (!find_json(a, body, &root))
        return false;
    results = scraper_path_array(root, json.results);
    if (!results)
        return false;
    page->n_cards = LM_MIN(results->n, (size_t)MOST_POSTINGS);
    for (size_t i = 0; i < page->n_cards; i++)
        add_json(a, &results->items[i], at, page);
    return true;
}

/* ---- markup ---- */

/* Of a link, the value of jk. */
static lm_str key_of(lm_str key_or_link)
{
    ptrdiff_t at = lm_str_find(key_or_link, LM_STR("jk="), 0);
    size_t end;

    if (at < 0)
        return key_or_link;
    for (end = (size_t)at + 3; end < key_or_link.n && !strchr("&#", key_or_link.p[end]);)
        end++;
    return lm_str_sub(key_or_link, (size_t)at + 3, end);
}

static void read_markup(struct lm_arena *a, const struct scraper_cards *cards, lm_str at,
                        struct scraper_page *page)
{
    page->n_cards = LM_MAX(page->n_cards, cards->n_all);
    for (size_t i = 0; i < cards->n; i++) {
        const lm_str *card = cards->cards[i];
        lm_str key = key_of(card[KEY]);

        if (key.n && card[COMPANY].n)
            add(a, at, key, card[COMPANY], card[LOCATION], card[COMPANY_LINK], page);
    }
}

/* ---- the page ---- */

static lm_code parse(struct lm_arena *a, const struct scraper_query *q LM_UNUSED,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    struct scraper_cards cards;
    bool has_json;

    if (scraper_extract(extractor, a, in->body, in->content_type, MOST_POSTINGS, &cards, err))
        return lm_wrap(err, "search page");
    has_json = read_json(a, in->body, in->url, out);
    if (out->n == 0)
        read_markup(a, &cards, in->url, out);
    if (out->n == 0 && !has_json && scraper_page_refuse(in->body, block_words, out, err))
        return err->code;
    /* A search that found nothing says so; a page that says nothing is no answer. */
    if (out->n == 0 && !has_json && !cards.page[EMPTY].p)
        return lm_fail(err, LM_UNAVAILABLE,
                       "the page is no search page: it has neither cards nor a no-result mark");
    if (out->n > 0 && cards.page[NEXT].p)
        out->next = LM_STR("next");
    return LM_OK;
}

static const char *const filters[] = {"location", "min_vacancies", NULL};

const struct scraper_source scraper_source_indeed = {
    .name = "indeed",
    .id = LM__SOURCE__INDEED,
    .title = "Indeed",
    .description =
        "Indeed: companies with several open vacancies, counted over all pages and keywords",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_NEEDED,
    .counts_vacancies = true,
    .site = &site,
    .config = scraper_config_indeed,
    .check = check,
    .request = request,
    .parse = parse,
};

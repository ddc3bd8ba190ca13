/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indeed's search page. It holds the same cards twice: as JSON in a script, which is complete, and
 * as markup, which is read when the JSON is not there or cut. Class names of the form css-xxxxxx
 * change with each release of the site and are never used; data-testid, ids and the words below have
 * been the same in all captures seen.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/html.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/sources/sources.h"

enum { RESULTS_PER_OFFSET = 10, MOST_POSTINGS = 200 };

static lm_str search_url(struct lm_arena *a, const struct scraper_query *q)
{
    struct lm_buf url = lm_buf_in(a, 8192);
    lm_str location = q->location.n ? q->location : LM_STR("Nederland");

    lm_buf_append(&url, q->base_url);
    lm_buf_appendz(&url, "/jobs?q=");
    lm_buf_percent(&url, q->keyword);
    lm_buf_appendz(&url, "&l=");
    lm_buf_percent(&url, location);
    lm_buf_printf(&url, "&start=%d", q->page * RESULTS_PER_OFFSET);
    return lm_buf_str(&url);
}

static lm_str absolute(struct lm_arena *a, lm_str base_url, lm_str ref)
{
    return ref.n ? lm_url_join(a, base_url, ref) : (lm_str){NULL, 0};
}

/* The public page of a vacancy; links on the cards themselves go through a click counter. */
static lm_str posting_url(struct lm_arena *a, lm_str base_url, lm_str key)
{
    struct lm_buf url = lm_buf_in(a, 4096);

    lm_buf_append(&url, base_url);
    lm_buf_appendz(&url, "/viewjob?jk=");
    lm_buf_percent(&url, key);
    return lm_buf_str(&url);
}

/* ---- JSON ---- */

/* What stands behind `["mosaic-provider-jobcards"] =`: the site has many providers, the key is matched whole. */
static bool find_json(struct lm_arena *a, lm_str body, struct lm_jval **out)
{
    const lm_str key = LM_STR("\"mosaic-provider-jobcards\"]");
    ptrdiff_t at = lm_str_find(body, key, 0);
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

static void add_json_posting(struct lm_arena *a, const struct lm_jval *job, lm_str base_url,
                             struct scraper_page *page)
{
    struct scraper_posting p = {
        .key = lm_jstr(job, "jobkey"),
        .company = lm_text_squeeze(a, lm_jstr(job, "company")),
        .title = lm_text_squeeze(a, lm_jstr(job, "title")),
        .location = lm_text_squeeze(a, lm_jstr(job, "formattedLocation")),
    };

    if (!p.company.n)
        p.company = lm_text_squeeze(a, lm_jstr(job, "truncatedCompany"));
    if (!p.location.n)
        p.location = lm_text_squeeze(a, lm_jstr(job, "jobLocationCity"));
    if (!p.key.n || !p.company.n || lm_jbool(job, "expired"))
        return;
    p.company_url = absolute(a, base_url, lm_jstr(job, "companyOverviewLink"));
    p.url = posting_url(a, base_url, p.key);
    page->postings[page->n++] = p;
}

static bool read_json(struct lm_arena *a, lm_str body, lm_str base_url, struct scraper_page *page)
{
    const struct lm_jval *results;
    struct lm_jval *root;
    size_t n;

    if (!find_json(a, body, &root))
        return false;
    results = lm_jget(root, "metaData.mosaicProviderJobCardsModel.results");
    if (results->type != LM_J_ARR)
        return false;
    n = LM_MIN(results->n, (size_t)MOST_POSTINGS);
    page->postings = LM_NEW_ARRAY(a, struct scraper_posting, n);
    for (size_t i = 0; i < n; i++)
        add_json_posting(a, &results->items[i], base_url, page);
    return true;
}

/* ---- markup ---- */

static lm_str text_of(struct lm_arena *a, const lm_node *n)
{
    return n ? lm_html_text(a, n) : (lm_str){NULL, 0};
}

/* An element whose class contains `part`, for older forms of the page. */
static const lm_node *by_class_part(const lm_node *top, const char *tag, const char *part)
{
    for (const lm_node *n = NULL; (n = LM_HTML_EACH(top, n, .tag = tag, .attr = "class"));) {
        if (lm_str_ifind(lm_html_attr(n, "class"), lm_str_z(part), 0) >= 0)
            return n;
    }
    return NULL;
}

/* From data-jk, or from jk= in the link. */
static lm_str key_of_link(const lm_node *link)
{
    lm_str key = lm_html_attr(link, "data-jk");
    lm_str href = lm_html_attr(link, "href");
    ptrdiff_t at;
    size_t end;

    if (key.n || !href.p)
        return key;
    at = lm_str_find(href, LM_STR("jk="), 0);
    if (at <= 0 || !strchr("?&", href.p[at - 1]))
        return (lm_str){NULL, 0};
    for (end = (size_t)at + 3; end < href.n && href.p[end] != '&' && href.p[end] != '#';)
        end++;
    return lm_str_sub(href, (size_t)at + 3, end);
}

static void add_card(struct lm_arena *a, const lm_node *card, lm_str base_url,
                     struct scraper_page *page)
{
    const lm_node *company =
        LM_HTML_FIND(card, .tag = "span", .attr = "data-testid", .value = "company-name");
    const lm_node *place = LM_HTML_FIND(card, .attr = "data-testid", .value = "text-location");
    struct scraper_posting p = {.key = {NULL, 0}};

    for (const lm_node *n = NULL; !p.key.n && (n = LM_HTML_EACH(card, n, .tag = "a"));) {
        p.key = key_of_link(n);
        p.title = p.key.n ? text_of(a, n) : p.title;
    }
    p.company = text_of(a, company ? company : by_class_part(card, "span", "company"));
    p.location = text_of(a, place ? place : by_class_part(card, "div", "location"));
    if (!p.key.n || !p.company.n)
        return;
    p.url = posting_url(a, base_url, p.key);
    page->postings[page->n++] = p;
}

static bool is_card(const lm_node *n)
{
    return lm_html_has_class(n, "job_seen_beacon") || lm_html_has_class(n, "jobCard");
}

static void read_markup(struct lm_arena *a, const lm_node *root, lm_str base_url,
                        struct scraper_page *page)
{
    const lm_node *n = root;

    page->n = 0;
    page->postings = LM_NEW_ARRAY(a, struct scraper_posting, MOST_POSTINGS);
    while (n && page->n < MOST_POSTINGS) {
        if (is_card(n)) {
            add_card(a, n, base_url, page);
            n = lm_html_skip(root, n); /* no card within a card */
        } else {
            n = lm_html_next(root, n);
        }
    }
}

/* ---- the page ---- */

static bool has_next(const lm_node *root)
{
    if (LM_HTML_FIND(root, .attr = "data-testid", .value = "pagination-page-next"))
        return true;
    for (const lm_node *n = NULL; (n = LM_HTML_EACH(root, n, .tag = "a", .attr = "aria-label"));) {
        lm_str label = lm_html_attr(n, "aria-label");

        if (lm_str_istarts(label, LM_STR("Next")) || lm_str_istarts(label, LM_STR("Volgende")))
            return true;
    }
    return false;
}

/* A search that found nothing says so; a page that says nothing is no answer. */
static bool is_empty_search(const lm_node *root)
{
    static const char *const marks[] = {"jobsearch-NoResult", "bad_query", "no_results",
                                        "jobsearch-Bad"};

    for (size_t i = 0; i < LM_COUNT(marks); i++) {
        if (by_class_part(root, NULL, marks[i]))
            return true;
    }
    return LM_HTML_FIND(root, .tag = "div", .attr = "id", .value = "mosaic-provider-jobcards") !=
           NULL;
}

static const char *name_of_block(lm_str body)
{
    static const char *const marks[][2] = {
        {"cf_chl_opt", "a challenge page"},
        {"Just a moment...", "a challenge page"},
        {"Additional Verification Required", "a challenge page"},
        {"Security Check - Indeed", "a challenge page"},
        {"g-recaptcha", "a captcha"},
        {"hcaptcha", "a captcha"},
        {"secure.indeed.com/auth", "a login wall"},
        {"name=\"__password\"", "a login wall"},
        {"type=\"password\"", "a login wall"},
    };

    for (size_t i = 0; i < LM_COUNT(marks); i++) {
        if (lm_str_ifind(body, lm_str_z(marks[i][0]), 0) >= 0)
            return marks[i][1];
    }
    return NULL;
}

static lm_code parse(struct lm_arena *a, lm_str body, lm_str base_url, struct scraper_page *out,
                     lm_err *err)
{
    const lm_node *root;
    bool has_json;

    memset(out, 0, sizeof(*out));
    if (lm_html_parse(a, body, (lm_str){NULL, 0}, &root, err))
        return lm_wrap(err, "search page");
    has_json = read_json(a, body, base_url, out);
    if (out->n == 0)
        read_markup(a, root, base_url, out);
    if (out->n == 0 && !has_json) {
        const char *block = name_of_block(body);

        if (block)
            return lm_fail(err, LM_UNAVAILABLE, "blocked: the site answered with %s", block);
        if (!is_empty_search(root))
            return lm_fail(err, LM_UNAVAILABLE,
                           "the page is no search page: it has neither cards nor a no-result mark");
    }
    out->has_next = has_next(root);
    return LM_OK;
}

static const char *const filters[] = {"location", "min_vacancies", NULL};

const struct scraper_source scraper_source_indeed = {
    .name = "indeed",
    .id = LM__SOURCE__INDEED,
    .description =
        "Indeed: companies with several open vacancies, counted over all pages and keywords",
    .filters = filters,
    .default_base_url = "https://nl.indeed.com",
    .search_url = search_url,
    .parse = parse,
};

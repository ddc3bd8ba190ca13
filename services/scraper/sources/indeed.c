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

static struct scraper_site site;

const struct lm_config_key scraper_config_indeed[] = {
    SCRAPER_SITE("indeed", &site, "https://nl.indeed.com", "3s"),
    LM_CFG_END,
};

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

static void add_json(struct lm_arena *a, const struct lm_jval *job, lm_str at,
                     struct scraper_page *page)
{
    lm_str key = lm_jstr(job, "jobkey");
    lm_str company = lm_text_squeeze(a, lm_jstr(job, "company"));
    lm_str location = lm_text_squeeze(a, lm_jstr(job, "formattedLocation"));

    if (!company.n)
        company = lm_text_squeeze(a, lm_jstr(job, "truncatedCompany"));
    if (!location.n)
        location = lm_text_squeeze(a, lm_jstr(job, "jobLocationCity"));
    if (key.n && company.n && !lm_jbool(job, "expired"))
        add(a, at, key, company, location, lm_jstr(job, "companyOverviewLink"), page);
}

static bool read_json(struct lm_arena *a, lm_str body, lm_str at, struct scraper_page *page)
{
    const struct lm_jval *results;
    struct lm_jval *root;

    if (!find_json(a, body, &root))
        return false;
    results = lm_jget(root, "metaData.mosaicProviderJobCardsModel.results");
    if (results->type != LM_J_ARR)
        return false;
    page->n_cards = LM_MIN(results->n, (size_t)MOST_POSTINGS);
    for (size_t i = 0; i < page->n_cards; i++)
        add_json(a, &results->items[i], at, page);
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

static void add_card(struct lm_arena *a, const lm_node *card, lm_str at, struct scraper_page *page)
{
    const lm_node *name =
        LM_HTML_FIND(card, .tag = "span", .attr = "data-testid", .value = "company-name");
    const lm_node *place = LM_HTML_FIND(card, .attr = "data-testid", .value = "text-location");
    lm_str key = {NULL, 0}, company;

    for (const lm_node *n = NULL; !key.n && (n = LM_HTML_EACH(card, n, .tag = "a"));)
        key = key_of_link(n);
    company = text_of(a, name ? name : by_class_part(card, "span", "company"));
    if (key.n && company.n)
        add(a, at, key, company, text_of(a, place ? place : by_class_part(card, "div", "location")),
            (lm_str){NULL, 0}, page);
}

static bool is_card(const lm_node *n)
{
    return lm_html_has_class(n, "job_seen_beacon") || lm_html_has_class(n, "jobCard");
}

static void read_markup(struct lm_arena *a, const lm_node *root, lm_str at,
                        struct scraper_page *page)
{
    const lm_node *n = root;

    page->n_cards = 0;
    while (n && page->n_cards < MOST_POSTINGS) {
        if (is_card(n)) {
            page->n_cards++;
            add_card(a, n, at, page);
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

static lm_code parse(struct lm_arena *a, const struct scraper_query *q LM_UNUSED,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    const lm_node *root;
    bool has_json;

    if (lm_html_parse(a, in->body, in->content_type, &root, err))
        return lm_wrap(err, "search page");
    has_json = read_json(a, in->body, in->url, out);
    if (out->n == 0)
        read_markup(a, root, in->url, out);
    if (out->n == 0 && !has_json) {
        const char *block = name_of_block(in->body);

        if (block)
            return lm_fail(err, LM_UNAVAILABLE, "blocked: the site answered with %s", block);
        if (!is_empty_search(root))
            return lm_fail(err, LM_UNAVAILABLE,
                           "the page is no search page: it has neither cards nor a no-result mark");
    }
    if (out->n > 0 && has_next(root))
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
    .request = request,
    .parse = parse,
};

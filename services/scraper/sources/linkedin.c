/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LinkedIn, as far as it is public: the search for companies, and their pages, whose JSON-LD is read first and whose
 * markup where that is silent; markup is read by rules. A login wall is never data, and people's profiles are never asked for. Source: reference
 * A1; only cut extracts of company pages were seen, so the markup's rules are those of an older reader.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/extract/extract.h"
#include "services/scraper/sources/sources.h"

enum { MOST_CARDS = 100, FULL_PAGE = 5 /* a page with fewer is the last */, MOST_GRAPH = 200 };
enum { MOST_DESCRIPTION = 500 };

static struct scraper_site site;
static const char *const *wall_words;

/* The search, and a company's page: a matcher each, since a page is one or the other. */
enum { CARD, TEXT, NAME, LINK, TRADE, PLACE, EMPTY, LIST_RULES };
static struct scraper_rule list_rules[LIST_RULES] = {
    [CARD] = {.kind = SCRAPER_CARD},   [TEXT] = {.kind = SCRAPER_FIELD},
    [NAME] = {.kind = SCRAPER_FIELD},  [LINK] = {.kind = SCRAPER_FIELD},
    [TRADE] = {.kind = SCRAPER_FIELD}, [PLACE] = {.kind = SCRAPER_FIELD},
    [EMPTY] = {.kind = SCRAPER_MARK},
};
enum { TITLE, WEBSITE, INDUSTRY, SIZE, SEAT, ABOUT, FACTS, COMPANY_RULES };
static struct scraper_rule company_rules[COMPANY_RULES] = {
    [TITLE] = {.kind = SCRAPER_PAGE},    [WEBSITE] = {.kind = SCRAPER_PAGE},
    [INDUSTRY] = {.kind = SCRAPER_PAGE}, [SIZE] = {.kind = SCRAPER_PAGE},
    [SEAT] = {.kind = SCRAPER_PAGE},     [ABOUT] = {.kind = SCRAPER_PAGE},
    [FACTS] = {.kind = SCRAPER_PAGE},
};
static struct scraper_extractor *list_extractor, *company_extractor;

const struct lm_config_key scraper_config_linkedin[] = {
    SCRAPER_SITE("linkedin", &site, "https://www.linkedin.com", "10s"),
    LM_CFG_LIST("scraper.linkedin_block_words", &wall_words,
                SCRAPER_BLOCK_WORDS ",authwall,session_password,join-form",
                "a page without data that has one of them is a login wall"),
    LM_CFG_STR("scraper.linkedin_card", &list_rules[CARD].text,
               "div.entity-result, div.search-result, div[class^=reusable-search__result], "
               "li[class*=result-container]",
               "a company of the search (rules: extract/extract.h)"),
    LM_CFG_STR("scraper.linkedin_text", &list_rules[TEXT].text, "li, div",
               "what says how many work there"),
    LM_CFG_STR("scraper.linkedin_name", &list_rules[NAME].text,
               "[class*=entity-result__title], [class*=company-name]", "its name"),
    LM_CFG_STR("scraper.linkedin_link", &list_rules[LINK].text, "a[href*='/company/']@href",
               "its page"),
    LM_CFG_STR("scraper.linkedin_trade", &list_rules[TRADE].text, "[class*=primary-subtitle]",
               "what it does"),
    LM_CFG_STR("scraper.linkedin_place", &list_rules[PLACE].text, "[class*=secondary-subtitle]",
               "where it is"),
    LM_CFG_STR("scraper.linkedin_empty", &list_rules[EMPTY].text, "[class*=no-results]",
               "stands on the page when nothing was found"),
    LM_CFG_STR("scraper.linkedin_company_title", &company_rules[TITLE].text, "h1[class*=top-card]",
               "a company's page: its name"),
    LM_CFG_STR("scraper.linkedin_company_website", &company_rules[WEBSITE].text,
               "a[data-tracking-control-name*=website]@href", "its website, or a redirect to it"),
    LM_CFG_STR("scraper.linkedin_company_trade", &company_rules[INDUSTRY].text,
               "[data-test-id=about-us__industry] dd | [class*=industry]", "what it does"),
    LM_CFG_STR("scraper.linkedin_company_size", &company_rules[SIZE].text,
               "[data-test-id=about-us__size] dd", "how many work there"),
    LM_CFG_STR("scraper.linkedin_company_place", &company_rules[SEAT].text,
               "[data-test-id=about-us__headquarters] dd", "where it is"),
    LM_CFG_STR("scraper.linkedin_company_about", &company_rules[ABOUT].text, "[class*=org-about]",
               "what it says of itself"),
    LM_CFG_STR("scraper.linkedin_company_facts", &company_rules[FACTS].text, "[class*=top-card]",
               "where a number of employees may stand otherwise"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    if (scraper_extractor_set(&list_extractor, list_rules, LIST_RULES, scraper_config_linkedin,
                              err))
        return err->code;
    return scraper_extractor_set(&company_extractor, company_rules, COMPANY_RULES,
                                 scraper_config_linkedin, err);
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err LM_UNUSED)
{
    struct lm_buf url = lm_buf_in(a, 8192);

    lm_buf_printf(&url, "%s/search/results/companies/?keywords=", site.url);
    lm_buf_percent(&url, q->keyword);
    lm_buf_printf(&url, "&page=%d", q->page + 1);
    if (q->filters->company_size) {
        lm_buf_appendz(&url, "&companySize=");
        lm_buf_percent(&url, lm_str_z(q->filters->company_size));
    }
    if (q->filters->location) {
        lm_buf_appendz(&url, "&geoUrn=");
        lm_buf_percent(&url, lm_str_z(q->filters->location));
    }
    out->url = lm_buf_str(&url);
    return LM_OK;
}

/* ---- walls ---- */

/* Where it sends whom it does not want to see anything. */
static bool is_wall_url(lm_str url)
{
    static const char *const paths[] = {"/authwall", "/login", "/uas/", "/checkpoint/", "/signup"};
    struct lm_url u;

    for (size_t i = 0; lm_url_parse(url, &u) && i < LM_COUNT(paths); i++) {
        if (lm_str_starts(u.path, lm_str_z(paths[i])))
            return true;
    }
    return false;
}

static lm_code fail_wall(struct scraper_page *page, lm_err *err)
{
    page->is_blocked = true;
    return lm_fail(err, LM_UNAVAILABLE, "blocked: the site answered with a login wall");
}

/* A page that has nothing: why? Pages with data show a login form, too. */
static lm_code judge_empty(lm_str body, const char *what, struct scraper_page *page, lm_err *err)
{
    if (scraper_page_refuse(body, wall_words, page, err))
        return err->code;
    return lm_fail(err, LM_UNAVAILABLE, "the page is no %s", what);
}

/* ---- texts ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The next number of a text; separators of thousands are none of it. False: there is none that fits. */
static bool next_number(lm_str *rest, int64_t *out)
{
    size_t i = 0;
    int64_t n = 0;

    while (i < rest->n && !is_digit(rest->p[i]))
        i++;
    if (i == rest->n)
        return false;
    for (; i < rest->n && n < INT32_MAX; i++) {
        bool is_separator =
            (rest->p[i] == ',' || rest->p[i] == '.') && i + 1 < rest->n && is_digit(rest->p[i + 1]);

        if (is_digit(rest->p[i]))
            n = n * 10 + (rest->p[i] - '0');
        else if (!is_separator)
            break;
    }
    *rest = lm_str_sub(*rest, i, rest->n);
    *out = n;
    return n > 0 && n < INT32_MAX;
}

/* "11-50 employees", "1,001+ werknemers", "(42) employees": the range as it stands, and the middle of it. */
static void read_employees(struct lm_arena *a, lm_str text, Lm__Company *c)
{
    lm_str rest = text;
    int64_t from, to;

    if (!next_number(&rest, &from))
        return;
    c->has_employee_count = true;
    c->employee_count = (int32_t)from;
    if (lm_str_starts(rest, LM_STR("+"))) {
        c->employee_range = lm_arena_printf(a, "%lld+", (long long)from);
    } else if ((lm_str_starts(rest, LM_STR("-")) || lm_str_starts(rest, LM_STR("\xe2\x80\x93"))) &&
               next_number(&rest, &to) && to >= from) {
        c->employee_range = lm_arena_printf(a, "%lld-%lld", (long long)from, (long long)to);
        c->employee_count = (int32_t)((from + to) / 2);
    }
}

/* "…, 11-50 employees" somewhere in a text: from the number before the word. */
static void find_employees(struct lm_arena *a, lm_str text, Lm__Company *c)
{
    static const char *const words[] = {"employees", "werknemers", "medewerkers"};

    for (size_t i = 0; i < LM_COUNT(words); i++) {
        ptrdiff_t at = lm_str_ifind(text, lm_str_z(words[i]), 0);
        size_t from = at < 0 ? 0 : (size_t)at;

        while (from > 0 && (lm_str_chr(LM_STR("0123456789.,+- ()"), text.p[from - 1], 0) >= 0 ||
                            (signed char)text.p[from - 1] < 0))
            from--;
        if (at > 0 && !c->has_employee_count)
            read_employees(a, lm_str_sub(text, from, (size_t)at), c);
    }
}

/* Of /company/<slug>/…, with the host it stands on; {NULL, 0}: not a company's page. */
static lm_str company_page(struct lm_arena *a, lm_str at, lm_str href, lm_str *slug)
{
    static const lm_str before = LM_STR("/company/");
    lm_str whole = lm_url_join(a, at, href), rest;
    struct lm_url u;

    if (!whole.n || !lm_url_parse(whole, &u) || !lm_str_starts(u.path, before))
        return (lm_str){NULL, 0};
    rest = lm_str_sub(u.path, before.n, u.path.n);
    if (!lm_str_split(&rest, '/', slug) || !slug->n)
        return (lm_str){NULL, 0};
    return lm_str_z(lm_arena_printf(a, "%.*s://%.*s%s%.*s/company/%.*s", LM_FMT(u.scheme),
                                    LM_FMT(u.host), u.port.n ? ":" : "", LM_FMT(u.port),
                                    LM_FMT(*slug)));
}

/* ---- the search ---- */

static void add_card(struct lm_arena *a, const lm_str *card, lm_str at, struct scraper_page *page)
{
    lm_str slug = {NULL, 0}, url = company_page(a, at, card[LINK], &slug);
    struct scraper_found *f;

    if (!url.n || !card[NAME].n)
        return;
    f = scraper_page_add(a, page, MOST_CARDS);
    f->key = lm_text_fold(a, slug).n ? lm_text_fold(a, slug) : slug;
    f->url = url;
    f->company->name = scraper_text(a, card[NAME]);
    f->company->source_url = f->company->linkedin_url = scraper_text(a, url);
    f->company->industry_words = scraper_text(a, card[TRADE]);
    f->company->location = scraper_text(a, card[PLACE]);
    find_employees(a, card[TEXT], f->company);
}

static lm_code parse(struct lm_arena *a, const struct scraper_query *q LM_UNUSED,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    struct scraper_cards found;

    if (is_wall_url(in->url))
        return fail_wall(out, err);
    if (scraper_extract(list_extractor, a, in->body, in->content_type, MOST_CARDS, &found, err))
        return lm_wrap(err, "search page");
    out->n_cards = found.n;
    for (size_t i = 0; i < found.n; i++)
        add_card(a, found.cards[i], in->url, out);
    if (out->n == 0 && !found.page[EMPTY].p)
        return judge_empty(in->body, "search page: it has neither cards nor a no-result mark", out,
                           err);
    if (out->n_cards >= FULL_PAGE)
        out->next = LM_STR("next");
    return LM_OK;
}

/* ---- a company's page: JSON-LD ---- */

static lm_code detail_request(struct lm_arena *a LM_UNUSED, const struct scraper_found *of,
                              struct scraper_request *out, lm_err *err LM_UNUSED)
{
    out->url = of->url;
    return LM_OK;
}

static bool is_organization(const struct lm_jval *v)
{
    const struct lm_jval *type = lm_jget(v, "@type");

    for (size_t i = 0; type->type == LM_J_ARR && i < type->n; i++) {
        if (lm_str_eqz(lm_jstr(&type->items[i], ""), "Organization"))
            return true;
    }
    return lm_str_eqz(lm_jstr(type, ""), "Organization") ||
           lm_str_eqz(lm_jstr(type, ""), "Corporation");
}

/* The organisation of a script: itself, one of a list, or one of its @graph. NULL: none. */
static const struct lm_jval *organization_in(const struct lm_jval *v)
{
    const struct lm_jval *list = v->type == LM_J_ARR ? v : lm_jget(v, "@graph");

    for (size_t i = 0; list->type == LM_J_ARR && i < LM_MIN(list->n, (size_t)MOST_GRAPH); i++) {
        if (is_organization(&list->items[i]))
            return &list->items[i];
    }
    return is_organization(v) ? v : NULL;
}

/* In the scripts of the page, wherever they stand. */
static const struct lm_jval *find_json(struct lm_arena *a, lm_str body)
{
    const lm_str mark = LM_STR("application/ld+json");
    ptrdiff_t at = -1;

    while ((at = lm_str_find(body, mark, (size_t)(at + 1))) >= 0) {
        ptrdiff_t open = lm_str_chr(body, '>', (size_t)at);
        const struct lm_jval *found;
        lm_err ignored = LM_ERR_INIT;
        struct lm_jval *v;
        size_t used;

        if (open < 0)
            return NULL;
        if (lm_json_parse_prefix(a, lm_str_trim(lm_str_sub(body, (size_t)open + 1, body.n)), &v,
                                 &used, &ignored) == LM_OK &&
            (found = organization_in(v)) && lm_jstr(found, "name").n)
            return found;
    }
    return NULL;
}

static void set(struct lm_arena *a, char **to, lm_str text)
{
    lm_str s = lm_text_squeeze(a, text);

    if (s.n)
        *to = scraper_text(a, s);
}

static void set_description(struct lm_arena *a, lm_str text, Lm__Company *c)
{
    set(a, &c->description, lm_utf8_cut(lm_text_squeeze(a, text), MOST_DESCRIPTION));
}

static void set_website(struct lm_arena *a, lm_str url, Lm__Company *c)
{
    if (lm_url_valid(url) && lm_str_ifind(url, LM_STR("linkedin.com/"), 0) < 0)
        c->website_url = scraper_text(a, url);
}

static void read_json(struct lm_arena *a, const struct lm_jval *o, Lm__Company *c)
{
    const struct lm_jval *staff = lm_jget(o, "numberOfEmployees");
    lm_str country = lm_jstr(o, "address.addressCountry"), same = lm_jstr(o, "sameAs");

    set(a, &c->name, lm_jstr(o, "name"));
    set_description(
        a, lm_jstr(o, "description").n ? lm_jstr(o, "description") : lm_jstr(o, "slogan"), c);
    set_website(a, same.n ? same : lm_jstr(o, "sameAs.0"), c);
    set(a, &c->address, lm_jstr(o, "address.streetAddress"));
    set(a, &c->postal_code, lm_jstr(o, "address.postalCode"));
    set(a, &c->city, lm_jstr(o, "address.addressLocality"));
    set(a, &c->location, lm_jstr(o, "address.addressLocality"));
    if (country.n == 2)
        set(a, &c->country, country);
    if (lm_jint(staff, "maxValue", 0) > 0)
        read_employees(a,
                       lm_str_z(lm_arena_printf(a, "%lld-%lld",
                                                (long long)lm_jint(staff, "minValue", 1),
                                                (long long)lm_jint(staff, "maxValue", 0))),
                       c);
    else if (lm_jint(staff, "value", 0) > 0)
        read_employees(a, lm_jstr(staff, "value"), c);
}

/* ---- a company's page: markup ---- */

/* Links to the outside go through a redirect that has the target in its query. */
static void read_website(struct lm_arena *a, lm_str href, Lm__Company *c)
{
    ptrdiff_t at = lm_str_find(href, LM_STR("url="), 0);
    lm_str target;

    if (at < 0) {
        set_website(a, href, c);
        return;
    }
    href = lm_str_sub(href, (size_t)at + 4, href.n);
    if (lm_str_split(&href, '&', &target) && lm_percent_decode(a, target, true, &target))
        set_website(a, target, c);
}

/* Only what the JSON did not say. */
static void read_markup(struct lm_arena *a, const lm_str *page, Lm__Company *c)
{
    set(a, &c->industry_words, page[INDUSTRY]);
    if (!c->website_url)
        read_website(a, page[WEBSITE], c);
    if (!c->city)
        set(a, &c->location, page[SEAT]);
    if (!c->description)
        set_description(a, page[ABOUT], c);
    if (page[SIZE].n)
        c->has_employee_count = false; /* a range of theirs says more than a number of a card */
    find_employees(a, page[SIZE].n ? page[SIZE] : page[FACTS], c);
}

static lm_code detail_parse(struct lm_arena *a, const struct scraper_answer *in,
                            struct scraper_found *of, lm_err *err)
{
    struct scraper_page page = {.n = 0}; /* whether it is blocked, nobody asks of one company */
    const struct lm_jval *json;
    struct scraper_cards found;

    if (is_wall_url(in->url))
        return fail_wall(&page, err);
    if (scraper_extract(company_extractor, a, in->body, in->content_type, 0, &found, err))
        return lm_wrap(err, "company page");
    json = find_json(a, in->body);
    if (!json && !found.page[TITLE].n)
        return judge_empty(in->body, "company page", &page, err);
    if (json)
        read_json(a, json, of->company);
    else
        set(a, &of->company->name, found.page[TITLE]);
    read_markup(a, found.page, of->company);
    return LM_OK;
}

static const char *const filters[] = {"company_size", "location", NULL};

const struct scraper_source scraper_source_linkedin = {
    .name = "linkedin",
    .id = LM__SOURCE__LINKEDIN,
    .title = "LinkedIn",
    .description = "LinkedIn: public company search and company pages; slow, and closed to whoever "
                   "asks too often",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_NEEDED,
    .site = &site,
    .config = scraper_config_linkedin,
    .check = check,
    .request = request,
    .parse = parse,
    .detail_request = detail_request,
    .detail_parse = detail_parse,
};

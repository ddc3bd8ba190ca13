/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LinkedIn, as far as it is public: the search for companies, and their pages, whose JSON-LD is read first and whose
 * markup where that is silent. A login wall is never data, and people's profiles are never asked for. Source: reference
 * A1; only cut extracts of company pages were seen, so the markup's rules are those of an older reader.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/html.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/sources/sources.h"

enum { MOST_CARDS = 100, FULL_PAGE = 5 /* a page with fewer is the last */, MOST_GRAPH = 200 };
enum { MOST_DESCRIPTION = 500 };

static struct scraper_site site;

const struct lm_config_key scraper_config_linkedin[] = {
    SCRAPER_SITE("linkedin", &site, "https://www.linkedin.com", "10s"),
    LM_CFG_END,
};

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

static lm_code fail_wall(lm_err *err)
{
    return lm_fail(err, LM_UNAVAILABLE, "blocked: the site answered with a login wall");
}

/* A page that has nothing: why? Pages with data show a login form, too. */
static lm_code judge_empty(lm_str body, const char *what, lm_err *err)
{
    static const char *const marks[] = {"authwall", "session_password", "type=\"password\"",
                                        "join-form"};

    for (size_t i = 0; i < LM_COUNT(marks); i++) {
        if (lm_str_ifind(body, lm_str_z(marks[i]), 0) >= 0)
            return fail_wall(err);
    }
    return lm_fail(err, LM_UNAVAILABLE, "the page is no %s", what);
}

/* ---- texts ---- */

static lm_str text_of(struct lm_arena *a, const lm_node *n)
{
    return n ? lm_html_text(a, n) : (lm_str){NULL, 0};
}

static const lm_node *by_class_part(const lm_node *top, const char *tag, const char *part)
{
    for (const lm_node *n = NULL; (n = LM_HTML_EACH(top, n, .tag = tag, .attr = "class"));) {
        if (lm_str_ifind(lm_html_attr(n, "class"), lm_str_z(part), 0) >= 0)
            return n;
    }
    return NULL;
}

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

static void add_card(struct lm_arena *a, const lm_node *card, lm_str at, struct scraper_page *page)
{
    const lm_node *title = by_class_part(card, NULL, "entity-result__title");
    lm_str slug = {NULL, 0}, url = {NULL, 0}, name;
    struct scraper_found *f;

    for (const lm_node *n = NULL;
         !url.n && (n = LM_HTML_EACH(card, n, .tag = "a", .attr = "href"));)
        url = company_page(a, at, lm_html_attr(n, "href"), &slug);
    name = text_of(a, title ? title : by_class_part(card, NULL, "company-name"));
    if (!url.n || !name.n)
        return;
    f = scraper_page_add(a, page, MOST_CARDS);
    f->key = lm_text_fold(a, slug).n ? lm_text_fold(a, slug) : slug;
    f->url = url;
    f->company->name = scraper_text(a, name);
    f->company->source_url = f->company->linkedin_url = scraper_text(a, url);
    f->company->industry_words =
        scraper_text(a, text_of(a, by_class_part(card, NULL, "primary-subtitle")));
    f->company->location =
        scraper_text(a, text_of(a, by_class_part(card, NULL, "secondary-subtitle")));
    find_employees(a, lm_html_text(a, card), f->company);
}

static bool is_card(const lm_node *n)
{
    static const char *const parts[] = {"search-result", "entity-result", "reusable-search"};
    lm_str class = lm_html_attr(n, "class");
    bool is_div = lm_str_eqz(lm_html_tag(n), "div");

    for (size_t i = 0; is_div && i < LM_COUNT(parts); i++) {
        if (lm_str_ifind(class, lm_str_z(parts[i]), 0) >= 0)
            return true;
    }
    return false;
}

/* The list itself may have a card's class: a card is what has no other one inside. */
static bool has_card_inside(const lm_node *card)
{
    for (const lm_node *n = card; (n = lm_html_next(card, n));) {
        if (is_card(n) && LM_HTML_FIND(n, .tag = "a", .attr = "href"))
            return true;
    }
    return false;
}

static lm_code parse(struct lm_arena *a, const struct scraper_query *q LM_UNUSED,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    const lm_node *root, *n;

    if (is_wall_url(in->url))
        return fail_wall(err);
    if (lm_html_parse(a, in->body, in->content_type, &root, err))
        return lm_wrap(err, "search page");
    for (n = root; n && out->n_cards < MOST_CARDS;) {
        if (is_card(n) && !has_card_inside(n)) {
            out->n_cards++;
            add_card(a, n, in->url, out);
            n = lm_html_skip(root, n);
        } else {
            n = lm_html_next(root, n);
        }
    }
    if (out->n == 0 && !by_class_part(root, NULL, "no-results"))
        return judge_empty(in->body, "search page: it has neither cards nor a no-result mark", err);
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

static const struct lm_jval *find_json(struct lm_arena *a, const lm_node *root)
{
    for (const lm_node *n = NULL; (n = LM_HTML_EACH(root, n, .tag = "script", .attr = "type",
                                                             .value = "application/ld+json"));) {
        const struct lm_jval *found;
        lm_err ignored = LM_ERR_INIT;
        struct lm_jval *v;

        if (lm_json_parse(a, lm_html_raw(a, n), &v, &ignored) == LM_OK &&
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

/* dt and dd inside an element that says what they are; the dd's text. */
static lm_str fact(struct lm_arena *a, const lm_node *root, const char *what)
{
    const lm_node *box = LM_HTML_FIND(root, .attr = "data-test-id", .value = what);

    return box ? text_of(a, LM_HTML_FIND(box, .tag = "dd")) : (lm_str){NULL, 0};
}

/* Links to the outside go through a redirect that has the target in its query. */
static void read_website(struct lm_arena *a, const lm_node *root, Lm__Company *c)
{
    for (const lm_node *n = NULL; (n = LM_HTML_EACH(root, n, .tag = "a", .attr = "href"));) {
        lm_str href = lm_html_attr(n, "href"), target;
        ptrdiff_t at = lm_str_find(href, LM_STR("url="), 0);

        if (lm_str_ifind(lm_html_attr(n, "data-tracking-control-name"), LM_STR("website"), 0) < 0)
            continue;
        if (at < 0) {
            set_website(a, href, c);
            return;
        }
        href = lm_str_sub(href, (size_t)at + 4, href.n);
        if (lm_str_split(&href, '&', &target) && lm_percent_decode(a, target, true, &target))
            set_website(a, target, c);
        return;
    }
}

/* Only what the JSON did not say. */
static void read_markup(struct lm_arena *a, const lm_node *root, Lm__Company *c)
{
    const lm_node *about = by_class_part(root, NULL, "org-about");
    lm_str industry = fact(a, root, "about-us__industry"), size = fact(a, root, "about-us__size");

    if (!industry.n)
        industry = text_of(a, by_class_part(root, NULL, "industry"));
    set(a, &c->industry_words, industry);
    if (!c->website_url)
        read_website(a, root, c);
    if (!c->city)
        set(a, &c->location, fact(a, root, "about-us__headquarters"));
    if (!c->description)
        set_description(a, text_of(a, about), c);
    if (!c->has_employee_count || size.n) {
        c->has_employee_count = false;
        find_employees(a, size.n ? size : lm_html_text(a, root), c);
    }
}

static lm_code detail_parse(struct lm_arena *a, const struct scraper_answer *in,
                            struct scraper_found *of, lm_err *err)
{
    const struct lm_jval *json;
    const lm_node *root, *title;
    Lm__Company *c = of->company;

    if (is_wall_url(in->url))
        return fail_wall(err);
    if (lm_html_parse(a, in->body, in->content_type, &root, err))
        return lm_wrap(err, "company page");
    json = find_json(a, root);
    title = by_class_part(root, "h1", "top-card");
    if (!json && !title)
        return judge_empty(in->body, "company page", err);
    if (json)
        read_json(a, json, c);
    else
        set(a, &c->name, text_of(a, title));
    read_markup(a, root, c);
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
    .request = request,
    .parse = parse,
    .detail_request = detail_request,
    .detail_parse = detail_parse,
};

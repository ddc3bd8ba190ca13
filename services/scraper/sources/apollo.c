/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Apollo's search for organisations. Its search for people gives neither addresses nor last names, which cost a credit
 * each, so it is no source of companies.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/sources/sources.h"

enum { PAGE_SIZE = 100, MOST_PAGES = 500, LONGEST_REQUEST = 32768 };

static struct scraper_site site;

const struct lm_config_key scraper_config_apollo[] = {
    SCRAPER_SITE("apollo", &site, "https://api.apollo.io/api/v1", "250ms"),
    SCRAPER_SITE_KEY("apollo", &site),
    LM_CFG_END,
};

/* ---- what is asked ---- */

/* Adds ,"name":[ … ]; `n` 0: nothing. */
static void put_list(struct lm_buf *b, const char *name, const lm_str *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0)
            lm_buf_printf(b, ",\"%s\":[", name);
        else
            lm_buf_char(b, ',');
        lm_buf_json(b, v[i]);
    }
    if (n > 0)
        lm_buf_char(b, ']');
}

/* They write 11,50 for 11-50; open ends reach to a million. */
static lm_code ranges(struct lm_arena *a, const Scraper__Filters *f, lm_str *v, size_t *n,
                      lm_err *err)
{
    for (size_t i = 0; i < f->n_employee_ranges; i++) {
        struct scraper_employees e;

        if (!scraper_employees_parse(a, lm_str_z(f->employee_ranges[i]), &e))
            return lm_fail_field(err, "filters.employee_ranges",
                                 "has something that is no range: write it like 11-50 or 500+");
        v[(*n)++] = lm_str_z(lm_arena_printf(a, "%lld,%lld", (long long)e.least,
                                             (long long)(e.most < 0 ? 1000000 : e.most)));
    }
    return LM_OK;
}

/* "Utrecht, Netherlands": places are alternatives to them, so a town and its country are one. */
static lm_str place(struct lm_arena *a, const Scraper__Filters *f)
{
    lm_str town = lm_str_z(f->location);
    const char *country = f->country ? scraper_country_name(f->country) : NULL;

    if (town.n && country)
        return lm_str_z(lm_arena_printf(a, "%.*s, %s", LM_FMT(town), country));
    return town.n ? town : lm_str_z(country);
}

static lm_code put_filters(struct lm_arena *a, const struct scraper_query *q, struct lm_buf *body,
                           lm_err *err)
{
    const Scraper__Filters *f = q->filters;
    lm_str *tags = LM_NEW_ARRAY(a, lm_str, f->n_industries + 1);
    lm_str *sizes = LM_NEW_ARRAY(a, lm_str, f->n_employee_ranges + 1);
    lm_str where = place(a, f);
    size_t n_tags = 0, n_sizes = 0;

    for (size_t i = 0; i < f->n_industries; i++)
        tags[n_tags++] = lm_str_z(f->industries[i]);
    if (q->keyword.n)
        tags[n_tags++] = q->keyword;
    if (ranges(a, f, sizes, &n_sizes, err))
        return err->code;
    if (n_tags + n_sizes == 0 && !where.n)
        return lm_fail_field(
            err, "filters",
            "are needed: industries, employee_ranges, location, country or keywords");
    put_list(body, "q_organization_keyword_tags", tags, n_tags);
    put_list(body, "organization_num_employees_ranges", sizes, n_sizes);
    put_list(body, "organization_locations", &where, where.n > 0);
    return LM_OK;
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err)
{
    struct lm_buf body = lm_buf_in(a, LONGEST_REQUEST);
    const char **headers = LM_NEW_ARRAY(a, const char *, 4);

    lm_buf_printf(&body, "{\"page\":%d,\"per_page\":%d", q->page + 1, PAGE_SIZE);
    if (put_filters(a, q, &body, err))
        return err->code;
    lm_buf_char(&body, '}');
    headers[0] = "Content-Type: application/json";
    headers[1] = "Cache-Control: no-cache";
    headers[2] = lm_arena_printf(a, "x-api-key: %s", site.key);
    out->url = lm_str_z(lm_arena_printf(a, "%s/mixed_companies/search", site.url));
    out->body = lm_buf_str(&body);
    out->headers = headers;
    return LM_OK;
}

/* ---- what came back ---- */

/* 401 is plain text, the others JSON; whatever they say goes to the person who can mend it. */
static lm_code judge(struct lm_arena *a, const struct scraper_answer *in, lm_err *err)
{
    lm_err ignored = LM_ERR_INIT;
    struct lm_jval *root = NULL;
    lm_str why = in->body;

    if (in->status < 400)
        return LM_OK;
    if (lm_json_parse(a, in->body, &root, &ignored) == LM_OK)
        why = lm_jstr(root, "error").n ? lm_jstr(root, "error") : lm_jstr(root, "message");
    why = lm_utf8_valid(why) ? lm_utf8_cut(lm_text_squeeze(a, why), 200) : (lm_str){NULL, 0};
    switch (in->status) {
    case 401:
        return lm_fail(err, LM_FORBIDDEN, "Apollo does not know scraper.apollo_key: %.*s",
                       LM_FMT(why));
    case 402:
    case 403:
        return lm_fail(err, LM_FORBIDDEN,
                       "Apollo does not let scraper.apollo_key search companies: %.*s",
                       LM_FMT(why));
    default:
        return lm_fail(err, LM_UNPROCESSABLE, "Apollo does not take this search (%d): %.*s",
                       in->status, LM_FMT(why));
    }
}

static lm_str first_of(const struct lm_jval *v, const char *one, const char *other)
{
    lm_str text = lm_jstr(v, one);

    return text.n ? text : lm_jstr(v, other);
}

static void read_size_and_money(struct lm_arena *a, const struct lm_jval *v, Lm__Company *c)
{
    int64_t employees = lm_jint(v, "estimated_num_employees", 0);
    lm_str funding = lm_jstr(v, "total_funding_printed");

    if (employees > 0 && employees <= 10000000) {
        c->has_employee_count = true;
        c->employee_count = (int32_t)employees;
    }
    if (funding.n || lm_jstr(v, "latest_funding_stage").n) {
        c->has_has_funding = c->has_funding = true;
        c->funding_amount = scraper_text(a, funding);
    }
}

static void add(struct lm_arena *a, const struct lm_jval *v, struct scraper_page *page, size_t most)
{
    lm_str key = first_of(v, "organization_id", "id"); /* an account is a customer's copy */
    lm_str name = lm_text_squeeze(a, lm_jstr(v, "name"));
    struct scraper_found *f;
    Lm__Company *c;

    if (!key.n || !name.n)
        return;
    f = scraper_page_add(a, page, most);
    f->key = key;
    c = f->company;
    c->name = scraper_text(a, name);
    c->domain = scraper_text(a, first_of(v, "primary_domain", "domain"));
    c->website_url = scraper_text(a, lm_jstr(v, "website_url"));
    c->linkedin_url = scraper_text(a, lm_jstr(v, "linkedin_url"));
    c->phone = scraper_text(a, first_of(v, "primary_phone.sanitized_number", "sanitized_phone"));
    if (!c->phone)
        c->phone = scraper_text(a, first_of(v, "primary_phone.number", "phone"));
    c->industry_words = scraper_text(a, lm_jstr(v, "industry"));
    c->description = scraper_text(a, lm_jstr(v, "short_description"));
    c->address = scraper_text(a, lm_jstr(v, "street_address"));
    c->postal_code = scraper_text(a, lm_jstr(v, "postal_code"));
    c->city = scraper_text(a, first_of(v, "city", "organization_city"));
    c->country = scraper_text(a, first_of(v, "country", "organization_country"));
    if (!c->city)
        c->location = scraper_text(a, lm_jstr(v, "raw_address"));
    read_size_and_money(a, v, c);
}

static lm_code parse(struct lm_arena *a, const struct scraper_query *q,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    static const char *const lists[] = {"organizations", "accounts"};
    lm_err why = LM_ERR_INIT;
    struct lm_jval *root;
    size_t most = 0;

    if (judge(a, in, err))
        return err->code;
    if (lm_json_parse(a, in->body, &root, &why) || root->type != LM_J_OBJ ||
        lm_jget(root, "pagination")->type != LM_J_OBJ)
        return lm_fail(err, LM_UNAVAILABLE, "Apollo: the answer is no search result");
    for (size_t i = 0; i < LM_COUNT(lists); i++) {
        const struct lm_jval *list = lm_jget(root, lists[i]);

        most += list->type == LM_J_ARR ? LM_MIN(list->n, (size_t)PAGE_SIZE) : 0;
    }
    for (size_t i = 0; i < LM_COUNT(lists); i++) {
        const struct lm_jval *list = lm_jget(root, lists[i]);

        for (size_t k = 0; list->type == LM_J_ARR && k < list->n && k < PAGE_SIZE; k++)
            add(a, &list->items[k], out, most);
    }
    out->n_cards = most;
    if (most > 0 &&
        q->page + 1 < LM_MIN(lm_jint(root, "pagination.total_pages", 0), (int64_t)MOST_PAGES))
        out->next = lm_str_z(lm_arena_printf(a, "%d", q->page + 2));
    return LM_OK;
}

static const char *const filters[] = {"industries", "employee_ranges", "location", "country", NULL};

const struct scraper_source scraper_source_apollo = {
    .name = "apollo",
    .id = LM__SOURCE__APOLLO,
    .title = "Apollo",
    .description = "Apollo: companies by industry, size and place, out of its own database",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_OPTIONAL,
    .is_api = true,
    .needs_key = true,
    .sees_errors = true,
    .site = &site,
    .config = scraper_config_apollo,
    .request = request,
    .parse = parse,
};

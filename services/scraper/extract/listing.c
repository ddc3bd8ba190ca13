/* SPDX-License-Identifier: Apache-2.0 */
/* Reads directories of companies: an entry is a row of texts, whether JSON or markup had it. */
#include "services/scraper/extract/listing.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/extract/paths.h"

enum { MOST_ENTRIES = 200, MOST_TRADES = 3, MOST_DESCRIPTION = 500 };

/* ---- an entry ---- */

static lm_str url_of(struct lm_arena *a, lm_str at, lm_str link)
{
    return link.n ? lm_url_join(a, at, link) : (lm_str){NULL, 0};
}

/* "mailto:info@x.example?subject=…" */
static lm_str without_scheme(lm_str link, lm_str scheme)
{
    lm_str rest, value;

    if (!lm_str_istarts(link, scheme))
        return link;
    rest = lm_str_sub(link, scheme.n, link.n);
    return lm_str_split(&rest, '?', &value) ? value : rest;
}

static void set_website(struct lm_arena *a, const lm_str *facts, Lm__Company *c)
{
    lm_str site = facts[LISTING_WEBSITE];
    lm_str domain = lm_domain_normalize(a, facts[LISTING_DOMAIN]);

    if (site.n && lm_str_find(site, LM_STR("://"), 0) < 0)
        site = lm_str_z(lm_arena_printf(a, "http://%.*s", LM_FMT(site)));
    if (lm_url_valid(site))
        c->website_url = scraper_text(a, site);
    c->domain = scraper_text(a, domain);
}

/* A number is one; what else is said ("11-50", "5000+") stays as it is. */
static void set_employees(struct lm_arena *a, lm_str text, Lm__Company *c)
{
    int64_t n;

    if (lm_str_int(text, &n) && n > 0 && n < INT32_MAX) {
        c->has_employee_count = true;
        c->employee_count = (int32_t)n;
    } else {
        c->employee_range = scraper_text(a, text);
    }
}

/* "0", "false", "no" and "-" are none. */
static bool is_something(lm_str text)
{
    static const char *const nothing[] = {"0", "false", "no", "none", "nee", "n/a"};
    bool has_sign = false;

    for (size_t i = 0; i < LM_COUNT(nothing); i++) {
        if (lm_str_ieqz(text, nothing[i]))
            return false;
    }
    for (size_t i = 0; i < text.n && !has_sign; i++)
        has_sign = isalnum((unsigned char)text.p[i]);
    return has_sign;
}

static void set_funding(struct lm_arena *a, const lm_str *facts, Lm__Company *c)
{
    lm_str amount = facts[LISTING_FUNDING], currency = facts[LISTING_CURRENCY];

    if (!amount.n && !facts[LISTING_FUNDED].n)
        return;
    c->has_has_funding = true;
    c->has_funding = is_something(amount) || is_something(facts[LISTING_FUNDED]);
    if (is_something(amount))
        c->funding_amount = lm_arena_printf(a, "%.*s%s%.*s", LM_FMT(currency),
                                            currency.n ? " " : "", LM_FMT(amount));
}

static void set_contact(struct lm_arena *a, const lm_str *facts, const char *country,
                        Lm__Company *c)
{
    lm_str phone = without_scheme(facts[LISTING_PHONE], LM_STR("tel:"));
    lm_str email = without_scheme(facts[LISTING_EMAIL], LM_STR("mailto:"));

    c->phone = scraper_text(a, lm_phone_e164(a, phone, country));
    c->email = scraper_text(a, lm_email_normalize(a, email));
}

static void add_entry(struct lm_arena *a, const lm_str *facts, lm_str at, const char *country,
                      struct scraper_page *page)
{
    struct scraper_found *f;
    Lm__Company *c;

    if (!facts[LISTING_NAME].n)
        return;
    f = scraper_page_add(a, page, MOST_ENTRIES);
    c = f->company;
    f->url = url_of(a, at, facts[LISTING_LINK]);
    f->key = facts[LISTING_KEY].n ? facts[LISTING_KEY] : f->url.n ? f->url : facts[LISTING_NAME];
    c->name = scraper_text(a, facts[LISTING_NAME]);
    c->source_url = scraper_text(a, f->url);
    c->linkedin_url = scraper_text(a, url_of(a, at, facts[LISTING_LINKEDIN]));
    c->industry_words = scraper_text(a, facts[LISTING_INDUSTRY]);
    c->location = scraper_text(a, facts[LISTING_LOCATION]);
    c->country = facts[LISTING_COUNTRY].n ? scraper_text(a, facts[LISTING_COUNTRY])
                                          : scraper_text(a, lm_str_z(country));
    c->address = scraper_text(a, facts[LISTING_ADDRESS]);
    c->description = scraper_text(a, lm_utf8_cut(facts[LISTING_DESCRIPTION], MOST_DESCRIPTION));
    set_website(a, facts, c);
    set_employees(a, facts[LISTING_EMPLOYEES], c);
    set_funding(a, facts, c);
    set_contact(a, facts, country, c);
}

/* ---- JSON ---- */

/* Of a list the first texts, or names of objects, joined. */
static lm_str joined(struct lm_arena *a, const struct lm_jval *list)
{
    struct lm_buf b = lm_buf_in(a, 1024);

    for (size_t i = 0; i < LM_MIN(list->n, (size_t)MOST_TRADES); i++) {
        lm_str name = lm_jstr(&list->items[i], "");

        name = lm_text_squeeze(a, name.n ? name : lm_jstr(&list->items[i], "name"));
        if (b.n && name.n)
            lm_buf_appendz(&b, ", ");
        lm_buf_append(&b, name);
    }
    return lm_buf_str(&b);
}

static lm_str fact_of(struct lm_arena *a, const struct lm_jval *item, const char *const *paths)
{
    lm_str text = scraper_path_text(a, item, paths);
    const struct lm_jval *v;

    if (text.n)
        return text;
    v = scraper_path_value(item, paths);
    if (v->type == LM_J_ARR)
        return joined(a, v);
    if (v->type == LM_J_BOOL)
        return v->b ? LM_STR("true") : LM_STR("false");
    return (lm_str){NULL, 0};
}

/* The body, or what stands in the script; *root NULL: neither is JSON. LM_INVALID: the body is, and is cut. */
static lm_code find_json(struct lm_arena *a, const struct scraper_listing *l, lm_str body,
                         struct lm_jval **root, lm_err *err)
{
    lm_str text = lm_str_trim(body);
    lm_err ignored = LM_ERR_INIT;
    ptrdiff_t at;
    size_t used;

    *root = NULL;
    if (text.n && (text.p[0] == '{' || text.p[0] == '['))
        return lm_json_parse(a, text, root, err) ? lm_wrap(err, "the list as JSON") : LM_OK;
    at = l->script && *l->script ? lm_str_find(body, lm_str_z(l->script), 0) : -1;
    at = at < 0 ? -1 : lm_str_chr(body, '>', (size_t)at);
    if (at < 0)
        return LM_OK;
    text = lm_str_trim(lm_str_sub(body, (size_t)at + 1, body.n));
    if (lm_json_parse_prefix(a, text, root, &used, &ignored))
        *root = NULL;
    return LM_OK;
}

/* False: it has no list where one is looked for. */
static bool read_json(struct lm_arena *a, const struct scraper_listing *l,
                      const struct lm_jval *root, lm_str at, const char *country,
                      struct scraper_page *out)
{
    const struct lm_jval *items = scraper_path_array(root, l->items);
    lm_str facts[LISTING_FACTS];

    if (!items)
        return false;
    out->n_cards = LM_MIN(items->n, (size_t)MOST_ENTRIES);
    for (size_t i = 0; i < out->n_cards; i++) {
        for (size_t k = 0; k < LISTING_FACTS; k++)
            facts[k] = fact_of(a, &items->items[i], l->paths[k]);
        add_entry(a, facts, at, country, out);
    }
    return true;
}

/* ---- the page ---- */

lm_code scraper_listing_set(struct scraper_listing *l, const struct lm_config_key *config,
                            lm_err *err)
{
    return scraper_extractor_set(&l->extractor, l->rules, LISTING_RULES, config, err);
}

static lm_code read_markup(struct lm_arena *a, const struct scraper_listing *l,
                           const struct scraper_answer *in, const char *country,
                           struct scraper_page *out, lm_err *err)
{
    struct scraper_cards cards;

    if (scraper_extract(l->extractor, a, in->body, in->content_type, MOST_ENTRIES, &cards, err))
        return err->code;
    out->n_cards = cards.n_all;
    for (size_t i = 0; i < cards.n; i++)
        add_entry(a, cards.cards[i], in->url, country, out);
    if (out->n == 0 && scraper_page_refuse(in->body, l->block_words, out, err))
        return err->code;
    if (out->n == 0 && !cards.page[LISTING_EMPTY].p)
        return lm_fail(err, LM_UNAVAILABLE,
                       "the page is no list: it has neither entries nor a no-result mark");
    if (out->n > 0 && cards.page[LISTING_NEXT].p)
        out->next = LM_STR("next");
    return LM_OK;
}

lm_code scraper_listing_parse(struct lm_arena *a, const struct scraper_listing *l,
                              const struct scraper_answer *in, const char *country,
                              struct scraper_page *out, lm_err *err)
{
    struct lm_jval *root;

    if (find_json(a, l, in->body, &root, err))
        return err->code;
    if (!(root && read_json(a, l, root, in->url, country, out)) &&
        read_markup(a, l, in, country, out, err))
        return err->code;
    if ((int64_t)out->n_cards >= l->full_page && out->n > 0)
        out->next = LM_STR("next");
    return LM_OK;
}

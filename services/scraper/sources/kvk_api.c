/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API of the Dutch chamber of commerce: zoeken gives names and numbers, a page of basisprofielen each company's
 * trades, address and whether it asks for no mail. The shapes of zoeken v1 and v2 were seen in recordings of the test
 * environment.
 */
#include "services/scraper/sources/kvk.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"

enum { MOST_ROWS = 1000 /* of one question, the API's own limit */, MOST_CODES = 20 };

/* In arena `a`, as every request wants them. */
static const char *const *headers(struct lm_arena *a)
{
    const char **h = LM_NEW_ARRAY(a, const char *, 3);

    h[0] = lm_arena_printf(a, "apikey: %s", scraper_kvk_site.key);
    h[1] = "Accept: application/hal+json, application/json";
    return h;
}

lm_code scraper_kvk_api_request(struct lm_arena *a, const struct scraper_query *q,
                                struct scraper_request *out, lm_err *err)
{
    struct lm_buf url = lm_buf_in(a, 8192);
    lm_str place = lm_str_z(q->filters->location);

    if (!q->keyword.n && !place.n)
        return lm_fail_field(err, "keywords",
                             "the register is searched by a name or a place: give "
                             "keywords, or filters.location");
    lm_buf_printf(&url, "%s/api/v2/zoeken?type=hoofdvestiging", scraper_kvk_api_url);
    scraper_kvk_param(&url, "naam", q->keyword);
    scraper_kvk_param(&url, "plaats", place);
    lm_buf_printf(&url, "&pagina=%d&resultatenPerPagina=%d", q->page + 1, SCRAPER_KVK_ROWS);
    out->url = lm_buf_str(&url);
    out->headers = headers(a);
    out->is_api = true;
    return LM_OK;
}

/* ---- a list ---- */

/*
 * The register's own words for a refusal. IPD5200 is how it says that nothing was found; *is_empty then. A key that it
 * does not take helps at no later time.
 */
static lm_code judge_error(const struct scraper_answer *in, const struct lm_jval *root,
                           bool *is_empty, lm_err *err)
{
    const struct lm_jval *first = lm_jget(root, "fout.0");
    lm_str code = lm_jstr(first, "code"), words = lm_jstr(first, "omschrijving");

    *is_empty = lm_str_eqz(code, "IPD5200");
    if (*is_empty || in->status < 400)
        return LM_OK;
    if (in->status == 401 || in->status == 403)
        return lm_fail(err, LM_UNPROCESSABLE, "KvK refuses the key: check scraper.kvk_key");
    if (in->status == 404)
        return lm_fail(err, LM_NOT_FOUND, "KvK answered 404");
    return lm_fail(err, LM_INVALID, "KvK answered %d %.*s: %.*s", in->status,
                   (int)LM_MIN(code.n, 20u), code.p ? code.p : "", (int)LM_MIN(words.n, 200u),
                   words.p ? words.p : "");
}

static bool is_number(lm_str s)
{
    if (s.n != SCRAPER_KVK_DIGITS)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return true;
}

static struct scraper_found *found_with(struct scraper_page *page, lm_str number)
{
    for (size_t i = 0; i < page->n; i++) {
        if (lm_str_eq(page->found[i].key, number))
            return &page->found[i];
    }
    return NULL;
}

/* A number stands there once for the legal person and once for each branch; the head office is the company. */
static void add_row(struct lm_arena *a, const struct lm_jval *row, struct scraper_page *page)
{
    lm_str number = lm_jstr(row, "kvkNummer"), type = lm_jstr(row, "type");
    lm_str name =
        scraper_kvk_name(a, lm_jstr(row, lm_jstr(row, "naam").n ? "naam" : "handelsnaam"));
    lm_str place = lm_jstr(row, "adres.binnenlandsAdres.plaats");
    struct scraper_found *known = found_with(page, number);

    if (!place.n)
        place = lm_jstr(row, lm_jstr(row, "plaats").n ? "plaats" : "adres.plaats");
    page->n_over += lm_str_ieqz(type, "nevenvestiging");
    if (!is_number(number) || !name.n || lm_str_ieqz(type, "nevenvestiging"))
        return;
    if (!known) {
        scraper_kvk_add(a, number, name, place, page);
    } else if (lm_str_ieqz(type, "hoofdvestiging")) {
        known->company->name = scraper_text(a, name);
        known->company->location = known->company->city = scraper_text(a, place);
    }
}

lm_code scraper_kvk_api_parse(struct lm_arena *a, const struct scraper_query *q,
                              const struct scraper_answer *in, struct scraper_page *out,
                              lm_err *err)
{
    const struct lm_jval *rows;
    struct lm_jval *root;
    int64_t total, seen;
    bool is_empty;

    if (lm_json_parse(a, in->body, &root, err))
        return lm_wrap(err, "KvK's answer");
    if (judge_error(in, root, &is_empty, err) || is_empty)
        return err->code;
    rows = lm_jget(root, "resultaten");
    if (rows->type != LM_J_ARR)
        return lm_fail(err, LM_UNAVAILABLE, "KvK's answer has no list of results");
    out->n_cards = LM_MIN(rows->n, (size_t)SCRAPER_KVK_ROWS);
    for (size_t i = 0; i < out->n_cards; i++)
        add_row(a, &rows->items[i], out);
    total = lm_jint(root, "totaal", lm_jint(root, "aantal", 0));
    seen = (int64_t)(q->page + 1) * SCRAPER_KVK_ROWS;
    if (rows->n == SCRAPER_KVK_ROWS && seen < LM_MIN(total, (int64_t)MOST_ROWS))
        out->next = LM_STR("next");
    return LM_OK;
}

/* ---- one company ---- */

lm_code scraper_kvk_api_detail_request(struct lm_arena *a, const struct scraper_found *of,
                                       struct scraper_request *out, lm_err *err LM_UNUSED)
{
    if (!*scraper_kvk_site.key)
        return LM_OK;
    out->url = lm_str_z(lm_arena_printf(a, "%s/api/v1/basisprofielen/%.*s?geoData=false",
                                        scraper_kvk_api_url, LM_FMT(of->key)));
    out->headers = headers(a);
    out->is_api = true;
    return LM_OK;
}

/* The main trade first. */
static void read_trades(struct lm_arena *a, const struct lm_jval *list, Lm__Company *c)
{
    size_t n = LM_MIN(list->type == LM_J_ARR ? list->n : 0, (size_t)MOST_CODES);

    c->sbi_codes = LM_NEW_ARRAY(a, char *, n + 1);
    c->n_sbi_codes = 0;
    for (int is_main = 1; is_main >= 0; is_main--) {
        for (size_t i = 0; i < n; i++) {
            const struct lm_jval *sbi = &list->items[i];
            lm_str code = lm_jstr(sbi, "sbiCode");

            if (lm_str_ieqz(lm_jstr(sbi, "indHoofdactiviteit"), "Ja") != is_main || !code.n)
                continue;
            if (c->n_sbi_codes == 0)
                c->industry_words = scraper_text(a, lm_jstr(sbi, "sbiOmschrijving"));
            c->sbi_codes[c->n_sbi_codes++] = scraper_text(a, code);
        }
    }
}

/* The address people visit, else the first; texts have blanks of a fixed width. */
static const struct lm_jval *address_of(const struct lm_jval *office)
{
    const struct lm_jval *list = lm_jget(office, "adressen");

    for (size_t i = 0; list->type == LM_J_ARR && i < list->n; i++) {
        if (lm_str_istarts(lm_jstr(&list->items[i], "type"), LM_STR("bezoek")))
            return &list->items[i];
    }
    return lm_jget(list, "0");
}

static void read_address(struct lm_arena *a, const struct lm_jval *adr, Lm__Company *c)
{
    lm_str street = lm_text_squeeze(a, lm_jstr(adr, "straatnaam"));
    lm_str city = lm_text_squeeze(a, lm_jstr(adr, "plaats"));

    if (street.n)
        c->address =
            scraper_text(a, lm_text_squeeze(a, lm_str_z(lm_arena_printf(
                                                   a, "%.*s %.*s%.*s %.*s", LM_FMT(street),
                                                   LM_FMT(lm_jstr(adr, "huisnummer")),
                                                   LM_FMT(lm_jstr(adr, "huisletter")),
                                                   LM_FMT(lm_jstr(adr, "huisnummerToevoeging"))))));
    if (lm_jstr(adr, "postcode").n)
        c->postal_code = scraper_text(a, lm_text_squeeze(a, lm_jstr(adr, "postcode")));
    if (city.n)
        c->city = c->location = scraper_text(a, city);
}

static void read_office(struct lm_arena *a, const struct lm_jval *office, Lm__Company *c)
{
    lm_str website = lm_text_squeeze(a, lm_jstr(office, "websites.0"));

    read_address(a, address_of(office), c);
    if (website.n)
        c->website_url = lm_str_ifind(website, LM_STR("://"), 0) > 0
                             ? scraper_text(a, website)
                             : lm_arena_printf(a, "https://%.*s", LM_FMT(website));
}

/* ---- whom the search did not mean ---- */

static const char *const forms[][2] = {
    {"BV", "BeslotenVennootschap"},    {"NV", "NaamlozeVennootschap"},
    {"VOF", "VennootschapOnderFirma"}, {"CV", "CommanditaireVennootschap"},
    {"EENMANSZAAK", "Eenmanszaak"},
};

/* "B.V." and "bv" are BV, as the register's "BeslotenVennootschap" and "Besloten Vennootschap" are one. */
static lm_str letters_of(struct lm_arena *a, lm_str text)
{
    struct lm_buf b = lm_buf_in(a, 256);

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '.' && text.p[i] != ' ')
            lm_buf_char(&b, text.p[i]);
    }
    return lm_buf_str(&b);
}

static bool is_of_form(struct lm_arena *a, const struct lm_jval *root, const char *asked)
{
    lm_str form = letters_of(a, lm_jstr(root, "_embedded.eigenaar.rechtsvorm"));
    lm_str wanted = letters_of(a, lm_str_z(asked && *asked ? asked : "BV"));

    for (size_t i = 0; i < LM_COUNT(forms); i++) {
        if (lm_str_ieqz(wanted, forms[i][0]))
            wanted = lm_str_z(forms[i][1]);
    }
    return !form.n ||
           lm_str_ieq(form, wanted); /* a profile that says none is not left out for it */
}

static bool is_in_trades(const Lm__Company *c, const Scraper__Filters *f)
{
    for (size_t i = 0; i < f->n_sbi_codes; i++) {
        lm_str wanted = lm_str_z(f->sbi_codes[i]);

        for (size_t k = 0; k < c->n_sbi_codes; k++) {
            if (lm_str_starts(lm_str_z(c->sbi_codes[k]), wanted))
                return true;
        }
    }
    return f->n_sbi_codes == 0;
}

/* `after` is YYYY-MM-DD, the register's date YYYYMMDD. */
static bool is_young(struct lm_arena *a, lm_str registered, const char *after)
{
    struct lm_buf digits = lm_buf_in(a, 16);

    for (; after && *after && digits.n < 8; after++) {
        if (*after != '-')
            lm_buf_char(&digits, *after);
    }
    return !digits.n || lm_str_cmp(registered, lm_buf_str(&digits)) >= 0;
}

static bool is_meant(struct lm_arena *a, const struct lm_jval *root, const Lm__Company *c,
                     const Scraper__Filters *f)
{
    if (lm_jstr(root, "materieleRegistratie.datumEinde").n)
        return false; /* it has ended */
    return !f || (is_of_form(a, root, f->legal_form) && is_in_trades(c, f) &&
                  is_young(a, lm_jstr(root, "formeleRegistratiedatum"), f->registered_after));
}

lm_code scraper_kvk_api_detail_parse(struct lm_arena *a, const struct scraper_answer *in,
                                     struct scraper_found *of, lm_err *err)
{
    Lm__Company *c = of->company;
    struct lm_jval *root;
    lm_str no_mailing;
    int64_t staff;
    bool is_empty;

    if (lm_json_parse(a, in->body, &root, err))
        return lm_wrap(err, "KvK's profile");
    if (judge_error(in, root, &is_empty, err))
        return err->code;
    if (is_empty)
        return lm_fail(err, LM_NOT_FOUND, "KvK has no profile of it");
    if (!lm_str_eq(lm_jstr(root, "kvkNummer"), of->key))
        return lm_fail(err, LM_INVALID, "KvK's profile is that of another company");
    no_mailing = lm_jstr(root, "indNonMailing");
    c->has_no_mailing = no_mailing.n > 0;
    c->no_mailing = lm_str_ieqz(no_mailing, "Ja");
    read_trades(a, lm_jget(root, "sbiActiviteiten"), c);
    read_office(a, lm_jget(root, "_embedded.hoofdvestiging"), c);
    staff = lm_jint(root, "totaalWerkzamePersonen", 0);
    c->has_employee_count = staff > 0 && staff < 10000000;
    c->employee_count = c->has_employee_count ? (int32_t)staff : 0;
    of->is_outside = !is_meant(a, root, c, in->filters);
    return LM_OK;
}

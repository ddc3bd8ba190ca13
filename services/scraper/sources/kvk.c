/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Dutch chamber of commerce: its public search page, read by rules. With a key its API is asked instead, which says
 * more (kvk_api.c). Source: reference A1; that page was not seen: its rules are those of an older reader.
 */
#include "services/scraper/sources/kvk.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/extract/extract.h"

struct scraper_site scraper_kvk_site;
const char *scraper_kvk_api_url;

enum { CARD, TEXT, NAME, PLACE, TRADE, NEXT, EMPTY, RULES };
static struct scraper_rule rules[RULES] = {
    [CARD] = {.kind = SCRAPER_CARD},   [TEXT] = {.kind = SCRAPER_FIELD},
    [NAME] = {.kind = SCRAPER_FIELD},  [PLACE] = {.kind = SCRAPER_FIELD},
    [TRADE] = {.kind = SCRAPER_FIELD}, [NEXT] = {.kind = SCRAPER_MARK},
    [EMPTY] = {.kind = SCRAPER_MARK},
};
static struct scraper_extractor *extractor;
static const char *const *block_words;

const struct lm_config_key scraper_config_kvk[] = {
    SCRAPER_SITE("kvk", &scraper_kvk_site, "https://www.kvk.nl", "3s"),
    SCRAPER_SITE_KEY("kvk", &scraper_kvk_site),
    LM_CFG_STR("scraper.kvk_api_url", &scraper_kvk_api_url, "https://api.kvk.nl",
               "where the API is that is asked when there is a key"),
    LM_CFG_MS("scraper.kvk_api_delay", &scraper_kvk_site.api_delay_ms, "1s",
              "between two requests to the API, of all tenants"),
    LM_CFG_STR("scraper.kvk_card", &rules[CARD].text,
               "li[class*=search-result], li[class*=result-item]",
               "a company on the public page (rules: extract/extract.h)"),
    LM_CFG_STR("scraper.kvk_text", &rules[TEXT].text, "li",
               "what its number stands in, behind KVK"),
    LM_CFG_STR("scraper.kvk_name", &rules[NAME].text,
               "h3[class*=name], h3[class*=title], strong[class*=name], strong[class*=title], "
               "a[class*=name], a[class*=title] | a",
               "its name"),
    LM_CFG_STR("scraper.kvk_place", &rules[PLACE].text,
               "[class*=location], [class*=address], [class*=plaats]", "where it is"),
    LM_CFG_STR("scraper.kvk_trade", &rules[TRADE].text,
               "[class*=activity], [class*=activiteit], [class*=sbi]", "what it does"),
    LM_CFG_STR("scraper.kvk_next", &rules[NEXT].text,
               "a[rel=next], a[class*=next], a[class*=volgende]",
               "stands on the page when there is another one"),
    LM_CFG_STR("scraper.kvk_empty", &rules[EMPTY].text,
               "[class*=no-result], [class*=geen-resultaten]",
               "stands on the page when nothing was found"),
    LM_CFG_LIST("scraper.kvk_block_words", &block_words, SCRAPER_BLOCK_WORDS,
                "a page without companies that has one of them is a block or a login wall"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    return scraper_extractor_set(&extractor, rules, RULES, scraper_config_kvk, err);
}

static bool has_api(void)
{
    return *scraper_kvk_site.key;
}

/* ---- what is asked ---- */

void scraper_kvk_param(struct lm_buf *url, const char *name, lm_str value)
{
    if (!value.n)
        return;
    lm_buf_printf(url, "&%s=", name);
    lm_buf_percent(url, value);
}

static lm_code request_page(struct lm_arena *a, const struct scraper_query *q,
                            struct scraper_request *out, lm_err *err)
{
    struct lm_buf url = lm_buf_in(a, 8192);
    const char *form = q->filters->legal_form;

    if (!q->keyword.n)
        return lm_fail_field(err, "keywords",
                             "without scraper.kvk_key the register is searched by "
                             "words: give at least one");
    if (q->filters->n_sbi_codes || q->filters->registered_after)
        return lm_fail_field(
            err, q->filters->n_sbi_codes ? "filters.sbi_codes" : "filters.registered_after",
            "only the API tells these: set scraper.kvk_key");
    lm_buf_printf(&url, "%s/zoeken/handelsregister/?handelsnaam=", scraper_kvk_site.url);
    lm_buf_percent(&url, q->keyword);
    scraper_kvk_param(&url, "rechtsvorm", lm_str_z(form && *form ? form : "BV"));
    scraper_kvk_param(&url, "plaats", lm_str_z(q->filters->location));
    lm_buf_printf(&url, "&hoofdvestiging=1&pagina=%d", q->page + 1);
    out->url = lm_buf_str(&url);
    return LM_OK;
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err)
{
    return has_api() ? scraper_kvk_api_request(a, q, out, err) : request_page(a, q, out, err);
}

/* ---- what both give ---- */

/* {NULL, 0}: none that could be a name. */
lm_str scraper_kvk_name(struct lm_arena *a, lm_str text)
{
    lm_str name = lm_text_squeeze(a, text);

    return lm_utf8_count(name) >= 2 ? name : (lm_str){NULL, 0};
}

struct scraper_found *scraper_kvk_add(struct lm_arena *a, lm_str number, lm_str name, lm_str place,
                                      struct scraper_page *page)
{
    static char nl[] = "NL";
    struct scraper_found *f = scraper_page_add(a, page, SCRAPER_KVK_ROWS);

    f->key = number;
    f->url =
        lm_str_z(lm_arena_printf(a, "%s/zoeken/?source=all&q=%.*s",
                                 scraper_kvk_site.url ? scraper_kvk_site.url : "", LM_FMT(number)));
    f->company->name = scraper_text(a, name);
    f->company->registration_number = scraper_text(a, number);
    f->company->location = f->company->city = scraper_text(a, lm_text_squeeze(a, place));
    f->company->country = nl;
    return f;
}

/* ---- the public page ---- */

/* Eight digits behind "KVK". */
static lm_str number_in(lm_str text)
{
    ptrdiff_t at = lm_str_ifind(text, LM_STR("kvk"), 0);
    size_t from, n = 0;

    if (at < 0)
        return (lm_str){NULL, 0};
    for (from = (size_t)at; from < text.n && (text.p[from] < '0' || text.p[from] > '9');)
        from++;
    while (from + n < text.n && text.p[from + n] >= '0' && text.p[from + n] <= '9')
        n++;
    return n == SCRAPER_KVK_DIGITS ? lm_str_sub(text, from, from + n) : (lm_str){NULL, 0};
}

static void add_card(struct lm_arena *a, const lm_str *card, struct scraper_page *page)
{
    lm_str number = number_in(card[TEXT]), name = scraper_kvk_name(a, card[NAME]);

    if (number.n && name.n)
        scraper_kvk_add(a, number, name, card[PLACE], page)->company->industry_words =
            scraper_text(a, card[TRADE]);
}

/* "0 resultaten", which "10 resultaten" ends with, too. */
static bool counts_none(lm_str text)
{
    ptrdiff_t at = -1;

    while ((at = lm_str_ifind(text, LM_STR("0 resultaten"), (size_t)(at + 1))) >= 0) {
        if (at == 0 || text.p[at - 1] < '0' || text.p[at - 1] > '9')
            return true;
    }
    return false;
}

static bool says_none(const struct scraper_cards *found, lm_str body)
{
    return found->page[EMPTY].p || counts_none(body) ||
           lm_str_ifind(body, LM_STR("geen resultaten"), 0) >= 0;
}

static lm_code parse_page(struct lm_arena *a, const struct scraper_answer *in,
                          struct scraper_page *out, lm_err *err)
{
    struct scraper_cards found;

    if (in->status == 404 || in->status == 410)
        return lm_fail(err, LM_NOT_FOUND, "the site answered %d", in->status);
    if (in->status >= 400)
        return lm_fail(err, LM_UNAVAILABLE, "the site answered %d", in->status);
    if (scraper_extract(extractor, a, in->body, in->content_type, SCRAPER_KVK_ROWS, &found, err))
        return lm_wrap(err, "search page");
    out->n_cards = found.n;
    for (size_t i = 0; i < found.n; i++)
        add_card(a, found.cards[i], out);
    if (found.n == 0 && !says_none(&found, in->body))
        return scraper_page_refuse(in->body, block_words, out, err)
                   ? err->code
                   : lm_fail(err, LM_UNAVAILABLE,
                             "the page is no search page: it has neither results nor says that "
                             "there are none");
    if (out->n > 0 && found.page[NEXT].p)
        out->next = LM_STR("next");
    return LM_OK;
}

/* The API speaks JSON; the page is read for whoever has no key. */
static lm_code parse(struct lm_arena *a, const struct scraper_query *q,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    return lm_str_starts(lm_str_trim(in->body), LM_STR("{"))
               ? scraper_kvk_api_parse(a, q, in, out, err)
               : parse_page(a, in, out, err);
}

static const char *const filters[] = {"location", "legal_form", "sbi_codes", "registered_after",
                                      NULL};

const struct scraper_source scraper_source_kvk = {
    .name = "kvk",
    .id = LM__SOURCE__KVK,
    .title = "KvK",
    .description =
        "KvK Handelsregister: Dutch companies by name or place, new ones in chosen trades "
        "(SBI codes) when the API may be asked; who wants no mail is left alone",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_OPTIONAL,
    .sees_errors = true,
    .site = &scraper_kvk_site,
    .config = scraper_config_kvk,
    .check = check,
    .request = request,
    .parse = parse,
    .detail_request = scraper_kvk_api_detail_request,
    .detail_parse = scraper_kvk_api_detail_parse,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Justdial's listings: businesses of a trade in a town. Its markup changes often, so that all of it stands in
 * settings: the first of each rule is the form of the reference (1.2, 2.3), the second that of later snippets
 * (sample-shapes.md); neither was seen as a whole page.
 */
#include "common/buf.h"
#include "common/str.h"
#include "services/scraper/extract/listing.h"

static struct scraper_site site;
static struct scraper_listing listing = SCRAPER_LISTING;
static const char *country;

#define FACT(fact, key, rule) SCRAPER_LISTING_FACT("justdial", &listing, fact, key, rule)

const struct lm_config_key scraper_config_justdial[] = {
    SCRAPER_SITE("justdial", &site, "https://www.justdial.com", "2s"),
    LM_CFG_STR("scraper.justdial_country", &country, "IN", "ISO 3166: where its businesses are"),
    SCRAPER_LISTING_PAGE("justdial", &listing, "li.cntanr, div.resultbox_info",
                         "a[rel=next], a.next", ".noresult, [class*=no-result], [class*=noresult]",
                         "10", ",unusual traffic"),
    FACT(LISTING_NAME, "name", ".jcn | .resultbox_title_anchor | h2, h3"),
    FACT(LISTING_LINK, "link",
         ".jcn a@href | a.resultbox_title_anchor@href | h2 a@href, h3 a@href"),
    FACT(LISTING_KEY, "id", "[data-docid]@data-docid | [id^=bcard]@id"),
    FACT(LISTING_WEBSITE, "website", "a.website@href | a[class*=website]@href"),
    FACT(LISTING_PHONE, "phone", ".contact-info | a[href^='tel:']@href | .callcontent"),
    FACT(LISTING_EMAIL, "email", "a[href^='mailto:']@href"),
    FACT(LISTING_ADDRESS, "address", "span.mrehover | [class*=address]"),
    FACT(LISTING_LOCATION, "location", ".locatcity"),
    FACT(LISTING_INDUSTRY, "industry", ".addinf | [class*=category]"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    return scraper_listing_set(&listing, scraper_config_justdial, err);
}

/* A part of a path, as the site writes it: "New Delhi" is New-Delhi. */
static void put_part(struct lm_buf *url, lm_str text)
{
    lm_str word;
    bool is_first = true;

    lm_buf_char(url, '/');
    while (lm_str_split(&text, ' ', &word)) {
        if (!word.n)
            continue;
        if (!is_first)
            lm_buf_char(url, '-');
        lm_buf_percent(url, word);
        is_first = false;
    }
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err)
{
    struct lm_buf url = lm_buf_in(a, 8192);
    lm_str category = lm_str_trim(lm_str_z(q->filters->category));
    lm_str location = lm_str_trim(lm_str_z(q->filters->location));

    if (!category.n)
        category = lm_str_trim(q->keyword);
    if (!location.n)
        return lm_fail_field(err, "filters.location", "Justdial is asked by town: name one");
    if (!category.n)
        return lm_fail_field(err, "filters.category", "name a trade, here or as a keyword");
    lm_buf_appendz(&url, site.url);
    put_part(&url, location);
    put_part(&url, category);
    if (q->page > 0)
        lm_buf_printf(&url, "/page-%d", q->page + 1);
    out->url = lm_buf_str(&url);
    return LM_OK;
}

/* An entry that does not say where it is, is in the town that was asked for. */
static lm_code parse(struct lm_arena *a, const struct scraper_query *q,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    lm_str town = lm_str_trim(lm_str_z(q->filters->location));

    if (scraper_listing_parse(a, &listing, in, country, out, err))
        return err->code;
    for (size_t i = 0; i < out->n; i++) {
        Lm__Company *c = out->found[i].company;

        c->location = c->location ? c->location : scraper_text(a, town);
    }
    return LM_OK;
}

static const char *const filters[] = {"location", "category", NULL};

const struct scraper_source scraper_source_justdial = {
    .name = "justdial",
    .id = LM__SOURCE__JUSTDIAL,
    .title = "Justdial",
    .description = "Justdial: businesses of a trade in a town, with their phone numbers",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_OPTIONAL,
    .site = &site,
    .config = scraper_config_justdial,
    .check = check,
    .request = request,
    .parse = parse,
};

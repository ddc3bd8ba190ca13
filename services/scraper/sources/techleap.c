/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Techleap's finder of start-ups and scale-ups. Source: reference A1. No capture of a page was seen: names of JSON and
 * markup are those of an older reader, and settings.
 */
#include "common/buf.h"
#include "common/str.h"
#include "services/scraper/extract/listing.h"

static struct scraper_site site;
static struct scraper_listing listing = SCRAPER_LISTING;

#define FACT(fact, key, rule, paths) \
    SCRAPER_LISTING_FACT_JSON("techleap", &listing, fact, key, rule, paths)

const struct lm_config_key scraper_config_techleap[] = {
    SCRAPER_SITE("techleap", &site, "https://finder.techleap.nl", "2s"),
    SCRAPER_LISTING_PAGE("techleap", &listing,
                         "div[class*=company-card], div[class*=startup-item], "
                         "div[class*=result-card]",
                         "a[rel=next], a[class*=next]", "[class*=no-result], [class*=empty-state]",
                         "10", ",Log in to continue"),
    SCRAPER_LISTING_JSON("techleap", &listing, "__NEXT_DATA__",
                         "results,companies,data.items,data,props.pageProps.results,"
                         "props.pageProps.companies,."),
    FACT(LISTING_NAME, "name", "[class*=name] | [class*=title] | h2, h3 | a", "name,company_name"),
    FACT(LISTING_LINK, "link", "a[href*='/companies/']@href | a@href", "url,techleap_url,path"),
    FACT(LISTING_KEY, "id", "[data-id]@data-id", "id,uuid,slug"),
    FACT(LISTING_DOMAIN, "domain", "[data-domain]@data-domain", "domain"),
    FACT(LISTING_WEBSITE, "website", "a[class*=website]@href", "website,website_url"),
    FACT(LISTING_LINKEDIN, "linkedin", "a[href*='linkedin.com/company']@href",
         "linkedin_url,linkedin"),
    FACT(LISTING_INDUSTRY, "industry", "[class*=industry] | [class*=sector] | [class*=tag]",
         "industry,sector,industries,sectors"),
    FACT(LISTING_EMPLOYEES, "employees", "[class*=employee]",
         "employees,employee_count,employees.value"),
    FACT(LISTING_LOCATION, "location", "[class*=location] | [class*=city]", "city,location"),
    FACT(LISTING_DESCRIPTION, "description", "[class*=tagline] | [class*=description] | p",
         "description,tagline"),
    FACT(LISTING_FUNDED, "funded", "[class*=funding] | [class*=raised]",
         "has_funding,funding,raised"),
    FACT(LISTING_FUNDING, "funding", "[class*=funding] | [class*=raised]",
         "funding_amount,total_raised,funding.total"),
    FACT(LISTING_CURRENCY, "currency", "", "currency,funding.currency"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    return scraper_listing_set(&listing, scraper_config_techleap, err);
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err LM_UNUSED)
{
    struct lm_buf url = lm_buf_in(a, 8192);

    lm_buf_printf(&url, "%s/companies?q=", site.url);
    lm_buf_percent(&url, q->keyword);
    lm_buf_printf(&url, "&page=%d", q->page + 1);
    if (q->filters->funding_stage) {
        lm_buf_appendz(&url, "&stage=");
        lm_buf_percent(&url, lm_str_z(q->filters->funding_stage));
    }
    if (q->filters->location) {
        lm_buf_appendz(&url, "&city=");
        lm_buf_percent(&url, lm_str_z(q->filters->location));
    }
    out->url = lm_buf_str(&url);
    return LM_OK;
}

static lm_code parse(struct lm_arena *a, const struct scraper_query *q LM_UNUSED,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    return scraper_listing_parse(a, &listing, in, "NL", out, err);
}

static const char *const filters[] = {"funding_stage", "location", NULL};

const struct scraper_source scraper_source_techleap = {
    .name = "techleap",
    .id = LM__SOURCE__TECHLEAP,
    .title = "Techleap",
    .description = "Techleap: Dutch start-ups and scale-ups, with who has had funding",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_OPTIONAL,
    .site = &site,
    .config = scraper_config_techleap,
    .check = check,
    .request = request,
    .parse = parse,
};

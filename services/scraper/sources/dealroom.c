/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dealroom's list of companies, with the customer's key where there is one. Source: reference A1. No capture of a page
 * was seen: names of JSON and markup are those of an older reader, and settings.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "services/scraper/extract/listing.h"

static struct scraper_site site;
static struct scraper_listing listing = SCRAPER_LISTING;

#define FACT(fact, key, rule, paths) \
    SCRAPER_LISTING_FACT_JSON("dealroom", &listing, fact, key, rule, paths)

const struct lm_config_key scraper_config_dealroom[] = {
    SCRAPER_SITE("dealroom", &site, "https://dealroom.co", "2s"),
    SCRAPER_SITE_KEY("dealroom", &site),
    SCRAPER_LISTING_PAGE("dealroom", &listing,
                         "[class*=company-row], [class*=startup-card], [class*=entity-card]",
                         "a[rel=next], a[class*=next]", "[class*=no-result], [class*=empty-state]",
                         "10", ",Log in to Dealroom,Sign in to Dealroom"),
    SCRAPER_LISTING_JSON("dealroom", &listing, "__NEXT_DATA__",
                         "items,companies,data.items,data,props.pageProps.items,"
                         "props.pageProps.companies"),
    FACT(LISTING_NAME, "name", "[class*=name] | [class*=title] | h2, h3 | a", "name"),
    FACT(LISTING_LINK, "link", "a[href*='/companies/']@href | a@href", "dealroom_url,url,path"),
    FACT(LISTING_KEY, "id", "[data-id]@data-id", "id,uuid"),
    FACT(LISTING_DOMAIN, "domain", "[data-domain]@data-domain", "domain"),
    FACT(LISTING_WEBSITE, "website", "a[class*=website]@href", "website,website_url"),
    FACT(LISTING_LINKEDIN, "linkedin", "a[href*='linkedin.com/company']@href", "linkedin_url"),
    FACT(LISTING_INDUSTRY, "industry", "[class*=industr] | [class*=market]", "industries,tags"),
    FACT(LISTING_EMPLOYEES, "employees", "[class*=employee]",
         "employees.value,employees,employee_count"),
    FACT(LISTING_LOCATION, "location", "[class*=location] | [class*=city]",
         "hq_city,location,country,hq_country"),
    FACT(LISTING_DESCRIPTION, "description", "[class*=tagline] | [class*=description] | p",
         "tagline,description"),
    FACT(LISTING_FUNDED, "funded", "[class*=funding]", "funding.total,funding.rounds"),
    FACT(LISTING_FUNDING, "funding", "[class*=funding]", "funding.total"),
    FACT(LISTING_CURRENCY, "currency", "", "funding.currency"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    return scraper_listing_set(&listing, scraper_config_dealroom, err);
}

/* As the site writes it; what is not here goes as its code. */
static const char *country_name(const char *code)
{
    static const char *const names[][2] = {
        {"NL", "Netherlands"}, {"BE", "Belgium"},       {"DE", "Germany"}, {"FR", "France"},
        {"LU", "Luxembourg"},  {"AT", "Austria"},       {"ES", "Spain"},   {"PT", "Portugal"},
        {"DK", "Denmark"},     {"SE", "Sweden"},        {"NO", "Norway"},  {"FI", "Finland"},
        {"IE", "Ireland"},     {"CH", "Switzerland"},   {"IT", "Italy"},   {"GB", "United Kingdom"},
        {"PL", "Poland"},      {"CZ", "Czech Republic"}};

    if (!code || !*code)
        return names[0][1];
    for (size_t i = 0; i < LM_COUNT(names); i++) {
        if (lm_str_ieqz(lm_str_z(code), names[i][0]))
            return names[i][1];
    }
    return code;
}

static void put_key(struct lm_arena *a, struct scraper_request *out)
{
    const char **headers;

    if (!*site.key)
        return;
    headers = LM_NEW_ARRAY(a, const char *, 2);
    headers[0] = lm_arena_printf(a, "Authorization: Bearer %s", site.key);
    out->headers = headers;
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err LM_UNUSED)
{
    struct lm_buf url = lm_buf_in(a, 8192);

    lm_buf_printf(&url, "%s/companies?q=", site.url);
    lm_buf_percent(&url, q->keyword);
    lm_buf_printf(&url, "&page=%d&country=", q->page + 1);
    lm_buf_percent(&url, lm_str_z(country_name(q->filters->country)));
    if (q->filters->funding_stage) {
        lm_buf_appendz(&url, "&stage=");
        lm_buf_percent(&url, lm_str_z(q->filters->funding_stage));
    }
    out->url = lm_buf_str(&url);
    put_key(a, out);
    return LM_OK;
}

static lm_code parse(struct lm_arena *a, const struct scraper_query *q LM_UNUSED,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    return scraper_listing_parse(a, &listing, in, NULL, out, err);
}

static const char *const filters[] = {"country", "funding_stage", NULL};

const struct scraper_source scraper_source_dealroom = {
    .name = "dealroom",
    .id = LM__SOURCE__DEALROOM,
    .title = "Dealroom",
    .description = "Dealroom: start-ups and scale-ups by country, with their funding",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_OPTIONAL,
    .site = &site,
    .config = scraper_config_dealroom,
    .check = check,
    .request = request,
    .parse = parse,
};

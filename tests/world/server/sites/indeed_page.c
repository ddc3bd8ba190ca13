/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search page as the real board writes it: the cards once as JSON in a script and once as markup,
 * which is what parsers fall back to. Field by field after reference captures of such pages.
 */
#include "tests/world/server/sites/indeed.h"

#include "common/clock.h"
#include "common/str.h"
#include "tests/world/model/words.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static void json_field(struct lm_buf *b, const char *key, const char *value)
{
    lm_buf_printf(b, "\"%s\":", key);
    lm_buf_json(b, lm_str_z(value));
    lm_buf_char(b, ',');
}

static void relative_time(struct lm_buf *b, unsigned days)
{
    if (days == 0)
        lm_buf_appendz(b, "Vandaag");
    else if (days >= 30)
        lm_buf_appendz(b, "30+ dagen geleden");
    else
        lm_buf_printf(b, "%u %s geleden", days, days == 1 ? "dag" : "dagen");
}

static void salary_text(struct lm_buf *b, const struct world_posting *p)
{
    lm_buf_printf(b, "\xe2\x82\xac %u.%03u - \xe2\x82\xac %u.%03u per maand", p->salary_min / 1000,
                  p->salary_min % 1000, p->salary_max / 1000, p->salary_max % 1000);
}

static void json_salary(struct lm_buf *b, const struct world_posting *p)
{
    if (!p->salary_min) {
        lm_buf_appendz(b, "\"salarySnippet\":{\"currency\":\"\",\"salaryTextFormatted\":false},");
        return;
    }
    lm_buf_printf(b, "\"extractedSalary\":{\"max\":%u.0,\"min\":%u.0,\"type\":\"monthly\"},",
                  p->salary_max, p->salary_min);
    lm_buf_appendz(b, "\"salarySnippet\":{\"currency\":\"EUR\",\"salaryTextFormatted\":false,"
                      "\"source\":\"EXTRACTION\",\"text\":\"");
    salary_text(b, p);
    lm_buf_appendz(b, "\"},");
}

static void json_flags(struct lm_buf *b, const struct world_posting *p)
{
    lm_buf_printf(
        b,
        "\"sponsored\":%s,\"remoteLocation\":%s,\"urgentlyHiring\":false,\"expired\":false,"
        "\"newJob\":%s,\"locationCount\":1,\"jobTypes\":[],",
        p->is_sponsored ? "true" : "false", p->is_remote ? "true" : "false",
        p->age_days < 2 ? "true" : "false");
    lm_buf_printf(
        b,
        "\"taxonomyAttributes\":[{\"label\":\"job-types\",\"attributes\":[{\"label\":\"%s\","
        "\"suid\":\"CF3CP\"}]},{\"label\":\"remote\",\"attributes\":[]}],",
        p->is_full_time ? "Fulltime" : "Parttime");
}

static void json_links(struct lm_buf *b, const struct world_posting *p)
{
    lm_buf_printf(b, "\"link\":\"/%s/clk?jk=%s&fccid=0&vjs=3\",", p->is_sponsored ? "pagead" : "rc",
                  p->key);
    lm_buf_printf(b, "\"viewJobLink\":\"/viewjob?jk=%s&from=serp\",", p->key);
    lm_buf_printf(
        b, "\"companyOverviewLink\":\"/cmp/%u\",\"companyRating\":0,\"companyReviewCount\":0,",
        p->company);
}

static void json_card(struct lm_buf *b, const struct board_card *card)
{
    const struct world_posting *p = &card->posting;
    const struct world_town *town = card->company.town;
    int64_t published = lm_clock_ms() - (int64_t)p->age_days * DAY_MS;

    lm_buf_char(b, '{');
    json_field(b, "jobkey", p->key);
    json_field(b, "title", p->title);
    json_field(b, "displayTitle", p->title);
    json_field(b, "company", p->company_name);
    json_field(b, "truncatedCompany", p->company_name);
    lm_buf_printf(b, "\"formattedLocation\":\"%s, %s\",", town->name, town->region_code);
    json_field(b, "jobLocationCity", town->name);
    json_field(b, "jobLocationState", town->region_code);
    json_salary(b, p);
    json_flags(b, p);
    json_links(b, p);
    lm_buf_appendz(b, "\"formattedRelativeTime\":\"");
    relative_time(b, p->age_days);
    lm_buf_printf(b, "\",\"formattedActivityDate\":null,\"pubDate\":%lld,\"createDate\":%lld,",
                  (long long)published, (long long)published);
    lm_buf_printf(
        b,
        "\"snippet\":\"<ul style=\\\"list-style-type:circle;\\\">\\n<li>Je weet iets van %s "
        "{en wilt meer}.</li>\\n</ul>\"}",
        card->company.topics[0]);
}

/* Neighbours stand before and after, and braces in strings, so that a parser must match and count. */
static void write_json(struct lm_buf *b, const struct board_page *page)
{
    lm_buf_appendz(
        b, "<script id=\"mosaic-data\" type=\"text/javascript\">\nwindow.mosaic = "
           "window.mosaic || {}; window.mosaic.providerData = {};\n"
           "window.mosaic.providerData[\"mosaic-provider-jobcards-meta\"]={\"results\":[]};\n"
           "window.mosaic.providerData[\"mosaic-provider-jobcards\"]={\"metaData\":{"
           "\"mosaicProviderJobCardsModel\":{\"results\":[");
    for (unsigned i = 0; i < page->n_cards; i++) {
        lm_buf_appendz(b, i ? "," : "");
        json_card(b, &page->cards[i]);
    }
    lm_buf_printf(b, "],\"pageNumber\":%u,\"what\":", page->start / BOARD_STEP + 1);
    lm_buf_json(b, page->what);
    lm_buf_appendz(b, ",\"where\":");
    lm_buf_json(b, page->where);
    lm_buf_appendz(b,
                   ",\"searchUID\":\"1h0000000000001\"}}};\n"
                   "window.mosaic.providerData[\"mosaic-provider-reportcontent\"]={\"a\":\"};\"};\n"
                   "</script>\n");
}

static void markup_title(struct lm_buf *b, const struct world_posting *p)
{
    lm_buf_printf(
        b,
        "<h2 class=\"jobTitle css-14z7akl\" tabindex=\"-1\"><a id=\"%s_%s\" data-jk=\"%s\" "
        "class=\"jcs-JobTitle css-1baag51\" href=\"/%s/clk?jk=%s&amp;vjs=3\">",
        p->is_sponsored ? "sj" : "job", p->key, p->key, p->is_sponsored ? "pagead" : "rc", p->key);
    lm_buf_appendz(b, "<span title=\"");
    lm_buf_html(b, lm_str_z(p->title));
    lm_buf_printf(b, "\" id=\"jobTitle-%s\">", p->key);
    lm_buf_html(b, lm_str_z(p->title));
    lm_buf_appendz(b, "</span></a></h2>");
}

static void markup_card(struct lm_buf *b, const struct board_card *card)
{
    const struct world_posting *p = &card->posting;

    lm_buf_printf(
        b,
        "<li class=\"css-1ac2h1w\"><div class=\"cardOutline tapItem result job_%s\"><style "
        "data-emotion=\"css\">.css-1u8dvic{margin:0}</style><div class=\"job_seen_beacon\">"
        "<table class=\"mainContentTable\"><tbody><tr><td class=\"resultContent\">",
        p->key);
    markup_title(b, p);
    lm_buf_appendz(
        b,
        "<div class=\"company_location\"><span data-testid=\"company-name\" class=\"css-92r8pb\">");
    lm_buf_html(b, lm_str_z(p->company_name));
    lm_buf_appendz(b, "</span><div data-testid=\"text-location\" class=\"css-1p0sjhy\">");
    lm_buf_html(b, lm_str_z(card->company.town->name));
    lm_buf_printf(b, ", %s</div></div>", card->company.town->region_code);
    lm_buf_appendz(b, "<div class=\"jobMetaDataGroup\">");
    if (p->salary_min) {
        lm_buf_appendz(b, "<div class=\"salary-snippet-container\">");
        salary_text(b, p);
        lm_buf_appendz(b, "</div>");
    }
    lm_buf_printf(
        b, "<div data-testid=\"attribute_snippet_testid\">%s</div></div></td></tr></tbody></table>",
        p->is_full_time ? "Fulltime" : "Parttime");
    lm_buf_appendz(b, "</div></div></li>\n");
}

static void write_markup(struct lm_buf *b, const struct board_page *page)
{
    lm_buf_appendz(b, "<div id=\"mosaic-provider-jobcards\"><ul class=\"css-1faftfv\">\n");
    for (unsigned i = 0; i < page->n_cards; i++) {
        markup_card(b, &page->cards[i]);
        if (i == 4)
            lm_buf_appendz(
                b,
                "<li><div id=\"mosaic-afterFifthJobResult\" class=\"mosaic-zone\"></div></li>\n");
    }
    lm_buf_appendz(b, "</ul></div>\n");
}

static void page_link(struct lm_buf *b, const struct board_page *page, unsigned start,
                      const char *test_id, const char *label)
{
    lm_buf_appendz(b, "<li><a data-testid=\"");
    lm_buf_printf(b, "%s\" aria-label=\"%s\" href=\"/jobs?q=", test_id, label);
    lm_buf_percent(b, page->what);
    lm_buf_appendz(b, "&amp;l=");
    lm_buf_percent(b, page->where);
    lm_buf_printf(b, "&amp;start=%u\">%s</a></li>", start, label);
}

static void write_pages(struct lm_buf *b, const struct board_page *page)
{
    unsigned here = page->start / BOARD_STEP;
    char test_id[48], label[16];

    if (page->total <= BOARD_CARDS)
        return;
    lm_buf_appendz(b, "<nav role=\"navigation\" aria-label=\"pagination\"><ul>");
    for (unsigned i = here > 2 ? here - 2 : 0; i < here + 3 && i * BOARD_STEP < page->total; i++) {
        snprintf(test_id, sizeof(test_id), "pagination-page-%s%u", i == here ? "current-" : "",
                 i + 1);
        snprintf(label, sizeof(label), "%u", i + 1);
        page_link(b, page, i * BOARD_STEP, test_id, label);
    }
    if (page->start + BOARD_CARDS < page->total)
        page_link(b, page, page->start + BOARD_STEP, "pagination-page-next", "Next Page");
    lm_buf_appendz(b, "</ul></nav>\n");
}

void board_write_page(struct lm_buf *b, const struct board_page *page)
{
    lm_buf_appendz(b, "<!DOCTYPE html><html lang=\"nl\" dir=\"ltr\"><head><title>Vacatures");
    if (page->what.n)
        lm_buf_appendz(b, " voor ");
    lm_buf_html(b, page->what);
    lm_buf_appendz(
        b, "</title><meta charset=\"utf-8\"></head><body data-tn-originlogtype=\"mobvjserp\">\n");
    lm_buf_printf(
        b,
        "<div class=\"jobsearch-JobCountAndSortPane-jobCount\"><span>%u vacatures</span></div>\n",
        page->total);
    write_markup(b, page);
    write_pages(b, page);
    write_json(b, page);
    lm_buf_appendz(b, "</body></html>\n");
}

void board_write_posting(struct lm_buf *b, const struct board_card *card)
{
    lm_buf_appendz(b, "<!DOCTYPE html><html lang=\"nl\"><head><title>");
    lm_buf_html(b, lm_str_z(card->posting.title));
    lm_buf_appendz(
        b,
        "</title><meta charset=\"utf-8\"></head><body><h1 data-testid=\"jobsearch-JobInfoHeader-title\">");
    lm_buf_html(b, lm_str_z(card->posting.title));
    lm_buf_appendz(b, "</h1><div data-testid=\"inlineHeader-companyName\">");
    lm_buf_html(b, lm_str_z(card->posting.company_name));
    lm_buf_appendz(b, "</div><div data-testid=\"inlineHeader-companyLocation\">");
    lm_buf_html(b, lm_str_z(card->company.town->name));
    lm_buf_appendz(b, "</div><div id=\"jobDescriptionText\"><p>");
    lm_buf_html(b, lm_str_z(card->company.name));
    lm_buf_printf(
        b,
        " zoekt versterking. Ervaring met %s en %s is mooi meegenomen.</p></div></body></html>\n",
        card->company.topics[0], card->company.topics[1]);
}

void board_write_block(struct lm_buf *b)
{
    lm_buf_appendz(
        b,
        "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title>"
        "<meta http-equiv=\"refresh\" content=\"390\"></head><body><div class=\"main-wrapper\">"
        "<noscript>Enable JavaScript and cookies to continue</noscript></div><script>"
        "(function(){window._cf_chl_opt={cvId:'3',cZone:'nl.indeed.example',cType:'managed',"
        "cRay:'0000000000000000'};window.translations={\"en\":{\"title\":\"Security Check - "
        "Indeed.com\",\"heading\":\"Additional Verification Required\",\"ray\":\"Ray ID\"},\"nl\":{"
        "\"title\":\"Security Check - Indeed.com\"}};/*");
    /* The real one brings 50 kB of translations and code along. */
    for (int i = 0; i < 900; i++)
        lm_buf_appendz(b, "aHR0cHM6Ly93b3JsZC5leGFtcGxlL2JsYWgvYmxhaC9ibGFo");
    lm_buf_appendz(b, "*/})();</script></body></html>\n");
}

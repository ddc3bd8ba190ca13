/* SPDX-License-Identifier: Apache-2.0 */
/* The page of bench extract: a job board's, 184 kB with 105 cards, the same each time. */
#include "tests/bench/extract_page.h"

static const char *const words[] = {
    "ervaren",    "backend",   "frontend",     "engineer",     "data",       "analist",
    "teamleider", "verkoop",   "binnendienst", "logistiek",    "medewerker", "senior",
    "junior",     "team",      "klant",        "ontwikkeling", "onderhoud",  "planner",
    "consultant", "Amsterdam", "Rotterdam",    "Utrecht",      "Eindhoven",  "fulltime",
    "parttime",   "hybride",   "salaris",      "pensioen",     "vakantie",   "opleiding"};

struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *d, unsigned below)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(d->state >> 33) % below;
}

static void put_words(struct lm_buf *b, struct dice *d, int n)
{
    for (int i = 0; i < n; i++)
        lm_buf_printf(b, "%s%s", i ? " " : "", words[roll(d, LM_COUNT(words))]);
}

static void put_head(struct lm_buf *b, struct dice *d)
{
    lm_buf_appendz(
        b,
        "<!DOCTYPE html><html lang=nl><head><meta charset=utf-8><title>Vacatures</title><style>");
    for (unsigned i = 0; i < 250; i++)
        lm_buf_printf(b, ".c%u{margin:%upx;padding:%upx;color:#%06x}", i, i, i, roll(d, 1u << 24));
    lm_buf_appendz(b, "</style><script>window.__STATE__={");
    for (int i = 0; i < 200; i++) {
        lm_buf_printf(b, "%s\"k%d\":\"", i ? "," : "", i);
        put_words(b, d, 4);
        lm_buf_char(b, '"');
    }
    lm_buf_appendz(b, "};</script></head><body><nav><ul>");
    for (int i = 0; i < 60; i++) {
        lm_buf_printf(b, "<li><a href=/l/%d>", i);
        put_words(b, d, 2);
        lm_buf_appendz(b, "</a></li>");
    }
    lm_buf_appendz(b, "</ul></nav><div id=results>");
}

static void put_title(struct lm_buf *b, struct dice *d, int i)
{
    unsigned key = roll(d, UINT32_MAX);

    lm_buf_printf(
        b,
        "<div class=\"card job_seen c%d\" data-jk=\"%08x\"><table role=presentation><tbody>"
        "<tr><td class=resultContent><h2 class=\"jobTitle css-%x\">"
        "<a href=\"/viewjob?jk=%08x&amp;from=serp\" class=jcs-JobTitle><span title=\"",
        i % 250, key, (unsigned)i, key);
    put_words(b, d, 4);
    lm_buf_appendz(b, "\">");
    put_words(b, d, 4);
    lm_buf_appendz(b, "</span></a></h2>");
}

static void put_card(struct lm_buf *b, struct dice *d, int i)
{
    put_title(b, d, i);
    lm_buf_appendz(b,
                   "<div class=company_location><span data-testid=company-name class=companyName>");
    put_words(b, d, 2);
    lm_buf_printf(b,
                  " B.V.</span><div data-testid=text-location class=companyLocation>%s</div></div>",
                  words[19 + roll(d, 4)]);
    lm_buf_printf(
        b,
        "<div class=metadata><svg viewBox=\"0 0 18 18\"><path d=\"M4.5 3.75h9a1 1 0 011 1v9a1 1 "
        "0 01-1 1h-9z\"></path></svg><span>&euro; %u &ndash; %u per maand</span></div></td></tr>"
        "</tbody></table><div class=snippet><ul>",
        2500 + roll(d, 1500), 4000 + roll(d, 3000));
    for (int k = 0; k < 5; k++) {
        lm_buf_appendz(b, "<li>");
        put_words(b, d, 17);
        lm_buf_appendz(b, "<br>");
    }
    lm_buf_printf(b, "</ul><span class=date>%u dagen geleden</span></div></div>", roll(d, 30));
}

void bench_extract_page(struct lm_buf *b)
{
    struct dice d = {1};

    put_head(b, &d);
    for (int i = 0; i < BENCH_CARDS; i++)
        put_card(b, &d, i);
    lm_buf_appendz(b, "</div></body></html>");
}

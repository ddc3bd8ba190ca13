/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bench extract: pages a second through our rules, and through libxml2 with nothing behind it; memory of a page.
 *
 *     bench_extract page FILE                  writes the page
 *     bench_extract ours FILE RULES SECONDS    pages a second of processor, with 5 to 50 rules
 *     bench_extract limit FILE SECONDS         libxml2's push parser with counters for handlers
 *     bench_extract memory FILE                kB at most, beside the page and with what it yields
 */
#include <libxml/HTMLparser.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/extract/extract.h"
#include "tests/bench/bench.h"
#include "tests/bench/extract_page.h"

enum { MOST_PAGE = 1 << 20, MOST_RULES = 50, PIECE = 16 << 10 };

/* ---- memory: every malloc of the process is counted ---- */

static size_t in_use, most_in_use;

void *__libc_malloc(size_t n);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static void *counted(void *p)
{
    in_use += p ? malloc_usable_size(p) : 0;
    most_in_use = LM_MAX(most_in_use, in_use);
    return p;
}

void *malloc(size_t n)
{
    return counted(__libc_malloc(n));
}

void *realloc(void *p, size_t n)
{
    in_use -= p ? malloc_usable_size(p) : 0;
    return counted(__libc_realloc(p, n));
}

void free(void *p)
{
    in_use -= p ? malloc_usable_size(p) : 0;
    __libc_free(p);
}

/* ---- ours ---- */

/* What is read of each card, and then what may be on a page besides: some of it is, most is not. */
static const char *const texts[] = {"div.card",
                                    ".jobTitle",
                                    ".companyName",
                                    ".companyLocation",
                                    ".metadata",
                                    "div@data-jk",
                                    "h2 a@href",
                                    "span[title]@title",
                                    ".snippet li",
                                    "span.date",
                                    "td[class*=result]",
                                    "[data-testid=salary]",
                                    "div[data-testid=badge] span",
                                    "a[href*='/company/']@href",
                                    "time@datetime",
                                    "[class*=urgent]"};
static const char *const forms[] = {"span[data-testid=field-%d] | .field-%d", "div[class*=part%d]",
                                    ".outer-%d .inner-%d", "a[href^='/section%d/']@href",
                                    "p.name%d[data-a], #id%d"};
static struct scraper_rule rules[MOST_RULES];

static const char *rule_text(struct lm_arena *a, int i)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
    return i < (int)LM_COUNT(texts) ? texts[i]
                                    : lm_arena_printf(a, forms[i % (int)LM_COUNT(forms)], i, i);
#pragma GCC diagnostic pop
}

static struct scraper_extractor *make_rules(struct lm_arena *a, int n)
{
    struct scraper_extractor *x = NULL;
    lm_err err = LM_ERR_INIT;

    for (int i = 0; i < n; i++)
        rules[i] = (struct scraper_rule){i ? SCRAPER_FIELD : SCRAPER_CARD, rule_text(a, i)};
    if (scraper_extractor_set(&x, rules, (size_t)n, NULL, &err))
        bench_fail("%s", err.message);
    return x;
}

static void read_page(const struct scraper_extractor *x, struct lm_arena *a, lm_str page)
{
    struct scraper_cards cards;
    lm_err err = LM_ERR_INIT;

    if (scraper_extract(x, a, page, (lm_str){NULL, 0}, 200, &cards, &err))
        bench_fail("%s", err.message);
    if (cards.n != BENCH_CARDS)
        bench_fail("%zu cards instead of %d", cards.n, BENCH_CARDS);
    for (size_t i = 0; i < cards.n; i++) {
        for (int k = 1; k < 5; k++) {
            if (!cards.cards[i][k].n)
                bench_fail("card %zu has no '%s'", i, rules[k].text);
        }
    }
}

/* ---- libxml2 alone ---- */

static size_t n_starts, n_bytes;

static void count_start(void *ctx LM_UNUSED, const xmlChar *tag LM_UNUSED,
                        const xmlChar **attrs LM_UNUSED)
{
    n_starts++;
}

static void count_end(void *ctx LM_UNUSED, const xmlChar *tag LM_UNUSED)
{
    n_starts++;
}

static void count_text(void *ctx LM_UNUSED, const xmlChar *text LM_UNUSED, int n)
{
    n_bytes += (size_t)n;
}

static void parse_bare(lm_str page)
{
    htmlSAXHandler sax = {
        .startElement = count_start, .endElement = count_end, .characters = count_text};
    htmlParserCtxtPtr parser =
        htmlCreatePushParserCtxt(&sax, NULL, "", 0, NULL, XML_CHAR_ENCODING_UTF8);

    for (size_t at = 0; at < page.n; at += PIECE)
        htmlParseChunk(parser, page.p + at, (int)LM_MIN(page.n - at, (size_t)PIECE), 0);
    htmlParseChunk(parser, "", 0, 1);
    htmlFreeParserCtxt(parser);
    if (n_starts == 0 || n_bytes == 0)
        bench_fail("libxml2 found nothing");
}

/* ---- what is asked for ---- */

static lm_str read_file(const char *path)
{
    char *p = malloc(MOST_PAGE);
    FILE *f = fopen(path, "rbe");
    lm_str page = {p, 0};

    if (!f || !p)
        bench_fail("%s cannot be read", path);
    page.n = fread(p, 1, MOST_PAGE, f);
    fclose(f);
    return page;
}

static void write_page(const char *path)
{
    FILE *f = fopen(path, "wbe");
    struct lm_buf page;

    lm_buf_init(&page, MOST_PAGE);
    bench_extract_page(&page);
    if (!f || fwrite(page.p, 1, page.n, f) != page.n || fclose(f) != 0)
        bench_fail("%s cannot be written", path);
    lm_buf_fini(&page);
}

/* Of this process, so that whatever else the machine does counts little. */
static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure(lm_str page, const struct scraper_extractor *x, double seconds)
{
    struct lm_arena *a = lm_arena_new(16 << 20);
    double from = cpu_seconds(), now;
    int n = 0;

    do {
        if (x)
            read_page(x, a, page);
        else
            parse_bare(page);
        lm_arena_reset(a);
        n++;
        now = cpu_seconds();
    } while (now - from < seconds);
    lm_arena_free(a);
    printf("%.2f\n", n / (now - from));
}

static void measure_memory(lm_str page, const struct scraper_extractor *x)
{
    struct lm_arena *a = lm_arena_new(16 << 20);
    size_t before;

    read_page(x, a, page); /* what libxml2 and libc keep for ever is there now */
    lm_arena_free(a);
    before = most_in_use = in_use;
    a = lm_arena_new(16 << 20);
    read_page(x, a, page);
    printf("%.1f\n", (double)(most_in_use - before) / 1024);
    lm_arena_free(a);
}

int main(int argc, char **argv)
{
    struct lm_arena *a = lm_arena_new(1 << 20);
    lm_str what = lm_str_z(argc > 1 ? argv[1] : "");
    int64_t n = 5;
    double seconds = 0;

    if (argc > 4 && !lm_str_int(lm_str_z(argv[3]), &n))
        n = 0;
    if (argc > 3 && !lm_str_double(lm_str_z(argv[argc - 1]), &seconds))
        n = 0;
    if (argc < 3 || n < 5 || n > MOST_RULES)
        bench_fail("usage: bench_extract page|ours|limit|memory FILE [RULES] [SECONDS]");
    if (lm_str_eqz(what, "page"))
        write_page(argv[2]);
    else if (lm_str_eqz(what, "memory"))
        measure_memory(read_file(argv[2]), make_rules(a, (int)n));
    else
        measure(read_file(argv[2]), lm_str_eqz(what, "ours") ? make_rules(a, (int)n) : NULL,
                seconds);
    lm_arena_free(a);
    return 0;
}

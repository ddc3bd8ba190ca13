/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `leadmachine try`: a pure piece of the domain on a file or an argument, one JSON object a line, for operators who
 * mend a selector and for tests. Works without a stack. Exit: 0; 1 the input is not usable; 2 usage.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/html.h"
#include "common/json.h"
#include "common/robots.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/people/people.h"
#include "services/scorer/scorer.h"
#include "services/scraper/match/judge.h"
#include "services/scraper/match/tally.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/sources/sources.h"
#include "tools/leadmachine/command.h"

enum { MEMORY = 512 << 20, FILE_LIMIT = 32 << 20, LINE_LIMIT = 1 << 20 };

/* ---- one line of JSON ---- */

static void put_text(struct lm_buf *b, const char *key, lm_str value)
{
    lm_buf_printf(b, "%s\"%s\":", b->n > 1 ? "," : "", key);
    if (value.p)
        lm_buf_json(b, value);
    else
        lm_buf_appendz(b, "null");
}

static void put_int(struct lm_buf *b, const char *key, int64_t value)
{
    lm_buf_printf(b, "%s\"%s\":%lld", b->n > 1 ? "," : "", key, (long long)value);
}

static void put_bool(struct lm_buf *b, const char *key, bool value)
{
    lm_buf_printf(b, "%s\"%s\":%s", b->n > 1 ? "," : "", key, value ? "true" : "false");
}

static struct lm_buf begin(struct lm_arena *a)
{
    struct lm_buf b = lm_buf_in(a, LINE_LIMIT);

    lm_buf_char(&b, '{');
    return b;
}

static void finish(struct lm_buf *b)
{
    printf("%.*s}\n", LM_FMT(lm_buf_str(b)));
}

static int say_error(struct lm_arena *a, const lm_err *err)
{
    struct lm_buf b = begin(a);

    put_text(&b, "error", lm_str_z(lm_code_name(err->code)));
    put_text(&b, "message", lm_str_z(err->message));
    finish(&b);
    return CLI_FAILED;
}

/* The arena gets no more than the file has: hundreds of pages are read for one answer. */
static lm_code read_file(struct lm_arena *a, const char *path, lm_str *out, lm_err *err)
{
    FILE *f = fopen(path, "rbe");
    struct lm_buf text;
    char part[8192];
    size_t n;

    if (!f)
        return lm_fail(err, LM_NOT_FOUND, "%s: %m", path);
    lm_buf_init(&text, FILE_LIMIT);
    while (!text.failed && (n = fread(part, 1, sizeof(part), f)) > 0)
        lm_buf_append(&text, (lm_str){part, n});
    fclose(f);
    if (text.failed)
        lm_fail(err, LM_TOO_LARGE, "%s: more than %d bytes", path, FILE_LIMIT);
    else
        *out = lm_arena_dup(a, lm_buf_str(&text));
    lm_buf_fini(&text);
    return err->code;
}

/* ---- source NAME FILE… ---- */

static lm_code read_found(struct lm_arena *a, const struct scraper_source *source, char **files,
                          struct scraper_found **all, size_t *n, lm_err *err)
{
    static const Scraper__Filters no_filters = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.filters = &no_filters};
    size_t cap = 0;

    for (; *files; files++) {
        struct scraper_answer answer = {.url = lm_str_z(source->site->url), .status = 200};
        struct scraper_page page = {.n = 0};

        if (read_file(a, *files, &answer.body, err) || source->parse(a, &q, &answer, &page, err))
            return lm_wrap(err, "%s", *files);
        for (size_t i = 0; i < page.n; i++) {
            *all = lm_arena_grow(a, *all, *n, &cap, sizeof(**all));
            (*all)[(*n)++] = page.found[i];
        }
    }
    return LM_OK;
}

static void put_known(struct lm_buf *b, const char *key, const char *value)
{
    if (value)
        put_text(b, key, lm_str_z(value));
}

static void print_company(struct lm_arena *a, const struct scraper_source *source, Lm__Company *c)
{
    struct lm_buf b = begin(a);

    scraper_company_normalize(a, c, "NL");
    put_text(&b, "name", lm_str_z(c->name));
    put_text(&b, "domain", lm_str_z(c->domain));
    put_text(&b, "location", lm_str_z(c->location));
    if (c->has_open_vacancies)
        put_int(&b, "open_vacancies", c->open_vacancies);
    put_text(&b, "source_url", lm_str_z(c->source_url));
    put_text(&b, "source", lm_str_z(source->name));
    put_known(&b, "website_url", c->website_url);
    put_known(&b, "linkedin_url", c->linkedin_url);
    put_known(&b, "industry", c->industry);
    put_known(&b, "industry_words", c->industry_words);
    if (c->has_employee_count)
        put_int(&b, "employee_count", c->employee_count);
    put_known(&b, "employee_range", c->employee_range);
    put_known(&b, "phone", c->phone);
    put_known(&b, "email", c->email);
    put_known(&b, "registration_number", c->registration_number);
    put_known(&b, "address", c->address);
    put_known(&b, "postal_code", c->postal_code);
    put_known(&b, "city", c->city);
    put_known(&b, "country", c->country);
    put_known(&b, "description", c->description);
    if (c->has_has_funding)
        put_bool(&b, "has_funding", c->has_funding);
    put_known(&b, "funding_amount", c->funding_amount);
    if (c->has_no_mailing)
        put_bool(&b, "no_mailing", c->no_mailing);
    finish(&b);
}

static void print_vacancies(struct lm_arena *a, const struct scraper_source *source,
                            const struct scraper_found *found, size_t n)
{
    struct scraper_tallied *v;
    size_t n_companies = scraper_tally(a, found, n, &v);

    for (size_t i = 0; i < n_companies; i++) {
        struct scraper_found company = scraper_tallied_company(a, &v[i]);

        print_company(a, source, company.company);
    }
}

static int try_source(struct lm_arena *a, int argc, char **argv)
{
    const struct scraper_source *source;
    struct scraper_found *found = NULL;
    lm_err err = LM_ERR_INIT;
    size_t n = 0;

    if (argc < 2)
        return CLI_USAGE;
    source = scraper_source_find(lm_str_z(argv[0]));
    if (!source) {
        lm_fail(&err, LM_NOT_FOUND, "no source is called '%s'", argv[0]);
        return say_error(a, &err);
    }
    if (lm_config_load(getenv("LM_CONFIG"), scraper_sources_config, &err) ||
        scraper_sources_check(&err) || read_found(a, source, argv + 1, &found, &n, &err))
        return say_error(a, &err);
    if (source->counts_vacancies) {
        print_vacancies(a, source, found, n);
        return CLI_OK;
    }
    n = scraper_tally_keys(a, found, n);
    for (size_t i = 0; i < n; i++) {
        Lm__Company *c = found[i].company;

        c->source_url = c->source_url ? c->source_url : scraper_text(a, found[i].url);
        print_company(a, source, c);
    }
    return CLI_OK;
}

/* ---- people FILE --url U ---- */

static void print_person(struct lm_arena *a, const struct enricher_person *p)
{
    struct lm_buf b = begin(a);

    put_text(&b, "first_name", p->first_name);
    put_text(&b, "last_name", p->last_name);
    put_text(&b, "job_title", p->job_title);
    put_text(&b, "email", p->email);
    put_text(&b, "phone", p->phone);
    put_text(&b, "linkedin_url", p->linkedin_url);
    put_text(&b, "source_url", p->source_url);
    put_int(&b, "confidence", p->confidence);
    put_bool(&b, "is_decision_maker", p->is_decision_maker);
    finish(&b);
}

static int try_people(struct lm_arena *a, int argc, char **argv)
{
    struct enricher_people *people = LM_NEW(a, struct enricher_people);
    struct enricher_outline page;
    const lm_node *root;
    lm_err err = LM_ERR_INIT;
    lm_str body;

    if (argc != 3 || strcmp(argv[1], "--url") != 0)
        return CLI_USAGE;
    if (read_file(a, argv[0], &body, &err) ||
        lm_html_parse(a, body, (lm_str){NULL, 0}, &root, &err))
        return say_error(a, &err);
    enricher_outline_make(a, root, &page);
    enricher_people_find(a, &page, lm_str_z(argv[2]), people);
    enricher_people_sort(people);
    for (size_t i = 0; i < people->n; i++)
        print_person(a, &people->v[i]);
    return CLI_OK;
}

/* ---- score FILE ---- */

static int try_score(struct lm_arena *a, int argc, char **argv)
{
    struct lm_buf b = lm_buf_in(a, LINE_LIMIT);
    lm_err err = LM_ERR_INIT;
    lm_str text;

    if (argc != 1)
        return CLI_USAGE;
    if (read_file(a, argv[0], &text, &err) || scorer_try_score(a, text, &b, &err))
        return say_error(a, &err);
    printf("%.*s\n", LM_FMT(lm_buf_str(&b)));
    return CLI_OK;
}

/* ---- domain T, phone T --country CC, match A B ---- */

static int try_domain(struct lm_arena *a, int argc, char **argv)
{
    struct lm_buf b = begin(a);
    lm_str domain;

    if (argc != 1)
        return CLI_USAGE;
    put_text(&b, "input", lm_str_z(argv[0]));
    domain = lm_domain_normalize(a, lm_str_z(argv[0]));
    put_text(&b, "domain", domain);
    put_text(&b, "registrable", lm_domain_registrable(domain));
    finish(&b);
    return CLI_OK;
}

static int try_phone(struct lm_arena *a, int argc, char **argv)
{
    struct lm_buf b = begin(a);
    lm_str phone;

    if (argc != 1 && (argc != 3 || strcmp(argv[1], "--country") != 0))
        return CLI_USAGE;
    phone = lm_phone_e164(a, lm_str_z(argv[0]), argc == 3 ? argv[2] : NULL);
    put_text(&b, "input", lm_str_z(argv[0]));
    put_text(&b, "country", lm_str_z(argc == 3 ? argv[2] : NULL));
    put_text(&b, "phone", phone);
    put_bool(&b, "valid", phone.n > 0);
    finish(&b);
    return CLI_OK;
}

static int try_match(struct lm_arena *a, int argc, char **argv)
{
    struct lm_buf b = begin(a);
    struct scraper_judgement j;

    if (argc != 2)
        return CLI_USAGE;
    j = scraper_names_compare(a, lm_str_z(argv[0]), lm_str_z(argv[1]));
    put_bool(&b, "match", j.verdict == SCRAPER_SAME);
    lm_buf_printf(&b, ",\"score\":%.4f", j.score);
    put_text(&b, "reason", lm_str_z(j.reason));
    finish(&b);
    return CLI_OK;
}

/* ---- robots FILE AGENT URL ---- */

static int try_robots(struct lm_arena *a, int argc, char **argv)
{
    struct lm_robots_verdict verdict;
    const struct lm_robots *robots;
    struct lm_buf b = begin(a);
    lm_err err = LM_ERR_INIT;
    lm_str text;

    if (argc != 3)
        return CLI_USAGE;
    if (read_file(a, argv[0], &text, &err))
        return say_error(a, &err);
    robots = lm_robots_parse(a, text, lm_str_z(argv[1]));
    verdict = lm_robots_check(robots, lm_str_z(argv[2]));
    put_bool(&b, "allowed", verdict.is_allowed);
    put_text(&b, "rule", verdict.rule);
    if (lm_robots_delay_ms(robots))
        lm_buf_printf(&b, ",\"crawl_delay\":%g", (double)lm_robots_delay_ms(robots) / 1000);
    else
        lm_buf_appendz(&b, ",\"crawl_delay\":null");
    finish(&b);
    return CLI_OK;
}

static int try_csv(struct lm_arena *a, int argc, char **argv)
{
    lm_err err = LM_ERR_INIT;

    if (argc != 1)
        return CLI_USAGE;
    return cli_try_csv(a, argv[0], &err) ? say_error(a, &err) : CLI_OK;
}

/* A line each. */
#define PIECES(X)                         \
    X(source, "source NAME FILE…")        \
    X(people, "people FILE --url U")      \
    X(score, "score FILE")                \
    X(domain, "domain TEXT")              \
    X(phone, "phone TEXT [--country CC]") \
    X(match, "match A B")                 \
    X(robots, "robots FILE AGENT URL")    \
    X(csv, "csv FILE")

static int try(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct lm_arena *a, int argc, char **argv);
    } pieces[] = {
#define X(name, usage) {#name, try_##name},
        PIECES(X)
#undef X
    };
    struct lm_arena *a = lm_arena_new(MEMORY);
    int status = CLI_USAGE;

    for (size_t i = 0; argc > 1 && i < LM_COUNT(pieces); i++) {
        if (strcmp(argv[1], pieces[i].name) == 0)
            status = pieces[i].run(a, argc - 2, argv + 2);
    }
    lm_arena_free(a);
    return status == CLI_USAGE ? cli_usage(&cli_try) : status;
}

const struct cli_command cli_try = {
    "try",
#define X(name, usage) "\n    " usage
    PIECES(X),
#undef X
    "runs a pure piece of the domain and prints JSON lines",
    try,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_list fill SERVER TENANT FROM TO [companies]: leads, or companies alone, into the gateway's views.
 * bench_list run SERVER TENANT URL ROUNDS LABEL [companies]: asks the gateway at URL (its token in BENCH_TOKEN) for pages of 50,
 * one at a time, in turn with the same pages in bare SQL and with OFFSET. LABEL ends the name of each row.
 */
#include <curl/curl.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/str.h"
#include "services/gateway/views/cursor.h"
#include "tests/bench/bench.h"
#include "tests/bench/leads.h"
#include "tests/bench/names.h"

enum {
    ASKED = 200,
    ASKED_SLOW = 20,
    PAGE = 50,
    URL_MAX = 700,
    BODY_MAX = 4 << 20,
    WARM_MS = 120000
};

struct bench {
    PGconn *pg;
    const char *tenant, *url, *label;
    CURL *curl;
    struct curl_slist *headers;
    struct lm_buf body;
    struct lm_arena *arena;
    struct bench_dice dice;
    const struct kind *kind;
    int64_t n; /* rows */
    bool is_counted;
};

/* What is listed. */
struct kind {
    const char *name, *table;
    const char *mark; /* stands once in each row of an answer */
    const struct question *questions;
    size_t n_questions;
};

/* ------- asking ------- */

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
    lm_buf_append(arg, (lm_str){data, size * n});
    return size * n;
}

static void open_http(struct bench *b)
{
    const char *token = getenv("BENCH_TOKEN");

    if (!token)
        bench_fail("BENCH_TOKEN is not set");
    b->curl = curl_easy_init();
    b->headers =
        curl_slist_append(NULL, lm_arena_printf(b->arena, "Authorization: Bearer %s", token));
    b->headers = curl_slist_append(b->headers, "Content-Type: application/json");
    lm_buf_init(&b->body, BODY_MAX);
    curl_easy_setopt(b->curl, CURLOPT_HTTPHEADER, b->headers);
    curl_easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(b->curl, CURLOPT_WRITEDATA, &b->body);
}

/* The answer is in b->body; milliseconds. */
static double ask(struct bench *b, const char *path, const char *body)
{
    char url[URL_MAX];
    int64_t from;
    long status = 0;

    snprintf(url, sizeof(url), "%s/api%s", b->url, path);
    lm_buf_clear(&b->body);
    curl_easy_setopt(b->curl, CURLOPT_URL, url);
    curl_easy_setopt(b->curl, body ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
    if (body)
        curl_easy_setopt(b->curl, CURLOPT_COPYPOSTFIELDS, body);
    from = lm_mono_us();
    if (curl_easy_perform(b->curl) != CURLE_OK)
        bench_fail("GET %s: no answer", url);
    curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        bench_fail("GET %s: %ld %.200s", url, status, lm_buf_z(&b->body));
    return (double)(lm_mono_us() - from) / 1000;
}

/* A page with less than it should have would be fast for nothing. */
static void check_page(struct bench *b, const char *path, int wanted)
{
    lm_str rest = lm_buf_str(&b->body);
    ptrdiff_t at = 0;
    int n = 0;

    while ((at = lm_str_find(rest, lm_str_z(b->kind->mark), (size_t)at)) >= 0) {
        at++;
        n++;
    }
    if (n < wanted)
        bench_fail("%s: %d rows instead of %d", path, n, wanted);
}

/* ------- what is asked for ------- */

/* `after` of the row that has `depth` rows before it. */
static const char *cursor_at(struct bench *b, char order, int64_t depth)
{
    static const struct {
        char order;
        const char *key, *by;
    } orders[] = {{'N', "(extract(epoch FROM created_at) * 1000)::bigint",
                   "created_at DESC, id DESC"},
                  {'B', "icp_score", "icp_score DESC, id DESC"}};
    struct gateway_cursor c = {.order = order};
    size_t k = order == 'B';
    char *row = bench_sql(
        b->pg,
        "SELECT id || ' ' || %s FROM %s WHERE tenant_id = '%s' ORDER BY %s OFFSET %lld LIMIT 1",
        orders[k].key, b->kind->table, b->tenant, orders[k].by, (long long)depth);

    if (strlen(row) < LM_ID_SIZE)
        bench_fail("no row %lld", (long long)depth);
    snprintf(c.id, sizeof(c.id), "%.36s", row);
    snprintf(c.key, sizeof(c.key), "%s", row + LM_ID_SIZE);
    free(row);
    return gateway_cursor_text(b->arena, &c);
}

struct question {
    const char *name, *path; /* %s in the path: another word each time */
    char order;              /* of the cursor; 0: first page */
    int percent;             /* depth in percent of all */
    int at_least;            /* rows in the answer */
    bool is_slow;
    const char *body; /* NULL: a GET */
};
static const struct question of_leads[] = {
    {"newest", "/leads?limit=50", 0, 0, PAGE, false, NULL},
    {"status", "/leads?limit=50&status_filter=SCORED", 0, 0, PAGE, false, NULL},
    {"status, has e-mail, score from 80",
     "/leads?limit=50&status_filter=QUALIFIED&has_email=true&min_score=80", 0, 0, PAGE, false,
     NULL},
    {"best from 60", "/leads?limit=50&order=BEST&min_score=60", 0, 0, PAGE, false, NULL},
    {"by name", "/leads?limit=50&order=NAME", 0, 0, PAGE, false, NULL},
    {"search, rare word", "/leads?limit=50&search=%s", 0, 0, 1, false, NULL},
    {"search, common word", "/leads?limit=50&search=jansen", 0, 0, 20, true, NULL},
    {"newest, half way down", "/leads?limit=50", 'N', 50, PAGE, false, NULL},
    {"newest, near the end", "/leads?limit=50", 'N', 99, PAGE, false, NULL},
    {"best, half way down", "/leads?limit=50&order=BEST", 'B', 50, PAGE, false, NULL},
    {"figures by status and class", "/leads/stats", 0, 0, 0, true, NULL},
};

#define THREE "filters.country.values=NL&filters.has_email=true&filters.employees.from=50"
#define THREE_BODY                                                        \
    "{\"filters\":{\"country\":{\"values\":[\"NL\"]},\"has_email\":true," \
    "\"employees\":{\"from\":50}}}"
static const struct question of_companies[] = {
    {"newest", "/companies?limit=50", 0, 0, PAGE, false, NULL},
    {"status", "/companies?limit=50&status_filter=COMPANY_ENRICHED", 0, 0, PAGE, false, NULL},
    {"three filters", "/companies?limit=50&" THREE, 0, 0, PAGE, false, NULL},
    {"most vacancies", "/companies?limit=50&order=BY_VACANCIES", 0, 0, PAGE, false, NULL},
    {"by name", "/companies?limit=50&order=BY_NAME", 0, 0, PAGE, false, NULL},
    {"by name, three filters", "/companies?limit=50&order=BY_NAME&" THREE, 0, 0, PAGE, false, NULL},
    {"search, rare word", "/companies?limit=50&search=company12345", 0, 0, 1, false, NULL},
    {"newest, half way down", "/companies?limit=50", 'N', 50, PAGE, false, NULL},
    {"three filters, half way down", "/companies?limit=50&" THREE, 'N', 50, PAGE, false, NULL},
    {"facets", "/companies/filter-counts", 0, 0, 0, false, "{}"},
    {"facets, three filters", "/companies/filter-counts", 0, 0, 0, false, THREE_BODY},
    {"figures", "/companies/stats", 0, 0, 0, false, NULL},
};
static const struct kind kinds[] = {
    {"", "gateway.lead_view", "\"company_id\":", of_leads, LM_COUNT(of_leads)},
    {"companies: ", "gateway.company_view", "\"merged_count\":", of_companies,
     LM_COUNT(of_companies)},
};

static const char *path_of(struct bench *b, const struct question *q, const char *after,
                           char out[URL_MAX])
{
    char surname[32];

    snprintf(out, URL_MAX, "%s", q->path);
    if (strchr(q->path, '%')) {
        do
            bench_lead_surname(bench_pick(&b->dice, (size_t)b->n), surname);
        while (strncmp(surname, "Lead", 4) != 0);
        snprintf(out, URL_MAX, "/leads?limit=50&search=%s", surname);
    }
    if (after)
        snprintf(out + strlen(out), URL_MAX - strlen(out), "&after=%s", after);
    return out;
}

static double measure(struct bench *b, const struct question *q, const char *after)
{
    struct bench_list times = {0};
    char path[URL_MAX], row[128];
    double p50;

    for (int i = 0; i < (q->is_slow ? ASKED_SLOW : ASKED); i++) {
        path_of(b, q, after, path);
        bench_add(&times, ask(b, path, q->body));
        check_page(b, path, q->at_least);
    }
    p50 = bench_percentile(&times, 0.5);
    if (b->is_counted) {
        snprintf(row, sizeof(row), "%s%s, p50%s", b->kind->name, q->name, b->label);
        bench_print(row, "ours", p50);
        snprintf(row, sizeof(row), "%s%s, p99%s", b->kind->name, q->name, b->label);
        bench_print(row, "ours", bench_percentile(&times, 0.99));
    }
    bench_clear(&times);
    return p50;
}

/* ------- the limit and the peer: SQL alone, the rows thrown away ------- */

static double time_sql(struct bench *b, const char *side, const char *name, int times_asked,
                       const char *rest)
{
    struct bench_list times = {0};
    char row[128], sql[1000];
    double p50;

    snprintf(sql, sizeof(sql),
             "SELECT id, company_id, lead, score, status, created_at FROM gateway.lead_view WHERE"
             " tenant_id = '%s' AND is_listed %s",
             b->tenant, rest);
    for (int i = 0; i < times_asked; i++) {
        int64_t from = lm_mono_us();

        free(bench_sql(b->pg, "%s", sql));
        bench_add(&times, (double)(lm_mono_us() - from) / 1000);
    }
    p50 = bench_percentile(&times, 0.5);
    snprintf(row, sizeof(row), "%s, p50%s", name, b->label);
    if (b->is_counted)
        bench_print(row, side, p50);
    bench_clear(&times);
    return p50;
}

static void measure_sql(struct bench *b)
{
    char rest[200];

    time_sql(b, "limit", "newest", ASKED, "ORDER BY created_at DESC, id DESC LIMIT 50");
    time_sql(b, "limit", "status", ASKED,
             "AND status = 4 ORDER BY created_at DESC, id DESC LIMIT 50");
    snprintf(rest, sizeof(rest), "ORDER BY created_at DESC, id DESC LIMIT 50 OFFSET %lld",
             (long long)b->n / 2);
    time_sql(b, "peer", "newest, half way down", 5, rest);
}

static void run_round(struct bench *b, const char *const *after)
{
    double first = 0, best = 0, three = 0;
    char row[128];

    for (size_t i = 0; i < b->kind->n_questions; i++) {
        const struct question *q = &b->kind->questions[i];
        double p50 = measure(b, q, after[i]);

        if (i == 0)
            first = p50;
        if (strcmp(q->name, "best from 60") == 0)
            best = p50;
        if (strcmp(q->name, "three filters") == 0)
            three = p50;
        snprintf(row, sizeof(row), "%s%s, against the first page%s", b->kind->name, q->name,
                 b->label);
        if (b->is_counted && q->order)
            bench_print(row, "ours",
                        p50 / (q->order == 'B'              ? best
                               : strstr(q->path, "filters") ? three
                                                            : first));
    }
    if (b->kind == &kinds[0])
        measure_sql(b);
}

/* The first question of a tenant reads its companies into memory; how long that takes is said. */
static void warm(struct bench *b)
{
    int64_t from = lm_mono_ms();
    char url[URL_MAX];
    long status = 0;

    snprintf(url, sizeof(url), "%s/api/companies/filter-counts", b->url);
    curl_easy_setopt(b->curl, CURLOPT_URL, url);
    curl_easy_setopt(b->curl, CURLOPT_COPYPOSTFIELDS, "{}");
    while (status != 200 && lm_mono_ms() - from < WARM_MS) {
        lm_buf_clear(&b->body);
        if (curl_easy_perform(b->curl) != CURLE_OK)
            bench_fail("POST %s: no answer", url);
        curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &status);
    }
    fprintf(stderr, "        in memory after %lld ms\n", (long long)(lm_mono_ms() - from));
}

static void run(struct bench *b, int64_t rounds)
{
    const char *after[LM_COUNT(of_leads) + LM_COUNT(of_companies)] = {NULL};

    b->n = bench_sql_int(b->pg, /* those of bench_leads_fill */
                         "SELECT count(*) FROM %s WHERE tenant_id = '%s'"
                         " AND id < '00000001-0000-0000-0000-000000000000'",
                         b->kind->table, b->tenant);
    for (size_t i = 0; i < b->kind->n_questions; i++) {
        const struct question *q = &b->kind->questions[i];

        if (q->order)
            after[i] = cursor_at(b, q->order, b->n * q->percent / 100);
    }
    if (b->kind == &kinds[1])
        warm(b);
    for (int64_t round = 0; round <= rounds; round++) {
        b->is_counted = round > 0;
        run_round(b, after);
    }
}

int main(int argc, char **argv)
{
    struct bench b = {.dice = {7}, .kind = &kinds[0]};
    int64_t x, y;

    if (argc > 1 && strcmp(argv[argc - 1], "companies") == 0) {
        b.kind = &kinds[1];
        argc--;
    }

    if (argc == 6 && strcmp(argv[1], "fill") == 0 && lm_str_int(lm_str_z(argv[4]), &x) &&
        lm_str_int(lm_str_z(argv[5]), &y)) {
        (b.kind == &kinds[0] ? bench_leads_fill : bench_companies_fill)(bench_pg(argv[2]), argv[3],
                                                                        (size_t)x, (size_t)y);
        return 0;
    }
    if (argc != 7 || strcmp(argv[1], "run") != 0 || !lm_str_int(lm_str_z(argv[5]), &x))
        bench_fail(
            "usage: bench_list fill SERVER TENANT FROM TO [companies] | run SERVER TENANT URL ROUNDS LABEL"
            " [companies]");
    b.pg = bench_pg(argv[2]);
    b.tenant = argv[3];
    b.url = argv[4];
    b.label = argv[6];
    b.arena = lm_arena_new(1 << 20);
    open_http(&b);
    run(&b, x);
    lm_buf_fini(&b.body);
    curl_slist_free_all(b.headers);
    curl_easy_cleanup(b.curl);
    PQfinish(b.pg);
    lm_arena_free(b.arena);
    return 0;
}

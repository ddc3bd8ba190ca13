/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway as a process, from outside: what is larger than a frame, in and out. */
#include "tests/gateway/client.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/str.h"
#include "gen/gateway.lm.h"
#include "services/gateway/store.h"

static const struct lm_service gateway = {
    .name = "gateway", .sql = gateway_sql, .calls = gateway_calls, .events = gateway_events};

/* 1.5 MB go in three parts; the numbers of rows are those of the whole file. */
static void takes_files_larger_than_a_frame(void **state)
{
    enum { ROWS = 300, BAD = 250 };
    struct gwtest *g = gwtest_new(state);
    struct lm_buf csv = lm_buf_in(g->pg->base.arena, 4 << 20);
    const char *owner;
    struct answer a;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = gwtest_token(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    lm_buf_appendz(&csv, "name,domain,description\r\n");
    for (unsigned i = 0; i < ROWS; i++) {
        unsigned word = i * 2654435761u; /* names that are nothing like each other */

        lm_buf_printf(&csv, "%08x,%s%08x.example,\"%04700d\r\nmore\"\r\n", word,
                      i == BAD ? "no domain " : "d", word, 7);
    }
    a = gwtest_ask(g, "POST", "/api/companies/import", owner, "Idempotency-Key: file1\r\n",
                   lm_buf_z(&csv));
    assert_int_equal(a.status, 200);
    assert_int_equal(lm_jint(a.json, "rows", 0), ROWS);
    assert_int_equal(lm_jint(a.json, "created", 0) + lm_jint(a.json, "merged", 0) +
                         lm_jint(a.json, "rejected", 0),
                     ROWS);
    assert_int_equal(lm_jint(a.json, "errors.0.row", 0), BAD + 2);
    gwtest_end(g);
}

/* The chunks of an answer, put together; false when the last one is missing. */
static bool unchunk(struct gwtest *g, lm_str body, struct lm_buf *out)
{
    for (;;) {
        ptrdiff_t end = lm_str_find(body, LM_STR("\r\n"), 0);
        size_t n = end > 0 ? strtoul(lm_arena_strz(g->pg->base.arena, body), NULL, 16) : 0;

        if (end <= 0 || body.n < (size_t)end + 2 + n)
            return false;
        if (n == 0)
            return true;
        lm_buf_append(out, lm_str_sub(body, (size_t)end + 2, (size_t)end + 2 + n));
        body = lm_str_sub(body, (size_t)end + 2 + n + 2, body.n);
    }
}

/* 1,300 companies are three parts. */
static void decides_about_many_and_writes_them_into_a_file(void **state)
{
    enum { COMPANIES = 1300 };
    struct gwtest *g = gwtest_new(state);
    struct lm_buf csv = lm_buf_in(g->pg->base.arena, 1 << 20);
    struct lm_buf file = lm_buf_in(g->pg->base.arena, 4 << 20);
    const char *owner;
    struct answer a;
    int lines = 0;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = gwtest_token(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    lm_buf_appendz(&csv, "name,domain,country\r\n");
    for (unsigned i = 0; i < COMPANIES; i++)
        lm_buf_printf(&csv, "%s%08x,d%08x.example,%s\r\n", i ? "" : "=1+", i * 2654435761u,
                      i * 2654435761u, i % 2 ? "NL" : "BE");
    a = gwtest_ask(g, "POST", "/api/companies/import", owner, "", lm_buf_z(&csv));
    assert_int_equal(lm_jint(a.json, "created", 0), COMPANIES);
    lm_pgtest_await(g->pg, COMPANIES, "SELECT count(*) FROM gateway.company_view");

    a = gwtest_ask(g, "POST", "/api/companies/bulk", owner, "",
                   "{\"action\":\"DISQUALIFY\",\"filters\":{\"country\":{\"values\":[\"BE\"]}}}");
    assert_int_equal(a.status, 200);
    assert_int_equal(lm_jint(a.json, "changed", 0), COMPANIES / 2);
    a = gwtest_ask(g, "POST", "/api/companies/filter-counts", owner, "", "{}");
    assert_string_equal(gwtest_text(g, &a, "facets.status.0.value"), "COMPANY_DISQUALIFIED");
    assert_int_equal(lm_jint(a.json, "facets.status.0.count", 0), COMPANIES / 2);
    a = gwtest_ask(g, "POST", "/api/companies/bulk", owner, "", "{\"action\":\"ARCHIVE\"}");
    assert_int_equal(a.status, 400); /* all of them is nothing anybody says by leaving it out */
    a = gwtest_ask(g, "POST", "/api/companies/bulk", owner, "",
                   "{\"action\":\"ARCHIVE\",\"filters\":{\"colour\":{\"values\":[\"red\"]}}}");
    assert_int_equal(a.status, 400);

    a = gwtest_ask(g, "GET", "/api/companies/export?columns=COMPANY_NAME&columns=STATUS&bom=true",
                   owner, "", NULL);
    assert_int_equal(a.status, 200);
    assert_str(gwtest_header(&a, "content-type"), "text/csv; charset=utf-8");
    assert_str(gwtest_header(&a, "content-disposition"), "attachment; filename=\"companies.csv\"");
    assert_true(unchunk(g, a.body, &file));
    assert_true(lm_str_starts(lm_buf_str(&file), LM_STR("\xef\xbb\xbfname,status\r\n")));
    assert_true(
        lm_str_find(lm_buf_str(&file), LM_STR("\n'=1+00000000,COMPANY_DISQUALIFIED\r\n"), 0) > 0);
    for (size_t i = 0; i < file.n; i++)
        lines += file.p[i] == '\n';
    assert_int_equal(lines, 1 + COMPANIES);
    a = gwtest_ask(g, "GET", "/api/companies/export?filters.source.values=NOWHERE", owner, "",
                   NULL);
    assert_int_equal(a.status, 400);
    assert_string_equal(gwtest_text(g, &a, "errors.0.field"), "filters.source.values");
    gwtest_end(g);
}

/* Until the import is as wanted; what it looks like then. */
static struct answer import_in(struct gwtest *g, const char *token, const char *id,
                               const char *status)
{
    int64_t until = lm_mono_ms() + 40000;
    struct answer a;

    do {
        a = gwtest_ask(g, "GET", lm_arena_printf(g->pg->base.arena, "/api/imports/%s", id), token,
                       "", NULL);
        assert_int_equal(a.status, 200);
        if (lm_str_eqz(lm_jstr(a.json, "status"), status))
            return a;
        lm_sleep_ms(20);
    } while (lm_mono_ms() < until);
    fail_msg("the import is %.*s", LM_FMT(lm_jstr(a.json, "status")));
    return a;
}

/* A part of 1.4 MB is three calls on the bus; what is cut is put together again, to the byte. */
static void a_part_of_an_import_goes_through_in_pieces(void **state)
{
    enum { ROWS = 20000 };
    struct gwtest *g = gwtest_new(state);
    struct lm_arena *a = g->pg->base.arena;
    struct lm_buf csv = lm_buf_in(a, 4 << 20), hash = lm_buf_in(a, 100);
    struct lm_buf file = lm_buf_in(a, 4 << 20);
    uint8_t digest[LM_SHA256_SIZE];
    const char *owner, *id, *part;
    struct answer got;
    int lines = 0;

    g->neighbour = gwtest_spawn(g, "scraper", "1");
    gwtest_user(g, "acme", "olivia", LM_ROLE_OWNER);
    owner = gwtest_token(g, "acme", "olivia");
    gwtest_await(g, "/api/scrape/sources", owner);
    lm_buf_appendz(&csv, "Bedrijfsnaam;Domein;Plaats;Opmerking\r\n");
    for (unsigned i = 0; i < ROWS; i++)
        lm_buf_printf(&csv, "Bedrijf %08x;%sd%08x.example;%s;\"regel\r\n%u\"\r\n", i * 2654435761u,
                      i % 10 ? "" : "=no ", i, i % 2 ? "Ede" : "Assen", i);
    lm_sha256(csv.p, csv.n, digest);
    lm_buf_hex(&hash, digest, sizeof(digest));
    got = gwtest_ask(g, "POST", "/api/imports", owner, "",
                     lm_arena_printf(a, "{\"file_name\":\"list.csv\",\"size_bytes\":%zu}", csv.n));
    assert_int_equal(got.status, 201);
    id = lm_arena_strz(a, lm_jstr(got.json, "id"));
    part = lm_arena_printf(a, "/api/imports/%s/parts/1?sha256=%s", id, lm_buf_z(&hash));
    got = gwtest_ask(g, "PUT", lm_arena_printf(a, "%s&offset=0", part), owner, "", lm_buf_z(&csv));
    assert_int_equal(got.status, 400);
    assert_true(lm_str_eqz(lm_jstr(got.json, "errors.0.field"), "offset"));
    for (int i = 0; i < 2; i++) {
        got = gwtest_ask(g, "PUT", part, owner, "", lm_buf_z(&csv));
        assert_int_equal(got.status, 200);
        assert_int_equal(lm_jint(got.json, "parts.0.size_bytes", 0), (int64_t)csv.n);
    }
    import_in(g, owner, id, "IMPORT_READY");
    got = gwtest_ask(g, "POST", lm_arena_printf(a, "/api/imports/%s/execute", id), owner, "",
                     "{\"strategy\":\"SKIP\"}");
    assert_int_equal(got.status, 202);
    got = import_in(g, owner, id, "IMPORT_DONE");
    assert_int_equal(lm_jint(got.json, "counts.created", 0), ROWS - ROWS / 10);
    /* The rest, as a file to mend and send again: several parts, whole rows. */
    got = gwtest_ask(g, "GET", lm_arena_printf(a, "/api/imports/%s/errors", id), owner, "", NULL);
    assert_int_equal(got.status, 200);
    assert_str(gwtest_header(&got, "content-type"), "text/csv; charset=utf-8");
    assert_true(unchunk(g, got.body, &file));
    assert_true(
        lm_str_starts(lm_buf_str(&file), LM_STR("\xef\xbb\xbfrow,field,message,Bedrijfsnaam,")));
    for (ptrdiff_t at = 0;
         (at = lm_str_find(lm_buf_str(&file), LM_STR(",'=no d"), (size_t)at + 1)) > 0;)
        lines++;
    assert_int_equal(lines, ROWS / 10);
    gwtest_end(g);
}

LM_PGTEST_MAIN_ALL(gateway, LM_PGTEST(takes_files_larger_than_a_frame),
                   LM_PGTEST(a_part_of_an_import_goes_through_in_pieces),
                   LM_PGTEST(decides_about_many_and_writes_them_into_a_file))

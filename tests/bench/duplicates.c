/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_duplicates SERVER ROUNDS DATABASE=SIZE…: fills each database's companies up to SIZE, then looks names up in
 * all of them in turn, by the function that answers people (scraper_known_like: all names that are like this one) and
 * the one that takes companies in (scraper_known_same: those that can be the same), against pg_trgm on the same
 * list and against Jaro-Winkler over every name of it (recall). Then each name of the list is joined with all.
 */
#include <stdlib.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "services/scraper/match/jaro.h"
#include "services/scraper/match/judge.h"
#include "services/scraper/match/name.h"
#include "services/scraper/pool/known.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"
#include "tests/bench/bench.h"
#include "tests/bench/load.h"
#include "tests/bench/names.h"

enum {
    LISTS_MAX = 4,
    LOOKUPS = 1000, /* ours, a round */
    BATCH = 100,    /* names that come in at once */
    CANDIDATES = 4000,
    PEERS_BEST = 16,
    PEER_MS = 1500, /* pg_trgm, a round */
    RECALLED = 200, /* names compared with all */
    ARENA_BYTES = 8 << 20,
    DEADLINE_MS = 60000,
};

#define COMPANY_ID "00000000-0000-4000-8000-%012zx"
static const char tenant[] = "11111111-1111-4111-8111-111111111111";
static struct scraper_alike alike[CANDIDATES];
static const struct lm_service scraper = {.name = "scraper", .sql = scraper_sql};

struct list {
    const char *label;
    size_t n;
    lm_str *names; /* normalised */
    PGconn *pg;    /* as the superuser; the peer asks here */
    struct lm_proc proc;
    struct lm_arena *arena;
    struct bench_dice dice;
};

/* ------- filling ------- */

/* `from`: how many there are already. */
static void fill_companies(struct list *l, size_t from)
{
    struct lm_buf line;
    char name[BENCH_NAME_SIZE];

    lm_buf_init(&line, 1 << 20);
    bench_copy_begin(
        l->pg, "scraper.company (tenant_id, id, version, name, name_norm, source, sources, status,"
               " created_at, updated_at)");
    for (size_t i = 0; i < l->n; i++) {
        size_t n = bench_name(i, name);

        l->names[i] = scraper_name_normalize(l->arena, (lm_str){name, n});
        if (i < from)
            continue;
        lm_buf_printf(&line,
                      "%s\t" COMPANY_ID "\t1\t%s\t%.*s\tINDEED\t{INDEED}\tCOMPANY_NEW\t2026-01-01"
                      "\t2026-01-01\n",
                      tenant, i, name, LM_FMT(l->names[i]));
        bench_copy_row(l->pg, &line);
    }
    bench_copy_end(l->pg, &line);
    lm_buf_fini(&line);
}

static void fill(struct list *l)
{
    int64_t begun = lm_mono_ms();
    size_t from = (size_t)bench_sql_int(
        l->pg, "SELECT count(*) FROM scraper.company WHERE tenant_id = '%s'", tenant);

    bench_indexes_drop(l->pg, "scraper.company");
    fill_companies(l, from);
    bench_indexes_make(l->pg, "scraper.company");
    free(bench_sql(l->pg,
                   "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;"
                   "DROP TABLE IF EXISTS bench.name;"
                   "CREATE TABLE bench.name AS SELECT id, name_norm AS name FROM scraper.company"
                   " WHERE tenant_id = '%s';"
                   "CREATE INDEX ON bench.name USING gin (name public.gin_trgm_ops);"
                   "SET search_path = bench, public",
                   tenant));
    free(bench_sql(l->pg, "VACUUM ANALYZE bench.name"));
    free(bench_sql(l->pg, "SET pg_trgm.similarity_threshold = 0.6"));
    free(bench_sql(l->pg,
                   "PREPARE like_name (text) AS SELECT id FROM name WHERE name %% $1"
                   " ORDER BY similarity(name, $1) DESC LIMIT %d",
                   PEERS_BEST));
    fprintf(stderr, "        %zu companies in %lld ms; trigrams %lld MB\n", l->n,
            (long long)(lm_mono_ms() - begun),
            (long long)bench_sql_int(l->pg, "SELECT pg_indexes_size('bench.name') >> 20"));
}

static void open_list(struct list *l, const char *server, const char *text)
{
    const char *eq = strchr(text, '=');
    struct lm_db_options o = {.schema = "scraper", .pool_max = 2, .sql = scraper_sql};
    char url[512];
    int64_t n;
    lm_err err = LM_ERR_INIT;

    if (!eq || !lm_str_int(lm_str_z(eq + 1), &n) || n < 1)
        bench_fail("not DATABASE=SIZE: %s", text);
    l->n = (size_t)n;
    l->arena = lm_arena_new((size_t)4 << 30);
    l->label = lm_arena_printf(l->arena, "%lldk", (long long)(n / 1000));
    l->names = LM_NEW_ARRAY(l->arena, lm_str, l->n);
    l->dice.state = 20260101;
    snprintf(url, sizeof(url), "%s user=postgres dbname=%.*s", server, (int)(eq - text), text);
    l->pg = bench_pg(url);
    fill(l);
    snprintf(url, sizeof(url), "%s user=lm_scraper dbname=%.*s", server, (int)(eq - text), text);
    o.url = url;
    l->proc.service = &scraper;
    if (lm_db_open(&o, &l->proc.db, &err))
        bench_fail("%s", err.message);
}

/* ------- looking up ------- */

/* Nine in ten are a company of the list, misspelt; the tenth is new. */
static char *ask_for(struct list *l, char out[BENCH_NAME_SIZE])
{
    char name[BENCH_NAME_SIZE];
    bool is_new = bench_pick(&l->dice, 10) == 0;
    size_t i = bench_pick(&l->dice, l->n) + (is_new ? 10000000 : 0), n = bench_name(i, name);

    if (is_new)
        memcpy(out, name, n + 1);
    else
        bench_name_misspell(&l->dice, (lm_str){name, n}, out);
    return out;
}

/* All that are like it, into `out`; returns how many. */
static size_t look_up(struct list *l, const char *name, struct scraper_alike *out)
{
    struct lm_ctx *ctx = lm_ctx_new(&l->proc, tenant, DEADLINE_MS, ARENA_BYTES);
    lm_err err = LM_ERR_INIT;
    size_t n;

    if (scraper_known_like(ctx, scraper_name_normalize(ctx->arena, lm_str_z(name)), out, CANDIDATES,
                           &n, &err))
        bench_fail("%s", err.message);
    lm_ctx_free(ctx);
    return n;
}

/* Those of a batch that can be the same; returns how many in all. */
static size_t look_up_batch(struct list *l, char (*asked)[BENCH_NAME_SIZE])
{
    struct lm_ctx *ctx = lm_ctx_new(&l->proc, tenant, DEADLINE_MS, ARENA_BYTES);
    struct scraper_tokens *tokens = LM_NEW_ARRAY(ctx->arena, struct scraper_tokens, BATCH);
    struct scraper_called names[BATCH];
    struct scraper_ids found[BATCH];
    lm_err err = LM_ERR_INIT;
    size_t n = 0;

    for (size_t i = 0; i < BATCH; i++) {
        scraper_tokens_of(ctx->arena, lm_str_z(asked[i]), &tokens[i]);
        names[i] = (struct scraper_called){
            scraper_name_normalize(ctx->arena, lm_str_z(asked[i])), &tokens[i], {NULL, 0}, 0};
    }
    if (scraper_known_same(ctx, names, BATCH, found, &err))
        bench_fail("%s", err.message);
    for (size_t i = 0; i < BATCH; i++)
        n += found[i].n;
    lm_ctx_free(ctx);
    return n;
}

/* After a start the first question reads all names. */
static void measure_first(struct list *l)
{
    char row[128], name[BENCH_NAME_SIZE];
    int64_t from = lm_mono_us();

    look_up(l, ask_for(l, name), alike);
    snprintf(row, sizeof(row), "first lookup, %s", l->label);
    bench_print(row, "ours", (double)(lm_mono_us() - from) / 1000);
}

static void measure_ours(struct list *l, bool is_counted, double *us)
{
    struct bench_list times = {0};
    char row[128], name[BENCH_NAME_SIZE];
    int64_t from = lm_mono_us();
    size_t candidates = 0;

    for (int i = 0; i < LOOKUPS; i++) {
        int64_t at;

        ask_for(l, name);
        at = lm_mono_us();
        candidates += look_up(l, name, alike);
        bench_add(&times, (double)(lm_mono_us() - at) / 1000);
    }
    *us = (double)(lm_mono_us() - from) / LOOKUPS;
    if (is_counted) {
        snprintf(row, sizeof(row), "lookups, %s", l->label);
        bench_print(row, "ours", 1e6 / *us);
        snprintf(row, sizeof(row), "lookup p50, %s", l->label);
        bench_print(row, "ours", bench_percentile(&times, 0.5));
        snprintf(row, sizeof(row), "lookup p99, %s", l->label);
        bench_print(row, "ours", bench_percentile(&times, 0.99));
        snprintf(row, sizeof(row), "candidates, %s", l->label);
        bench_print(row, "ours", (double)candidates / LOOKUPS);
    }
    bench_clear(&times);
}

/* As they come in: a batch at once, only those that can be the same. */
static void measure_intake(struct list *l, bool is_counted)
{
    static char asked[BATCH][BENCH_NAME_SIZE];
    int64_t us = 0, from;
    char row[128];

    for (int i = 0; i < LOOKUPS / BATCH; i++) {
        for (size_t k = 0; k < BATCH; k++)
            ask_for(l, asked[k]);
        from = lm_mono_us();
        look_up_batch(l, asked);
        us += lm_mono_us() - from;
    }
    snprintf(row, sizeof(row), "a name that comes in, %s", l->label);
    if (is_counted)
        bench_print(row, "ours", (double)us / LOOKUPS);
}

static void measure_peer(struct list *l, bool is_counted)
{
    int64_t from = lm_mono_us(), now = from;
    char row[128], name[BENCH_NAME_SIZE];
    int n = 0;

    for (; now - from < PEER_MS * 1000; n++, now = lm_mono_us()) {
        lm_str norm = scraper_name_normalize(l->arena, lm_str_z(ask_for(l, name)));
        const char *value = lm_arena_strz(l->arena, norm);
        PGresult *res = PQexecPrepared(l->pg, "like_name", 1, &value, NULL, NULL, 0);

        if (PQresultStatus(res) != PGRES_TUPLES_OK)
            bench_fail("pg_trgm: %s", PQerrorMessage(l->pg));
        PQclear(res);
    }
    snprintf(row, sizeof(row), "lookups, %s", l->label);
    if (is_counted)
        bench_print(row, "peer", 1e6 * n / (double)(now - from));
}

/* Of what Jaro-Winkler of 0.92 over the whole list finds, the share that was found. */
static void measure_recall(struct list *l)
{
    char row[128], name[BENCH_NAME_SIZE];
    size_t wanted = 0, found = 0;

    for (int i = 0; i < RECALLED; i++) {
        size_t n = look_up(l, ask_for(l, name), alike);
        struct scraper_jaro jaro;

        scraper_jaro_init(&jaro, scraper_name_normalize(l->arena, lm_str_z(name)));
        for (size_t k = 0; k < l->n; k++)
            wanted += scraper_jaro_winkler(&jaro, l->names[k]) >= SCRAPER_LIKE_NAME;
        for (size_t k = 0; k < n; k++) {
            uint64_t at = strtoull(alike[k].id + 24, NULL, 16);

            found += scraper_jaro_winkler(&jaro, l->names[at]) >= SCRAPER_LIKE_NAME;
        }
    }
    if (wanted == 0)
        bench_fail("no name has a like");
    snprintf(row, sizeof(row), "recall, %s", l->label);
    bench_print(row, "ours", (double)found / (double)wanted);
    fprintf(stderr, "        %s: %zu of %zu names found\n", l->label, found, wanted);
}

/* ------- all with all ------- */

static const char *id_of(size_t i, char out[LM_ID_SIZE])
{
    snprintf(out, LM_ID_SIZE, COMPANY_ID, i & 0xffffffffffff);
    return out;
}

static size_t join_one(const struct scraper_names *all, struct lm_arena *a, size_t i,
                       const struct scraper_called *name, const lm_str *written)
{
    char ids[SCRAPER_KNOWN_MOST][LM_ID_SIZE];
    size_t n = scraper_names_same(all, name, ids, SCRAPER_KNOWN_MOST), same = 0;

    for (size_t k = 0; k < n; k++) {
        size_t at = strtoull(ids[k] + 24, NULL, 16);
        struct scraper_tokens other;

        if (at >= i)
            continue;
        scraper_tokens_of(a, written[at], &other);
        same += scraper_names_judge(name->tokens, &other).verdict == SCRAPER_SAME;
    }
    return same;
}

/* From names as they stand in the table to pairs that are the same: the index as well. */
static void measure_join(struct list *l)
{
    struct scraper_names *all = scraper_names_new();
    struct lm_arena *a = lm_arena_new(ARENA_BYTES);
    lm_str *written = LM_NEW_ARRAY(l->arena, lm_str, l->n);
    char row[128], name[BENCH_NAME_SIZE], id[LM_ID_SIZE];
    size_t same = 0;
    int64_t from;

    for (size_t i = 0; i < l->n; i++)
        written[i] = lm_arena_dup(l->arena, (lm_str){name, bench_name(i, name)});
    from = lm_mono_us();
    for (size_t i = 0; i < l->n; i++) {
        struct scraper_tokens tokens;
        struct scraper_called asked = {l->names[i], &tokens, {NULL, 0}, 0};

        scraper_tokens_of(a, written[i], &tokens);
        same += join_one(all, a, i, &asked, written);
        scraper_names_add(all, id_of(i, id), &asked);
        lm_arena_reset(a);
    }
    snprintf(row, sizeof(row), "all with all, %s", l->label);
    bench_print(row, "ours", (double)(lm_mono_us() - from) / 1e6);
    snprintf(row, sizeof(row), "index, %s", l->label);
    bench_print(row, "ours", (double)scraper_names_bytes(all) / (double)l->n);
    fprintf(stderr, "        %s: %zu pairs are the same\n", l->label, same);
    scraper_names_free(all);
    lm_arena_free(a);
}

static void run_round(struct list *lists, size_t n, bool is_counted)
{
    double us[LISTS_MAX];

    for (size_t i = 0; i < n; i++) {
        measure_ours(&lists[i], is_counted, &us[i]);
        measure_intake(&lists[i], is_counted);
        measure_peer(&lists[i], is_counted);
    }
    for (size_t i = 1; i < n && is_counted; i++) {
        char row[128];

        snprintf(row, sizeof(row), "time, %s to %s", lists[i - 1].label, lists[i].label);
        bench_print(row, "ours", us[i] / us[i - 1]);
    }
}

int main(int argc, char **argv)
{
    static struct list lists[LISTS_MAX];
    size_t n = (size_t)argc - 3;
    int64_t rounds;

    lm_log_init("bench", LM_LOG_WARN, NULL);
    scraper_settings.names_memory_bytes = 1 << 30;
    if (argc < 4 || n > LISTS_MAX || !lm_str_int(lm_str_z(argv[2]), &rounds))
        bench_fail("usage: bench_duplicates SERVER ROUNDS DATABASE=SIZE…");
    for (size_t i = 0; i < n; i++) {
        open_list(&lists[i], argv[1], argv[i + 3]);
        measure_first(&lists[i]);
    }
    for (int64_t round = 0; round <= rounds; round++)
        run_round(lists, n, round > 0);
    for (size_t i = 0; i < n; i++) {
        measure_recall(&lists[i]);
        measure_join(&lists[i]);
        lm_db_close(lists[i].proc.db);
        PQfinish(lists[i].pg);
        lm_arena_free(lists[i].arena);
    }
    return 0;
}

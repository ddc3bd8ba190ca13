/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_import BUS-DIR KEY DATABASE SCRAPER-PID FILE run|preview: has a scraper that runs import a file, over the bus.
 * Prints "rows/s visible-rows/s memory_kb" of run: from the request to the end of the job, and to the moment when the
 * gateway's view has all of it. Of a preview the milliseconds until the first rejected row shows. Memory: the most of the
 * scraper's, above what it has idle.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/json.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/import/import.h"
#include "tests/bench/bench.h"

enum { CALL_MS = 60000, CALL_BYTES = 16 << 20, LOOK_US = 20000, FIND_MS = 30000 };

static const char tenant[] = "11111111-1111-4111-8111-111111111111";
static const struct lm_service bench = {.name = "bench"};
static struct lm_proc proc = {.service = &bench, .replica = "1"};
static PGconn *pg;
static const char *scraper_pid;

/* ---- calls ---- */

/* The answer is unpacked into `a`. */
static lm_code ask(struct lm_arena *a, const char *method, const ProtobufCMessage *in,
                   const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage **out,
                   lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(&proc, tenant, CALL_MS, CALL_BYTES);
    ProtobufCMessage *answer;

    ctx->role = LM_ROLE_OWNER;
    lm_id_new(ctx->request_id);
    if (lm_call(ctx, "scraper", method, in, descriptor, &answer, err) == LM_OK)
        (void)!lm_pb_unpack(a, descriptor, lm_pb_pack(a, answer), out, err);
    lm_ctx_free(ctx);
    return err->code;
}

static Scraper__Import *call(struct lm_arena *a, const char *method, const ProtobufCMessage *in)
{
    ProtobufCMessage *out = NULL;
    lm_err err = LM_ERR_INIT;

    if (ask(a, method, in, &scraper__import__descriptor, &out, &err))
        bench_fail("%s: %s", method, err.message);
    return (Scraper__Import *)out;
}

static Scraper__Import *on(struct lm_arena *a, const char *method, char *id)
{
    Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

    in.import_id = id;
    return call(a, method, &in.base);
}

static void await(char *id, Scraper__ImportStatus status)
{
    struct lm_arena *a = lm_arena_new(CALL_BYTES);
    Scraper__Import *m;

    do {
        usleep(LOOK_US);
        lm_arena_reset(a);
        m = on(a, "GetImport", id);
        if (m->status == SCRAPER__IMPORT_STATUS__IMPORT_FAILED)
            bench_fail("the import failed: %s", m->error_message);
    } while (m->status != status);
    lm_arena_free(a);
}

/* ---- the file ---- */

static void put_piece(const Scraper__PutImportPartRequest *piece)
{
    struct lm_arena *a = lm_arena_new(CALL_BYTES);

    call(a, "PutImportPart", &piece->base);
    lm_arena_free(a);
}

static void put_part(char *id, int number, lm_str part)
{
    Scraper__PutImportPartRequest in = SCRAPER__PUT_IMPORT_PART_REQUEST__INIT;
    uint8_t digest[LM_SHA256_SIZE];
    char hex[2 * LM_SHA256_SIZE + 1];

    lm_sha256(part.p, part.n, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    in.import_id = id;
    in.number = number;
    in.sha256 = hex;
    in.has_offset = in.has_size_bytes = true;
    in.size_bytes = (int32_t)part.n;
    for (size_t at = 0; at < part.n; at += SCRAPER_PIECE_BYTES) {
        lm_str piece = lm_str_sub(part, at, at + SCRAPER_PIECE_BYTES);

        in.offset = (int32_t)at;
        in.body = (ProtobufCBinaryData){piece.n, (uint8_t *)(uintptr_t)piece.p};
        put_piece(&in);
    }
}

static char *upload(struct lm_arena *a, const char *path)
{
    Scraper__CreateImportRequest in = SCRAPER__CREATE_IMPORT_REQUEST__INIT;
    char *part = malloc(SCRAPER_PART_BYTES), *id;
    FILE *f = fopen(path, "rbe");
    size_t n;

    if (!f || !part || fseeko(f, 0, SEEK_END) != 0)
        bench_fail("%s cannot be read", path);
    in.file_name = (char *)(uintptr_t)path;
    in.size_bytes = ftello(f);
    rewind(f);
    id = call(a, "CreateImport", &in.base)->id;
    for (int number = 1; (n = fread(part, 1, SCRAPER_PART_BYTES, f)) > 0; number++)
        put_part(id, number, (lm_str){part, n});
    fclose(f);
    free(part);
    await(id, SCRAPER__IMPORT_STATUS__IMPORT_READY);
    return id;
}

/* ---- memory of the scraper ---- */

static FILE *open_proc(const char *file, const char *mode)
{
    char path[64];
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%s/%s", scraper_pid, file);
    f = fopen(path, mode);
    if (!f)
        bench_fail("%s cannot be opened", path);
    return f;
}

static int64_t memory_kb(const char *what)
{
    FILE *f = open_proc("status", "re");
    char line[256];
    int64_t kb = -1;

    while (fgets(line, sizeof(line), f)) {
        if (strncmp(line, what, strlen(what)) == 0)
            kb = strtoll(line + strlen(what), NULL, 10);
    }
    fclose(f);
    return kb;
}

/* From now on VmHWM is the most since now. */
static int64_t begin_memory(void)
{
    FILE *f = open_proc("clear_refs", "we");

    if (fputs("5", f) < 0 || fclose(f) != 0)
        bench_fail("the peak of memory cannot be set back");
    return memory_kb("VmRSS:");
}

/* ---- runs ---- */

static int64_t number(const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    int64_t n;

    if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
        bench_fail("%s", PQerrorMessage(pg));
    n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    PQclear(res);
    return n;
}

/* All of the scraper's events have taken effect in the gateway: nothing waits for its number, and then for its turn. */
static void await_views(void)
{
    while (number("SELECT count(*) FROM (SELECT FROM scraper.event_new LIMIT 1) w") > 0)
        usleep(LOOK_US);
    while (number("SELECT count(*) FROM gateway.consumer_cursor c, scraper.event_head h"
                  " WHERE c.source = 'scraper' AND c.seq = h.head") == 0)
        usleep(LOOK_US);
}

static void run(struct lm_arena *a, char *id)
{
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;
    const int64_t before = number("SELECT count(*) FROM gateway.company_view WHERE is_listed");
    const int64_t idle_kb = begin_memory(), from_us = lm_mono_us();
    int64_t done_us, seen_us;
    const Scraper__Import *m;

    in.import_id = id;
    call(a, "ExecuteImport", &in.base);
    await(id, SCRAPER__IMPORT_STATUS__IMPORT_DONE);
    done_us = lm_mono_us() - from_us;
    await_views();
    seen_us = lm_mono_us() - from_us;
    m = on(a, "GetImport", id);
    printf("%.0f %.0f %lld\n", m->counts->rows * 1e6 / (double)done_us,
           m->counts->rows * 1e6 / (double)seen_us, (long long)(memory_kb("VmHWM:") - idle_kb));
    fprintf(stderr, "        %d rows: %d new, %d rejected\n", m->counts->rows, m->counts->created,
            m->counts->rejected);
    if (number("SELECT count(*) FROM gateway.company_view WHERE is_listed") - before !=
        m->counts->created)
        bench_fail("not every new company is listed");
}

static void preview(struct lm_arena *a, char *id)
{
    int64_t from_us = lm_mono_us();

    on(a, "PreviewImport", id);
    while (on(a, "GetImport", id)->n_errors == 0)
        usleep(1000);
    printf("%.1f\n", (double)(lm_mono_us() - from_us) / 1000);
    on(a, "CancelImport", id);
}

/* ---- on the bus ---- */

static void ignore_call(void *arg LM_UNUSED, struct lm_bus_call *call LM_UNUSED,
                        const struct lm_bus_request *request LM_UNUSED)
{
}

static void ignore_event(void *arg LM_UNUSED, const char *sender LM_UNUSED,
                         const char *replica LM_UNUSED, const char *kind LM_UNUSED,
                         lm_str body LM_UNUSED)
{
}

static void find_scraper(void)
{
    const int64_t until = lm_mono_ms() + FIND_MS;
    Scraper__ListImportsRequest in = SCRAPER__LIST_IMPORTS_REQUEST__INIT;

    for (;;) {
        struct lm_arena *a = lm_arena_new(CALL_BYTES);
        ProtobufCMessage *out;
        lm_err err = LM_ERR_INIT;
        lm_code rc = ask(a, "ListImports", &in.base, &scraper__list_imports_response__descriptor,
                         &out, &err);

        lm_arena_free(a);
        if (rc == LM_OK)
            return;
        if (lm_mono_ms() > until)
            bench_fail("no scraper answers: %s", err.message);
        lm_sleep_ms(20);
    }
}

static void start(const char *dir, const char *key, const char *database)
{
    static const struct lm_bus_handlers handlers = {.on_call = ignore_call,
                                                    .on_event = ignore_event};
    struct lm_bus_options o = {.service = "bench", .replica = "1", .dir = dir, .workers = 1};
    lm_err err = LM_ERR_INIT;

    o.key = lm_str_z(key);
    if (lm_bus_start(&o, &handlers, &proc.bus, &err))
        bench_fail("%s", err.message);
    pg = PQconnectdb(database);
    if (PQstatus(pg) != CONNECTION_OK)
        bench_fail("%s", PQerrorMessage(pg));
    find_scraper();
}

int main(int argc, char **argv)
{
    struct lm_arena *a = lm_arena_new(CALL_BYTES);
    char *id;

    if (argc != 7)
        bench_fail("usage: bench_import BUS-DIR KEY DATABASE SCRAPER-PID FILE run|preview");
    scraper_pid = argv[4];
    start(argv[1], argv[2], argv[3]);
    id = upload(a, argv[5]);
    if (strcmp(argv[6], "run") == 0)
        run(a, id);
    else
        preview(a, id);
    PQfinish(pg);
    lm_bus_stop(proc.bus);
    lm_arena_free(a);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_import SERVER DATABASE FILE run|preview: the scraper as a process of its own, with its handlers, job workers and
 * relay, imports a file. Prints "rows/s memory_kb" of run (from the request to the end, the events numbered), or of a
 * preview the milliseconds until the first rejected row shows. Memory: the most of it, above what the idle process has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/json.h"
#include "common/log.h"
#include "common/proc_internal.h"
#include "common/runtime.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"
#include "tests/bench/bench.h"

enum { CALL_MS = 60000, CALL_BYTES = 64 << 20, LOOK_US = 5000, STOP_MS = 10000 };

static const char tenant[] = "11111111-1111-4111-8111-111111111111";
static const struct lm_service scraper = {.name = "scraper",
                                          .sql = scraper_sql,
                                          .calls = scraper_calls,
                                          .events = scraper_events,
                                          .jobs = scraper_jobs};
static struct lm_proc proc = {.service = &scraper};

/* ---- calls ---- */

/* The answer is unpacked into `a`. */
static ProtobufCMessage *call(struct lm_arena *a, const char *method, const ProtobufCMessage *in)
{
    const struct lm_rpc *rpc = lm_proc_rpc(&proc, method);
    struct lm_ctx *ctx = lm_ctx_new(&proc, tenant, CALL_MS, CALL_BYTES);
    ProtobufCMessage *out;
    lm_err err = LM_ERR_INIT;
    lm_str answer;

    LM_ASSERT(rpc);
    ctx->role = LM_ROLE_OWNER;
    lm_id_new(ctx->call_id);
    if (lm_call_run(ctx, rpc, lm_pb_pack(a, in), &answer, &err) ||
        lm_pb_unpack(a, rpc->out, lm_arena_dup(a, answer), &out, &err))
        bench_fail("%s: %s", method, err.message);
    lm_ctx_free(ctx);
    return out;
}

static Scraper__Import *on(struct lm_arena *a, const char *method, char *id)
{
    Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

    in.import_id = id;
    return (Scraper__Import *)call(a, method, &in.base);
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

static void put_piece(char *id, const Scraper__PutImportPartRequest *piece)
{
    struct lm_arena *a = lm_arena_new(CALL_BYTES);

    (void)id;
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
        put_piece(id, &in);
    }
}

/* One part in memory at a time; the process that uploads is another in life, and its memory is not looked at. */
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
    id = ((Scraper__Import *)call(a, "CreateImport", &in.base))->id;
    for (int number = 1; (n = fread(part, 1, SCRAPER_PART_BYTES, f)) > 0; number++)
        put_part(id, number, (lm_str){part, n});
    fclose(f);
    free(part);
    await(id, SCRAPER__IMPORT_STATUS__IMPORT_READY);
    return id;
}

/* ---- memory ---- */

static int64_t memory_kb(const char *what)
{
    FILE *f = fopen("/proc/self/status", "re");
    char line[256];
    int64_t kb = -1;

    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, what, strlen(what)) == 0)
            kb = strtoll(line + strlen(what), NULL, 10);
    }
    if (f)
        fclose(f);
    return kb;
}

/* From now on VmHWM is the most since now. */
static int64_t begin_memory(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "we");

    if (!f || fputs("5", f) < 0 || fclose(f) != 0)
        bench_fail("the peak of memory cannot be set back");
    return memory_kb("VmRSS:");
}

/* ---- runs ---- */

static void run(struct lm_arena *a, char *id)
{
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;
    int64_t idle_kb = begin_memory(), from_us = lm_mono_us();
    const Scraper__Import *m;

    in.import_id = id;
    call(a, "ExecuteImport", &in.base);
    await(id, SCRAPER__IMPORT_STATUS__IMPORT_DONE);
    m = on(a, "GetImport", id);
    printf("%.0f %lld\n", m->counts->rows * 1e6 / (double)(lm_mono_us() - from_us),
           (long long)(memory_kb("VmHWM:") - idle_kb));
    fprintf(stderr, "        %d rows: %d new, %d rejected\n", m->counts->rows, m->counts->created,
            m->counts->rejected);
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

static void start(const char *server, const char *database)
{
    static char url[512];
    static struct lm_db_options db = {.url = url, .schema = "scraper", .pool_max = 4};
    struct lm_runtime_options o = {.workers = 2,
                                   .poll_ms = 200,
                                   .memory_limit = 64 << 20,
                                   .no_consumers = true,
                                   .lock_url = url};
    lm_err err = LM_ERR_INIT;

    scraper_settings.import_max_bytes = (uint64_t)2 << 30;
    scraper_settings.import_keep_ms = INT32_MAX;
    scraper_settings.names_memory_bytes = 1 << 30;
    scraper_settings.home_country = "NL";
    snprintf(url, sizeof(url), "%s user=lm_scraper dbname=%s", server, database);
    snprintf(proc.replica, sizeof(proc.replica), "bench");
    if (lm_db_open(&db, &proc.db, &err) || lm_runtime_start(&proc, &o, &err))
        bench_fail("%s", err.message);
}

int main(int argc, char **argv)
{
    struct lm_arena *a = lm_arena_new(CALL_BYTES);
    char *id;

    lm_log_init("bench", LM_LOG_WARN, NULL);
    if (argc != 5)
        bench_fail("usage: bench_import SERVER DATABASE FILE run|preview");
    start(argv[1], argv[2]);
    id = upload(a, argv[3]);
    if (strcmp(argv[4], "run") == 0)
        run(a, id);
    else
        preview(a, id);
    lm_runtime_quiesce(&proc);
    lm_runtime_stop(&proc, STOP_MS);
    lm_arena_free(a);
    return 0;
}

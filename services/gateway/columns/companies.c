/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which tenants' companies are in memory, and bringing them up to date. The first reading may take
 * longer than one request may wait; it then goes on with the next one.
 */
#include "services/gateway/columns/companies.h"

#include <pthread.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/thread.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

enum { TENANTS = 256, PAGE = 5000, WAIT_MS = 3000, READ_MS = 4000, RETRY_MS = 1000 };

/* What is read first; what changed meanwhile comes after it. */
enum stage { READS_COMPANIES, READS_LEADS, IS_WHOLE };

struct kept {
    const struct lm_proc *proc; /* NULL: free; tests have several processes in one */
    char tenant_id[LM_ID_SIZE];
    struct gateway_table *table;
    enum stage stage;
    char read_to[LM_ID_SIZE]; /* of this stage */
    int64_t database, from;   /* what transactions from this one on have changed is not here yet */
    int64_t used;             /* by the clock below */
    bool is_taken;
};

static const char first_id[] = "00000000-0000-0000-0000-000000000000";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t given;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct kept all[TENANTS];
static int64_t uses;

static void init(void)
{
    lm_cond_init(&given);
}

/* ---- whose companies are here; under the lock ---- */

static void forget(struct kept *h)
{
    gateway_table_free(h->table);
    *h = (struct kept){.proc = NULL};
}

static struct kept *find(const struct lm_ctx *ctx)
{
    for (size_t i = 0; i < LM_COUNT(all); i++) {
        if (all[i].proc == ctx->proc && strcmp(all[i].tenant_id, ctx->tenant_id) == 0)
            return &all[i];
    }
    return NULL;
}

/* The one that nobody used for longest, but none used since `since`; NULL: all are in use. */
static struct kept *oldest_before(int64_t since)
{
    struct kept *oldest = NULL;

    for (size_t i = 0; i < LM_COUNT(all); i++) {
        if (all[i].proc && !all[i].is_taken && all[i].used < since &&
            (!oldest || all[i].used < oldest->used))
            oldest = &all[i];
    }
    return oldest;
}

static struct kept *make_room(void)
{
    struct kept *oldest = oldest_before(INT64_MAX);

    for (size_t i = 0; i < LM_COUNT(all); i++) {
        if (!all[i].proc)
            return &all[i];
    }
    if (oldest)
        forget(oldest);
    return oldest;
}

/* Those used longest ago go until the others fit. */
static void keep_within_limit(void)
{
    struct kept *oldest;
    size_t bytes = 0;

    for (size_t i = 0; i < LM_COUNT(all); i++)
        bytes += all[i].proc ? gateway_table_bytes(all[i].table) : 0;
    while (bytes > gateway_settings.columns_memory && (oldest = oldest_before(uses))) {
        bytes -= gateway_table_bytes(oldest->table);
        forget(oldest);
    }
}

/* ---- taking and giving back ---- */

/* What a unit of work holds: given back by whoever ends first, the one who asked or its memory. */
struct gateway_held {
    struct kept *kept;
};

static void give(void *arg)
{
    struct gateway_held *held = arg;

    if (!held->kept)
        return;
    pthread_mutex_lock(&lock);
    held->kept->is_taken = false;
    keep_within_limit();
    pthread_cond_broadcast(&given);
    pthread_mutex_unlock(&lock);
    held->kept = NULL;
}

void gateway_companies_give(struct gateway_held *held)
{
    give(held);
}

static struct kept *take_locked(struct lm_ctx *ctx)
{
    int64_t until = lm_mono_ms() + lm_ctx_left_ms(ctx, WAIT_MS), left;
    struct kept *h;

    while ((h = find(ctx)) && h->is_taken) {
        left = until - lm_mono_ms();
        if (left <= 0 || h->stage != IS_WHOLE)
            return NULL;
        (void)lm_cond_wait_ms(&given, &lock, left);
    }
    if (!h && !(h = make_room()))
        return NULL;
    if (!h->proc) {
        *h = (struct kept){.proc = ctx->proc,
                           .table =
                               gateway_table_new(GATEWAY_COMPANY_WORDS, GATEWAY_COMPANY_NUMBERS)};
        snprintf(h->tenant_id, sizeof(h->tenant_id), "%s", ctx->tenant_id);
    }
    h->used = ++uses;
    h->is_taken = true;
    return h;
}

static lm_code say_later(lm_err *err)
{
    lm_fail(err, LM_UNAVAILABLE, "the companies are being read into memory; ask again in a moment");
    err->retry_after_ms = RETRY_MS;
    return err->code;
}

/* ---- reading ---- */

static void begin_anew(struct kept *h, const struct gateway_columns_mark *mark)
{
    gateway_table_free(h->table);
    h->table = gateway_table_new(GATEWAY_COMPANY_WORDS, GATEWAY_COMPANY_NUMBERS);
    h->stage = READS_COMPANIES;
    memcpy(h->read_to, first_id, LM_ID_SIZE);
    h->database = mark->database;
    h->from = mark->running_from;
}

/* One page of this stage. */
static lm_code read_page(struct lm_ctx *ctx, struct kept *h, lm_err *err)
{
    struct lm_arena_mark mark = lm_arena_mark(ctx->arena);
    size_t n;

    if (h->stage == READS_COMPANIES
            ? gateway_columns_companies(ctx, h->table, h->read_to, PAGE, &n, err)
            : gateway_columns_leads(ctx, h->table, h->read_to, PAGE, &n, err))
        return err->code;
    lm_arena_rewind(ctx->arena, mark);
    if (gateway_table_bytes(h->table) > gateway_settings.columns_memory)
        return lm_fail(err, LM_UNAVAILABLE,
                       "the tenant's companies need more memory than gateway.columns_memory");
    if (n < PAGE) {
        h->stage++;
        memcpy(h->read_to, first_id, LM_ID_SIZE);
    }
    return LM_OK;
}

static lm_code read_all(struct lm_ctx *ctx, struct kept *h, lm_err *err)
{
    int64_t from = lm_mono_ms(), most = lm_ctx_left_ms(ctx, 2 * READ_MS) / 2;

    while (h->stage != IS_WHOLE) {
        if (read_page(ctx, h, err))
            return err->code;
        if (h->stage != IS_WHOLE && lm_mono_ms() - from > most)
            return say_later(err);
    }
    lm_log(ctx, LM_LOG_INFO, "companies read into memory",
           LM_KV_INT("companies", (int64_t)gateway_table_rows(h->table)),
           LM_KV_INT("bytes", (int64_t)gateway_table_bytes(h->table)),
           LM_KV_INT("ms", lm_mono_ms() - from));
    return LM_OK;
}

static lm_code read_changes(struct lm_ctx *ctx, struct kept *h, int64_t running_from, lm_err *err)
{
    char after[LM_ID_SIZE];
    size_t n;

    memcpy(after, first_id, LM_ID_SIZE);
    do {
        struct lm_arena_mark mark = lm_arena_mark(ctx->arena);

        if (gateway_columns_changed(ctx, h->table, h->from, after, PAGE, &n, err))
            return err->code;
        lm_arena_rewind(ctx->arena, mark);
    } while (n == PAGE);
    h->from = running_from;
    return LM_OK;
}

/*
 * A table that fell behind what is kept of the changes, or is of another database (a restore may have
 * put one in its place), begins anew.
 */
static lm_code refresh(struct lm_ctx *ctx, struct kept *h, lm_err *err)
{
    struct gateway_columns_mark mark;

    if (gateway_columns_mark(ctx, &mark, err))
        return err->code;
    if (h->database != mark.database || h->from < mark.kept_from || h->from > mark.running_from)
        begin_anew(h, &mark);
    if (h->stage != IS_WHOLE && read_all(ctx, h, err))
        return err->code;
    /* Not running_from: while one transaction goes on, those after it come and go. */
    return h->from == mark.next ? LM_OK : read_changes(ctx, h, mark.running_from, err);
}

lm_code gateway_companies_take(struct lm_ctx *ctx, struct gateway_held **out,
                               const struct gateway_table **table, lm_err *err)
{
    struct gateway_held *held = LM_NEW(ctx->arena, struct gateway_held);

    pthread_once(&once, init);
    lm_arena_defer(ctx->arena, give, held); /* also when the arena's limit ends the work */
    pthread_mutex_lock(&lock);
    held->kept = take_locked(ctx);
    pthread_mutex_unlock(&lock);
    if (!held->kept)
        return say_later(err);
    if (refresh(ctx, held->kept, err)) {
        give(held);
        return lm_wrap(err, "companies in memory");
    }
    *table = held->kept->table;
    *out = held;
    return LM_OK;
}

bool gateway_companies_are_here(const struct lm_ctx *ctx)
{
    const struct kept *h;
    bool are_here;

    pthread_once(&once, init);
    pthread_mutex_lock(&lock);
    h = find(ctx);
    are_here = h && h->stage == IS_WHOLE;
    pthread_mutex_unlock(&lock);
    return are_here;
}

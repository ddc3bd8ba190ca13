/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/pool/known.h"

#include <pthread.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/thread.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum { TENANTS = 256, PAGE = 5000 };

struct known {
    const struct lm_proc *proc; /* NULL: free; tests have several processes in one */
    char tenant_id[LM_ID_SIZE];
    struct scraper_names *names;
    int64_t database, upto; /* the numbers of another database mean nothing */
    int64_t used;           /* by the clock below */
    bool is_taken;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t given;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct known all[TENANTS];
static int64_t uses;

static void init(void)
{
    lm_cond_init(&given);
}

/* ---- whose names are here; under the lock ---- */

static void forget(struct known *k)
{
    scraper_names_free(k->names);
    *k = (struct known){.proc = NULL};
}

static struct known *find(const struct lm_ctx *ctx)
{
    for (size_t i = 0; i < LM_COUNT(all); i++) {
        if (all[i].proc == ctx->proc && strcmp(all[i].tenant_id, ctx->tenant_id) == 0)
            return &all[i];
    }
    return NULL;
}

/* A free one, else the one that nobody used for longest; NULL: all are in use. */
static struct known *make_room(void)
{
    struct known *oldest = NULL;

    for (size_t i = 0; i < LM_COUNT(all); i++) {
        if (!all[i].proc)
            return &all[i];
        if (!all[i].is_taken && (!oldest || all[i].used < oldest->used))
            oldest = &all[i];
    }
    if (oldest)
        forget(oldest);
    return oldest;
}

/* Those used longest ago go until the others fit. */
static void keep_within_limit(void)
{
    size_t bytes = 0;

    for (size_t i = 0; i < LM_COUNT(all); i++)
        bytes += all[i].proc ? scraper_names_bytes(all[i].names) : 0;
    while (bytes > scraper_settings.names_memory_bytes) {
        struct known *oldest = NULL;

        for (size_t i = 0; i < LM_COUNT(all); i++) {
            if (all[i].proc && !all[i].is_taken && all[i].used != uses &&
                (!oldest || all[i].used < oldest->used))
                oldest = &all[i];
        }
        if (!oldest)
            return;
        bytes -= scraper_names_bytes(oldest->names);
        forget(oldest);
    }
}

/* ---- taking and giving back ---- */

static void give(void *arg)
{
    struct known *k = arg;

    pthread_mutex_lock(&lock);
    k->is_taken = false;
    keep_within_limit();
    pthread_cond_broadcast(&given);
    pthread_mutex_unlock(&lock);
}

static struct known *take_locked(struct lm_ctx *ctx)
{
    struct known *k;

    while ((k = find(ctx)) && k->is_taken) {
        if (!lm_cond_wait_ms(&given, &lock, lm_ctx_left_ms(ctx, INT32_MAX)))
            return NULL;
    }
    if (!k && !(k = make_room()))
        return NULL;
    if (!k->proc) {
        *k = (struct known){.proc = ctx->proc, .names = scraper_names_new()};
        snprintf(k->tenant_id, sizeof(k->tenant_id), "%s", ctx->tenant_id);
    }
    k->used = ++uses;
    k->is_taken = true;
    return k;
}

static lm_code take(struct lm_ctx *ctx, struct known **out, lm_err *err)
{
    pthread_once(&once, init);
    pthread_mutex_lock(&lock);
    *out = take_locked(ctx);
    pthread_mutex_unlock(&lock);
    if (!*out)
        return lm_fail(err, LM_UNAVAILABLE, "the names of the tenant's companies are in use");
    lm_arena_defer(ctx->arena, give, *out); /* also when the arena's limit ends the work */
    return LM_OK;
}

/* ---- what came since ---- */

static lm_code read_page(struct lm_ctx *ctx, struct known *k, size_t *n, lm_err *err)
{
    struct lm_arena_mark mark = lm_arena_mark(ctx->arena);
    struct scraper_named *v;

    if (scraper_names_since(ctx, k->database, k->upto, PAGE, &v, n, err))
        return err->code;
    for (size_t i = 0; i < *n; i++) {
        struct scraper_tokens tokens;

        scraper_tokens_of(ctx->arena, v[i].name, &tokens);
        scraper_names_add(k->names, v[i].id,
                          &(struct scraper_called){v[i].name_norm, &tokens, v[i].domain, 0});
        k->upto = v[i].named;
        k->database = v[i].database;
    }
    lm_arena_rewind(ctx->arena, mark);
    return LM_OK;
}

static lm_code refresh(struct lm_ctx *ctx, struct known *k, lm_err *err)
{
    int64_t from = lm_mono_ms();
    size_t n, sum = 0;

    do {
        if (read_page(ctx, k, &n, err))
            return lm_wrap(err, "names of companies");
        sum += n;
    } while (n == PAGE);
    if (sum >= PAGE)
        lm_log(ctx, LM_LOG_INFO, "names of companies read", LM_KV_INT("names", sum),
               LM_KV_INT("ms", lm_mono_ms() - from));
    return LM_OK;
}

/* What is taken is given back by the rewind; so what was found is made before it. */
lm_code scraper_known_like(struct lm_ctx *ctx, lm_str normalized, struct scraper_alike *out,
                           size_t most, size_t *n, lm_err *err)
{
    struct lm_arena_mark mark = lm_arena_mark(ctx->arena);
    struct known *k;
    lm_code rc = LM_OK;

    *n = 0;
    if (take(ctx, &k, err) || refresh(ctx, k, err))
        rc = err->code;
    else
        *n = scraper_names_like(k->names, normalized, out, most);
    lm_arena_rewind(ctx->arena, mark);
    return rc;
}

static void find_all(const struct known *k, const struct scraper_called *names, size_t n,
                     struct scraper_ids *out, char (*room)[LM_ID_SIZE], size_t n_room)
{
    for (size_t i = 0; i < n; i++) {
        size_t most = LM_MIN((size_t)SCRAPER_KNOWN_MOST, n_room);

        out[i].v = room;
        out[i].n = names[i].normalized.n ? scraper_names_same(k->names, &names[i], room, most) : 0;
        room += out[i].n;
        n_room -= out[i].n;
    }
}

lm_code scraper_known_same(struct lm_ctx *ctx, const struct scraper_called *names, size_t n,
                           struct scraper_ids *out, lm_err *err)
{
    const size_t n_room = n * SCRAPER_KNOWN_MOST;
    char(*room)[LM_ID_SIZE] = lm_arena_array(ctx->arena, n_room, LM_ID_SIZE);
    struct lm_arena_mark mark = lm_arena_mark(ctx->arena);
    struct known *k;
    lm_code rc = LM_OK;

    if (take(ctx, &k, err) || refresh(ctx, k, err))
        rc = err->code;
    else
        find_all(k, names, n, out, room, n_room);
    lm_arena_rewind(ctx->arena, mark);
    return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object a line: built in memory, written with one write(2), so that lines never mix. */
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/ctx.h"
#include "common/log_mask.h"
#include "common/str.h"
#include "common/text.h"

enum { LINE_LIMIT = 256 << 10, VALUE_LIMIT = 4 << 10 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* Set once by lm_log_init, before the first thread. */
static const char *service_name;
static int out_fd = STDERR_FILENO;
static _Atomic int least_level = LM_LOG_INFO;

void lm_log_init(const char *service, lm_log_level level, const char *path)
{
    service_name = service;
    atomic_store(&least_level, (int)level);
    if (!path)
        return;
    out_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (out_fd < 0)
        lm_die("log file %s: %s", path, strerror(errno));
}

bool lm_log_level_parse(lm_str s, lm_log_level *out)
{
    for (size_t i = 0; i < LM_COUNT(level_names); i++) {
        if (lm_str_eqz(s, level_names[i])) {
            *out = (lm_log_level)i;
            return true;
        }
    }
    return false;
}

lm_str lm_kv_z(const char *z)
{
    return lm_str_z(z);
}

static void put_key(struct lm_buf *line, const char *key)
{
    lm_buf_char(line, ',');
    lm_buf_json(line, lm_str_z(key));
    lm_buf_char(line, ':');
}

/* Text of ours (names, ids) that needs no mask; nothing when there is none. */
static void put_name(struct lm_buf *line, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    put_key(line, key);
    lm_buf_json(line, lm_str_z(value));
}

static void put_text(struct lm_buf *line, const char *key, lm_str value)
{
    lm_str shown = lm_utf8_cut(value, VALUE_LIMIT);
    struct lm_buf masked;

    lm_buf_init(&masked, 2 * VALUE_LIMIT + 64);
    if (lm_log_is_secret_name(lm_str_z(key)))
        lm_buf_appendz(&masked, value.n ? "***" : "");
    else
        lm_log_mask(&masked, shown);
    if (shown.n < value.n)
        lm_buf_appendz(&masked, "…");
    lm_buf_json(line, masked.failed ? LM_STR("***") : lm_buf_str(&masked));
    lm_buf_fini(&masked);
}

static void put_value(struct lm_buf *line, const struct lm_kv *kv)
{
    switch (kv->type) {
    case LM_KV_T_STR:
        put_text(line, kv->key, kv->s);
        break;
    case LM_KV_T_INT:
        lm_buf_printf(line, "%" PRId64, kv->i);
        break;
    case LM_KV_T_BOOL:
        lm_buf_appendz(line, kv->i ? "true" : "false");
        break;
    case LM_KV_T_DOUBLE:
        if (isfinite(kv->d))
            lm_buf_printf(line, "%.15g", kv->d);
        else
            lm_buf_appendz(line, "null");
        break;
    case LM_KV_NONE:
        break;
    }
}

/* What was being done. The ids are public; people are named by id only. */
static void put_context(struct lm_buf *line, const struct lm_ctx *ctx)
{
    put_name(line, "tenant", ctx->tenant_id);
    put_name(line, "request", ctx->request_id);
    put_name(line, "user", ctx->user_id);
    put_name(line, "call", ctx->call);
    if (ctx->event) {
        put_name(line, "event", ctx->event->type);
        put_key(line, "seq");
        lm_buf_printf(line, "%" PRId64, ctx->event->seq);
    }
    if (ctx->job) {
        put_name(line, "job", ctx->job->id);
        put_name(line, "kind", ctx->job->kind);
        put_key(line, "attempt");
        lm_buf_printf(line, "%d", ctx->job->attempt);
    }
}

static void write_line(const struct lm_buf *line)
{
    size_t done = 0;

    while (done < line->n) {
        ssize_t n = write(out_fd, line->p + done, line->n - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) /* a log that cannot be written stops nobody */
            return;
        done += (size_t)n;
    }
}

void lm_log_kv(const struct lm_ctx *ctx, lm_log_level level, const char *message,
               const struct lm_kv *kvs)
{
    char at[LM_RFC3339_SIZE];
    struct lm_buf line;

    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    lm_buf_init(&line, LINE_LIMIT);
    lm_buf_printf(&line, "{\"at\":\"%s\",\"level\":\"%s\"", lm_rfc3339(lm_real_ms(), at),
                  level_names[level]);
    put_name(&line, "service", service_name);
    put_key(&line, "message");
    put_text(&line, "message", lm_str_z(message));
    if (ctx)
        put_context(&line, ctx);
    for (const struct lm_kv *kv = kvs; kv->type != LM_KV_NONE; kv++) {
        put_key(&line, kv->key);
        put_value(&line, kv);
    }
    lm_buf_appendz(&line, "}\n");
    if (!line.failed)
        write_line(&line);
    lm_buf_fini(&line);
}

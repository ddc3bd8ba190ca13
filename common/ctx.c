/* SPDX-License-Identifier: Apache-2.0 */
/* The unit of work: made, bounded in time and memory, gone. */
#include "common/ctx.h"

#include "common/clock.h"
#include "common/db.h"
#include "common/proc_internal.h"

static void put_id(char out[LM_ID_SIZE], const char *id)
{
    snprintf(out, LM_ID_SIZE, "%s", id ? id : "");
}

struct lm_ctx *lm_ctx_new(struct lm_proc *proc, const char *tenant_id, int64_t timeout_ms,
                          size_t memory_limit)
{
    struct lm_arena *arena = lm_arena_new(memory_limit);
    struct lm_ctx *ctx = LM_NEW(arena, struct lm_ctx);

    ctx->arena = arena;
    ctx->proc = proc;
    ctx->role = LM_ROLE_SYSTEM;
    ctx->deadline_ms = lm_mono_ms() + timeout_ms;
    put_id(ctx->tenant_id, tenant_id);
    lm_id_new(ctx->request_id);
    return ctx;
}

struct lm_ctx *lm_ctx_of_request(struct lm_proc *proc, const struct lm_bus_request *request,
                                 size_t memory_limit)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, request->tenant_id, 0, memory_limit);

    ctx->deadline_ms = request->deadline_ms;
    ctx->role = (enum lm_role)request->role;
    put_id(ctx->user_id, request->user_id);
    if (request->request_id && *request->request_id)
        put_id(ctx->request_id, request->request_id);
    put_id(ctx->call_id,
           request->call_id && *request->call_id ? request->call_id : ctx->request_id);
    snprintf(ctx->traceparent, sizeof(ctx->traceparent), "%s",
             request->traceparent ? request->traceparent : "");
    ctx->call = lm_arena_strdup(ctx->arena, request->method);
    return ctx;
}

void lm_ctx_free(struct lm_ctx *ctx)
{
    if (!ctx)
        return;
    lm_tx_rollback(ctx);
    lm_arena_free(ctx->arena);
}

int64_t lm_ctx_left_ms(const struct lm_ctx *ctx, int64_t most)
{
    int64_t left = ctx->deadline_ms - lm_mono_ms();

    return LM_MAX(LM_MIN(left, most), 0);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg/drive.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/runtime_internal.h"

enum { EVENT_BYTES = 16 << 20, WORKERS = 2, POLL_MS = 20, WORK_MS = 40000, MOMENT_MS = 1000 };

/* "scorer" of "scorer.LeadScored" */
static char *source_of(struct lm_pgtest *t, const ProtobufCMessage *m)
{
    lm_str name = lm_str_z(m->descriptor->name);

    return lm_arena_strz(t->base.arena, lm_str_sub(name, 0, (size_t)lm_str_chr(name, '.', 0)));
}

static void fill_row(struct lm_pgtest *t, const struct lm_pgtest_event *ev, int64_t seq,
                     Lm__EventRow *row)
{
    lm_str payload = lm_pb_pack(t->base.arena, ev->message);

    lm__event_row__init(row);
    row->seq = row->id = seq;
    row->tenant_id = lm_arena_strdup(t->base.arena, LM_PGTEST_TENANT);
    row->type = lm_arena_strdup(t->base.arena, ev->message->descriptor->name);
    row->subject_id = lm_arena_strdup(t->base.arena, ev->subject_id);
    row->version = ev->version;
    row->payload =
        (ProtobufCBinaryData){payload.n, (uint8_t *)lm_arena_strz(t->base.arena, payload)};
    row->occurred_at = lm_clock_ms();
}

void lm_pgtest_deliver_all(struct lm_pgtest *t, const struct lm_pgtest_event *v, size_t n)
{
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), NULL, 30000, EVENT_BYTES);
    Lm__EventRow **rows = LM_NEW_ARRAY(t->base.arena, Lm__EventRow *, n);
    char *source = source_of(t, v[0].message);
    lm_err *err = &t->base.err;
    int64_t seq;

    assert_ok(lm_cursor_read(ctx, source, &seq, err), err);
    lm_ctx_free(ctx);
    for (size_t i = 0; i < n; i++) {
        rows[i] = LM_NEW(t->base.arena, Lm__EventRow);
        fill_row(t, &v[i], seq + (int64_t)i + 1, rows[i]);
    }
    assert_ok(lm_consume(lm_pgtest_proc(t), source, seq, rows, n, EVENT_BYTES, err), err);
    if (lm_pgtest_int(t, "SELECT count(*) FROM event_parked") != 0)
        fail_msg("parked: %s", lm_pgtest_text(t, "SELECT type || ': ' || error FROM event_parked"));
}

void lm_pgtest_deliver(struct lm_pgtest *t, const struct lm_pgtest_event *ev)
{
    lm_pgtest_deliver_all(t, ev, 1);
}

void lm_pgtest_deliver_twice(struct lm_pgtest *t, const struct lm_pgtest_event *ev)
{
    lm_pgtest_deliver(t, ev);
    lm_pgtest_deliver(t, ev);
}

lm_code lm_pgtest_call(struct lm_pgtest *t, const char *method, const ProtobufCMessage *in,
                       ProtobufCMessage **out)
{
    const struct lm_rpc *rpc = lm_proc_rpc(lm_pgtest_proc(t), method);
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), LM_PGTEST_TENANT, 30000, EVENT_BYTES);
    lm_err *err = &t->base.err;
    lm_str answer;
    lm_code code;

    assert_non_null(rpc);
    lm_err_clear(err);
    snprintf(ctx->user_id, sizeof(ctx->user_id), "%s", LM_PGTEST_USER);
    ctx->role = LM_ROLE_OWNER;
    lm_id_new(ctx->request_id);
    lm_id_new(ctx->call_id);
    code = lm_call_run(ctx, rpc, lm_pb_pack(t->base.arena, in), &answer, err);
    if (code == LM_OK && out)
        assert_ok(lm_pb_unpack(t->base.arena, rpc->out, lm_arena_dup(t->base.arena, answer), out,
                               err),
                  err);
    lm_ctx_free(ctx);
    return code;
}

/*
 * By the clock of this moment and, where it goes on by itself, a little later: a job that queued another, due when it
 * was queued, is not the last. A clock that stands still never reaches what is due a millisecond from now.
 */
static int64_t unfinished(struct lm_pgtest *t)
{
    int64_t moment_ms = lm_clock_test_stands_still() ? 0 : MOMENT_MS;

    return lm_pgtest_int(t,
                         "SELECT count(*) FROM job WHERE state = 'running'"
                         " OR (state = 'ready' AND run_at <= lm_at(%lld))",
                         (long long)(lm_clock_ms() + moment_ms));
}

void lm_pgtest_run(struct lm_pgtest *t)
{
    struct lm_proc *proc = lm_pgtest_proc(t);
    const struct lm_runtime_options o = {.workers = WORKERS,
                                         .poll_ms = POLL_MS,
                                         .keep_events_ms = 1 << 30,
                                         .keep_jobs_ms = 1 << 30,
                                         .memory_limit = EVENT_BYTES,
                                         .lock_url = t->url,
                                         .no_consumers = true};

    if (!proc->runtime)
        assert_ok(lm_runtime_start(proc, &o, &t->base.err), &t->base.err);
}

void lm_pgtest_work(struct lm_pgtest *t)
{
    int64_t until = lm_mono_ms() + WORK_MS;

    lm_pgtest_run(t);
    while (unfinished(t) != 0) {
        if (lm_mono_ms() > until)
            fail_msg("%lld jobs are not done", (long long)unfinished(t));
        lm_sleep_ms(5);
    }
    if (lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'dead'") != 0)
        fail_msg("dead: %s", lm_pgtest_text(t, "SELECT kind || ': ' || last_error FROM job"));
}

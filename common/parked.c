/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parked events, applied again: oldest first, each in a transaction of its own that takes the row
 * away first, so that two replays do not apply one twice. What still fails stays, and keeps back the
 * later events of its subject.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/event_log.h"
#include "common/runtime_internal.h"

enum { PAGE = 200, PAGE_MS = 600000, PAGE_MEMORY = 256 << 20, EVENT_MS = 30000 };

static const struct lm_sql parked_page = {
    "lm_parked_page",
    "SELECT " LM_EVENT_COLUMNS ", source FROM event_parked p"
    " WHERE ($1::text IS NULL OR source = $1) AND (source, seq) > ($2, $3)"
    "   AND ($4::bigint[] IS NULL OR EXISTS (SELECT FROM event_parked w WHERE w.source = p.source"
    "        AND w.subject_id = p.subject_id AND w.seq >= p.seq AND w.seq = ANY ($4)))"
    " ORDER BY source, seq LIMIT 200",
};

static const struct lm_sql parked_take = {
    "lm_parked_take",
    "WITH taken AS (DELETE FROM event_parked WHERE source = $1 AND seq = $2 RETURNING 1)"
    " SELECT lm_fence(EXISTS (SELECT FROM taken))",
};

static const struct lm_sql parked_note = {
    "lm_parked_note",
    "UPDATE event_parked SET code = $3, error = $4 WHERE source = $1 AND seq = $2",
};

/* Subjects that failed in this replay, over all pages. */
struct stuck {
    struct lm_arena *arena;
    char **v;
    size_t n, cap;
};

static bool is_stuck(const struct stuck *s, const char *source, const char *subject)
{
    for (size_t i = 0; i < s->n; i++) {
        size_t n = strlen(source);

        if (strncmp(s->v[i], source, n) == 0 && s->v[i][n] == ' ' &&
            strcmp(s->v[i] + n + 1, subject) == 0)
            return true;
    }
    return false;
}

static void note_stuck(struct stuck *s, const char *source, const char *subject)
{
    s->v = lm_arena_grow(s->arena, s->v, s->n, &s->cap, sizeof(*s->v));
    s->v[s->n++] = lm_arena_printf(s->arena, "%s %s", source, subject);
}

static lm_code apply(struct lm_ctx *ctx, const char *source, const Lm__EventRow *row, lm_err *err)
{
    if (lm_tx_begin(ctx, err))
        return err->code;
    if (lm_db_send(ctx, &parked_take, LM_ARGS(LM_Z(source), LM_INT(row->seq)), NULL, NULL, err) ||
        lm_event_apply(ctx, source, row, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return lm_tx_commit(ctx, err);
}

/* LM_UNAVAILABLE and the like end the replay; any other failure is the event's. */
static lm_code apply_one(struct lm_proc *proc, const char *source, const Lm__EventRow *row,
                         bool *went, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, NULL, EVENT_MS, PAGE_MEMORY);
    lm_err why = LM_ERR_INIT;

    *went = apply(ctx, source, row, &why) == LM_OK;
    if (why.code == LM_UNAVAILABLE || why.code == LM_DEADLINE)
        *err = why;
    else if (!*went && why.code != LM_FENCED)
        (void)!lm_db_exec(ctx, &parked_note,
                          LM_ARGS(LM_Z(source), LM_INT(row->seq), LM_Z(lm_code_name(why.code)),
                                  LM_Z(why.message)),
                          NULL, err);
    lm_ctx_free(ctx);
    return err->code;
}

static bool is_time(const struct lm_parked *which)
{
    return !which->until_ms || lm_mono_ms() < which->until_ms;
}

lm_code lm_parked_replay(struct lm_proc *proc, const struct lm_parked *which, int64_t *applied,
                         int64_t *left, lm_err *err)
{
    struct lm_arg seqs = which->n_seqs ? LM_INTS(which->seqs, which->n_seqs) : LM_NULL;
    struct stuck stuck = {.arena = lm_arena_new(PAGE_MEMORY)};
    const char *at_source = "";
    int64_t at_seq = 0;
    size_t n = PAGE;

    *applied = *left = 0;
    while (n == PAGE && err->code == LM_OK && is_time(which)) {
        struct lm_ctx *ctx = lm_ctx_new(proc, NULL, PAGE_MS, PAGE_MEMORY);
        struct lm_rows *rows;

        n = 0;
        if (lm_db_query(ctx, &parked_page,
                        LM_ARGS(LM_Z(which->source), LM_Z(at_source), LM_INT(at_seq), seqs), &rows,
                        err) == LM_OK)
            for (; err->code == LM_OK && is_time(which) && lm_rows_next(rows); n++) {
                const Lm__EventRow *row = lm_event_row(ctx->arena, rows);
                bool went = false;

                at_source = lm_arena_strdup(stuck.arena, lm_rows_strz(rows, 10));
                at_seq = row->seq;
                if (!is_stuck(&stuck, at_source, row->subject_id) &&
                    apply_one(proc, at_source, row, &went, err) == LM_OK && !went)
                    note_stuck(&stuck, at_source, row->subject_id);
                *(went ? applied : left) += 1;
            }
        lm_ctx_free(ctx);
    }
    lm_arena_free(stuck.arena);
    return err->code;
}

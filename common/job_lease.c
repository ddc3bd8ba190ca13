/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leases: claim, extend, give back, expire, finish, fail. Leases are real time, by the database's
 * clock; run_at is business time, always a parameter.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/job_internal.h"

/*
 * By subscripts and not by unnest(): of that the planner counts the rows when it knows the arrays,
 * finds the plan for just these cheaper than one for any, and so plans each claim anew, for twice the
 * time that an empty one takes.
 */
static const struct lm_sql jobs_claim = {
    "lm_jobs_claim",
    "SELECT c.tenant_id, c.id, c.kind, c.dedupe_key, c.payload, c.attempts, c.max_attempts, lm_ms(c.run_at),"
    "       c.lease_no, c.request_id"
    "  FROM (SELECT $1::text[] AS kinds, $2::integer[] AS ns, $3::uuid[] AS places, $4::bigint[] AS leases) w"
    " CROSS JOIN LATERAL generate_subscripts(w.kinds, 1) i"
    " CROSS JOIN LATERAL lm_job_claim(w.kinds[i], w.ns[i], w.places[i], lm_at($5), $6,"
    "                                 w.leases[i] * interval '1 millisecond') c",
};

#define LEASES \
    "unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS l (tenant_id, id, lease_no, lease_ms)"

/* SKIP LOCKED: a handler that holds its own row (lm_job_fence) is at its last step and needs no time. */
static const struct lm_sql jobs_extend = {
    "lm_jobs_extend",
    "WITH held AS ("
    "    SELECT j.tenant_id, j.id, l.lease_ms FROM " LEASES
    "      JOIN job j ON j.tenant_id = l.tenant_id AND j.id = l.id AND j.lease_no = l.lease_no AND j.lease_owner = $5"
    "     ORDER BY j.tenant_id, j.id FOR UPDATE OF j SKIP LOCKED"
    "), extended AS ("
    "    UPDATE job j SET lease_until = clock_timestamp() + h.lease_ms * interval '1 millisecond'"
    "      FROM held h WHERE j.tenant_id = h.tenant_id AND j.id = h.id"
    ")"
    " SELECT l.id FROM " LEASES
    "  LEFT JOIN job j ON j.tenant_id = l.tenant_id AND j.id = l.id AND j.lease_no = l.lease_no AND j.lease_owner = $5"
    " WHERE j.id IS NULL",
};

static const struct lm_sql jobs_give_back = {
    "lm_jobs_give_back",
    "UPDATE job j SET state = 'ready', attempts = j.attempts - 1, lease_owner = NULL, lease_until = NULL,"
    "       run_at = least(j.run_at, coalesce(j.again_at, j.run_at)), again = false, again_at = NULL"
    "  FROM " LEASES
    " WHERE j.tenant_id = l.tenant_id AND j.id = l.id AND j.lease_no = l.lease_no AND j.lease_owner = $5",
};

/* A job that took its worker down with it each time ends up dead like any other. */
static const struct lm_sql jobs_expire = {
    "lm_jobs_expire",
    "WITH gone AS ("
    "    SELECT tenant_id, id FROM job WHERE state = 'running' AND lease_until < clock_timestamp()"
    "     ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED"
    ")"
    " UPDATE job j"
    "    SET state = CASE WHEN j.attempts >= j.max_attempts AND NOT j.again THEN 'dead' ELSE 'ready' END,"
    "        attempts = CASE WHEN j.again THEN 0 ELSE j.attempts END,"
    "        run_at = least(j.run_at, coalesce(j.again_at, j.run_at)), again = false, again_at = NULL,"
    "        lease_owner = NULL, lease_until = NULL,"
    "        last_code = 'unavailable', last_error = 'the worker went away: its lease ran out'"
    "   FROM gone g WHERE j.tenant_id = g.tenant_id AND j.id = g.id",
};

/* `gone` goes into job_done; the caller says the time of its end. */
#define KEEP                                                                                                        \
    "), kept AS ("                                                                                                  \
    "    INSERT INTO job_done (tenant_id, id, kind, dedupe_key, payload, person_id, state, attempts, max_attempts," \
    "                          run_at, progress_done, progress_total, last_error, request_id, created_at,"          \
    "                          finished_at)"                                                                        \
    "    SELECT tenant_id, id, kind, dedupe_key, payload, person_id, 'done', attempts, max_attempts, run_at,"       \
    "           progress_done, progress_total, last_error, request_id, created_at, "

/* The finish of a set of held rows: again, or into job_done. `held` has locked them: latest state. */
#define FINISH(again_at)                                                                                                \
    "), again AS ("                                                                                                     \
    "    UPDATE job j"                                                                                                  \
    "       SET state = 'ready', again = false, again_at = NULL, attempts = 0, lease_owner = NULL, lease_until = NULL," \
    "           run_at = least(h.again_at, " again_at                                                                   \
    "), progress_done = 0, progress_total = 0, last_code = NULL,"                                                       \
    "           last_error = NULL"                                                                                      \
    "      FROM held h"                                                                                                 \
    "     WHERE j.tenant_id = h.tenant_id AND j.id = h.id AND (h.again OR " again_at                                    \
    " IS NOT NULL)"                                                                                                     \
    "), gone AS ("                                                                                                      \
    "    DELETE FROM job j USING held h"                                                                                \
    "     WHERE j.tenant_id = h.tenant_id AND j.id = h.id AND NOT (h.again OR " again_at                                \
    " IS NOT NULL) RETURNING j.*" KEEP

static const struct lm_sql job_finish = {
    "lm_job_finish",
    "WITH held AS ("
    "    SELECT tenant_id, id, again, again_at FROM job"
    "     WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3 AND lease_no = $4 FOR UPDATE" FINISH(
        "lm_at($5)") "lm_at($6) FROM gone"
                     ")"
                     " SELECT lm_fence((SELECT count(*) FROM held) = 1), (SELECT bool_or(again) FROM held)",
};

/*
 * The plain end, without a lock before the delete: who is marked to run again meanwhile is left, and
 * so are those that are no longer ours. Twice as fast as jobs_finish_marked, which is for the former.
 */
static const struct lm_sql jobs_finish = {
    "lm_jobs_finish",
    "WITH gone AS ("
    "    DELETE FROM job j USING (SELECT * FROM " LEASES " ORDER BY tenant_id, id) l"
    "     WHERE j.tenant_id = l.tenant_id AND j.id = l.id AND j.lease_no = l.lease_no AND j.lease_owner = $5"
    "       AND NOT j.again RETURNING j.*" KEEP "lm_at($6) FROM gone"
    ")"
    " SELECT id FROM gone",
};

static const struct lm_sql jobs_finish_marked = {
    "lm_jobs_finish_marked",
    "WITH held AS ("
    "    SELECT j.tenant_id, j.id, j.again, j.again_at FROM " LEASES
    "      JOIN job j ON j.tenant_id = l.tenant_id AND j.id = l.id AND j.lease_no = l.lease_no AND j.lease_owner = $5"
    "     ORDER BY j.tenant_id, j.id FOR UPDATE OF j" FINISH(
        "NULL::timestamptz") "lm_at($6) FROM gone"
                             ")"
                             " SELECT id, again FROM held",
};

/* Cancelled: gone. Out of attempts and no new fact: dead. Else ready at its time. */
static const struct lm_sql job_fail = {
    "lm_job_fail",
    "WITH held AS ("
    "    SELECT tenant_id, id, again, again_at, cancel FROM job"
    "     WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3 AND lease_no = $4 FOR UPDATE"
    "), failed AS ("
    "    UPDATE job j"
    "       SET state = CASE WHEN h.again OR $5::bigint IS NOT NULL THEN 'ready' ELSE 'dead' END,"
    "           attempts = CASE WHEN h.again THEN 0 ELSE j.attempts END,"
    "           run_at = coalesce(CASE WHEN h.again THEN h.again_at END, lm_at($5), j.run_at),"
    "           again = false, again_at = NULL, cancel = false, lease_owner = NULL, lease_until = NULL,"
    "           last_code = $6, last_error = $7"
    "      FROM held h WHERE j.tenant_id = h.tenant_id AND j.id = h.id AND (h.again OR NOT h.cancel)"
    "), gone AS ("
    "    DELETE FROM job j USING held h"
    "     WHERE j.tenant_id = h.tenant_id AND j.id = h.id AND h.cancel AND NOT h.again RETURNING j.*"
    "), kept AS ("
    "    INSERT INTO job_done (tenant_id, id, kind, dedupe_key, payload, person_id, state, attempts, max_attempts, run_at,"
    "                          progress_done, progress_total, last_error, request_id, created_at, finished_at)"
    "    SELECT tenant_id, id, kind, dedupe_key, payload, person_id, 'cancelled', attempts, max_attempts, run_at,"
    "           progress_done, progress_total, $7, request_id, created_at, lm_at($8) FROM gone"
    ")"
    " SELECT lm_fence((SELECT count(*) FROM held) = 1), (SELECT bool_or(again) FROM held)",
};

void lm_job_free(struct lm_job *job)
{
    if (!job)
        return;
    free(job->key);
    free((void *)(uintptr_t)job->payload.p);
    free(job);
}

static void copy_id(char out[LM_ID_SIZE], const char *id)
{
    snprintf(out, LM_ID_SIZE, "%s", id ? id : "");
}

/* Out of the arena on purpose: a claimed job waits for its worker longer than the claim lives. */
static struct lm_job *read_job(const struct lm_rows *rows, const struct lm_job_kind *kind)
{
    struct lm_job *job = calloc(1, sizeof(*job));
    lm_str payload = lm_rows_bytes(rows, 4);

    LM_ASSERT(job != NULL);
    job->kind = kind;
    copy_id(job->tenant_id, lm_rows_strz(rows, 0));
    copy_id(job->id, lm_rows_strz(rows, 1));
    copy_id(job->request_id, lm_rows_strz(rows, 9));
    job->key = strdup(lm_rows_strz(rows, 3));
    LM_ASSERT(job->key != NULL);
    if (payload.p) {
        char *p = malloc(payload.n + 1);

        LM_ASSERT(p != NULL);
        memcpy(p, payload.p, payload.n);
        job->payload = (lm_str){p, payload.n};
    }
    job->attempt = (int)lm_rows_int(rows, 5);
    job->max_attempts = (int)lm_rows_int(rows, 6);
    job->run_at = lm_rows_ms(rows, 7);
    job->lease_no = lm_rows_int(rows, 8);
    return job;
}

static struct lm_job_want *want_of(struct lm_job_want *wants, size_t n, const char *kind)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(wants[i].kind->kind, kind) == 0)
            return &wants[i];
    return NULL;
}

static int64_t lease_of(const struct lm_job_want *want)
{
    return want->lease_ms ? want->lease_ms : want->kind->lease_ms;
}

lm_code lm_jobs_claim(struct lm_ctx *ctx, struct lm_job_want *wants, size_t n, const char *owner,
                      int64_t now_ms, struct lm_job **list, size_t *claimed, lm_err *err)
{
    lm_str *kinds = LM_NEW_ARRAY(ctx->arena, lm_str, n),
           *places = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    int64_t *counts = LM_NEW_ARRAY(ctx->arena, int64_t, n),
            *leases = LM_NEW_ARRAY(ctx->arena, int64_t, n);
    int64_t asked_at = lm_mono_ms();
    struct lm_rows *rows;

    *claimed = 0;
    for (size_t i = 0; i < n; i++) {
        kinds[i] = lm_str_z(wants[i].kind->kind);
        places[i] = *wants[i].place ? lm_str_z(wants[i].place) : (lm_str){NULL, 0};
        counts[i] = wants[i].n;
        leases[i] = lease_of(&wants[i]);
    }
    if (lm_db_query(ctx, &jobs_claim,
                    LM_ARGS(LM_TEXTS(kinds, n), LM_INTS(counts, n), LM_TEXTS(places, n),
                            LM_INTS(leases, n), LM_MS(now_ms), LM_Z(owner)),
                    &rows, err))
        return lm_wrap(err, "claim");
    while (*list)
        list = &(*list)->next;
    for (; lm_rows_next(rows); (*claimed)++) {
        struct lm_job_want *want = want_of(wants, n, lm_rows_strz(rows, 2));
        struct lm_job *job = read_job(rows, want->kind);

        job->lease_ms = lease_of(want);
        job->lease_until_ms = asked_at + job->lease_ms;
        copy_id(want->place, job->tenant_id);
        *list = job;
        list = &job->next;
    }
    return LM_OK;
}

/* $1 to $5 of LEASES for a set of jobs. */
struct leases {
    lm_str *tenants, *ids;
    int64_t *numbers, *lengths;
};

static struct leases leases_of(struct lm_arena *a, struct lm_job *const *jobs, size_t n)
{
    struct leases l = {LM_NEW_ARRAY(a, lm_str, n + 1), LM_NEW_ARRAY(a, lm_str, n + 1),
                       LM_NEW_ARRAY(a, int64_t, n + 1), LM_NEW_ARRAY(a, int64_t, n + 1)};

    for (size_t i = 0; i < n; i++) {
        l.tenants[i] = lm_str_z(jobs[i]->tenant_id);
        l.ids[i] = lm_str_z(jobs[i]->id);
        l.numbers[i] = jobs[i]->lease_no;
        l.lengths[i] = jobs[i]->lease_ms;
    }
    return l;
}
#define LEASE_ARGS(l, n, owner)                                              \
    LM_TEXTS((l).tenants, n), LM_TEXTS((l).ids, n), LM_INTS((l).numbers, n), \
        LM_INTS((l).lengths, n), LM_Z(owner)

static size_t index_of(struct lm_job *const *jobs, size_t n, const char *id)
{
    size_t i = 0;

    while (i < n && strcmp(jobs[i]->id, id) != 0)
        i++;
    LM_ASSERT(i < n); /* a statement answers about those that it was asked about */
    return i;
}

lm_code lm_jobs_extend(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n, const char *owner,
                       lm_err *err)
{
    struct leases l = leases_of(ctx->arena, jobs, n);
    int64_t asked_at = lm_mono_ms();
    struct lm_rows *rows;

    if (lm_db_query(ctx, &jobs_extend, LM_ARGS(LEASE_ARGS(l, n, owner)), &rows, err))
        return lm_wrap(err, "extend");
    for (size_t i = 0; i < n; i++)
        jobs[i]->lease_until_ms = asked_at + jobs[i]->lease_ms;
    while (lm_rows_next(rows))
        jobs[index_of(jobs, n, lm_rows_strz(rows, 0))]->is_lost = true;
    return LM_OK;
}

lm_code lm_jobs_give_back(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n,
                          const char *owner, lm_err *err)
{
    struct leases l = leases_of(ctx->arena, jobs, n);

    return lm_db_exec(ctx, &jobs_give_back, LM_ARGS(LEASE_ARGS(l, n, owner)), NULL, err);
}

lm_code lm_jobs_expire(struct lm_ctx *ctx, int64_t *n, lm_err *err)
{
    return lm_db_exec(ctx, &jobs_expire, LM_NO_ARGS, n, err);
}

/* A fact that came while the job ran has made it ready again: the dispatcher hears of it as of any new job. */
static void tell_when_again(void *ctx, const PGresult *result)
{
    if (*PQgetvalue(result, 0, 1) == 't')
        lm_tx_tell(ctx, LM_TELL_JOBS);
}

lm_code lm_job_finish(struct lm_ctx *ctx, const struct lm_job *job, const char *owner,
                      int64_t again_at, lm_err *err)
{
    return lm_db_send(ctx, &job_finish,
                      LM_ARGS(LM_ID(job->tenant_id), LM_ID(job->id), LM_Z(owner),
                              LM_INT(job->lease_no), LM_MS_OR_NULL(again_at), LM_MS(lm_clock_ms())),
                      tell_when_again, ctx, err);
}

/* What the plain statement left: marked to run again, or no longer ours. */
static lm_code finish_rest(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n,
                           struct lm_args args, bool *is_ended, lm_err *err)
{
    struct lm_rows *rows;
    bool comes_again = false;

    if (lm_db_query(ctx, &jobs_finish_marked, args, &rows, err))
        return err->code;
    while (lm_rows_next(rows)) {
        is_ended[index_of(jobs, n, lm_rows_strz(rows, 0))] = true;
        comes_again |= lm_rows_bool(rows, 1);
    }
    if (comes_again)
        lm_tx_tell(ctx, LM_TELL_JOBS);
    return LM_OK;
}

static lm_code finish_in_tx(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n,
                            const char *owner, bool *is_ended, lm_err *err)
{
    struct leases l = leases_of(ctx->arena, jobs, n);
    struct lm_args args = LM_ARGS(LEASE_ARGS(l, n, owner), LM_MS(lm_clock_ms()));
    struct lm_rows *rows;
    bool is_all;

    if (lm_db_query(ctx, &jobs_finish, args, &rows, err))
        return err->code;
    is_all = lm_rows_count(rows) == n;
    for (size_t i = 0; i < n; i++)
        is_ended[i] = is_all;
    while (!is_all && lm_rows_next(rows))
        is_ended[index_of(jobs, n, lm_rows_strz(rows, 0))] = true;
    return is_all ? LM_OK : finish_rest(ctx, jobs, n, args, is_ended, err);
}

/* Not by is_lost: of a job that has just ended, an extension that is under way sets that, too. */
lm_code lm_jobs_finish(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n, const char *owner,
                       lm_err *err)
{
    bool *is_ended = LM_NEW_ARRAY(ctx->arena, bool, n);

    if (lm_tx_begin(ctx, err))
        return err->code;
    if (finish_in_tx(ctx, jobs, n, owner, is_ended, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    if (lm_tx_commit(ctx, err))
        return err->code;
    for (size_t i = 0; i < n; i++)
        if (!is_ended[i])
            lm_job_count_fenced(jobs[i]);
    return LM_OK;
}

lm_code lm_job_fail(struct lm_ctx *ctx, const struct lm_job *job, const char *owner,
                    const lm_err *why, int64_t retry_at, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &job_fail,
                  LM_ARGS(LM_ID(job->tenant_id), LM_ID(job->id), LM_Z(owner), LM_INT(job->lease_no),
                          LM_MS_OR_NULL(retry_at), LM_Z(lm_code_name(why->code)),
                          LM_Z(why->message), LM_MS(lm_clock_ms())),
                  "answer", &rows, err))
        return err->code;
    if (lm_rows_bool(rows, 1))
        lm_proc_hint(ctx->proc, "jobs");
    return LM_OK;
}

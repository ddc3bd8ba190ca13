/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/faults/storm.h"

#include "common/clock.h"
#include "common/db_internal.h"
#include "common/json.h"
#include "common/lanes.h"
#include "common/runtime_internal.h"
#include "common/str.h"
#include "gen/enricher.pb-c.h"
#include "gen/scorer.pb-c.h"

#include <stdatomic.h>
#include <unistd.h>

enum {
    MEMORY = 16 << 20,
    WRITE_MS = 60000,
    JOB_ATTEMPTS = 4,
    JOB_LEASE_MS = 30000,
    WORKERS = 4,
    LOOK_MS = 20
};
#define SUBJECT "55555555-5555-4555-8555-00000000%04x"

static const struct lm_sql
    raise = {"raise",
             "INSERT INTO thing AS t (tenant_id, id) VALUES ($1, $2) ON CONFLICT (tenant_id, id)"
             " DO UPDATE SET version = t.version + 1 RETURNING version"},
    look = {"look", "SELECT version FROM thing WHERE tenant_id = $1 AND id = $2"},
    deed = {"deed", "INSERT INTO deed (what, at) VALUES ($1, $2)"},
    deed_of_job = {"deed_of_job", "INSERT INTO deed (what, at) VALUES ('job ' || $1, $2)"};

/* ------- chance ------- */

static int number_of(const char *variable)
{
    const char *text = getenv(variable);
    int64_t n = 1;

    return text && lm_str_int(lm_str_z(text), &n) && n > 0 && n < INT32_MAX ? (int)n : 1;
}

unsigned storm_seed(void)
{
    return (unsigned)number_of("FAULTS_SEED");
}

int storm_rounds(void)
{
    return number_of("FAULTS_ROUNDS");
}

unsigned storm_below(unsigned *state, unsigned n)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 8) % n;
}

/* ------- the service ------- */

static atomic_int refused_every;
static atomic_llong lags_ms, lag_most_ms, n_lags;

static void note_lag(int64_t lag_ms)
{
    long long most = atomic_load(&lag_most_ms);

    atomic_fetch_add(&lags_ms, lag_ms);
    atomic_fetch_add(&n_lags, 1);
    while (lag_ms > most && !atomic_compare_exchange_weak(&lag_most_ms, &most, lag_ms))
        ;
}

struct storm_lag storm_lag(void)
{
    int64_t n = atomic_exchange(&n_lags, 0), sum_ms = atomic_exchange(&lags_ms, 0);

    return (struct storm_lag){.mean_ms = n ? sum_ms / n : 0,
                              .most_ms = atomic_exchange(&lag_most_ms, 0)};
}

static bool is_refused(const char *subject, int64_t version)
{
    int every = atomic_load(&refused_every);

    return every > 0 && version == STORM_BAD &&
           strtol(subject + LM_ID_SIZE - 5, NULL, 16) % every == 0;
}

static lm_code on_company_enriched(struct lm_ctx *ctx, const ProtobufCMessage *message, lm_err *err)
{
    const Enricher__CompanyEnriched *ev = (const Enricher__CompanyEnriched *)message;
    Scorer__ScoreLead job = SCORER__SCORE_LEAD__INIT;

    if (is_refused(ev->company_id, ctx->event->version))
        return lm_fail(err, LM_UNPROCESSABLE, "this event is refused");
    note_lag(lm_clock_ms() - ctx->event->occurred_at);
    job.lead_id = ev->company_id;
    if (lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(ev->company_id), LM_INT(ctx->event->version)), NULL,
                   err))
        return err->code;
    return lm_job_queue(ctx, &job.base, ev->company_id, err);
}

static atomic_bool holds;
static atomic_int n_held;

void storm_hold(bool is_held)
{
    atomic_store(&holds, is_held);
}

int storm_held(void)
{
    return atomic_load(&n_held);
}

static void stand_still(const struct lm_ctx *ctx)
{
    atomic_fetch_add(&n_held, 1);
    while (atomic_load(&holds) && lm_ctx_left_ms(ctx, 1) > 0)
        lm_sleep_ms(1);
    atomic_fetch_sub(&n_held, 1);
}

/* Reads in one transaction and writes in another, as a job does that asks the network between the two. */
static lm_code do_score_lead(struct lm_ctx *ctx, const ProtobufCMessage *message, lm_err *err)
{
    const Scorer__ScoreLead *job = (const Scorer__ScoreLead *)message;
    struct lm_rows *r;

    if (lm_db_one(ctx, &look, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(job->lead_id)), "thing", &r,
                  err))
        return err->code;
    lm_sleep_ms((int64_t)(lm_mono_us() % STORM_NAP_MS));
    stand_still(ctx);
    if (lm_tx_begin(ctx, err))
        return err->code;
    return lm_db_exec(ctx, &deed_of_job, LM_ARGS(LM_Z(job->lead_id), LM_INT(lm_rows_int(r, 0))),
                      NULL, err);
}

static const struct lm_event_kind events[] = {
    {"probe", "enricher.CompanyEnriched", &enricher__company_enriched__descriptor,
     on_company_enriched},
    {.type = NULL},
};
static const struct lm_job_kind jobs[] = {
    {"score_lead", &scorer__score_lead__descriptor, do_score_lead, JOB_ATTEMPTS, JOB_LEASE_MS,
     JOB_LEASE_MS, 0},
    {.kind = NULL},
};
const struct lm_service storm_service = {.name = "probe", .events = events, .jobs = jobs};

/* ------- two replicas; over a line, 0 numbers, 1 consumes and works ------- */

static struct replica {
    struct lm_proc *proc;
    struct lm_lanes *lanes;
} replicas[2];
static char dir[64];
static bool is_split; /* the one numbers, the other consumes */

static void on_call(void *arg, struct lm_bus_call *call, const struct lm_bus_request *request)
{
    lm_lanes_take(((struct replica *)arg)->lanes, call, request);
}

static void on_event(void *arg, const char *sender, const char *from, const char *kind, lm_str body)
{
    struct lm_proc *proc = ((struct replica *)arg)->proc;
    char what[16];

    if (strcmp(kind, "hint") != 0) {
        lm_runtime_on_frame(proc, sender, kind, body);
    } else if (strcmp(from, proc->replica) != 0) {
        snprintf(what, sizeof(what), "%.*s", LM_FMT(body));
        lm_runtime_hint(proc, what);
    }
}

static void start_replica(struct lm_pgtest *t, int i, const struct storm_line *line)
{
    struct replica *r = &replicas[i];
    const struct lm_bus_handlers handlers = {.arg = r, .on_call = on_call, .on_event = on_event};
    const struct lm_lanes_options lanes = {.fast = 2, .slow = 1, .memory_limit = MEMORY};
    const struct lm_runtime_options o = {.memory_limit = MEMORY,
                                         .poll_ms = 200,
                                         .keep_events_ms = 1 << 30,
                                         .keep_jobs_ms = 1 << 30,
                                         .lock_url = t->url,
                                         .workers = !line->host || i ? WORKERS : 0,
                                         .no_consumers = line->host && i == 0,
                                         .no_relay = line->host && i != 0};
    int ports = line->port + 10 * i;
    const char *peer = lm_arena_printf(t->base.arena, "probe=%s:%d", line->host ? line->host : "",
                                       i ? line->port_to_others : ports);
    const char *const peers[] = {peer, NULL};
    const struct lm_bus_options bus = {.service = "probe",
                                       .replica = r->proc->replica,
                                       .dir = line->host ? NULL : dir,
                                       .peers = peers,
                                       .call_port = ports,
                                       .event_port = ports + 1,
                                       .listen_host = line->host,
                                       .key = LM_STR("0123456789abcdef0123456789abcdef"),
                                       .workers = 8};
    lm_err *err = &t->base.err;

    assert_ok(lm_lanes_start(r->proc, &lanes, &r->lanes, err), err);
    assert_ok(lm_bus_start(&bus, &handlers, &r->proc->bus, err), err);
    assert_ok(lm_runtime_start(r->proc, &o, err), err);
    assert_ok(lm_bus_subscribe(r->proc->bus, "probe", err), err);
    atomic_store(&r->proc->is_ready, true);
    lm_bus_set_ready(r->proc->bus, true);
}

void storm_start(struct lm_pgtest *t, const struct storm_line *line)
{
    snprintf(dir, sizeof(dir), "/tmp/lm-storm-XXXXXX");
    assert_non_null(mkdtemp(dir));
    is_split = line->host != NULL;
    replicas[0] = (struct replica){.proc = lm_pgtest_proc(t)};
    replicas[1] = (struct replica){.proc = lm_pgtest_replica(t)};
    for (int i = 0; i < 2; i++)
        start_replica(t, i, line);
}

void storm_stop(void)
{
    for (int i = 0; i < 2; i++) {
        struct replica *r = &replicas[i];

        lm_runtime_quiesce(r->proc);
        lm_lanes_stop(r->lanes);
        lm_runtime_stop(r->proc, 5000);
        lm_bus_stop(r->proc->bus);
        r->proc->bus = NULL;
        lm_lanes_free(r->lanes);
    }
    (void)rmdir(dir);
}

void storm_refuse(int every)
{
    atomic_store(&refused_every, every);
}

/* ------- writers ------- */

struct writer {
    struct lm_proc *proc;
    int n;
    unsigned seed;
    pthread_t thread;
    lm_err err;
};

/* The row's lock is held through the pauses: before the event's id is drawn, and after. */
static lm_code put(struct lm_ctx *ctx, unsigned *chance, lm_err *err)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;
    struct lm_event e = {.message = &ev.base};
    char subject[LM_ID_SIZE];
    struct lm_rows *r;

    snprintf(subject, sizeof(subject), SUBJECT, 1 + storm_below(chance, STORM_SUBJECTS));
    if (lm_tx_begin(ctx, err) ||
        lm_db_one(ctx, &raise, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(subject)), "thing", &r, err))
        return err->code;
    lm_sleep_ms((int64_t)storm_below(chance, STORM_PAUSE_MS));
    ev.company_id = subject;
    e.subject_id = subject;
    e.version = lm_rows_int(r, 0);
    if (lm_event_put(ctx, &e, err) || lm_tx_flush(ctx, err))
        return err->code;
    lm_sleep_ms((int64_t)storm_below(chance, STORM_PAUSE_MS));
    return lm_tx_commit(ctx, err);
}

static void *write_all(void *arg)
{
    struct writer *w = arg;

    for (int i = 0; i < w->n && w->err.code == LM_OK; i++) {
        struct lm_ctx *ctx = lm_ctx_new(w->proc, LM_PGTEST_TENANT, WRITE_MS, MEMORY);

        (void)!put(ctx, &w->seed, &w->err);
        lm_ctx_free(ctx);
    }
    return NULL;
}

void storm_write(int n, unsigned seed)
{
    struct writer writers[STORM_WRITERS];

    for (int i = 0; i < STORM_WRITERS; i++) {
        writers[i] = (struct writer){.proc = replicas[is_split ? 0 : i % 2].proc,
                                     .n = n / STORM_WRITERS,
                                     .seed = seed * 31u + (unsigned)i};
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_all, &writers[i]), 0);
    }
    for (int i = 0; i < STORM_WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
    for (int i = 0; i < STORM_WRITERS; i++)
        assert_ok(writers[i].err.code, &writers[i].err);
}

/* ------- the end ------- */

#define OWED                                         \
    "SELECT (SELECT count(*) FROM event_new) + head" \
    " - coalesce((SELECT seq FROM consumer_cursor WHERE source = 'probe'), 0) FROM event_head"

static int64_t until_none(struct lm_pgtest *t, const char *sql, int64_t limit_ms)
{
    int64_t from = lm_mono_ms();

    while (lm_pgtest_int(t, "%s", sql) != 0) {
        if (lm_mono_ms() - from > limit_ms)
            fail_msg("not done within %lld ms: %s", (long long)limit_ms,
                     lm_pgtest_text(t, "SELECT format('head %%s, cursor %%s, jobs %%s', head,"
                                       " (SELECT seq FROM consumer_cursor),"
                                       " (SELECT count(*) FROM job)) FROM event_head"));
        lm_sleep_ms(LOOK_MS);
    }
    return lm_mono_ms() - from;
}

void storm_heard(struct lm_pgtest *t, int64_t limit_ms)
{
    (void)until_none(t, OWED, limit_ms);
}

int64_t storm_settle(struct lm_pgtest *t, int64_t limit_ms)
{
    return until_none(t, "SELECT (" OWED ") + (SELECT count(*) FROM job)", limit_ms);
}

static void none(struct lm_pgtest *t, const char *what, const char *sql)
{
    int64_t n = lm_pgtest_int(t, "%s", sql);

    if (n != 0)
        fail_msg("%s: %lld", what, (long long)n);
}

void storm_judge(struct lm_pgtest *t, int64_t n)
{
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event"), n);
    none(t, "numbers missing in the log",
         "SELECT head - (SELECT count(*) FROM event) FROM event_head");
    none(t, "events of a subject out of order in the log",
         "SELECT count(*) FROM (SELECT version - lag(version, 1, 0::bigint) OVER"
         " (PARTITION BY subject_id ORDER BY seq) AS step FROM event) s WHERE step <> 1");
    none(
        t, "effects skipped, doubled or out of order",
        "SELECT count(*) FROM (SELECT at - lag(at, 1, 0::bigint) OVER (PARTITION BY what ORDER BY n) AS step"
        " FROM deed WHERE what NOT LIKE 'job %') s WHERE step <> 1");
    none(t, "subjects whose last effect is stale",
         "SELECT count(*) FROM thing t WHERE version IS DISTINCT FROM"
         " (SELECT at FROM deed WHERE what = t.id::text ORDER BY n DESC LIMIT 1)");
    none(t, "subjects of whom a fact was swallowed while their job ran",
         "SELECT count(*) FROM thing t WHERE version IS DISTINCT FROM"
         " (SELECT at FROM deed WHERE what = 'job ' || t.id ORDER BY n DESC LIMIT 1)");
    none(t, "events parked", "SELECT count(*) FROM event_parked");
    none(t, "jobs dead", "SELECT count(*) FROM job");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The skeleton: the life of a service from its arguments to its exit status. The main thread starts
 * everything, then does nothing but wait for a signal, then stops everything in reverse.
 */
#include "common/service.h"

#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/lanes.h"
#include "common/log.h"
#include "common/migrate.h"
#include "common/runtime.h"
#include "common/service_internal.h"
#include "common/str.h"
#include "common/thread.h"

enum {
    STOP_WITHIN_MS = 9500, /* from the signal; the container gets 20 s */
    JOBS_WITHIN_MS = 5000, /* of which running jobs may take so much */
    DB_WAIT_MS = 100,
    BUS_LOOK_MS = 5000,
    MALLOC_ARENAS =
        2, /* thirty processes with an arena a thread would hold what none of them uses */
    EXIT_USAGE = 2,
};

struct arguments {
    const char *config, *replica;
    bool check_config, print_config, migrate;
};

/* What runs, in the order in which it was started. */
struct life {
    struct lm_proc proc;
    struct lm_watch *watch;
    struct lm_lanes *lanes;
    bool is_started; /* service->start was good */
};

/* -- arguments and settings -- */

static int usage(const char *program)
{
    fprintf(
        stderr,
        "usage: %s [--config FILE] [--replica N] [--check-config | --print-config | --migrate | --version]\n",
        program);
    return EXIT_USAGE;
}

/* -1: go on; else the exit status. */
static int read_arguments(int argc, char **argv, struct arguments *a)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"replica", required_argument, NULL, 'r'},
        {"check-config", no_argument, NULL, 'k'}, {"print-config", no_argument, NULL, 'p'},
        {"migrate", no_argument, NULL, 'm'},      {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int c;

    a->config = getenv("LM_CONFIG");
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'c':
            a->config = optarg;
            break;
        case 'r':
            a->replica = optarg;
            break;
        case 'k':
            a->check_config = true;
            break;
        case 'p':
            a->print_config = true;
            break;
        case 'm':
            a->migrate = true;
            break;
        case 'v':
            printf("%s\n", LM_VERSION);
            return 0;
        case 'h':
            usage(argv[0]);
            return 0;
        default:
            return usage(argv[0]);
        }
    }
    return optind == argc ? -1 : usage(argv[0]);
}

static int fail(const lm_err *err)
{
    fprintf(stderr, "%s\n", err->message);
    return EXIT_FAILURE;
}

static int migrate(const struct lm_service *service)
{
    struct lm_migrate_options o = {
        .url = *lm_settings.db_owner_url ? lm_settings.db_owner_url : lm_settings.db_url,
        .dir = lm_settings.db_migrations,
        .service = service->name,
        .password = *lm_settings.db_password ? lm_settings.db_password : NULL,
    };
    lm_err err = LM_ERR_INIT;

    return lm_migrate_up(&o, &err) == LM_OK ? EXIT_SUCCESS : fail(&err);
}

static lm_code open_log_and_clock(const struct lm_service *service, lm_err *err)
{
    lm_log_level level = LM_LOG_INFO;

    if (!lm_log_level_parse(lm_str_z(lm_settings.log_level), &level))
        return lm_fail(err, LM_INVALID, "log.level"); /* lm_settings_check has said it better */
    lm_log_init(service->name, level, *lm_settings.log_file ? lm_settings.log_file : NULL);
    return getenv("LM_CLOCK_FILE") ? lm_clock_open(getenv("LM_CLOCK_FILE"), err) : LM_OK;
}

/* -- signals -- */

static void block_signals(sigset_t *ours)
{
    sigemptyset(ours);
    sigaddset(ours, SIGTERM);
    sigaddset(ours, SIGINT);
    sigaddset(ours, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ours, NULL); /* nng's threads inherit it too */
    signal(SIGPIPE, SIG_IGN);
}

/* True when a signal to stop came within the time. */
static bool signal_within(int64_t ms)
{
    const struct timespec ts = {.tv_sec = (time_t)(ms / 1000),
                                .tv_nsec = (long)(ms % 1000) * 1000000L};
    int64_t until = lm_mono_ms() + ms;
    sigset_t ours;
    int sig;

    block_signals(&ours);
    do {
        sig = sigtimedwait(&ours, NULL, &ts);
        if (sig == SIGTERM || sig == SIGINT)
            return true;
    } while (lm_mono_ms() < until);
    return false;
}

/* A handler that never ends must not keep the process: its leases run out by themselves. */
static void *give_up(void *arg)
{
    (void)arg;
    lm_sleep_ms(STOP_WITHIN_MS);
    lm_log(NULL, LM_LOG_ERROR, "did not stop in time, leaving",
           LM_KV_INT("after_ms", STOP_WITHIN_MS));
    _exit(EXIT_FAILURE);
}

/* -- the bus's callbacks -- */

static void on_call(void *arg, struct lm_bus_call *call, const struct lm_bus_request *request)
{
    const struct life *life = arg;

    lm_lanes_take(life->lanes, call, request);
}

static void on_event(void *arg, const char *sender, const char *replica, const char *kind,
                     lm_str body)
{
    struct life *life = arg;
    struct lm_proc *proc = &life->proc;
    bool is_own = strcmp(sender, proc->service->name) == 0;
    char what[16];

    if (strcmp(kind, "hint") != 0) {
        lm_runtime_on_frame(proc, sender, kind, body);
    } else if (is_own &&
               strcmp(replica, proc->replica) != 0) { /* our own reached us without the bus */
        snprintf(what, sizeof(what), "%.*s", LM_FMT(body));
        lm_runtime_hint(proc, what);
    }
}

/* -- start -- */

/* Ourselves, for the hints of other replicas, and every service we consume from. */
static lm_code subscribe(struct lm_proc *proc, lm_err *err)
{
    if (lm_bus_subscribe(proc->bus, proc->service->name, err))
        return err->code;
    for (const struct lm_event_kind *e = proc->service->events; e && e->type; e++)
        if (lm_bus_subscribe(proc->bus, e->source, err))
            return err->code;
    return LM_OK;
}

static lm_code start_health(struct life *life, lm_err *err)
{
    struct lm_health_options o = {
        .service = life->proc.service->name,
        .replica = life->proc.replica,
        .listen = lm_settings.health_listen,
        .run_dir = lm_settings.run_dir,
        .look = lm_watch_report,
        .arg = life->watch,
    };

    return lm_health_start(&o, &life->proc.health, err);
}

static lm_code start_lanes(struct life *life, lm_err *err)
{
    struct lm_lanes_options o = {
        .fast = (int)lm_settings.call_threads,
        .slow = (int)lm_settings.slow_threads,
        .memory_limit = lm_settings.call_memory,
    };

    return lm_lanes_start(&life->proc, &o, &life->lanes, err);
}

static lm_code start_runtime(struct life *life, lm_err *err)
{
    struct lm_runtime_options o = {
        .workers = (int)lm_settings.job_threads,
        .poll_ms = lm_settings.db_poll_ms,
        .lease_max_ms = lm_settings.lease_max_ms,
        .keep_events_ms = lm_settings.db_keep_events_ms,
        .keep_jobs_ms = lm_settings.db_keep_jobs_ms,
        .memory_limit = lm_settings.job_memory,
    };
    char *url = NULL;

    if (lm_settings_db_url(*lm_settings.db_lock_url ? lm_settings.db_lock_url : lm_settings.db_url,
                           life->proc.service->name, &url, err))
        return err->code;
    o.lock_url = url;
    if (lm_runtime_start(&life->proc, &o, err))
        lm_wrap(err, "database threads");
    free(url);
    return err->code;
}

/* False: a signal came first. */
static bool wait_for_database(struct life *life)
{
    while (!lm_watch_look(life->watch))
        if (signal_within(DB_WAIT_MS))
            return false;
    return true;
}

/*
 * The lanes come before the bus, whose first call needs them; the runtime after it, because it
 * publishes. LM_CANCELLED: a signal came while waiting for the database.
 */
static lm_code start(struct life *life, lm_err *err)
{
    const struct lm_bus_handlers handlers = {.arg = life, .on_call = on_call, .on_event = on_event};
    struct lm_proc *proc = &life->proc;

    if (lm_settings_open_db(proc, err) || start_health(life, err))
        return err->code;
    if (!proc->service->starts_without_db && !wait_for_database(life))
        return lm_fail(err, LM_CANCELLED, "stopped before the database was there");
    if (start_lanes(life, err) || lm_settings_start_bus(proc, &handlers, err) ||
        start_runtime(life, err) || subscribe(proc, err))
        return err->code;
    if (proc->service->start && proc->service->start(proc, err))
        return err->code;
    life->is_started = true;
    return lm_watch_start(life->watch, err);
}

/* -- stop -- */

static void be_a_lame_duck(struct life *life)
{
    const struct lm_service *service = life->proc.service;
    lm_err err = LM_ERR_INIT;
    pthread_t thread;

    lm_watch_stop(life->watch);
    atomic_store(&life->proc.is_stopping, true);
    if (lm_thread_start(&thread, "give-up", LM_STACK_SMALL, give_up, NULL, &err) == LM_OK)
        pthread_detach(thread);
    if (life->is_started && service->lame_duck)
        service->lame_duck(&life->proc);
    if (life->is_started && lm_settings.lame_duck_ms > 0)
        signal_within(lm_settings.lame_duck_ms); /* a second signal cuts it short */
}

/* False: nng is stuck and its threads may still call; nothing of theirs is freed, and the process ends as it is. */
static bool stop(struct life *life)
{
    struct lm_proc *proc = &life->proc;

    if (proc->runtime)
        lm_runtime_quiesce(proc);
    if (life->lanes)
        lm_lanes_stop(life->lanes);
    if (proc->runtime)
        lm_runtime_stop(proc, JOBS_WITHIN_MS);
    if (life->is_started && proc->service->stop)
        proc->service->stop(proc);
    if (!lm_bus_stop(proc->bus)) {
        lm_health_stop(proc->health); /* else its file says for ever that it runs */
        return false;
    }
    proc->bus = NULL;
    lm_runtime_free(proc);
    lm_lanes_free(life->lanes);
    lm_health_stop(proc->health);
    lm_watch_free(life->watch);
    if (proc->db)
        lm_db_close(proc->db);
    return true;
}

/* Until a signal comes, or the bus cannot go on: whoever started us starts us again. */
static void serve(struct life *life, lm_err *err)
{
    while (!signal_within(BUS_LOOK_MS))
        if (lm_bus_is_stuck(life->proc.bus)) {
            lm_fail(err, LM_UNAVAILABLE, "the bus is stuck");
            return;
        }
}

/* The soft limit is 1,024 on many machines, for the sake of select(), which nobody here uses. */
static void take_all_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static int run(const struct lm_service *service)
{
    struct life life = {.proc = {.service = service}};
    lm_err err = LM_ERR_INIT;
    int status = EXIT_FAILURE;
    sigset_t ours;
    bool is_clean;

    block_signals(&ours);
    take_all_files();
    mallopt(M_ARENA_MAX, MALLOC_ARENAS);
    snprintf(life.proc.replica, sizeof(life.proc.replica), "%s", lm_settings.replica);
    life.watch = lm_watch_new(&life.proc);
    atomic_store(&life.proc.is_unserved, true); /* until its schema was seen */
    if (start(&life, &err) == LM_OK)
        serve(&life, &err);
    lm_log(NULL, LM_LOG_INFO, "stopping");
    be_a_lame_duck(&life);
    is_clean = stop(&life);
    if (err.code == LM_OK || err.code == LM_CANCELLED) {
        lm_log(NULL, LM_LOG_INFO, "stopped");
        status = EXIT_SUCCESS;
    } else {
        lm_log(NULL, LM_LOG_ERROR, life.is_started ? "ended by itself" : "start failed",
               LM_KV_ERR(&err));
    }
    if (!is_clean)
        _exit(status); /* all work is given back and told; only the library's threads are left */
    return status;
}

int lm_service_main(int argc, char **argv, const struct lm_service *service)
{
    const struct lm_config_key *const *tables = lm_service_tables(service);
    struct arguments a = {0};
    lm_err err = LM_ERR_INIT;
    int status = read_arguments(argc, argv, &a);

    if (status >= 0)
        return status;
    if (lm_config_load(a.config, tables, &err))
        return fail(&err);
    if (a.replica)
        lm_settings.replica = a.replica;
    if (a.print_config) {
        lm_config_print(stdout, tables);
        return EXIT_SUCCESS;
    }
    if (lm_settings_check(&err) || (service->check && service->check(&err)))
        return fail(&err);
    if (a.check_config) {
        printf("the configuration is good\n");
        return EXIT_SUCCESS;
    }
    if (open_log_and_clock(service, &err))
        return fail(&err);
    return a.migrate ? migrate(service) : run(service);
}

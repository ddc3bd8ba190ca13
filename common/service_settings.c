/* SPDX-License-Identifier: Apache-2.0 */
/* What every service can be configured with; what is refused; what follows from it. */
#include "common/service_internal.h"

#include <libpq-fe.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/dns.h"
#include "common/http.h"
#include "common/log.h"
#include "common/str.h"

enum { KEY_MIN = 32, TABLES = 40 };

/* Only for development; anybody can read it here. */
static const char development_key[] = "leadmachine-development-bus-key-0";

struct lm_settings lm_settings;

static const struct lm_config_key skeleton_config[] = {
    LM_CFG_STR("service.environment", &lm_settings.environment, "production",
               "production, or development: unsafe settings are taken"),
    LM_CFG_STR("service.replica", &lm_settings.replica, "",
               "name of this replica; empty: 1 on one machine, the host's name elsewhere"),
    LM_CFG_STR("service.run_dir", &lm_settings.run_dir, "",
               "directory for <service>.<replica>.json with pid and url; empty: none"),
    LM_CFG_MS("service.lame_duck", &lm_settings.lame_duck_ms, "3s",
              "how long calls are still served after SIGTERM"),
    LM_CFG_MS(
        "service.lease_max", &lm_settings.lease_max_ms, "0ms",
        "longest lease of a job or tick: how long the work of a replica that died waits; 0: its kind's"),
    LM_CFG_INT("service.call_threads", &lm_settings.call_threads, "4",
               "threads that execute calls"),
    LM_CFG_INT("service.slow_threads", &lm_settings.slow_threads, "1",
               "threads for slow calls (password hashes, imports)"),
    LM_CFG_INT("service.job_threads", &lm_settings.job_threads, "4", "threads that run jobs"),
    LM_CFG_SIZE("service.call_memory", &lm_settings.call_memory, "64m", "most memory of one call"),
    LM_CFG_SIZE("service.job_memory", &lm_settings.job_memory, "64m",
                "most memory of one job or event"),
    LM_CFG_STR("log.level", &lm_settings.log_level, "info", "debug, info, warn, error"),
    LM_CFG_STR("log.file", &lm_settings.log_file, "", "empty: stderr"),
    LM_CFG_SECRET_("db.url", &lm_settings.db_url, "",
                   "libpq connection string; the role is lm_<service> unless it names one"),
    LM_CFG_SECRET_("db.lock_url", &lm_settings.db_lock_url, "",
                   "for the connection with advisory locks, never through a pooler; empty: db.url"),
    LM_CFG_SECRET_("db.owner_url", &lm_settings.db_owner_url, "",
                   "for --migrate: as the owner of the schemas"),
    LM_CFG_SECRET_("db.password", &lm_settings.db_password, "",
                   "of the service's role, where db.url names none"),
    LM_CFG_STR("db.migrations", &lm_settings.db_migrations, "migrations",
               "directory, for --migrate"),
    LM_CFG_INT("db.pool_max", &lm_settings.db_pool_max, "4", "connections of this process"),
    LM_CFG_MS("db.statement_timeout", &lm_settings.db_statement_timeout_ms, "30s",
              "of one statement"),
    LM_CFG_MS("db.lock_timeout", &lm_settings.db_lock_timeout_ms, "5s", "of waiting for one lock"),
    LM_CFG_MS("db.idle_close", &lm_settings.db_idle_close_ms, "60s",
              "a connection nobody used for so long is closed"),
    LM_CFG_MS("db.poll", &lm_settings.db_poll_ms, "200ms",
              "how often jobs and events are looked for when no hint came"),
    LM_CFG_MS("db.keep_events", &lm_settings.db_keep_events_ms, "30d",
              "how long applied events stay"),
    LM_CFG_MS("db.keep_jobs", &lm_settings.db_keep_jobs_ms, "7d",
              "how long finished jobs and stored answers stay"),
    LM_CFG_STR("bus.dir", &lm_settings.bus_dir, "",
               "one machine: the directory of sockets; empty: tcp"),
    LM_CFG_SECRET_("bus.key", &lm_settings.bus_key, "",
                   "signs every frame; the same in the whole stack, 32 bytes and more"),
    LM_CFG_LIST("bus.peers", &lm_settings.bus_peers, "",
                "tcp: service=host:port; a service not listed is found by its name"),
    LM_CFG_STR("bus.listen", &lm_settings.bus_listen, "0.0.0.0", "tcp: address of our own sockets"),
    LM_CFG_INT("bus.call_port", &lm_settings.bus_call_port, "5550", "tcp: port of calls"),
    LM_CFG_INT("bus.event_port", &lm_settings.bus_event_port, "5551",
               "tcp: port of events; others expect it one above the call port"),
    LM_CFG_INT("bus.calls_max", &lm_settings.bus_calls_max, "32",
               "received calls at work or waiting, at once"),
    LM_CFG_STR("health.listen", &lm_settings.health_listen, "127.0.0.1:0",
               "health and metrics; port 0: any; empty: none"),
    LM_CFG_END,
};

const struct lm_config_key *const *lm_service_tables(const struct lm_service *service)
{
    static const struct lm_config_key *tables[TABLES];
    size_t n = 0;

    tables[n++] = skeleton_config;
    tables[n++] = lm_http_config;
    tables[n++] = lm_dns_config;
    if (service->config)
        tables[n++] = service->config;
    for (size_t i = 0; service->more_config && service->more_config[i]; i++) {
        LM_ASSERT(n + 1 < TABLES);
        tables[n++] = service->more_config[i];
    }
    tables[n] = NULL;
    return tables;
}

bool lm_settings_is_development(void)
{
    return strcmp(lm_settings.environment, "development") == 0;
}

/* A container's name is unique; on one machine --replica tells them apart. */
static void choose_replica(void)
{
    static char host[LM_REPLICA_SIZE];

    if (*lm_settings.replica)
        return;
    lm_settings.replica = "1";
    if (*lm_settings.bus_dir || gethostname(host, sizeof(host) - 1) != 0)
        return;
    for (char *p = host; *p; p++)
        if (*p == '.' || *p == '/')
            *p = '-';
    lm_settings.replica = host;
}

static bool is_between(int64_t v, int64_t low, int64_t high)
{
    return v >= low && v <= high;
}

static lm_code check_ranges(lm_err *err)
{
    const struct {
        const char *name;
        int64_t value, low, high;
    } ranges[] = {
        {"service.call_threads", lm_settings.call_threads, 1, 64},
        {"service.slow_threads", lm_settings.slow_threads, 1, 16},
        {"service.job_threads", lm_settings.job_threads, 0, 64},
        {"service.lame_duck", lm_settings.lame_duck_ms, 0, 8000},
        {"service.lease_max", lm_settings.lease_max_ms, 0, 3600000},
        {"db.pool_max", lm_settings.db_pool_max, 1, 64},
        {"db.poll", lm_settings.db_poll_ms, 10, 60000},
        {"bus.calls_max", lm_settings.bus_calls_max, 1, 1024},
        {"bus.call_port", lm_settings.bus_call_port, 1, 65535},
        {"bus.event_port", lm_settings.bus_event_port, 1, 65535},
    };

    for (size_t i = 0; i < LM_COUNT(ranges); i++)
        if (!is_between(ranges[i].value, ranges[i].low, ranges[i].high))
            return lm_fail(err, LM_INVALID, "%s is %lld; from %lld to %lld is possible",
                           ranges[i].name, (long long)ranges[i].value, (long long)ranges[i].low,
                           (long long)ranges[i].high);
    return LM_OK;
}

static lm_code check_production(lm_err *err)
{
    if (strcmp(lm_settings.environment, "production") != 0)
        return lm_fail(err, LM_INVALID,
                       "service.environment is '%s'; it is production or development",
                       lm_settings.environment);
    if (!*lm_settings.bus_key || strcmp(lm_settings.bus_key, development_key) == 0)
        return lm_fail(err, LM_INVALID, "bus.key is not set; make one: openssl rand -base64 48");
    if (getenv("LM_CLOCK_FILE"))
        return lm_fail(err, LM_INVALID,
                       "LM_CLOCK_FILE moves business time; it cannot be set in production");
    return LM_OK;
}

lm_code lm_settings_check(lm_err *err)
{
    lm_log_level level;

    choose_replica();
    if (!lm_settings_is_development() && check_production(err))
        return err->code;
    if (lm_http_check(!lm_settings_is_development(), err))
        return err->code;
    if (!*lm_settings.bus_key)
        lm_settings.bus_key = development_key;
    if (strlen(lm_settings.bus_key) < KEY_MIN)
        return lm_fail(err, LM_INVALID, "bus.key is too short; %d bytes are the least", KEY_MIN);
    if (!*lm_settings.db_url)
        return lm_fail(err, LM_INVALID, "db.url is not set; it is a libpq connection string");
    if (!lm_log_level_parse(lm_str_z(lm_settings.log_level), &level))
        return lm_fail(err, LM_INVALID, "log.level is '%s'; it is debug, info, warn or error",
                       lm_settings.log_level);
    if (strlen(lm_settings.replica) >= LM_REPLICA_SIZE || strpbrk(lm_settings.replica, "./"))
        return lm_fail(err, LM_INVALID, "service.replica '%s' has a dot or a slash, or is too long",
                       lm_settings.replica);
    return check_ranges(err);
}

lm_code lm_settings_tls(const char *name, const char *value, lm_err *err)
{
    if (strcmp(value, "required") != 0 && strcmp(value, "offered") != 0)
        return lm_fail(err, LM_INVALID, "%s is '%s'; it is required or offered", name, value);
    return LM_OK;
}

/* -- what follows -- */

/* keyword='value', with \ and ' escaped as libpq wants it. */
static void put_option(struct lm_buf *out, const char *keyword, const char *value)
{
    lm_buf_printf(out, "%s='", keyword);
    for (const char *p = value; *p; p++) {
        if (*p == '\'' || *p == '\\')
            lm_buf_char(out, '\\');
        lm_buf_char(out, *p);
    }
    lm_buf_appendz(out, "' ");
}

lm_code lm_settings_db_url(const char *url, const char *service, char **out, lm_err *err)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    bool has_user = false, has_password = false;
    char role[64];
    struct lm_buf b;

    if (!options) {
        lm_fail(err, LM_INVALID, "db.url is no libpq connection string");
        PQfreemem(why);
        return err->code;
    }
    lm_buf_init(&b, 16384);
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        if (!o->val)
            continue;
        has_user |= strcmp(o->keyword, "user") == 0;
        has_password |= strcmp(o->keyword, "password") == 0;
        put_option(&b, o->keyword, o->val);
    }
    PQconninfoFree(options);
    snprintf(role, sizeof(role), "lm_%s", service);
    if (!has_user)
        put_option(&b, "user", role);
    if (!has_password && *lm_settings.db_password)
        put_option(&b, "password", lm_settings.db_password);
    *out = b.failed ? NULL : strdup(lm_buf_z(&b));
    lm_buf_fini(&b);
    return *out ? LM_OK : lm_fail(err, LM_INVALID, "db.url is too long");
}

lm_code lm_settings_open_db(struct lm_proc *proc, lm_err *err)
{
    const struct lm_service *service = proc->service;
    struct lm_db_options o = {
        .schema = service->name,
        .pool_max = (unsigned)lm_settings.db_pool_max,
        .statement_timeout_ms = lm_settings.db_statement_timeout_ms,
        .lock_timeout_ms = lm_settings.db_lock_timeout_ms,
        .idle_close_ms = lm_settings.db_idle_close_ms,
        .sql = service->sql,
    };
    char *url = NULL;

    if (lm_settings_db_url(lm_settings.db_url, service->name, &url, err))
        return err->code;
    o.url = url;
    if (lm_db_open(&o, &proc->db, err))
        lm_wrap(err, "database");
    free(url);
    return err->code;
}

lm_code lm_settings_start_bus(struct lm_proc *proc, const struct lm_bus_handlers *h, lm_err *err)
{
    struct lm_bus_options o = {
        .service = proc->service->name,
        .replica = proc->replica,
        .dir = *lm_settings.bus_dir ? lm_settings.bus_dir : NULL,
        .peers = lm_settings.bus_peers,
        .call_port = lm_settings.bus_call_port,
        .event_port = lm_settings.bus_event_port,
        .listen_host = lm_settings.bus_listen,
        .key = lm_str_z(lm_settings.bus_key),
        .workers = (int)lm_settings.bus_calls_max,
    };

    return lm_bus_start(&o, h, &proc->bus, err);
}

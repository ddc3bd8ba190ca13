/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_SERVICE_INTERNAL_H
#define LM_SERVICE_INTERNAL_H

#include "common/health.h"
#include "common/proc_internal.h"

/* The inside of the skeleton: what every service can be configured with, and its life. */

struct lm_settings {
    const char *environment, *replica, *run_dir;
    int64_t lame_duck_ms, lease_max_ms, call_threads, slow_threads, job_threads;
    uint64_t call_memory, job_memory;
    const char *log_level, *log_file;
    const char *db_url, *db_lock_url, *db_owner_url, *db_password, *db_migrations;
    int64_t db_pool_max, db_statement_timeout_ms, db_lock_timeout_ms, db_idle_close_ms;
    int64_t db_poll_ms, db_keep_events_ms, db_keep_jobs_ms;
    const char *bus_dir, *bus_key, *bus_listen;
    const char *const *bus_peers;
    int64_t bus_call_port, bus_event_port, bus_calls_max;
    const char *health_listen;
};
extern struct lm_settings lm_settings;

/* The skeleton's tables and the service's own, NULL-terminated; lives as long as the process. */
const struct lm_config_key *const *lm_service_tables(const struct lm_service *service);
bool lm_settings_is_development(void);
/* For a service's own check: whether to insist on TLS. LM_INVALID: neither "required" nor "offered". */
LM_MUST_USE lm_code lm_settings_tls(const char *name, const char *value, lm_err *err);
/* What must not run in production, and what cannot run anywhere. LM_INVALID names the setting and the remedy. */
LM_MUST_USE lm_code lm_settings_check(lm_err *err);
/* `url` with the service's own role (lm_<name>) and db.password where it names none. malloc. */
LM_MUST_USE lm_code lm_settings_db_url(const char *url, const char *service, char **out,
                                       lm_err *err);
/* db: as above; bus; both from lm_settings. */
LM_MUST_USE lm_code lm_settings_open_db(struct lm_proc *proc, lm_err *err);
LM_MUST_USE lm_code lm_settings_start_bus(struct lm_proc *proc, const struct lm_bus_handlers *h,
                                          lm_err *err);

/* -- service_watch.c: is the database there, does its schema fit; says so to bus and health -- */
struct lm_watch;
struct lm_watch *lm_watch_new(struct lm_proc *proc);
void lm_watch_free(struct lm_watch *w); /* after lm_watch_stop; waits for its thread */
/* Looks once, on the caller's thread; true when the service can serve. */
bool lm_watch_look(struct lm_watch *w);
/* From now on a thread looks every second and sets readiness. */
LM_MUST_USE lm_code lm_watch_start(struct lm_watch *w, lm_err *err);
/* Not ready from now on, for good. Returns at once. */
void lm_watch_stop(struct lm_watch *w);
void lm_watch_report(void *watch, struct lm_health_report *out);

#endif

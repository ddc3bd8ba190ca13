/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gateway decides who may ask. It is the only service that people, browsers and mail programs
 * reach: REST for every operation of every service (the route table is generated), the dashboard,
 * live events, pixels, clicks and opt-outs.
 *
 * It owns tenants, users and sessions, and the views that lists, details and figures are read from;
 * the events of all services keep those. It answers its own operations; everybody else's go over
 * the bus to their owner, who checks role and rules again.
 *
 * When a neighbour is away, its operations answer 503 within their deadline; lists and details go
 * on from the views. When the database is away, /api answers 503, while pixels, clicks and opt-outs
 * are taken into a spool on the disk and told later. It never decides anything about leads or mails
 * by itself, and nothing from outside decides where it redirects to.
 */
#include "gen/gateway.lm.h"
#include "services/gateway/company.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/http.h"
#include "services/gateway/store.h"

#define S(field) (&gateway_settings.field)
static const struct lm_config_key config[] = {
    LM_CFG_STR("gateway.listen", S(listen), "127.0.0.1:8080",
               "address and port of the HTTP server"),
    LM_CFG_INT("gateway.threads", S(threads), "1",
               "loops of the HTTP server; more where there are cores to spare"),
    LM_CFG_INT("gateway.workers", S(workers), "4", "threads for operations of the gateway's own"),
    LM_CFG_MS("gateway.request_timeout", S(request_timeout_ms), "20s",
              "a request that is not whole by then, or an answer that is not read, is dropped"),
    LM_CFG_MS("gateway.call_timeout", S(call_timeout_ms), "10s", "longest wait for an operation"),
    LM_CFG_MS("gateway.seen_wait", S(seen_wait_ms), "2s",
              "longest wait of a write until lists show it"),
    LM_CFG_STR("gateway.dashboard_dir", S(dashboard_dir), "",
               "the built dashboard; empty: none is served"),
    LM_CFG_STR("gateway.spool_dir", S(spool_dir), "",
               "directory on a disk for hits and opt-outs that could not be told yet"),
    LM_CFG_SIZE("gateway.spool_max", S(spool_max), "1g",
                "most bytes a spool of this process keeps"),
    LM_CFG_SECRET_("gateway.jwt_secret", S(jwt_secret), "",
                   "signs access tokens (HS256), 32 bytes and more; the same in all replicas"),
    LM_CFG_SECRET_("gateway.jwt_key", S(jwt_key), "",
                   "instead of jwt_secret: an EC P-256 private key in PEM (ES256)"),
    LM_CFG_MS("gateway.access_live", S(access_live_ms), "30m", "life of an access token"),
    LM_CFG_MS("gateway.refresh_live", S(refresh_live_ms), "7d", "life of a session without use"),
    LM_CFG_INT("gateway.bcrypt_cost", S(bcrypt_cost), "12", "work of a password's hash"),
    LM_CFG_INT("gateway.logins_per_minute", S(logins_per_minute), "60",
               "attempts of one address; a third of it of one name"),
    LM_CFG_INT("gateway.max_live", S(max_live), "1000", "live connections of this process"),
    LM_CFG_MS("gateway.sweep_every", S(sweep_every_ms), "1h", "how often old sessions are dropped"),
    LM_CFG_MS("gateway.shape_every", S(shape_every_ms), "10s",
              "how often companies are looked for whose facets an older release made"),
    LM_CFG_SIZE("gateway.columns_memory", S(columns_memory), "128m",
                "for filters and counts of companies: about 60 bytes a company that is looked at"),
    LM_CFG_LIST("gateway.trusted_proxies", S(trusted_proxies), "",
                "networks whose X-Forwarded-For is believed: 10.0.0.0/8"),
    LM_CFG_LIST("gateway.cors_origins", S(cors_origins), "",
                "origins whose pages may use the API from a browser; empty: only our own"),
    LM_CFG_SECRET_("gateway.metrics_token", S(metrics_token), "",
                   "bearer token for /metrics from outside; empty: only from inside"),
    LM_CFG_SECRET_("tracking.key", S(tracking_key), "",
                   "signs links and opt-out tokens, 32 bytes and more; the same in the mailer"),
    LM_CFG_END,
};

static void stop(struct lm_proc *proc)
{
    (void)proc;
    gateway_http_stop();
}

static void lame_duck(struct lm_proc *proc)
{
    (void)proc;
    gateway_http_lame_duck();
}

int main(int argc, char **argv)
{
    static const struct lm_periodic periodics[] = {
        {"sweep_sessions", &gateway_settings.sweep_every_ms, gateway_sweep},
        {"shape_companies", &gateway_settings.shape_every_ms, gateway_shape_again},
        {NULL, NULL, NULL},
    };
    static const struct lm_service gateway = {
        .name = "gateway",
        .config = config,
        .sql = gateway_sql,
        .calls = gateway_calls,
        .events = gateway_events,
        .events_many = gateway_events_many,
        .jobs = gateway_jobs,
        .periodics = periodics,
        .schema_at_least = 6,
        .check = gateway_settings_check,
        .starts_without_db = true,
        .start = gateway_http_start,
        .lame_duck = lame_duck,
        .stop = stop,
    };

    return lm_service_main(argc, argv, &gateway);
}

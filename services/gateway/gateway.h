/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "common/service.h"

/* What the gateway can be configured with (main.c has the table), read-only once it runs. */
struct gateway_settings {
    const char *listen;
    int64_t threads;            /* loops of the HTTP server */
    int64_t workers;            /* threads for operations of its own and waits */
    int64_t request_timeout_ms; /* until a request is whole, or while an answer does not move */
    int64_t call_timeout_ms;    /* of a request, whoever answers it */
    int64_t seen_wait_ms;       /* how long an answer waits until its own write can be read */
    const char *dashboard_dir;
    const char *spool_dir;
    uint64_t spool_max;
    const char *jwt_secret, *jwt_key;
    int64_t access_live_ms, refresh_live_ms;
    int64_t bcrypt_cost;
    int64_t logins_per_minute; /* of one address; a third of it of one name */
    int64_t max_live;          /* WebSocket connections of this process */
    int64_t sweep_every_ms, shape_every_ms;
    uint64_t columns_memory; /* of what is counted and put in order in memory */
    const char *const *trusted_proxies;
    const char *const *cors_origins;
    const char *metrics_token;
    const char *tracking_key;
};
extern struct gateway_settings gateway_settings;

/* LM_INVALID names the setting: what cannot run anywhere, and what must not run in production. */
LM_MUST_USE lm_code gateway_settings_check(lm_err *err);

/* intake.c: kinds of events that are taken many at a time. */
extern const struct lm_event_many gateway_events_many[];

/* work.c: drops sessions and revocations that ran out. */
lm_code gateway_sweep(struct lm_ctx *ctx, lm_err *err);

#endif

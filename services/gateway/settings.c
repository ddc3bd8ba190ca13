/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/gateway.h"

#include "common/links.h"
#include "common/service_internal.h"
#include "common/str.h"

enum { KEY_BYTES = 32 };

struct gateway_settings gateway_settings;

/* Only for development; anybody can read it here. */
static const char development_jwt_secret[] = "leadmachine-development-token-secret";

static bool is_between(int64_t value, int64_t low, int64_t high)
{
    return value >= low && value <= high;
}

static lm_code check_secrets(struct gateway_settings *s, bool is_development, lm_err *err)
{
    if (!*s->jwt_secret && !*s->jwt_key && is_development)
        s->jwt_secret = development_jwt_secret;
    if (*s->jwt_secret && *s->jwt_key)
        return lm_fail(err, LM_INVALID,
                       "gateway.jwt_secret and gateway.jwt_key are both set; use one");
    if (!*s->jwt_key && strlen(s->jwt_secret) < KEY_BYTES)
        return lm_fail(err, LM_INVALID,
                       "gateway.jwt_secret is not set or under %d bytes; "
                       "make one: openssl rand -base64 48",
                       KEY_BYTES);
    if (!is_development && strcmp(s->jwt_secret, development_jwt_secret) == 0)
        return lm_fail(err, LM_INVALID, "a development key cannot be used in production");
    return lm_link_key_check(s->tracking_key, err);
}

lm_code gateway_settings_check(lm_err *err)
{
    struct gateway_settings *s = &gateway_settings;
    bool is_development = lm_settings_is_development();

    if (check_secrets(s, is_development, err))
        return err->code;
    if (!*s->spool_dir)
        return lm_fail(err, LM_INVALID,
                       "gateway.spool_dir is not set; it is a directory on a disk");
    if (!is_between(s->threads, 1, 64) || !is_between(s->workers, 1, 64))
        return lm_fail(err, LM_INVALID, "gateway.threads and gateway.workers are from 1 to 64");
    if (!is_between(s->bcrypt_cost, is_development ? 4 : 10, 16))
        return lm_fail(err, LM_INVALID, "gateway.bcrypt_cost is from 10 to 16 (4 in development)");
    if (s->request_timeout_ms < 1000 || s->call_timeout_ms < 100 || s->access_live_ms < 1000 ||
        s->refresh_live_ms < 1000)
        return lm_fail(err, LM_INVALID, "gateway: a time is too short");
    if (s->logins_per_minute < 3 || s->max_live < 0)
        return lm_fail(err, LM_INVALID,
                       "gateway.logins_per_minute is 3 or more, gateway.max_live 0 or more");
    return LM_OK;
}

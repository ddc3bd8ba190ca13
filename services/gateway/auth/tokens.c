/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/auth/tokens.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/ctx.h"
#include "common/json.h"
#include "common/str.h"

enum { SECRET_BYTES = 32, CLAIMS_BYTES = 1024, TOKEN_BYTES = 2048 };

/* Milliseconds in NumericDate: a token issued right after a revocation of the same second is good. */
static void put_time(struct lm_buf *b, const char *name, int64_t at)
{
    lm_buf_printf(b, ",\"%s\":%lld.%03d", name, (long long)(at / 1000), (int)(at % 1000));
}

lm_code gateway_access_sign(struct lm_arena *a, const struct lm_jwt_key *key,
                            const struct gateway_claims *c, char **out, lm_err *err)
{
    struct lm_buf b = lm_buf_in(a, CLAIMS_BYTES);

    lm_buf_printf(&b,
                  "{\"type\":\"access\",\"sub\":\"%s\",\"tid\":\"%s\",\"sid\":\"%s\",\"role\":%d",
                  c->user_id, c->tenant_id, c->session_id, c->role);
    put_time(&b, "iat", c->issued_at);
    put_time(&b, "exp", c->expires_at);
    lm_buf_char(&b, '}');
    return lm_jwt_sign(a, key, lm_buf_str(&b), out, err);
}

static bool take_id(const struct lm_jval *claims, const char *name, char out[LM_ID_SIZE])
{
    lm_str id = lm_jstr(claims, name);

    if (!lm_id_valid(id))
        return false;
    memcpy(out, id.p, id.n);
    out[id.n] = '\0';
    return true;
}

static bool take_time(const struct lm_jval *claims, const char *name, int64_t *out)
{
    const struct lm_jval *v = lm_jget(claims, name);

    if (v->type != LM_J_NUM || v->num < 0 || v->num > 1e12)
        return false;
    *out = (int64_t)(v->num * 1000 + 0.5);
    return true;
}

lm_code gateway_access_check(struct lm_arena *a, const struct lm_jwt_key *key, lm_str token,
                             int64_t now, struct gateway_claims *out, lm_err *err)
{
    struct lm_jval *claims;
    lm_str text;

    *out = (struct gateway_claims){.role = LM_ROLE_NONE};
    if (token.n > TOKEN_BYTES)
        return lm_fail(err, LM_UNAUTHORIZED, "the access token is not one of ours");
    if (lm_jwt_verify(a, key, token, &text, err))
        return err->code;
    if (lm_json_parse(a, text, &claims, err) || !lm_str_eqz(lm_jstr(claims, "type"), "access") ||
        !take_id(claims, "sub", out->user_id) || !take_id(claims, "tid", out->tenant_id) ||
        !take_id(claims, "sid", out->session_id) || !take_time(claims, "iat", &out->issued_at) ||
        !take_time(claims, "exp", &out->expires_at)) {
        lm_err_clear(err);
        return lm_fail(err, LM_UNAUTHORIZED, "the access token is not one of ours");
    }
    out->role = (int)lm_jint(claims, "role", LM_ROLE_NONE);
    if (out->role < LM_ROLE_VIEWER || out->role > LM_ROLE_OWNER)
        return lm_fail(err, LM_UNAUTHORIZED, "the access token has no role");
    if (out->expires_at <= now)
        return lm_fail(err, LM_UNAUTHORIZED, "the access token ran out; refresh it");
    return LM_OK;
}

char *gateway_refresh_make(struct lm_arena *a, struct gateway_refresh *r)
{
    struct lm_buf b = lm_buf_in(a, TOKEN_BYTES);
    uint8_t secret[SECRET_BYTES];

    lm_random(secret, sizeof(secret));
    lm_sha256(secret, sizeof(secret), r->hash);
    lm_buf_printf(&b, "%s.%s.", r->tenant_id, r->session_id);
    lm_buf_base64url(&b, secret, sizeof(secret));
    return lm_arena_strz(a, lm_buf_str(&b));
}

bool gateway_refresh_parse(struct lm_arena *a, lm_str token, struct gateway_refresh *r)
{
    lm_str tenant, session, secret;

    if (!lm_str_split(&token, '.', &tenant) || !lm_str_split(&token, '.', &session) ||
        !lm_id_valid(tenant) || !lm_id_valid(session) || !lm_base64_decode(a, token, &secret) ||
        secret.n != SECRET_BYTES)
        return false;
    snprintf(r->tenant_id, sizeof(r->tenant_id), "%.*s", LM_FMT(tenant));
    snprintf(r->session_id, sizeof(r->session_id), "%.*s", LM_FMT(session));
    lm_sha256(secret.p, secret.n, r->hash);
    return true;
}

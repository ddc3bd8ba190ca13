/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/admin.h"

#include "common/crypto.h"
#include "common/str.h"
#include "common/text.h"
#include "services/gateway/store.h"

enum {
    SLUG_LEAST = 2,
    SLUG_MOST = 50,
    NAME_LEAST = 3,
    NAME_MOST = 50,
    SECRET_LEAST = 8,
    SECRET_MOST = 72
};

static bool is_slug(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.n >= SLUG_LEAST && s.n <= SLUG_MOST;
}

static lm_code check(const struct gateway_admin_user *u, lm_err *err)
{
    size_t n = lm_utf8_count(lm_str_z(u->username));

    if (n < NAME_LEAST || n > NAME_MOST)
        lm_fail_field(err, "username", "has %d to %d characters", NAME_LEAST, NAME_MOST);
    if (u->password.n < SECRET_LEAST || u->password.n > SECRET_MOST)
        lm_fail_field(err, "password", "has %d to %d bytes", SECRET_LEAST, SECRET_MOST);
    return err->code;
}

lm_code gateway_admin_tenant(struct lm_ctx *ctx, const char *slug, const char *name, lm_err *err)
{
    bool is_new;

    if (!is_slug(lm_str_z(slug)))
        return lm_fail_field(err, "tenant", "is not a short name of a-z, 0-9 and -, %d to %d long",
                             SLUG_LEAST, SLUG_MOST);
    if (gateway_tenant_find(ctx, slug, ctx->tenant_id, err))
        return err->code;
    if (ctx->tenant_id[0])
        return LM_OK;
    lm_id_new(ctx->tenant_id);
    if (gateway_tenant_insert(ctx, slug, name ? name : slug, &is_new, err) || is_new)
        return err->code;
    /* Someone else made it in between. */
    return gateway_tenant_find(ctx, slug, ctx->tenant_id, err);
}

static lm_code change_password(struct lm_ctx *ctx, const struct gateway_admin_user *u,
                               const char *user_id, lm_err *err)
{
    char *hash;

    if (!u->reset_password)
        return LM_OK;
    if (lm_password_hash(ctx->arena, u->password, u->bcrypt_cost, &hash, err))
        return err->code;
    return gateway_user_set_password(ctx, user_id, hash, err);
}

lm_code gateway_admin_user(struct lm_ctx *ctx, const struct gateway_admin_user *u,
                           char user_id[LM_ID_SIZE], lm_err *err)
{
    struct gateway_new_user row = {
        .username = lm_str_trim(lm_str_z(u->username)),
        .full_name = u->full_name,
        .role = u->role,
    };
    struct gateway_login known[2];
    char *hash;
    size_t n;

    if (check(u, err) || gateway_admin_tenant(ctx, u->tenant, NULL, err))
        return err->code;
    row.name_key = lm_text_fold(ctx->arena, row.username);
    if (gateway_login_find(ctx, row.name_key, u->tenant, known, &n, err))
        return err->code;
    if (n) {
        snprintf(user_id, LM_ID_SIZE, "%s", known[0].user_id);
        return change_password(ctx, u, user_id, err);
    }
    if (lm_password_hash(ctx->arena, u->password, u->bcrypt_cost, &hash, err))
        return err->code;
    row.password_hash = hash;
    lm_id_new(row.id);
    snprintf(user_id, LM_ID_SIZE, "%s", row.id);
    return gateway_user_insert(ctx, &row, err);
}

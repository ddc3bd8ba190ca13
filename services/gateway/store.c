/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask: tenants, users, sessions, refresh tokens; and the list of all statements. */
#include "services/gateway/store_internal.h"

static void copy_id(char out[LM_ID_SIZE], const struct lm_rows *rows, int col)
{
    lm_str s = lm_rows_str(rows, col);

    snprintf(out, LM_ID_SIZE, "%.*s", LM_FMT(s));
}

/* ---- login, tenants ---- */

static const struct lm_sql login_find = {
    "login_find",
    "SELECT tenant_id, user_id, password_hash, role, is_active FROM login_lookup($1, $2)",
};

lm_code gateway_login_find(struct lm_ctx *ctx, lm_str name_key, const char *slug,
                           struct gateway_login out[2], size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &login_find, LM_ARGS(LM_TEXT(name_key), LM_Z(slug)), &rows, err))
        return err->code;
    for (*n = 0; *n < 2 && lm_rows_next(rows); (*n)++) {
        struct gateway_login *l = &out[*n];

        copy_id(l->tenant_id, rows, 0);
        copy_id(l->user_id, rows, 1);
        l->password_hash = lm_rows_strz(rows, 2);
        l->role = (int)lm_rows_int(rows, 3);
        l->is_active = lm_rows_bool(rows, 4);
    }
    return LM_OK;
}

static const struct lm_sql tenant_find = {"tenant_find", "SELECT tenant_by_slug($1)"};

lm_code gateway_tenant_find(struct lm_ctx *ctx, const char *slug, char tenant_id[LM_ID_SIZE],
                            lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &tenant_find, LM_ARGS(LM_Z(slug)), "tenant", &rows, err))
        return err->code;
    copy_id(tenant_id, rows, 0);
    return LM_OK;
}

static const struct lm_sql tenant_get = {
    "tenant_get",
    "SELECT tenant_id, slug, name FROM tenant WHERE tenant_id = $1",
};

lm_code gateway_tenant_get(struct lm_ctx *ctx, Gateway__Tenant *out, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &tenant_get, LM_ARGS(LM_ID(ctx->tenant_id)), "tenant", &rows, err))
        return err->code;
    out->id = lm_rows_strz(rows, 0);
    out->slug = lm_rows_strz(rows, 1);
    out->name = lm_rows_strz(rows, 2);
    return LM_OK;
}

static const struct lm_sql tenant_insert = {
    "tenant_insert",
    "INSERT INTO tenant (tenant_id, slug, name) VALUES ($1, $2, $3) ON CONFLICT (slug) DO NOTHING",
};

lm_code gateway_tenant_insert(struct lm_ctx *ctx, const char *slug, const char *name, bool *is_new,
                              lm_err *err)
{
    int64_t n;

    if (lm_db_exec(ctx, &tenant_insert, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(slug), LM_Z(name)), &n,
                   err))
        return err->code;
    *is_new = n == 1;
    return LM_OK;
}

/* ---- users ---- */

#define USER_COLUMNS                                                                 \
    "id, username, full_name, email, role, is_active, language, lm_ms(created_at), " \
    "lm_ms(last_login_at)"

static void read_user(const struct lm_rows *rows, Gateway__User *u)
{
    u->id = lm_rows_strz(rows, 0);
    u->username = lm_rows_strz(rows, 1);
    u->full_name = lm_rows_strz(rows, 2);
    u->email = lm_rows_strz(rows, 3);
    u->role = (Lm__Role)lm_rows_int(rows, 4);
    u->is_active = lm_rows_bool(rows, 5);
    u->language = lm_rows_strz(rows, 6);
    u->has_created_at = true;
    u->created_at = lm_rows_ms(rows, 7);
    u->has_last_login_at = !lm_rows_is_null(rows, 8);
    u->last_login_at = lm_rows_ms(rows, 8);
}

static const struct lm_sql user_get = {
    "user_get",
    "SELECT " USER_COLUMNS " FROM app_user WHERE tenant_id = $1 AND id = $2",
};

lm_code gateway_user_get(struct lm_ctx *ctx, const char *user_id, Gateway__User *out, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &user_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(user_id)), "user", &rows,
                  err))
        return err->code;
    read_user(rows, out);
    return LM_OK;
}

static const struct lm_sql user_password = {
    "user_password",
    "SELECT password_hash FROM app_user WHERE tenant_id = $1 AND id = $2 AND is_active",
};

lm_code gateway_user_password(struct lm_ctx *ctx, const char *user_id, const char **hash,
                              lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &user_password, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(user_id)), "user",
                  &rows, err))
        return err->code;
    *hash = lm_rows_strz(rows, 0);
    return LM_OK;
}

/* People of one tenant: tens, not thousands. */
static const struct lm_sql user_all = {
    "user_all",
    "SELECT " USER_COLUMNS " FROM app_user WHERE tenant_id = $1 ORDER BY username_key LIMIT 1000",
};

lm_code gateway_user_all(struct lm_ctx *ctx, Gateway__User ***out, size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &user_all, LM_ARGS(LM_ID(ctx->tenant_id)), &rows, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, Gateway__User *, lm_rows_count(rows));
    for (*n = 0; lm_rows_next(rows); (*n)++) {
        (*out)[*n] = LM_NEW(ctx->arena, Gateway__User);
        gateway__user__init((*out)[*n]);
        read_user(rows, (*out)[*n]);
    }
    return LM_OK;
}

static const struct lm_sql user_insert = {
    "user_insert",
    "INSERT INTO app_user (tenant_id, id, username, username_key, password_hash, full_name, email,"
    " role, language) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::int, $9)",
};

lm_code gateway_user_insert(struct lm_ctx *ctx, const struct gateway_new_user *u, lm_err *err)
{
    struct lm_args args = LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(u->id), LM_TEXT(u->username),
                                  LM_TEXT(u->name_key), LM_Z(u->password_hash), LM_Z(u->full_name),
                                  LM_Z(u->email), LM_INT(u->role), LM_Z(u->language));

    if (lm_db_exec(ctx, &user_insert, args, NULL, err) != LM_CONFLICT)
        return err->code;
    lm_err_clear(err);
    return lm_fail(err, LM_CONFLICT, "a user of this name is there already");
}

static const struct lm_sql user_change = {
    "user_change",
    "UPDATE app_user"
    "   SET full_name = coalesce($3, full_name), email = coalesce($4, email),"
    "       role = coalesce($5::int, role), is_active = coalesce($6::boolean, is_active),"
    "       language = coalesce($7, language)"
    " WHERE tenant_id = $1 AND id = $2",
};

lm_code gateway_user_change(struct lm_ctx *ctx, const Gateway__UpdateUserRequest *in, lm_err *err)
{
    struct lm_args args =
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(in->user_id), LM_Z(in->full_name), LM_Z(in->email),
                in->has_role ? LM_INT(in->role) : LM_NULL,
                in->has_is_active ? LM_BOOL(in->is_active) : LM_NULL, LM_Z(in->language));
    int64_t n;

    if (lm_db_exec(ctx, &user_change, args, &n, err))
        return err->code;
    return n == 1 ? LM_OK : lm_fail(err, LM_NOT_FOUND, "user not found");
}

static const struct lm_sql user_set_password = {
    "user_set_password",
    "UPDATE app_user SET password_hash = $3 WHERE tenant_id = $1 AND id = $2",
};

lm_code gateway_user_set_password(struct lm_ctx *ctx, const char *user_id, const char *hash,
                                  lm_err *err)
{
    return lm_db_exec(ctx, &user_set_password,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(user_id), LM_Z(hash)), NULL, err);
}

static const struct lm_sql user_saw_login = {
    "user_saw_login",
    "UPDATE app_user SET last_login_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2",
};

lm_code gateway_user_saw_login(struct lm_ctx *ctx, const char *user_id, lm_err *err)
{
    return lm_db_exec(ctx, &user_saw_login, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(user_id)), NULL,
                      err);
}

/* All owners are locked, in one order, so that two of them cannot take each other's role away. */
static const struct lm_sql owners_beside = {
    "owners_beside",
    "SELECT count(*) FILTER (WHERE id <> $2)"
    "  FROM (SELECT id FROM app_user WHERE tenant_id = $1 AND role = 5 AND is_active"
    "         ORDER BY id FOR UPDATE) o",
};

lm_code gateway_owners_beside(struct lm_ctx *ctx, const char *user_id, int64_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &owners_beside, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(user_id)), "owners",
                  &rows, err))
        return err->code;
    *n = lm_rows_int(rows, 0);
    return LM_OK;
}

/* ---- sessions; their times are the database's clock, which no simulation moves ---- */

static const struct lm_sql session_insert = {
    "session_insert",
    "INSERT INTO session (tenant_id, id, user_id, expires_at)"
    " VALUES ($1, $2, $3, clock_timestamp() + $4::bigint * interval '1 millisecond')",
};

lm_code gateway_session_insert(struct lm_ctx *ctx, const char *id, const char *user_id,
                               int64_t live_ms, lm_err *err)
{
    return lm_db_exec(ctx, &session_insert,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_ID(user_id), LM_INT(live_ms)),
                      NULL, err);
}

static const struct lm_sql refresh_insert = {
    "refresh_insert",
    "WITH s AS (UPDATE session"
    "              SET expires_at = clock_timestamp() + $4::bigint * interval '1 millisecond'"
    "            WHERE tenant_id = $1 AND id = $2 RETURNING expires_at)"
    " INSERT INTO refresh_token (tenant_id, session_id, hash, expires_at)"
    " SELECT $1, $2, $3::bytea, expires_at FROM s",
};

lm_code gateway_refresh_insert(struct lm_ctx *ctx, const char *session_id, lm_str hash,
                               int64_t live_ms, lm_err *err)
{
    return lm_db_exec(ctx, &refresh_insert,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(session_id), LM_BYTES(hash),
                              LM_INT(live_ms)),
                      NULL, err);
}

static const struct lm_sql session_lock = {
    "session_lock",
    "SELECT s.user_id, u.role, u.is_active,"
    "       s.ended_at IS NOT NULL OR s.expires_at < clock_timestamp()"
    "  FROM session s JOIN app_user u ON u.tenant_id = s.tenant_id AND u.id = s.user_id"
    " WHERE s.tenant_id = $1 AND s.id = $2 FOR UPDATE OF s",
};
/* Its own statement, after the lock: of two who use a token at once, the second sees the first. */
static const struct lm_sql refresh_use = {
    "refresh_use",
    "UPDATE refresh_token r SET used_at = coalesce(r.used_at, clock_timestamp())"
    "  FROM refresh_token old"
    " WHERE r.tenant_id = $1 AND r.session_id = $2 AND r.hash = $3"
    "   AND old.tenant_id = r.tenant_id AND old.hash = r.hash"
    " RETURNING old.used_at IS NOT NULL, r.expires_at < clock_timestamp()",
};

lm_code gateway_refresh_use(struct lm_ctx *ctx, const char *session_id, lm_str hash,
                            struct gateway_session *out, lm_err *err)
{
    struct lm_rows *rows;

    *out = (struct gateway_session){.has_ended = true};
    if (lm_db_query(ctx, &session_lock, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(session_id)), &rows,
                    err))
        return err->code;
    if (!lm_rows_next(rows))
        return LM_OK;
    copy_id(out->user_id, rows, 0);
    out->role = (int)lm_rows_int(rows, 1);
    out->is_active = lm_rows_bool(rows, 2);
    out->has_ended = lm_rows_bool(rows, 3);
    if (lm_db_query(ctx, &refresh_use,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(session_id), LM_BYTES(hash)), &rows, err))
        return err->code;
    out->is_known = lm_rows_next(rows);
    if (out->is_known) {
        out->was_used = lm_rows_bool(rows, 0);
        out->has_ended |= lm_rows_bool(rows, 1);
    }
    return LM_OK;
}

static const struct lm_sql session_end = {
    "session_end",
    "UPDATE session SET ended_at = clock_timestamp(), ended_because = $3"
    " WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL",
};

lm_code gateway_session_end(struct lm_ctx *ctx, const char *session_id, const char *because,
                            lm_err *err)
{
    return lm_db_exec(ctx, &session_end,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(session_id), LM_Z(because)), NULL, err);
}

static const struct lm_sql sessions_end_of = {
    "sessions_end_of",
    "UPDATE session SET ended_at = clock_timestamp(), ended_because = $3"
    " WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL",
};

lm_code gateway_sessions_end_of(struct lm_ctx *ctx, const char *user_id, const char *because,
                                lm_err *err)
{
    return lm_db_exec(ctx, &sessions_end_of,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(user_id), LM_Z(because)), NULL, err);
}

static const struct lm_sql revoke = {
    "revoke",
    "INSERT INTO revoked (tenant_id, subject_id, at) VALUES ($1, $2, lm_at($3))"
    " ON CONFLICT (tenant_id, subject_id) DO UPDATE SET at = greatest(revoked.at, excluded.at)",
};

lm_code gateway_revoke(struct lm_ctx *ctx, const char *subject_id, int64_t at, lm_err *err)
{
    return lm_db_exec(ctx, &revoke, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(subject_id), LM_MS(at)),
                      NULL, err);
}

static const struct lm_sql revoked_since = {
    "revoked_since",
    "SELECT subject_id, lm_ms(at) FROM revoked_since(lm_at($1))",
};

lm_code gateway_revoked_since(struct lm_ctx *ctx, int64_t since, struct gateway_revoked_row **out,
                              size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &revoked_since, LM_ARGS(LM_MS(since)), &rows, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct gateway_revoked_row, lm_rows_count(rows));
    for (*n = 0; lm_rows_next(rows); (*n)++) {
        copy_id((*out)[*n].subject_id, rows, 0);
        (*out)[*n].at = lm_rows_ms(rows, 1);
    }
    return LM_OK;
}

static const struct lm_sql sweep = {"sweep_sessions", "SELECT sweep_sessions($1::int)"};

lm_code gateway_sweep_sessions(struct lm_ctx *ctx, int most, int64_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &sweep, LM_ARGS(LM_INT(most)), "sweep", &rows, err))
        return err->code;
    *n = lm_rows_int(rows, 0);
    return LM_OK;
}

static const struct lm_sql *const statements[] = {
    &login_find,     &tenant_find,   &tenant_get,      &tenant_insert,  &user_get,
    &user_password,  &user_all,      &user_insert,     &user_change,    &user_set_password,
    &user_saw_login, &owners_beside, &session_insert,  &refresh_insert, &session_lock,
    &refresh_use,    &session_end,   &sessions_end_of, &revoke,         &revoked_since,
    &sweep,          NULL,
};

const struct lm_sql *const *const gateway_sql[] = {
    statements,          gateway_views_sql,   gateway_many_sql,
    gateway_shape_sql,   gateway_lists_sql,   gateway_companies_sql,
    gateway_columns_sql, gateway_figures_sql, NULL,
};

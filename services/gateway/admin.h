/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ADMIN_H
#define GATEWAY_ADMIN_H

#include "common/service.h"

/*
 * Tenants and users from the command line, with the database alone: `ctx` belongs to a process that
 * has a pool for the schema gateway and nothing else. Each may be repeated: what is there stays.
 */
/* Makes the tenant when it is missing; `name` NULL: the slug. ctx belongs to it afterwards. */
LM_MUST_USE lm_code gateway_admin_tenant(struct lm_ctx *ctx, const char *slug, const char *name,
                                         lm_err *err);
struct gateway_admin_user {
    const char *tenant;               /* slug: a-z, 0-9 and -, 2 to 50 characters */
    const char *username, *full_name; /* full_name may be NULL */
    lm_str password;                  /* 8 to 72 bytes */
    int role;                         /* enum lm_role */
    int bcrypt_cost;                  /* 12 */
    bool reset_password;              /* give a user who is there this password */
};
/*
 * Makes the tenant and the user where they are missing. A user who is there keeps role and, unless
 * reset_password, password. The ids come back in ctx->tenant_id and user_id.
 */
LM_MUST_USE lm_code gateway_admin_user(struct lm_ctx *ctx, const struct gateway_admin_user *u,
                                       char user_id[LM_ID_SIZE], lm_err *err);

/* gateway's statements, for lm_db_options.sql */
extern const struct lm_sql *const *const gateway_sql[];

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "common/secret.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"
#include "common/str.h"

enum { KEY_SIZE = 32 };

static lm_code key_bytes(struct lm_ctx *ctx, const char *key, const uint8_t **out, lm_err *err)
{
    lm_str bytes;

    if (!lm_hex_decode(ctx->arena, lm_str_z(key), &bytes) || bytes.n != KEY_SIZE)
        return lm_fail(err, LM_INTERNAL, "the setting secrets.key is not %d hex digits",
                       2 * KEY_SIZE);
    *out = (const uint8_t *)bytes.p;
    return LM_OK;
}

lm_code lm_secret_key_check(const char *key, lm_err *err)
{
    if (strlen(key) != 2 * KEY_SIZE || strspn(key, "0123456789abcdefABCDEF") != 2 * KEY_SIZE)
        return lm_fail(err, LM_INVALID,
                       "secrets.key is not %d hex digits; make one: openssl rand -hex %d",
                       2 * KEY_SIZE, KEY_SIZE);
    return LM_OK;
}

lm_code lm_secret_seal(struct lm_ctx *ctx, const char *key, const char *plain, lm_str *sealed,
                       lm_err *err)
{
    const uint8_t *bytes;

    if (key_bytes(ctx, key, &bytes, err))
        return err->code;
    return lm_seal(ctx->arena, bytes, lm_str_z(plain), lm_str_z(ctx->tenant_id), sealed, err);
}

lm_code lm_secret_open(struct lm_ctx *ctx, const char *key, lm_str sealed, const char **plain,
                       lm_err *err)
{
    const uint8_t *bytes;
    lm_str text;

    if (key_bytes(ctx, key, &bytes, err) ||
        lm_unseal(ctx->arena, bytes, sealed, lm_str_z(ctx->tenant_id), &text, err))
        return err->code;
    *plain = lm_arena_strz(ctx->arena, text);
    return LM_OK;
}

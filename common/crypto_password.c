/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: bcrypt through libcrypt, whose state of 32 KiB goes on the heap and is wiped. */
#include <crypt.h>
#include <mbedtls/platform_util.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/crypto.h"
#include "common/str.h"

enum {
    LONGEST_PASSWORD = 72,
    LEAST_COST = 4,
    MOST_COST = 31
}; /* bcrypt reads no further than 72 bytes */

/* Text of crypt_r, in the arena; NULL when it fails. `password` is terminated. */
static char *run_crypt(struct lm_arena *a, const char *password, const char *setting)
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    char buffer[CRYPT_OUTPUT_SIZE] = "*";
    char *hash;

    LM_ASSERT(data != NULL);
    hash = crypt_r(password, setting, data);
    if (hash)
        memcpy(buffer, hash, LM_MIN(strlen(hash) + 1, sizeof(buffer)));
    mbedtls_platform_zeroize(data, sizeof(*data));
    free(data); /* before the arena, which may jump away */
    return buffer[0] == '*' ? NULL : lm_arena_strdup(a, buffer);
}

static bool is_usable(lm_str password)
{
    return password.n <= LONGEST_PASSWORD &&
           (password.n == 0 || !memchr(password.p, '\0', password.n));
}

lm_code lm_password_hash(struct lm_arena *a, lm_str password, int cost, char **out, lm_err *err)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE], plain[LONGEST_PASSWORD + 1] = "";

    if (cost < LEAST_COST || cost > MOST_COST)
        return lm_fail(err, LM_INVALID, "bcrypt cost %d is not of %d-%d", cost, LEAST_COST,
                       MOST_COST);
    if (!is_usable(password))
        return lm_fail(err, LM_INVALID, "a password has at most %d bytes and no NUL",
                       LONGEST_PASSWORD);
    if (!crypt_gensalt_rn("$2b$", (unsigned long)cost, NULL, 0, setting, sizeof(setting)))
        return lm_fail(err, LM_INTERNAL, "libcrypt makes no bcrypt salt");
    if (password.n)
        memcpy(plain, password.p, password.n);
    *out = run_crypt(a, plain, setting);
    mbedtls_platform_zeroize(plain, sizeof(plain));
    return *out ? LM_OK : lm_fail(err, LM_INTERNAL, "libcrypt makes no bcrypt hash");
}

bool lm_password_verify(lm_str password, const char *hash)
{
    char plain[LONGEST_PASSWORD + 1] = "";
    struct lm_arena *a;
    char *again;
    bool is_same;

    if (!hash || !lm_str_starts(lm_str_z(hash), LM_STR("$2")) || !is_usable(password))
        return false;
    a = lm_arena_new(CRYPT_OUTPUT_SIZE);
    if (password.n)
        memcpy(plain, password.p, password.n);
    again = run_crypt(a, plain, hash);
    is_same = again && lm_ct_str_equal(lm_str_z(again), lm_str_z(hash));
    mbedtls_platform_zeroize(plain, sizeof(plain));
    lm_arena_free(a);
    return is_same;
}

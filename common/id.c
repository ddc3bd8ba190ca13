/* SPDX-License-Identifier: Apache-2.0 */
/* UUIDs: version 7 for new things, version 8 for what must come out the same again. RFC 9562. */
#include "common/id.h"

#include <endian.h>
#include <mbedtls/sha256.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/crypto.h"

enum { UUID_BYTES = 16 };

static void print(char out[LM_ID_SIZE], uint8_t bytes[UUID_BYTES], int version)
{
    static const char digits[] = "0123456789abcdef";
    char *p = out;

    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | version << 4);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    for (int i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digits[bytes[i] >> 4];
        *p++ = digits[bytes[i] & 15];
    }
    *p = '\0';
}

/* Many ids' worth at a time: the kernel takes as long for one as for sixteen. */
static void random_bytes(uint8_t out[UUID_BYTES])
{
    static _Thread_local uint8_t stock[16 * UUID_BYTES];
    static _Thread_local size_t n;

    if (n == 0) {
        lm_random(stock, sizeof(stock));
        n = sizeof(stock);
    }
    n -= UUID_BYTES;
    memcpy(out, stock + n, UUID_BYTES);
}

void lm_id_new(char out[LM_ID_SIZE])
{
    uint64_t at_ms = (uint64_t)lm_real_ms();
    uint8_t bytes[UUID_BYTES];

    random_bytes(bytes);
    for (int i = 0; i < 6; i++)
        bytes[i] = (uint8_t)(at_ms >> (40 - 8 * i));
    print(out, bytes, 7);
}

char *lm_id_make(struct lm_arena *a)
{
    char *id = lm_arena_alloc(a, LM_ID_SIZE);

    lm_id_new(id);
    return id;
}

void lm_id_derive(char out[LM_ID_SIZE], const lm_str *parts, size_t n)
{
    uint8_t hash[LM_SHA256_SIZE];
    mbedtls_sha256_context sha;

    mbedtls_sha256_init(&sha);
    LM_ASSERT(mbedtls_sha256_starts_ret(&sha, 0) == 0);
    for (size_t i = 0; i < n; i++) {
        /* The length first: ("ab", "c") and ("a", "bc") are not the same. */
        uint64_t length = htobe64(parts[i].n);

        LM_ASSERT(mbedtls_sha256_update_ret(&sha, (const uint8_t *)&length, sizeof(length)) == 0);
        LM_ASSERT(mbedtls_sha256_update_ret(&sha, (const uint8_t *)parts[i].p, parts[i].n) == 0);
    }
    LM_ASSERT(mbedtls_sha256_finish_ret(&sha, hash) == 0);
    mbedtls_sha256_free(&sha);
    print(out, hash, 8);
}

bool lm_id_valid(lm_str s)
{
    if (s.n != LM_ID_SIZE - 1)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool is_hex = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
        bool is_hyphen_place = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_hyphen_place ? s.p[i] != '-' : !is_hex)
            return false;
    }
    return true;
}

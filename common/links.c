/* SPDX-License-Identifier: Apache-2.0 */
#include "common/links.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"
#include "common/str.h"
#include "common/text.h"

enum {
    ID_BYTES = 16,
    SIGNATURE_BYTES = 16, /* half of the HMAC: 128 bits */
    TOKEN_BYTES = 2 * ID_BYTES + LM_SHA256_SIZE + SIGNATURE_BYTES,
    URL_LIMIT = 8192,
    KEY_BYTES = 32,
};

lm_code lm_link_key_check(const char *key, lm_err *err)
{
    if (strlen(key) < KEY_BYTES)
        return lm_fail(err, LM_INVALID,
                       "tracking.key is not set or under %d bytes; "
                       "make one: openssl rand -base64 48",
                       KEY_BYTES);
    return LM_OK;
}

char *lm_link_open(struct lm_arena *a, lm_str base_url, lm_str tracking_id)
{
    return lm_arena_printf(a, "%.*s/t/o/%.*s.gif", LM_FMT(base_url), LM_FMT(tracking_id));
}

/* HMAC over a purpose and two texts; the zero bytes keep (ab, c) and (a, bc) apart. */
static void sign(lm_str key, const char *purpose, lm_str first, lm_str second,
                 uint8_t out[LM_SHA256_SIZE])
{
    struct lm_buf b;

    lm_buf_init(&b, URL_LIMIT);
    lm_buf_append(&b, (lm_str){purpose, strlen(purpose) + 1});
    lm_buf_append(&b, first);
    lm_buf_char(&b, '\0');
    lm_buf_append(&b, second);
    lm_hmac_sha256(key, b.p, b.failed ? 0 : b.n, out);
    lm_buf_fini(&b);
}

char *lm_link_click(struct lm_arena *a, lm_str base_url, lm_str key, lm_str tracking_id, lm_str url)
{
    struct lm_buf b = lm_buf_in(a, 2 * URL_LIMIT);
    uint8_t mac[LM_SHA256_SIZE];

    sign(key, "click", tracking_id, url, mac);
    lm_buf_printf(&b, "%.*s/t/c/%.*s?url=", LM_FMT(base_url), LM_FMT(tracking_id));
    lm_buf_percent(&b, url);
    lm_buf_appendz(&b, "&s=");
    lm_buf_base64url(&b, mac, SIGNATURE_BYTES);
    return lm_arena_strz(a, lm_buf_str(&b));
}

bool lm_link_check(lm_str key, lm_str tracking_id, lm_str url, lm_str signature)
{
    uint8_t mac[LM_SHA256_SIZE];
    struct lm_buf b;
    bool is_good;

    if (url.n + tracking_id.n + 16 > URL_LIMIT)
        return false;
    sign(key, "click", tracking_id, url, mac);
    lm_buf_init(&b, 64);
    lm_buf_base64url(&b, mac, SIGNATURE_BYTES);
    is_good = lm_ct_str_equal(lm_buf_str(&b), signature);
    lm_buf_fini(&b);
    return is_good;
}

static void hex_of(const uint8_t hash[LM_SHA256_SIZE], char out[LM_HASH_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < LM_SHA256_SIZE; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
    out[LM_HASH_SIZE - 1] = '\0';
}

void lm_address_hash(struct lm_arena *a, lm_str address, char out[LM_HASH_SIZE])
{
    lm_str normal = lm_email_normalize(a, address);
    uint8_t hash[LM_SHA256_SIZE];

    out[0] = '\0';
    if (normal.n == 0)
        return;
    lm_sha256(normal.p, normal.n, hash);
    hex_of(hash, out);
}

static bool bytes_of_id(struct lm_arena *a, const char *id, uint8_t out[ID_BYTES])
{
    struct lm_buf digits = lm_buf_in(a, 64);
    lm_str bytes;

    if (!lm_id_valid(lm_str_z(id)))
        return false;
    for (const char *p = id; *p; p++) {
        if (*p != '-')
            lm_buf_char(&digits, *p);
    }
    if (!lm_hex_decode(a, lm_buf_str(&digits), &bytes) || bytes.n != ID_BYTES)
        return false;
    memcpy(out, bytes.p, ID_BYTES);
    return true;
}

static void id_of_bytes(const uint8_t in[ID_BYTES], char out[LM_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (size_t i = 0; i < ID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[n++] = '-';
        out[n++] = digits[in[i] >> 4];
        out[n++] = digits[in[i] & 15];
    }
    out[n] = '\0';
}

static void token_signature(lm_str key, const uint8_t *token, uint8_t mac[LM_SHA256_SIZE])
{
    lm_str body = {(const char *)token, TOKEN_BYTES - SIGNATURE_BYTES};

    sign(key, "opt-out", body, LM_STR(""), mac);
}

char *lm_optout_token(struct lm_arena *a, lm_str key, const struct lm_optout *who)
{
    uint8_t token[TOKEN_BYTES];
    uint8_t mac[LM_SHA256_SIZE];
    struct lm_buf b = lm_buf_in(a, 256);
    lm_str hash;

    LM_ASSERT(bytes_of_id(a, who->tenant_id, token));
    LM_ASSERT(bytes_of_id(a, who->lead_id, token + ID_BYTES));
    LM_ASSERT(lm_hex_decode(a, lm_str_z(who->address_hash), &hash) && hash.n == LM_SHA256_SIZE);
    memcpy(token + 2 * ID_BYTES, hash.p, LM_SHA256_SIZE);
    token_signature(key, token, mac);
    memcpy(token + TOKEN_BYTES - SIGNATURE_BYTES, mac, SIGNATURE_BYTES);
    lm_buf_base64url(&b, token, sizeof(token));
    return lm_arena_strz(a, lm_buf_str(&b));
}

bool lm_optout_parse(struct lm_arena *a, lm_str key, lm_str token, struct lm_optout *who)
{
    uint8_t mac[LM_SHA256_SIZE];
    const uint8_t *bytes;
    lm_str decoded;

    if (token.n > 256 || !lm_base64_decode(a, token, &decoded) || decoded.n != TOKEN_BYTES)
        return false;
    bytes = (const uint8_t *)decoded.p;
    token_signature(key, bytes, mac);
    if (!lm_ct_equal(mac, bytes + TOKEN_BYTES - SIGNATURE_BYTES, SIGNATURE_BYTES))
        return false;
    id_of_bytes(bytes, who->tenant_id);
    id_of_bytes(bytes + ID_BYTES, who->lead_id);
    hex_of(bytes + 2 * ID_BYTES, who->address_hash);
    return true;
}

void lm_content_hash(const struct lm_content *c, char out[LM_HASH_SIZE])
{
    const lm_str parts[] = {c->subject, c->body_text, c->body_html};
    uint8_t digests[LM_COUNT(parts)][LM_SHA256_SIZE];
    uint8_t hash[LM_SHA256_SIZE];

    /* A hash of hashes: no part can borrow bytes from its neighbour. */
    for (size_t i = 0; i < LM_COUNT(parts); i++)
        lm_sha256(parts[i].p, parts[i].n, digests[i]);
    lm_sha256(digests, sizeof(digests), hash);
    hex_of(hash, out);
}

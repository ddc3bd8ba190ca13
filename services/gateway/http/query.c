/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/query.h"

#include <arpa/inet.h>

#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

static bool decode(struct lm_arena *a, lm_str in, lm_str *out)
{
    return lm_percent_decode(a, in, true, out) && lm_utf8_valid(*out) &&
           !(out->n && memchr(out->p, '\0', out->n));
}

bool gateway_query_next(struct lm_arena *a, lm_str *rest, lm_str *name, lm_str *value, lm_err *err)
{
    lm_str pair;
    ptrdiff_t eq;

    do {
        if (!lm_str_split(rest, '&', &pair))
            return false;
    } while (!pair.n);
    eq = lm_str_chr(pair, '=', 0);
    if (!decode(a, eq < 0 ? pair : lm_str_sub(pair, 0, (size_t)eq), name) ||
        !decode(a, eq < 0 ? LM_STR("") : lm_str_sub(pair, (size_t)eq + 1, pair.n), value)) {
        lm_fail(err, LM_INVALID, "the query is not UTF-8 in %%XX form");
        return false;
    }
    return true;
}

lm_str gateway_query_get(struct lm_arena *a, lm_str query, const char *name)
{
    lm_err err = LM_ERR_INIT;
    lm_str key, value;

    while (gateway_query_next(a, &query, &key, &value, &err)) {
        if (lm_str_eqz(key, name))
            return value;
    }
    return (lm_str){NULL, 0};
}

/* An address as 16 bytes; IPv4 as ::ffff:a.b.c.d. */
static bool parse_address(const char *text, unsigned char out[16], unsigned *bits)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

    *bits = 128;
    if (inet_pton(AF_INET6, text, out) == 1)
        return true;
    if (inet_pton(AF_INET, text, out + 12) != 1)
        return false;
    memcpy(out, mapped, sizeof(mapped));
    *bits = 32;
    return true;
}

static bool is_in(const unsigned char address[16], const char *network)
{
    unsigned char base[16];
    char text[64];
    unsigned bits, whole;
    int64_t prefix;
    char *slash;

    if ((size_t)snprintf(text, sizeof(text), "%s", network) >= sizeof(text))
        return false;
    slash = strchr(text, '/');
    if (slash)
        *slash = '\0';
    if (!parse_address(text, base, &bits))
        return false;
    prefix = bits;
    if (slash && (!lm_str_int(lm_str_z(slash + 1), &prefix) || prefix < 0 || prefix > bits))
        return false;
    whole = (unsigned)prefix + 128 - bits;
    if (memcmp(address, base, whole / 8) != 0)
        return false;
    return whole % 8 == 0 || ((address[whole / 8] ^ base[whole / 8]) >> (8 - whole % 8)) == 0;
}

bool gateway_address_is_in(const char *address, const char *const *networks)
{
    unsigned char bytes[16];
    unsigned bits;

    if (!networks || !parse_address(address, bytes, &bits))
        return false;
    for (; *networks; networks++) {
        if (is_in(bytes, *networks))
            return true;
    }
    return false;
}

bool gateway_address_is_private(const char *address)
{
    static const char *const networks[] = {"127.0.0.0/8",    "10.0.0.0/8",     "172.16.0.0/12",
                                           "192.168.0.0/16", "169.254.0.0/16", "::1",
                                           "fc00::/7",       "fe80::/10",      NULL};

    return gateway_address_is_in(address, networks);
}

void gateway_client_address(const char *peer, lm_str forwarded_for, const char *const *trusted,
                            char out[46])
{
    unsigned char bytes[16];
    unsigned bits;

    snprintf(out, 46, "%s", peer);
    while (forwarded_for.n && gateway_address_is_in(out, trusted)) {
        size_t comma = forwarded_for.n;
        char text[46];
        lm_str last;

        while (comma > 0 && forwarded_for.p[comma - 1] != ',')
            comma--;
        last = lm_str_trim(lm_str_sub(forwarded_for, comma, forwarded_for.n));
        forwarded_for.n = comma ? comma - 1 : 0;
        if (last.n >= sizeof(text))
            return;
        snprintf(text, sizeof(text), "%.*s", LM_FMT(last));
        if (!parse_address(text, bytes, &bits))
            return;
        memcpy(out, text, sizeof(text));
    }
}

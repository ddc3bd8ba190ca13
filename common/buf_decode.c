/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 both ways, and the decoders of hex and percent. Strict: what is not of the form is
 * refused.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"

static void encode64(struct lm_buf *b, const void *data, size_t n, const char *alphabet, bool pads)
{
    const unsigned char *in = data;
    size_t before = b->n;

    for (size_t i = 0; i < n; i += 3) {
        size_t left = LM_MIN(n - i, (size_t)3);
        uint32_t bits = (uint32_t)in[i] << 16;

        bits |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        bits |= left > 2 ? in[i + 2] : 0;
        for (size_t k = 0; k < 4; k++) {
            if (k <= left)
                lm_buf_char(b, alphabet[bits >> (18 - 6 * k) & 63]);
            else if (pads)
                lm_buf_char(b, '=');
        }
    }
    if (b->failed)
        b->n = before;
}

void lm_buf_base64(struct lm_buf *b, const void *data, size_t n)
{
    encode64(b, data, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

void lm_buf_base64url(struct lm_buf *b, const void *data, size_t n)
{
    encode64(b, data, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

static int value64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool lm_base64_decode(struct lm_arena *a, lm_str in, lm_str *out)
{
    bool is_padded = lm_str_ends(in, LM_STR("="));
    uint32_t bits = 0;
    size_t n = 0;
    char *p;

    if (is_padded && in.n % 4 != 0)
        return false;
    for (int i = 0; i < 2 && lm_str_ends(in, LM_STR("=")); i++)
        in.n--;
    if (in.n % 4 == 1)
        return false;
    p = lm_arena_alloc(a, in.n / 4 * 3 + 3);
    for (size_t i = 0; i < in.n; i++) {
        int value = value64(in.p[i]);

        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 0)
            p[n++] = (char)(bits >> (6 - 2 * (i % 4)));
    }
    /* Left-over bits must be 0, or one token would have several spellings. */
    if (in.n % 4 != 0 && (bits & (in.n % 4 == 2 ? 15 : 3)) != 0)
        return false;
    *out = (lm_str){p, n};
    return true;
}

static int value16(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that two hex digits at `p` write, or -1. */
static int byte16(const char *p)
{
    int high = value16(p[0]), low = value16(p[1]);

    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool lm_hex_decode(struct lm_arena *a, lm_str in, lm_str *out)
{
    char *p = lm_arena_alloc(a, in.n / 2 + 1);

    if (in.n % 2 != 0)
        return false;
    for (size_t i = 0; i < in.n; i += 2) {
        int byte = byte16(in.p + i);

        if (byte < 0)
            return false;
        p[i / 2] = (char)byte;
    }
    *out = (lm_str){p, in.n / 2};
    return true;
}

bool lm_percent_decode(struct lm_arena *a, lm_str in, bool plus_is_space, lm_str *out)
{
    char *p = lm_arena_alloc(a, in.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < in.n; i++) {
        int byte = (unsigned char)in.p[i];

        if (byte == '%') {
            byte = in.n - i > 2 ? byte16(in.p + i + 1) : -1;
            if (byte < 0)
                return false;
            i += 2;
        } else if (byte == '+' && plus_is_space) {
            byte = ' ';
        }
        p[n++] = (char)byte;
    }
    *out = (lm_str){p, n};
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign bytes as UTF-8: the charset is guessed as browsers do, the work is iconv's. */
#include "common/charset.h"

#include <errno.h>
#include <iconv.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

static const char replacement[] = "\xef\xbf\xbd";

/* Length of the UTF-8 sequence at p, 0 when there is none. RFC 3629. */
static size_t sequence(const unsigned char *p, size_t n)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    for (size_t k = 0; k < LM_COUNT(forms); k++) {
        uint32_t c = p[0] & (unsigned char)~forms[k].mask;

        if ((p[0] & forms[k].mask) != forms[k].lead)
            continue;
        if (k + 1 > n)
            return 0;
        for (size_t i = 1; i <= k; i++) {
            if ((p[i] & 0xc0) != 0x80)
                return 0;
            c = c << 6 | (p[i] & 0x3f);
        }
        return c < forms[k].least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : k + 1;
    }
    return 0;
}

/* Of the bytes above ASCII: more broken than good. */
static bool is_mostly_broken(lm_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    size_t good = 0, bad = 0;

    for (size_t i = lm_utf8_ascii(bytes, 0); i < bytes.n;) {
        size_t n = sequence(p + i, bytes.n - i);

        if (n == 0)
            bad++;
        else
            good++;
        i = lm_utf8_ascii(bytes, i + (n ? n : 1));
    }
    return bad > good;
}

static lm_str byte_order_mark(lm_str bytes)
{
    if (lm_str_starts(bytes, LM_STR("\xef\xbb\xbf")))
        return LM_STR("UTF-8");
    if (lm_str_starts(bytes, LM_STR("\xff\xfe")))
        return LM_STR("UTF-16LE");
    if (lm_str_starts(bytes, LM_STR("\xfe\xff")))
        return LM_STR("UTF-16BE");
    return (lm_str){NULL, 0};
}

lm_str lm_charset_guess(lm_str bytes, lm_str declared)
{
    static const char *const latin[] = {"iso-8859-1", "latin1", "latin-1",  "us-ascii",
                                        "ascii",      "cp1252", "iso8859-1"};
    lm_str mark = byte_order_mark(bytes);

    if (mark.p)
        return mark;
    declared = lm_str_trim(declared);
    for (size_t i = 0; i < LM_COUNT(latin); i++) {
        if (lm_str_ieqz(declared, latin[i]))
            return LM_STR("windows-1252");
    }
    if (!declared.n || lm_str_ieqz(declared, "utf-8") || lm_str_ieqz(declared, "utf8"))
        return is_mostly_broken(bytes) ? LM_STR("windows-1252") : LM_STR("UTF-8");
    return declared;
}

static lm_str mend_utf8(struct lm_arena *a, lm_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    struct lm_buf out;

    if (lm_utf8_valid(bytes))
        return bytes;
    out = lm_buf_in(a, 3 * bytes.n + 1);
    for (size_t i = 0; i < bytes.n;) {
        size_t n = sequence(p + i, bytes.n - i);

        if (n)
            lm_buf_append(&out, lm_str_sub(bytes, i, i + n));
        else
            lm_buf_appendz(&out, replacement);
        i += n ? n : 1;
    }
    return lm_buf_str(&out);
}

/* One byte at a time is skipped where iconv finds no character. */
static lm_str convert(struct lm_arena *a, iconv_t cd, lm_str bytes)
{
    struct lm_buf out = lm_buf_in(a, 4 * bytes.n + 4);
    char *in = (char *)(uintptr_t)bytes.p;
    size_t left = bytes.n;
    char chunk[4096];

    while (left > 0) {
        char *to = chunk;
        size_t room = sizeof(chunk);
        bool stuck = iconv(cd, &in, &left, &to, &room) == (size_t)-1 && errno != E2BIG;

        lm_buf_append(&out, (lm_str){chunk, sizeof(chunk) - room});
        if (stuck && left > 0) {
            lm_buf_appendz(&out, replacement);
            in++;
            left--;
        }
    }
    return lm_buf_str(&out);
}

static void close_iconv(void *cd)
{
    iconv_close(cd);
}

lm_str lm_charset_to_utf8(struct lm_arena *a, lm_str bytes, lm_str declared)
{
    lm_str charset = lm_charset_guess(bytes, declared);
    iconv_t cd;

    if (!lm_str_ieqz(charset, "UTF-8")) {
        if (lm_str_istarts(charset, LM_STR("UTF-16")))
            bytes = lm_str_sub(bytes, byte_order_mark(bytes).p ? 2 : 0, bytes.n);
        cd = iconv_open("UTF-8", lm_arena_strz(a, charset));
        if (cd == (iconv_t)-1)
            cd = iconv_open("UTF-8", "windows-1252");
        LM_ASSERT(cd != (iconv_t)-1);
        lm_arena_defer(a, close_iconv, cd);
        return convert(a, cd, bytes);
    }
    if (lm_str_starts(bytes, LM_STR("\xef\xbb\xbf")))
        bytes = lm_str_sub(bytes, 3, bytes.n);
    return mend_utf8(a, bytes);
}

lm_str lm_charset_of_type(lm_str content_type)
{
    ptrdiff_t at = lm_str_ifind(content_type, LM_STR("charset="), 0);
    lm_str value;

    if (at < 0)
        return (lm_str){NULL, 0};
    content_type = lm_str_sub(content_type, (size_t)at + 8, content_type.n);
    if (!lm_str_split(&content_type, ';', &value))
        return (lm_str){NULL, 0};
    value = lm_str_trim(value);
    if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') &&
        value.p[value.n - 1] == value.p[0])
        value = lm_str_sub(value, 1, value.n - 1);
    return value;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The growing buffer, and what is appended to it in another form: JSON, HTML, percent. */
#include "common/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "common/arena.h"

enum { FIRST_CAP = 128 };

static const char hex_digits[] = "0123456789abcdef";

void lm_buf_init(struct lm_buf *b, size_t limit)
{
    *b = (struct lm_buf){.limit = limit};
}

struct lm_buf lm_buf_in(struct lm_arena *a, size_t limit)
{
    return (struct lm_buf){.limit = limit, .arena = a};
}

void lm_buf_fini(struct lm_buf *b)
{
    if (!b->arena)
        free(b->p);
    b->p = NULL;
    b->n = b->cap = 0;
}

void lm_buf_clear(struct lm_buf *b)
{
    b->n = 0;
    b->failed = false;
}

static char *moved(const struct lm_buf *b, size_t cap)
{
    char *p;

    if (!b->arena)
        return realloc(b->p, cap);
    p = lm_arena_alloc(b->arena, cap);
    if (b->n)
        memcpy(p, b->p, b->n);
    return p;
}

/* Room for `n` more and a terminator. False, and the buffer failed, when that is over the limit. */
static bool reserve(struct lm_buf *b, size_t n)
{
    size_t cap;
    char *p;

    if (b->failed || n > b->limit || b->n > b->limit - n) {
        b->failed = true;
        return false;
    }
    if (b->n + n < b->cap)
        return true;
    cap = LM_MAX(LM_MAX(b->cap * 2, b->n + n + 1), (size_t)FIRST_CAP);
    p = moved(b, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void lm_buf_append(struct lm_buf *b, lm_str s)
{
    if (!reserve(b, s.n) || s.n == 0)
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void lm_buf_appendz(struct lm_buf *b, const char *z)
{
    lm_buf_append(b, (lm_str){z, strlen(z)});
}

void lm_buf_char(struct lm_buf *b, char c)
{
    if (reserve(b, 1))
        b->p[b->n++] = c;
}

void lm_buf_printf(struct lm_buf *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    LM_ASSERT(n >= 0);
    if (!reserve(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

/* What was added in pieces is there as a whole or not at all. */
static void undo_if_failed(struct lm_buf *b, size_t n_before)
{
    if (b->failed)
        b->n = n_before;
}

static void json_escape(struct lm_buf *b, unsigned char c)
{
    static const char shorts[32] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
    };

    if (c == '"' || c == '\\')
        lm_buf_printf(b, "\\%c", c);
    else if (shorts[c])
        lm_buf_printf(b, "\\%c", shorts[c]);
    else
        lm_buf_printf(b, "\\u%04x", c);
}

/* Length of what may stand unchanged from s[at]: one code point, or 0. */
static size_t json_plain(lm_str s, size_t at)
{
    unsigned char c = (unsigned char)s.p[at];
    utf8proc_int32_t point;
    utf8proc_ssize_t n;

    if (c < 0x80)
        return c >= 0x20 && c != '"' && c != '\\';
    n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, (utf8proc_ssize_t)(s.n - at), &point);
    return n > 0 ? (size_t)n : 0;
}

void lm_buf_json(struct lm_buf *b, lm_str s)
{
    size_t before = b->n;
    size_t from = 0, at = 0;

    lm_buf_char(b, '"');
    while (at < s.n) {
        size_t n = json_plain(s, at);

        if (n) {
            at += n;
            continue;
        }
        lm_buf_append(b, (lm_str){s.p + from, at - from});
        if ((unsigned char)s.p[at] < 0x80)
            json_escape(b, (unsigned char)s.p[at]);
        else
            lm_buf_appendz(b, "\xef\xbf\xbd");
        from = ++at;
    }
    lm_buf_append(b, (lm_str){s.p ? s.p + from : NULL, at - from});
    lm_buf_char(b, '"');
    undo_if_failed(b, before);
}

void lm_buf_html(struct lm_buf *b, lm_str s)
{
    static const char *const entities[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    size_t before = b->n, from = 0;

    for (size_t i = 0; i < s.n; i++) {
        const char *entity = entities[(unsigned char)s.p[i]];

        if (!entity)
            continue;
        lm_buf_append(b, (lm_str){s.p + from, i - from});
        lm_buf_appendz(b, entity);
        from = i + 1;
    }
    lm_buf_append(b, (lm_str){s.p ? s.p + from : NULL, s.n - from});
    undo_if_failed(b, before);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void lm_buf_percent(struct lm_buf *b, lm_str s)
{
    size_t before = b->n;

    for (size_t i = 0; i < s.n; i++) {
        if (is_unreserved(s.p[i]))
            lm_buf_char(b, s.p[i]);
        else
            lm_buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
    }
    undo_if_failed(b, before);
}

void lm_buf_hex(struct lm_buf *b, const void *data, size_t n)
{
    const unsigned char *bytes = data;
    size_t before = b->n;

    for (size_t i = 0; i < n; i++) {
        lm_buf_char(b, hex_digits[bytes[i] >> 4]);
        lm_buf_char(b, hex_digits[bytes[i] & 15]);
    }
    undo_if_failed(b, before);
}

void lm_buf_cut(struct lm_buf *b, size_t n)
{
    LM_ASSERT(n <= b->n);
    b->n = n;
}

const char *lm_buf_z(struct lm_buf *b)
{
    if (!b->p)
        return "";
    b->p[b->n] = '\0'; /* reserve() keeps a byte for it */
    return b->p;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values on their way to PostgreSQL. Text format, whose type the server infers from the statement;
 * only bytea travels as bytes.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/db_internal.h"
#include "common/str.h"

#include <arpa/inet.h>

enum { ARRAY_LITERAL_MAX = 64 << 20, OID_BYTEA = 17, INT_CHARS = 20 };

struct lm_arg lm_arg_text(lm_str s)
{
    return s.p ? (struct lm_arg){.type = LM_ARG_TEXT, .s = s} : LM_NULL;
}

struct lm_arg lm_arg_id(const char *id)
{
    return id && *id ? (struct lm_arg){.type = LM_ARG_TEXT, .s = lm_str_z(id)} : LM_NULL;
}

/* Quoted, with the comma or brace before it. False: it holds a NUL character. */
static bool measure(lm_str s, size_t *n)
{
    *n += s.p ? s.n + 3 : 5;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\0')
            return false;
        *n += s.p[i] == '"' || s.p[i] == '\\';
    }
    return true;
}

static char *put_quoted(char *to, lm_str s)
{
    *to++ = '"';
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            *to++ = '\\';
        *to++ = s.p[i];
    }
    *to++ = '"';
    return to;
}

/* {"a","b\"c",NULL}; measured first: an import has a dozen of these of hundreds of kilobytes in each batch. */
static lm_code encode_texts(struct lm_arena *a, const lm_str *v, size_t n, lm_str *out, lm_err *err)
{
    size_t size = 3;
    char *p, *to;

    for (size_t i = 0; i < n; i++) {
        if (!measure(v[i], &size))
            return lm_fail(err, LM_INVALID, "text with a NUL character cannot be stored");
        if (size > ARRAY_LITERAL_MAX)
            return lm_fail(err, LM_TOO_LARGE, "array of %zu texts", n);
    }
    p = to = lm_arena_alloc(a, size);
    *to++ = '{';
    for (size_t i = 0; i < n; i++) {
        if (i)
            *to++ = ',';
        if (v[i].p)
            to = put_quoted(to, v[i]);
        else
            to = stpcpy(to, "NULL");
    }
    *to++ = '}';
    *to = '\0';
    *out = (lm_str){p, (size_t)(to - p)};
    return LM_OK;
}

static char *put_int(char *to, int64_t v)
{
    uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;
    char digits[INT_CHARS], *p = digits + sizeof(digits);

    do
        *--p = (char)('0' + left % 10);
    while (left /= 10);
    if (v < 0)
        *--p = '-';
    memcpy(to, p, (size_t)(digits + sizeof(digits) - p));
    return to + (digits + sizeof(digits) - p);
}

static lm_str encode_ints(struct lm_arena *a, const int64_t *v, size_t n)
{
    char *p = lm_arena_array(a, n + 1, INT_CHARS + 1), *to = p;

    *to++ = '{';
    for (size_t i = 0; i < n; i++) {
        if (i)
            *to++ = ',';
        to = put_int(to, v[i]);
    }
    *to++ = '}';
    *to = '\0';
    return (lm_str){p, (size_t)(to - p)};
}

static void append_u32(struct lm_buf *b, uint32_t v)
{
    uint32_t wire = htonl(v);

    lm_buf_append(b, (lm_str){(const char *)&wire, sizeof(wire)});
}

/* bytea[] in the binary form of arrays: dimensions, has-nulls, type, size, lower bound, elements. */
static lm_code encode_blobs(struct lm_arena *a, const lm_str *v, size_t n, lm_str *out, lm_err *err)
{
    struct lm_buf b = lm_buf_in(a, ARRAY_LITERAL_MAX);

    append_u32(&b, n > 0);
    append_u32(&b, 1);
    append_u32(&b, OID_BYTEA);
    if (n > 0) {
        append_u32(&b, (uint32_t)n);
        append_u32(&b, 1);
    }
    for (size_t i = 0; i < n; i++) {
        append_u32(&b, v[i].p ? (uint32_t)v[i].n : UINT32_MAX);
        if (v[i].p)
            lm_buf_append(&b, v[i]);
    }
    if (b.failed)
        return lm_fail(err, LM_TOO_LARGE, "array of %zu byte strings", n);
    *out = lm_buf_str(&b);
    return LM_OK;
}

static lm_code encode(struct lm_arena *a, const struct lm_arg *arg, lm_str *out, int *format,
                      lm_err *err)
{
    *format = 0;
    *out = (lm_str){NULL, 0};
    switch (arg->type) {
    case LM_ARG_NULL:
        return LM_OK;
    case LM_ARG_TEXT:
        if (memchr(arg->s.p, '\0', arg->s.n))
            return lm_fail(err, LM_INVALID, "text with a NUL character cannot be stored");
        *out = lm_str_z(lm_arena_strz(a, arg->s));
        return LM_OK;
    case LM_ARG_INT:
        *out = lm_str_z(lm_arena_printf(a, "%lld", (long long)arg->i));
        return LM_OK;
    case LM_ARG_NUM:
        *out = lm_str_z(lm_arena_printf(a, "%.17g", arg->d));
        return LM_OK;
    case LM_ARG_BOOL:
        *out = arg->i ? LM_STR("t") : LM_STR("f");
        return LM_OK;
    case LM_ARG_BYTES:
        *out = arg->s;
        *format = 1;
        return LM_OK;
    case LM_ARG_TEXTS:
        return arg->v ? encode_texts(a, arg->v, arg->n, out, err) : LM_OK;
    case LM_ARG_INTS:
        if (arg->v)
            *out = encode_ints(a, arg->v, arg->n);
        return LM_OK;
    case LM_ARG_BLOBS:
        *format = 1;
        return encode_blobs(a, arg->v, arg->n, out, err);
    }
    LM_ASSERT(!"a known type of argument");
    return LM_INTERNAL;
}

lm_code lm_wire_encode(struct lm_arena *a, struct lm_args args, struct lm_wire *out, lm_err *err)
{
    const char **values = LM_NEW_ARRAY(a, const char *, args.n + 1);
    int *lengths = LM_NEW_ARRAY(a, int, args.n + 1);
    int *formats = LM_NEW_ARRAY(a, int, args.n + 1);

    for (size_t i = 0; i < args.n; i++) {
        lm_str s;

        if (encode(a, &args.v[i], &s, &formats[i], err))
            return lm_wrap(err, "value $%zu", i + 1);
        values[i] = s.p;
        lengths[i] = (int)s.n;
    }
    *out = (struct lm_wire){(int)args.n, values, lengths, formats};
    return LM_OK;
}

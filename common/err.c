/* SPDX-License-Identifier: Apache-2.0 */
/* Error values: the table behind lm_code, and how messages are filled and grow. */
#include "common/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/str.h"

enum again { NEVER, LATER };

static const struct code_row {
    const char *name;
    int http;
    enum again again;
} codes[LM_CODE_COUNT] = {
#define X(code, name, http, again) [LM_##code] = {name, http, again},
    LM_ERRORS(X)
#undef X
};

/* A code of a newer build is ordinary input: it counts as internal. */
static const struct code_row *row_of(lm_code code)
{
    return &codes[(unsigned)code < LM_CODE_COUNT ? code : LM_INTERNAL];
}

const char *lm_code_name(lm_code code)
{
    return row_of(code)->name;
}

int lm_code_http(lm_code code)
{
    return row_of(code)->http;
}

bool lm_code_is_later(lm_code code)
{
    return row_of(code)->again == LATER;
}

lm_code lm_code_from_name(lm_str name)
{
    for (unsigned i = 0; i < LM_CODE_COUNT; i++)
        if (lm_str_eqz(name, codes[i].name))
            return (lm_code)i;
    return LM_INTERNAL;
}

/* A cut message must stay UTF-8, or the JSON it ends up in would not be. */
static void cut_to_utf8(char *text, size_t size, int wanted)
{
    size_t n = size - 1;

    if (wanted < 0 || (size_t)wanted < size)
        return;
    while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
        n--;
    if (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0xc0)
        n--;
    else
        n = size - 1;
    text[n] = '\0';
}

static void LM_PRINTF(3, 0) print(char *to, size_t size, const char *fmt, va_list ap)
{
    cut_to_utf8(to, size, vsnprintf(to, size, fmt, ap));
}

lm_code lm_fail(lm_err *err, lm_code code, const char *fmt, ...)
{
    char message[sizeof(err->message)]; /* an argument may be err->message itself */
    va_list ap;

    va_start(ap, fmt);
    print(message, sizeof(message), fmt, ap);
    va_end(ap);
    lm_err_clear(err);
    err->code = code;
    memcpy(err->message, message, sizeof(message));
    return code;
}

lm_code lm_wrap(lm_err *err, const char *fmt, ...)
{
    char doing[sizeof(err->message)], before[sizeof(err->message)];
    va_list ap;
    int n;

    va_start(ap, fmt);
    print(doing, sizeof(doing), fmt, ap);
    va_end(ap);
    memcpy(before, err->message, sizeof(before));
    n = snprintf(err->message, sizeof(err->message), "%s: %s", doing, before);
    cut_to_utf8(err->message, sizeof(err->message), n);
    return err->code;
}

/* The first field is also the message, for those who show only that. */
static void message_from_field(lm_err *err, const struct lm_err_field *f)
{
    int n = snprintf(err->message, sizeof(err->message), "%s: %s", f->field, f->message);

    cut_to_utf8(err->message, sizeof(err->message), n);
}

lm_code lm_fail_field(lm_err *err, const char *field, const char *fmt, ...)
{
    struct lm_err_field *f;
    va_list ap;
    int n;

    if (err->code != LM_INVALID) {
        lm_err_clear(err);
        err->code = LM_INVALID;
    }
    if (err->n_fields == LM_ERR_FIELDS)
        return err->code;
    f = &err->fields[err->n_fields++];
    n = snprintf(f->field, sizeof(f->field), "%s", field);
    cut_to_utf8(f->field, sizeof(f->field), n);
    va_start(ap, fmt);
    print(f->message, sizeof(f->message), fmt, ap);
    va_end(ap);
    if (err->message[0] == '\0')
        message_from_field(err, f);
    return err->code;
}

void lm_err_clear(lm_err *err)
{
    err->code = LM_OK;
    err->message[0] = '\0';
    err->n_fields = 0;
    err->retry_after_ms = 0;
}

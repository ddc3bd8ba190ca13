/* SPDX-License-Identifier: Apache-2.0 */
#include "common/csv.h"

#include "common/str.h"

static bool is_formula(lm_str value)
{
    size_t i = 0;

    while (i < value.n && (value.p[i] == ' ' || value.p[i] == '\n'))
        i++;
    return i < value.n && memchr("=+-@\t\r", value.p[i], 6);
}

static bool needs_quotes(lm_str value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (memchr("\",;\r\n\t", value.p[i], 6))
            return true;
    }
    return value.n && (value.p[0] == ' ' || value.p[value.n - 1] == ' ');
}

void lm_csv_value(struct lm_buf *b, lm_str value, bool is_first)
{
    bool is_quoted = needs_quotes(value);

    if (!is_first)
        lm_buf_char(b, ',');
    if (is_quoted)
        lm_buf_char(b, '"');
    if (is_formula(value))
        lm_buf_char(b, '\'');
    for (size_t from = 0; from < value.n;) {
        ptrdiff_t quote = lm_str_chr(value, '"', from);
        size_t to = quote < 0 ? value.n : (size_t)quote + 1;

        lm_buf_append(b, lm_str_sub(value, from, to));
        if (quote >= 0)
            lm_buf_char(b, '"');
        from = to;
    }
    if (is_quoted)
        lm_buf_char(b, '"');
}

void lm_csv_end(struct lm_buf *b)
{
    lm_buf_append(b, LM_STR("\r\n"));
}

void lm_csv_row(struct lm_buf *b, const lm_str *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lm_csv_value(b, values[i], i == 0);
    lm_csv_end(b);
}

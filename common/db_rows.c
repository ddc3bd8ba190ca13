/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on their way from PostgreSQL: text format, read where it lies in the PGresult. */
#include "common/db_rows.h"
#include "common/arena.h"
#include "common/str.h"

static void clear(void *rows)
{
    PQclear(((struct lm_rows *)rows)->res);
}

struct lm_rows *lm_rows_new(struct lm_arena *a)
{
    struct lm_rows *r = LM_NEW(a, struct lm_rows);

    r->arena = a;
    r->row = -1;
    lm_arena_defer(a, clear, r);
    return r;
}

bool lm_rows_next(struct lm_rows *r)
{
    if (r->row + 1 >= PQntuples(r->res))
        return false;
    r->row++;
    return true;
}

size_t lm_rows_count(const struct lm_rows *r)
{
    return (size_t)PQntuples(r->res);
}

bool lm_rows_is_null(const struct lm_rows *r, int col)
{
    LM_ASSERT(r->row >= 0 && col < PQnfields(r->res));
    return PQgetisnull(r->res, r->row, col);
}

lm_str lm_rows_str(const struct lm_rows *r, int col)
{
    if (lm_rows_is_null(r, col))
        return (lm_str){NULL, 0};
    return (lm_str){PQgetvalue(r->res, r->row, col), (size_t)PQgetlength(r->res, r->row, col)};
}

char *lm_rows_strz(const struct lm_rows *r, int col)
{
    return lm_rows_is_null(r, col) ? NULL : PQgetvalue(r->res, r->row, col);
}

int64_t lm_rows_int(const struct lm_rows *r, int col)
{
    lm_str s = lm_rows_str(r, col);
    int64_t v = 0;

    LM_ASSERT(!s.p || lm_str_int(s, &v)); /* the statement selects something that is no integer */
    return v;
}

int64_t lm_rows_ms(const struct lm_rows *r, int col)
{
    return lm_rows_int(r, col);
}

double lm_rows_num(const struct lm_rows *r, int col)
{
    lm_str s = lm_rows_str(r, col);
    double v = 0;

    LM_ASSERT(!s.p || lm_str_double(s, &v));
    return v;
}

bool lm_rows_bool(const struct lm_rows *r, int col)
{
    return lm_str_eqz(lm_rows_str(r, col), "t");
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* bytea_output is hex: \x0aff */
lm_str lm_rows_bytes(const struct lm_rows *r, int col)
{
    lm_str s = lm_rows_str(r, col);
    size_t n;
    char *out;

    if (!s.p)
        return s;
    LM_ASSERT(s.n >= 2 && s.p[0] == '\\' && s.p[1] == 'x');
    n = (s.n - 2) / 2;
    out = lm_arena_alloc(r->arena, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(nibble(s.p[2 + 2 * i]) << 4 | nibble(s.p[3 + 2 * i]));
    out[n] = '\0';
    return (lm_str){out, n};
}

static lm_str unescape(struct lm_arena *a, lm_str raw)
{
    char *out = lm_arena_alloc(a, raw.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] == '\\')
            i++;
        out[n++] = raw.p[i];
    }
    out[n] = '\0';
    return (lm_str){out, n};
}

/* Takes one element of an array literal off *p; false behind the last. NULL stands unquoted. */
static bool next_element(struct lm_arena *a, const char **p, lm_str *out)
{
    bool is_quoted = **p == '"';
    const char *from = *p + is_quoted, *to = from;

    if (**p == '}')
        return false;
    while (is_quoted ? *to != '"' : *to != ',' && *to != '}')
        to += *to == '\\' ? 2 : 1;
    *out = (lm_str){from, (size_t)(to - from)};
    *out = !is_quoted && lm_str_eqz(*out, "NULL") ? (lm_str){NULL, 0} : unescape(a, *out);
    *p = to + is_quoted;
    if (**p == ',')
        ++*p;
    return true;
}

void lm_rows_texts(const struct lm_rows *r, int col, lm_str **out, size_t *n)
{
    lm_str s = lm_rows_str(r, col), text;
    size_t cap = 0;

    *out = NULL;
    *n = 0;
    if (!s.p)
        return;
    LM_ASSERT(s.n >= 2 && s.p[0] == '{' && s.p[s.n - 1] == '}');
    for (const char *p = s.p + 1; next_element(r->arena, &p, &text);) {
        *out = lm_arena_grow(r->arena, *out, *n, &cap, sizeof(**out));
        (*out)[(*n)++] = text;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* C names, letter for letter those of protoc-c (c_helpers.cc): CamelToLower and ToCamel. */
#include <ctype.h>

#include "model.h"

char *gen_snake(struct lm_arena *a, const char *camel)
{
    struct lm_buf b = lm_buf_in(a, 512);
    bool was_upper = true; /* no underscore at the front, nor inside a run of capitals */

    for (const char *p = camel; *p; p++) {
        bool is_upper = isupper((unsigned char)*p) != 0;

        if (is_upper && !was_upper)
            lm_buf_char(&b, '_');
        lm_buf_char(&b, (char)tolower((unsigned char)*p));
        was_upper = is_upper;
    }
    return lm_arena_strz(a, lm_buf_str(&b));
}

static void append_camel(struct lm_buf *b, lm_str part)
{
    bool next_is_upper = true;

    for (size_t i = 0; i < part.n; i++) {
        char c = part.p[i];

        if (c == '_') {
            next_is_upper = true;
            continue;
        }
        lm_buf_char(b, next_is_upper ? (char)toupper((unsigned char)c) : c);
        next_is_upper = false;
    }
}

char *gen_c_type(struct lm_arena *a, const char *full)
{
    struct lm_buf b = lm_buf_in(a, 1024);
    lm_str rest = lm_str_z(full), part;

    while (lm_str_split(&rest, '.', &part)) {
        if (b.n > 0)
            lm_buf_appendz(&b, "__");
        append_camel(&b, part);
    }
    return lm_arena_strz(a, lm_buf_str(&b));
}

char *gen_c_lower(struct lm_arena *a, const char *full)
{
    struct lm_buf b = lm_buf_in(a, 1024);
    lm_str rest = lm_str_z(full), part;

    while (lm_str_split(&rest, '.', &part)) {
        if (b.n > 0)
            lm_buf_appendz(&b, "__");
        lm_buf_appendz(&b, gen_snake(a, lm_arena_strz(a, part)));
    }
    return lm_arena_strz(a, lm_buf_str(&b));
}

char *gen_upper(struct lm_arena *a, const char *name)
{
    char *upper = lm_arena_strdup(a, name);

    for (char *p = upper; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return upper;
}

char *gen_lower(struct lm_arena *a, const char *name)
{
    char *lower = lm_arena_strdup(a, name);

    for (char *p = lower; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return lower;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/parts.h"

#include "common/str.h"

/*
 * The length of the record at the start of `s`, its line end included. A quote opens a value only
 * where a value begins; inside such a value every quote turns it on or off, as the reader of the
 * owner has it. Which separator it is need not be known: none of them stands at a line's end.
 */
static size_t record_length(lm_str s)
{
    bool at_start = true, is_quoted_value = false, is_open = false;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '"' && (at_start || is_quoted_value)) {
            is_quoted_value = true;
            is_open = !is_open;
            at_start = false;
        } else if (is_open) {
            continue;
        } else if (c == '\n' || c == '\r') {
            return c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n' ? i + 2 : i + 1;
        } else if (memchr(",;\t|", c, 4)) {
            at_start = true;
            is_quoted_value = false;
        } else if (c != ' ') {
            at_start = false;
        }
    }
    return s.n;
}

bool gateway_parts_open(struct gateway_parts *p, lm_str file)
{
    lm_str rest = file;
    size_t n;

    *p = (struct gateway_parts){.header = {NULL, 0}};
    if (lm_str_starts(file, LM_STR("\xff\xfe")) || lm_str_starts(file, LM_STR("\xfe\xff")))
        return false;
    n = record_length(rest);
    if (lm_str_istarts(rest, LM_STR("sep="))) /* Excel's first line: the header is the second */
        n += record_length(lm_str_sub(rest, n, rest.n));
    p->header = lm_str_sub(file, 0, n);
    p->rest = lm_str_sub(file, n, file.n);
    return true;
}

bool gateway_parts_next(struct gateway_parts *p, size_t most, lm_str *records, int *n)
{
    size_t used = 0;

    *n = 0;
    while (used < p->rest.n) {
        size_t length = record_length(lm_str_sub(p->rest, used, p->rest.n));

        if (used + length > most)
            break;
        used += length;
        ++*n;
    }
    *records = lm_str_sub(p->rest, 0, used);
    p->rest = lm_str_sub(p->rest, used, p->rest.n);
    return used > 0;
}

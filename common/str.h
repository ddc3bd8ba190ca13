/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_STR_H
#define LM_STR_H

#include "common/base.h"

/* Borrowed text: compare, cut, parse by advancing. Bytes, not characters; see text.h for those. */

/* Of a terminated string; NULL gives {NULL, 0}. */
lm_str lm_str_z(const char *z);
bool lm_str_eq(lm_str a, lm_str b);
bool lm_str_eqz(lm_str a, const char *b);
/* ASCII letters without regard to case. */
bool lm_str_ieq(lm_str a, lm_str b);
bool lm_str_ieqz(lm_str a, const char *b);
int lm_str_cmp(lm_str a, lm_str b);
bool lm_str_starts(lm_str s, lm_str prefix);
bool lm_str_ends(lm_str s, lm_str suffix);
bool lm_str_istarts(lm_str s, lm_str prefix);
/* Position of `needle` at or after `from`, or -1. */
ptrdiff_t lm_str_find(lm_str s, lm_str needle, size_t from);
ptrdiff_t lm_str_ifind(lm_str s, lm_str needle, size_t from);
ptrdiff_t lm_str_chr(lm_str s, char c, size_t from);
/* s[from, to), clipped to the text. */
lm_str lm_str_sub(lm_str s, size_t from, size_t to);
/* Without ASCII white space on both ends. */
lm_str lm_str_trim(lm_str s);

/*
 * Takes the text up to `sep` off *rest and returns it (rest is behind the separator). False at end.
 */
bool lm_str_split(lm_str *rest, char sep, lm_str *part);
/* Takes one line (without LF or CRLF) off *rest. False at end. */
bool lm_str_line(lm_str *rest, lm_str *line);

/* The whole text must be the number; false otherwise or when it does not fit. */
LM_MUST_USE bool lm_str_int(lm_str s, int64_t *out);
LM_MUST_USE bool lm_str_uint(lm_str s, uint64_t *out);
LM_MUST_USE bool lm_str_double(lm_str s, double *out);
LM_MUST_USE bool lm_str_bool(lm_str s, bool *out); /* true false */
/* "250ms" "10s" "5m" "2h" "7d"; a bare number is refused. */
LM_MUST_USE bool lm_str_duration_ms(lm_str s, int64_t *out_ms);
/* "512" "64k" "16m" "1g" (powers of 1024). */
LM_MUST_USE bool lm_str_size(lm_str s, uint64_t *out_bytes);

uint64_t lm_str_hash(lm_str s); /* FNV-1a 64; for tables, not for security */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BUF_H
#define LM_BUF_H

#include <stdarg.h>

#include "common/base.h"

/*
 * Builds text or bytes. Has a limit from the start; once an append does not fit, the buffer is
 * `failed`, stays as it was and takes no more, so a builder checks once, at the end:
 *
 *     struct lm_buf b; lm_buf_init(&b, 64 * 1024); … if (b.failed) return lm_fail(…LM_TOO_LARGE…);
 *
 * Memory: from malloc (fini frees), or from an arena (lm_buf_in, nothing to free). An arena buffer
 * must not be appended to inside a C library's callback.
 */
struct lm_buf {
    char *p;
    size_t n;
    size_t cap;
    size_t limit;
    struct lm_arena *arena;
    bool failed;
};

void lm_buf_init(struct lm_buf *b, size_t limit);
struct lm_buf lm_buf_in(struct lm_arena *a, size_t limit);
void lm_buf_fini(struct lm_buf *b);
void lm_buf_clear(struct lm_buf *b);

void lm_buf_append(struct lm_buf *b, lm_str s);
void lm_buf_appendz(struct lm_buf *b, const char *z);
void lm_buf_char(struct lm_buf *b, char c);
void lm_buf_printf(struct lm_buf *b, const char *fmt, ...) LM_PRINTF(2, 3);
/* As a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void lm_buf_json(struct lm_buf *b, lm_str s);
/* & < > " ' as entities. */
void lm_buf_html(struct lm_buf *b, lm_str s);
/* Everything but unreserved characters of RFC 3986 as %XX. */
void lm_buf_percent(struct lm_buf *b, lm_str s);
void lm_buf_base64(struct lm_buf *b, const void *data, size_t n);
void lm_buf_base64url(struct lm_buf *b, const void *data, size_t n); /* no padding */
void lm_buf_hex(struct lm_buf *b, const void *data, size_t n);
/* Cuts to `n` bytes (n <= b->n). */
void lm_buf_cut(struct lm_buf *b, size_t n);

static inline lm_str lm_buf_str(const struct lm_buf *b)
{
    return (lm_str){b->p, b->n};
}
/* Terminated view; valid until the next append. "" when empty. */
const char *lm_buf_z(struct lm_buf *b);

/* Decoders into an arena; false when the input is not of the form. Base64 may be padded or not. */
LM_MUST_USE bool lm_base64_decode(struct lm_arena *a, lm_str in, lm_str *out); /* both alphabets */
LM_MUST_USE bool lm_hex_decode(struct lm_arena *a, lm_str in, lm_str *out);
LM_MUST_USE bool lm_percent_decode(struct lm_arena *a, lm_str in, bool plus_is_space, lm_str *out);

#endif

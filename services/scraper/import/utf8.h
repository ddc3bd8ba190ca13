/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_UTF8_H
#define SCRAPER_UTF8_H

#include "common/buf.h"
#include "services/scraper/import/file.h"

/*
 * A text file as UTF-8, a piece at a time: UTF-8, UTF-16 (by its byte order mark, or by where its zeros stand) or
 * windows-1252, which Latin-1 is taken for. What is no character becomes U+FFFD; zeros stay, for whoever reads
 * records to refuse. A file that is plain ASCII for a million rows is judged when its first other letter comes.
 */
enum scraper_charset {
    SCRAPER_CHARSET_ANY, /* as it turns out */
    SCRAPER_UTF8,
    SCRAPER_UTF16LE,
    SCRAPER_UTF16BE,
    SCRAPER_WINDOWS_1252,
};
/* "UTF-8"; ASCII so far is that. */
const char *scraper_charset_name(enum scraper_charset charset);

struct scraper_utf8 {
    const struct scraper_file *file;
    uint64_t at;
    enum scraper_charset charset;
    unsigned char rest[4]; /* a letter that the next piece completes */
    size_t n_rest;
};
/* `charset` ANY: by the bytes. */
LM_MUST_USE lm_code scraper_utf8_open(struct scraper_utf8 *t, const struct scraper_file *file,
                                      enum scraper_charset charset, lm_err *err);
/* Appends the next piece, at most 3 bytes for each of at most `most` bytes; *is_end: there was none. */
LM_MUST_USE lm_code scraper_utf8_next(struct scraper_utf8 *t, size_t most, struct lm_buf *out,
                                      bool *is_end, lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_ZIP_H
#define SCRAPER_ZIP_H

#include "services/scraper/import/file.h"

/*
 * A ZIP archive, read entry by entry in pieces. Its directory is believed for names and places only: how much comes
 * out of an entry is counted as it comes. Refused: more than 2,000 entries, more than 4 GiB out of one, more than 200
 * bytes out of each byte in (a bomb; sheets have 5 to 50), encryption, other methods than deflate, ZIP64.
 *
 * Over zlib, and not libzip (1.7.3): that reads the whole directory to open an archive and takes room for as many
 * entries as it claims, before anybody can ask for their number: 11 million in 493 MiB took 2.5 GiB.
 */
struct scraper_zip;
/* LM_INVALID: no such archive. */
LM_MUST_USE lm_code scraper_zip_open(struct lm_arena *a, const struct scraper_file *file,
                                     struct scraper_zip **out, lm_err *err);

/* An entry's bytes, a piece at a time. */
struct scraper_unzip;
/* *out is NULL when there is no entry of this name. */
LM_MUST_USE lm_code scraper_unzip_open(struct lm_arena *a, const struct scraper_zip *zip,
                                       lm_str name, struct scraper_unzip **out, lm_err *err);
/* At most 4 KiB, borrowed until the next call; *is_end: there was none, and the checksum is right. */
LM_MUST_USE lm_code scraper_unzip_next(struct scraper_unzip *u, lm_str *piece, bool *is_end,
                                       lm_err *err);
uint64_t scraper_unzip_at(const struct scraper_unzip *u); /* in the file */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STRINGS_H
#define SCRAPER_STRINGS_H

#include "common/buf.h"
#include "common/err.h"

/*
 * The shared strings of a workbook, which may be more than the memory of an import: they go to a temporary file that
 * has no name, with another one that says where each begins, and are read through a window of 64 KiB. Sheets name
 * their strings nearly in order, so most are in the window.
 */
struct scraper_strings;
/* In folder `dir`. Goes with the arena. */
LM_MUST_USE lm_code scraper_strings_new(struct lm_arena *a, const char *dir,
                                        struct scraper_strings **out, lm_err *err);
/* Next number. What fails is told by scraper_strings_check: this runs inside the XML library. */
void scraper_strings_add(struct scraper_strings *s, lm_str text);
/* After the last one. LM_UNAVAILABLE: the disk has no room. */
LM_MUST_USE lm_code scraper_strings_check(struct scraper_strings *s, lm_err *err);
/* Appends string `number`; false when there is none, or it cannot be read. */
bool scraper_strings_get(struct scraper_strings *s, uint64_t number, struct lm_buf *out);

#endif

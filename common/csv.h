/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CSV_H
#define LM_CSV_H

#include "common/buf.h"

/*
 * CSV as we write it (RFC 4180): commas, quotes where they are needed, CRLF. Whoever opens it in a spreadsheet gets
 * text and never a formula: what begins with = + - @ TAB or CR (blanks before it do not help) gets an apostrophe in
 * front. So does a phone number (+31…) or a negative number: a cell that is wrong by an apostrophe harms nobody.
 * Source: OWASP, "CSV Injection".
 */

/* U+FEFF, by which Excel knows UTF-8: at the very beginning, where it is wanted. */
#define LM_CSV_MARK "\xef\xbb\xbf"

/* One value; `is_first` of its row: no comma goes before it. */
void lm_csv_value(struct lm_buf *b, lm_str value, bool is_first);
void lm_csv_end(struct lm_buf *b);
/* A whole row. */
void lm_csv_row(struct lm_buf *b, const lm_str *values, size_t n);

#endif

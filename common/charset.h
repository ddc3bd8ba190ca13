/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CHARSET_H
#define LM_CHARSET_H

#include "common/base.h"

/* Foreign bytes (web pages, spreadsheets' CSV) as UTF-8. Never fails: what is no character becomes U+FFFD. */

/*
 * The charset that bytes are in: a byte order mark, else `declared` (of a Content-Type or a meta
 * element; may be {NULL, 0}), else UTF-8 when they are that, else windows-1252. As browsers do,
 * ISO-8859-1 and ASCII mean windows-1252, and "UTF-8" is not believed of bytes that mostly are not.
 * A name for iconv, static or borrowed from `declared`.
 * Source: WHATWG Encoding Standard, 4.2 and 6.
 */
lm_str lm_charset_guess(lm_str bytes, lm_str declared);

/* `bytes` as UTF-8 without byte order mark; `bytes` itself when nothing is to be done, else in `a`. */
lm_str lm_charset_to_utf8(struct lm_arena *a, lm_str bytes, lm_str declared);

/* The charset parameter of a Content-Type value; {NULL, 0} when there is none. */
lm_str lm_charset_of_type(lm_str content_type);

#endif

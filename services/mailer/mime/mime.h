/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_MIME_H
#define MAILER_MIME_H

#include "common/buf.h"
#include "common/err.h"

/* MIME of outgoing mail. Pure: no I/O, no state, any thread. Lines end with CRLF. */

/*
 * Appends "Name: text" and CRLF for an unstructured header such as Subject. ASCII stays; the rest
 * becomes encoded-words of at most 75 bytes; both folded below 78 columns.
 *
 * Errors:  LM_INVALID: `text` is not UTF-8, or has a control character in it (header injection).
 * Source:  RFC 2047 sections 2 and 5; RFC 5322 section 2.2.3.
 */
LM_MUST_USE lm_code mailer_mime_header(struct lm_buf *out, const char *name, lm_str text,
                                       lm_err *err);

/* A mailbox of RFC 5322 section 3.4: a display name, which may be empty, and an address. */
struct mailer_address {
    lm_str display, address;
};

/*
 * Appends "Name: Display <address>" and CRLF, the display name quoted or encoded as it needs.
 *
 * Errors:  LM_INVALID: not an address, or a control character in the name.
 * Source:  RFC 5322 section 3.4; RFC 2047 section 5 rule 3.
 */
LM_MUST_USE lm_code mailer_mime_address(struct lm_buf *out, const char *name,
                                        struct mailer_address who, lm_err *err);

/*
 * Appends UTF-8 text as quoted-printable: lines of at most 76 columns, LF and CRLF as CRLF, blanks
 * at line ends, a leading "." and a leading "From " encoded.
 *
 * Source:  RFC 2045 section 6.7.
 */
void mailer_mime_quoted_printable(struct lm_buf *out, lm_str text);

#endif

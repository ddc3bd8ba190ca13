/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_LMTP_H
#define PEOPLE_LMTP_H

#include "common/err.h"

/*
 * Puts a mail into a mailbox of the world's Dovecot over LMTP (RFC 2033). When it returns LM_OK the
 * mail can be read by IMAP; with SMTP it would be on its way for a while, and the clock would have
 * to wait for it.
 *
 * Errors: LM_UNAVAILABLE (no connection, cut off, 4xx), LM_UNPROCESSABLE (5xx).
 */
struct lmtp_mail {
    const char *server; /* "127.0.0.2:2424" */
    lm_str sender;      /* "" for <> */
    lm_str recipient;
    lm_str message; /* lines end with CRLF */
};
LM_MUST_USE lm_code lmtp_deliver(const struct lmtp_mail *mail, lm_err *err);

#endif

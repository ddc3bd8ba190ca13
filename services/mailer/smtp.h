/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_SMTP_H
#define MAILER_SMTP_H

#include "common/err.h"

/* Handing one message to a submission server (libcurl). Blocks; never with a transaction open. */

enum mailer_smtp_tls {
    MAILER_TLS_REQUIRED, /* smtps://, or STARTTLS; the certificate is verified */
    MAILER_TLS_OFFERED,  /* STARTTLS when the server offers it */
};
struct mailer_smtp {
    const char *url;             /* smtp://host:port or smtps://host:port */
    const char *user, *password; /* NULL: no login */
    const char *hello;           /* our name in EHLO */
    const char *from, *to;
    lm_str message; /* RFC 5322 with CRLF */
    enum mailer_smtp_tls tls;
    int64_t timeout_ms;
    /* Called once, after the server said 354 and before the first byte: not LM_OK sends nothing. */
    lm_code (*hand_over)(void *arg, lm_err *err);
    void *arg;
};

enum mailer_smtp_end {
    MAILER_SMTP_ACCEPTED,
    MAILER_SMTP_REFUSED, /* for good: this recipient, this message */
    MAILER_SMTP_LATER,   /* not taken, may be tried again */
    MAILER_SMTP_MAILBOX, /* our login, policy or reputation: not the recipient's fault */
    MAILER_SMTP_ABORTED, /* hand_over refused; nothing left */
    MAILER_SMTP_UNKNOWN, /* the connection ended between the first byte and the answer */
};
struct mailer_smtp_result {
    enum mailer_smtp_end end;
    int code;          /* the server's last reply, 0: none */
    char enhanced[12]; /* 5.1.1, "" when it gave none (RFC 3463) */
    lm_err err; /* why not, when not accepted; the reply's text is left out: it may name people */
};
void mailer_smtp_send(const struct mailer_smtp *smtp, struct mailer_smtp_result *out);

/* Pure, for tests: what a final reply means. */
enum mailer_smtp_end mailer_smtp_classify(int code, const char *enhanced);

#endif

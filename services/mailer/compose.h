/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_COMPOSE_H
#define MAILER_COMPOSE_H

#include "common/err.h"

/* From a stored message to the bytes that leave. Pure: the same input gives the same bytes. */

struct mailer_letter {
    lm_str delivery_id, message_id, lead_id, tenant_id, tracking_id;
    lm_str from_email, from_name;
    lm_str to_email, to_name;
    lm_str subject, body_text, body_html;
    lm_str language;       /* nl, else English */
    lm_str rfc_message_id; /* with angle brackets */
    lm_str in_reply_to;    /* of the step before, or {NULL,0} */
    lm_str references;     /* all steps before, oldest first, separated by blanks */
    lm_str postal_address; /* of the sender; {NULL,0}: left out */
    int64_t date_at;
};
struct mailer_links {
    lm_str base_url; /* https://host, no slash at the end */
    lm_str key;      /* of the tracking links (common/links.h) */
    bool track_opens, track_clicks;
};

/*
 * The whole RFC 5322 message with CRLF: multipart/alternative, quoted-printable, UTF-8; both parts
 * end with who wrote and how to opt out; the HTML part has its links wrapped and the pixel before
 * </body>; List-Unsubscribe with the one-click POST of RFC 8058.
 *
 * Memory:  *out lives in `a`.
 * Errors:  LM_INVALID: a header that cannot be written. LM_TOO_LARGE: beyond 100 KiB (Gmail clips).
 */
LM_MUST_USE lm_code mailer_compose(struct lm_arena *a, const struct mailer_letter *letter,
                                   const struct mailer_links *links, lm_str *out, lm_err *err);

/*
 * Every href of an <a> but mailto:, tel:, #fragments, and what is wrapped already, through /t/c;
 * entities in the attribute are decoded before the URL is signed. Exposed for tests.
 */
lm_str mailer_wrap_links(struct lm_arena *a, lm_str html, lm_str tracking_id,
                         const struct mailer_links *links);

/* "<message id@domain of the sender>": derived, so that a second attempt has the same. */
char *mailer_rfc_message_id(struct lm_arena *a, lm_str message_id, lm_str from_email);

#endif

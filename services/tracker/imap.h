/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACKER_IMAP_H
#define TRACKER_IMAP_H

#include "common/ctx.h"

/*
 * Reading an inbox over IMAP (libcurl). Connections are kept open between polls, at most 32 in the
 * process, by server and user; a dead one is made anew. State is kept by UID, never by flags,
 * because fetching marks as read. Blocks; never with a transaction open.
 */
struct tracker_imap_account {
    const char *url; /* imap://host:port or imaps://host:port */
    const char *user, *password;
    bool is_tls_required;
    int64_t timeout_ms;
};
struct tracker_imap;

/* Never fails by itself: the first command says whether the server is there. */
struct tracker_imap *tracker_imap_open(const struct tracker_imap_account *account);
/* Keeps the connection for the next poll when `is_good`. */
void tracker_imap_close(struct tracker_imap *imap, bool is_good);

struct tracker_imap_box {
    int64_t uid_validity, uid_next;
};
/* Errors of all three: LM_UNAVAILABLE, LM_DEADLINE, LM_UNAUTHORIZED (login refused). */
LM_MUST_USE lm_code tracker_imap_status(struct lm_ctx *ctx, struct tracker_imap *imap,
                                        struct tracker_imap_box *out, lm_err *err);
/* UIDs above `after`, ascending, at most `max`. */
LM_MUST_USE lm_code tracker_imap_search(struct lm_ctx *ctx, struct tracker_imap *imap,
                                        int64_t after, size_t max, int64_t **out, size_t *n,
                                        lm_err *err);
/* The whole mail. LM_TOO_LARGE: over 1 MiB. */
LM_MUST_USE lm_code tracker_imap_fetch(struct lm_ctx *ctx, struct tracker_imap *imap, int64_t uid,
                                       lm_str *out, lm_err *err);

/* Pure, for tests. */
bool tracker_imap_parse_status(lm_str text, struct tracker_imap_box *out);

#endif

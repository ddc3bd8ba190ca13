/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_LINKS_H
#define LM_LINKS_H

#include "common/err.h"
#include "common/id.h"

/*
 * What the mailer puts into a mail and the gateway gets back: the pixel, the signed redirect, the
 * opt-out token; and the hashes by which a message and an address are known. Pure; any thread.
 * `key` is the setting tracking.key of both services, at least 32 bytes.
 */

/* Of the setting, at start. LM_INVALID names it and says how to make one. */
LM_MUST_USE lm_code lm_link_key_check(const char *key, lm_err *err);

/* <base>/t/o/<tracking_id>.gif */
char *lm_link_open(struct lm_arena *a, lm_str base_url, lm_str tracking_id);
/* <base>/t/c/<tracking_id>?url=…&s=…; the signature is over id and url, so no look-up is needed. */
char *lm_link_click(struct lm_arena *a, lm_str base_url, lm_str key, lm_str tracking_id,
                    lm_str url);
/* Is `signature` (of the query, base64url) the one for this id and (decoded) url? Constant time. */
bool lm_link_check(lm_str key, lm_str tracking_id, lm_str url, lm_str signature);

/* Hex SHA-256 of the normalised address: how a suppression is kept, and the only form in it. "" when not an address. */
enum { LM_HASH_SIZE = 65 };
void lm_address_hash(struct lm_arena *a, lm_str address, char out[LM_HASH_SIZE]);

/* Who opts out. Carried whole by the token, so it works from a cold start and for ever. */
struct lm_optout {
    char tenant_id[LM_ID_SIZE];
    char lead_id[LM_ID_SIZE];
    char address_hash[LM_HASH_SIZE];
};
/* 107 characters of base64url. `who` must be whole: ids and hash in their form. */
char *lm_optout_token(struct lm_arena *a, lm_str key, const struct lm_optout *who);
/* False: not a token of ours. */
LM_MUST_USE bool lm_optout_parse(struct lm_arena *a, lm_str key, lm_str token,
                                 struct lm_optout *who);

/* Hex SHA-256 over the SHA-256 of subject, text and HTML: the message approved is the message sent. */
struct lm_content {
    lm_str subject, body_text, body_html;
};
void lm_content_hash(const struct lm_content *c, char out[LM_HASH_SIZE]);

#endif

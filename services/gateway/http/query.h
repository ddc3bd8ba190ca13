/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_QUERY_H
#define GATEWAY_QUERY_H

#include "common/err.h"

/* application/x-www-form-urlencoded, of queries and of forms. Pure; values live in `a`. */

/* Takes the next pair off *rest. False at the end; LM_INVALID in *err when a pair is broken. */
LM_MUST_USE bool gateway_query_next(struct lm_arena *a, lm_str *rest, lm_str *name, lm_str *value,
                                    lm_err *err);
/* The first value of `name`; {NULL, 0} when it is not there or the query is broken. */
lm_str gateway_query_get(struct lm_arena *a, lm_str query, const char *name);

/* Client addresses. */
/* Is `address` (numeric) in one of the networks: "10.0.0.0/8", "fd00::/8", "127.0.0.1"? */
bool gateway_address_is_in(const char *address, const char *const *networks);
/* Loopback, private, link-local. */
bool gateway_address_is_private(const char *address);
/*
 * Who asks: the peer, or when the peer is a proxy we trust, the last address of X-Forwarded-For
 * that none of our proxies has. Addresses further left are the client's own words.
 */
void gateway_client_address(const char *peer, lm_str forwarded_for, const char *const *trusted,
                            char out[46]);

#endif

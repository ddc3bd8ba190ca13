/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_GUARD_H
#define GATEWAY_GUARD_H

#include "common/base.h"

/*
 * What the HTTP library lets pass and we do not: requests that two servers in a row might read in
 * two ways (request smuggling), and targets that no client of ours sends. Pure.
 */
enum { GATEWAY_TARGET_BYTES = 8192, GATEWAY_HEAD_BYTES = 32768, GATEWAY_HEADERS = 64 };

/*
 * `head` begins with the request line and may go on behind the empty line. NULL, or why it is
 * refused: Content-Length twice or beside Transfer-Encoding, a header twice of which one may be,
 * too many headers, a folded line. Source: RFC 9112 sections 5.2, 6.1, 6.3.
 */
const char *gateway_guard_head(lm_str head);
/* The target of the request line: UTF-8 once decoded, no control characters, not too long. */
const char *gateway_guard_target(struct lm_arena *a, lm_str target);

#endif

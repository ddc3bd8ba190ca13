/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_ID_H
#define LM_ID_H

#include "common/base.h"

/* Ids: UUIDs as lower-case text of 36 characters and a terminator. */
enum { LM_ID_SIZE = 37 };

/* UUIDv7 of real time (RFC 9562), for what people see; never for order. Any thread. */
void lm_id_new(char out[LM_ID_SIZE]);
char *lm_id_make(struct lm_arena *a);
/*
 * UUIDv8 from SHA-256 over the parts: the same parts give the same id (request ids, Message-IDs).
 */
void lm_id_derive(char out[LM_ID_SIZE], const lm_str *parts, size_t n);
bool lm_id_valid(lm_str s);

#endif

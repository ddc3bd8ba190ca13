/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_BROWSE_H
#define PEOPLE_BROWSE_H

#include "common/err.h"

/*
 * What a person's mail program and browser ask the web for: a picture, or a link, whose redirect is
 * not followed. One connection is kept and used again.
 */
struct browser;
/* `via`: "host:port" to connect to whatever the URL says, or NULL. */
struct browser *browser_new(const char *via);
void browser_free(struct browser *b);
/*
 * `who` chooses the user agent, so that a person keeps theirs. LM_UNAVAILABLE: no answer, or one
 * of 400 and above.
 */
LM_MUST_USE lm_code browser_get(struct browser *b, lm_str url, lm_str who, lm_err *err);

#endif

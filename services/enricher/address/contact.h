/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_CONTACT_H
#define ENRICHER_CONTACT_H

#include "common/base.h"

/* E-mail addresses and telephone numbers in text and links. Pure. */

/*
 * The next address at or after *at, which moves behind it; {NULL, 0} when there is none. Reads "x@y.nl"
 * and what hides it from machines: "x [at] y.nl", "x(at)y [dot] nl", "x AT y DOT nl". Names of images
 * and example.com, test.com are none. Normalised.
 */
lm_str enricher_email_next(struct lm_arena *a, lm_str text, size_t *at);
/* Of a mailto: link; {NULL, 0} when it is none. */
lm_str enricher_email_of_link(struct lm_arena *a, lm_str href);
/* info@, sales@, hr@, noreply@ …: a desk and not a person. */
bool enricher_email_is_generic(lm_str email);
lm_str enricher_email_domain(lm_str email);
lm_str enricher_email_local(lm_str email);

/* E.164 of the first telephone number in text; {NULL, 0}. */
lm_str enricher_phone_in(struct lm_arena *a, lm_str text);
/* Of a tel: link. */
lm_str enricher_phone_of_link(struct lm_arena *a, lm_str href);
/* https://…linkedin…/in/name; of a company: /company/name. Query and fragment cut. {NULL, 0}: another link. */
lm_str enricher_linkedin_person(struct lm_arena *a, lm_str href);
lm_str enricher_linkedin_company(struct lm_arena *a, lm_str href);

#endif

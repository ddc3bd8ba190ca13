/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PERSONALIZER_TOLD_H
#define TEST_PERSONALIZER_TOLD_H

#include "tests/pg/drive.h" /* first: cmocka */

#include "gen/personalizer.lm.h"

/* What the other services tell of one lead and its company; each word is delivered twice. */

#define NOW     ((int64_t)1770000000000)
#define LEAD    "0190aaaa-0000-7000-8000-000000000001"
#define COMPANY "0190bbbb-0000-7000-8000-000000000001"
#define ANY_ID  "0190cccc-0000-7000-8000-000000000001"
#define ADDRESS "anna@acme.nl.example"

void tell_lead(struct lm_pgtest *t, int64_t version, const char *email);
void tell_score(struct lm_pgtest *t, int64_t version, int score);
void tell_delivery(struct lm_pgtest *t, int step, Mailer__DeliveryStatus status, int64_t version,
                   int64_t sent_at);
/* The mailer did not try: the reader was made up, and the tenant is live. */
void tell_refusal(struct lm_pgtest *t, int step);
void tell_reply(struct lm_pgtest *t, Tracker__ReplyClass class);
void tell_bounce(struct lm_pgtest *t, bool is_hard);
void tell_judgement(struct lm_pgtest *t, bool disqualified, int64_t version);
void tell_suppression(struct lm_pgtest *t);
void tell_archived(struct lm_pgtest *t);
void tell_company(struct lm_pgtest *t, const char *id, const char *merged_id, bool no_mailing);

#endif

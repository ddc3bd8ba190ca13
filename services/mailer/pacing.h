/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_PACING_H
#define MAILER_PACING_H

#include "common/calendar.h"

/* When a mailbox may send: warm-up, caps, gaps, windows. Pure. */

struct mailer_pace {
    int daily_limit; /* of one mailbox, after warm-up */
    int min_delay_s, max_delay_s;
    struct lm_window window; /* the tenant's business hours */
};

/* Mails allowed on day `day` (1 is the first) of a warm-up; 0 means no warm-up. At most `daily_limit`. */
int mailer_daily_cap(int day, int daily_limit);

/* Day of the warm-up: 1 on the local day of its start, one more each local day. */
int mailer_warmup_day(const struct lm_zone *zone, int64_t started_at, int64_t now);

/* Milliseconds until the next mail; `random` in 0..1. */
int64_t mailer_gap_ms(const struct mailer_pace *pace, double random);

/*
 * The first moment from `now` on at which the mailbox may send: after next_send_at, inside the
 * window, on a day whose cap is not used up (`sent_today` counts the local day of `now`).
 * INT64_MAX: never.
 */
int64_t mailer_next_slot(const struct mailer_pace *pace, int64_t now, int64_t next_send_at,
                         int sent_today, int cap_today);

#endif

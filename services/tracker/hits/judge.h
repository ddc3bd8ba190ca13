/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACKER_JUDGE_H
#define TRACKER_JUDGE_H

#include "common/base.h"

/* People or machines. Pure. Source: reference deliverability, "People or machines". */

struct tracker_hit {
    bool is_click;
    int64_t at; /* business time */
    lm_str user_agent, url;
};
/* What is known of the message before this hit. */
struct tracker_seen {
    int64_t sent_at;
    int human_opens;
    int64_t last_click_at; /* 0: none */
    lm_str last_click_url; /* {NULL,0}: not known any more */
};
bool tracker_hit_is_machine(const struct tracker_hit *hit, const struct tracker_seen *seen);

#endif

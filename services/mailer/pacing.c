/* SPDX-License-Identifier: Apache-2.0 */
#include "services/mailer/pacing.h"

/* Mails a day while a mailbox is new. Source: reference deliverability, "Warm-up". */
static const struct {
    int from_day, mails;
} warmup[] = {{1, 5}, {2, 8}, {3, 10}, {4, 12}, {5, 15}, {7, 20}, {10, 30}, {14, 40}, {21, 50}};

int mailer_daily_cap(int day, int daily_limit)
{
    int cap = daily_limit;

    if (day <= 0)
        return daily_limit;
    for (size_t i = 0; i < LM_COUNT(warmup) && warmup[i].from_day <= day; i++)
        cap = warmup[i].mails;
    /* Past the table the tenant's own limit counts. */
    if (day > warmup[LM_COUNT(warmup) - 1].from_day)
        cap = daily_limit;
    return LM_MIN(cap, daily_limit);
}

static int64_t local_day(const struct lm_zone *zone, int64_t at)
{
    struct lm_civil c = lm_civil_at(zone, at);

    return lm_days_from_civil(c.year, c.month, c.day);
}

int mailer_warmup_day(const struct lm_zone *zone, int64_t started_at, int64_t now)
{
    int64_t days = local_day(zone, now) - local_day(zone, started_at);

    return (int)LM_MAX(days, 0) + 1;
}

int64_t mailer_gap_ms(const struct mailer_pace *pace, double random)
{
    int64_t low = (int64_t)pace->min_delay_s * 1000;
    int64_t high = LM_MAX(low, (int64_t)pace->max_delay_s * 1000);

    return low + (int64_t)((double)(high - low) * random);
}

int64_t mailer_next_slot(const struct mailer_pace *pace, int64_t now, int64_t next_send_at,
                         int sent_today, int cap_today)
{
    int64_t from = LM_MAX(now, next_send_at);

    if (sent_today >= cap_today)
        from = LM_MAX(from, lm_day_next(pace->window.zone, now));
    return lm_window_next(&pace->window, from);
}

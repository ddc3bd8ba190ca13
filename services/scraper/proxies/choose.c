/* SPDX-License-Identifier: Apache-2.0 */
/* Which proxy is taken next. */
#include "services/scraper/proxies/proxies.h"

double scraper_proxy_rate(const struct scraper_proxy *p)
{
    int64_t ended = p->successes + p->failures;

    return ended > 0 ? (double)p->successes / (double)ended : 1.0;
}

static bool is_rested(const struct scraper_proxy *p)
{
    return p->used_ago_ms < 0 || p->used_ago_ms >= SCRAPER_PROXY_PAUSE_MS;
}

/* 0: not to be taken. */
static double weight_of(const struct scraper_proxy *p, bool rested_only)
{
    if (p->blocked_ms > 0 || (rested_only && !is_rested(p)))
        return 0;
    return scraper_proxy_rate(p) + 0.1;
}

ptrdiff_t scraper_proxy_choose(const struct scraper_proxy *v, size_t n, double random)
{
    bool has_rested = false;
    double total = 0;
    ptrdiff_t last = -1;

    for (size_t i = 0; i < n; i++)
        has_rested |= weight_of(&v[i], true) > 0;
    for (size_t i = 0; i < n; i++)
        total += weight_of(&v[i], has_rested);
    total *= random;
    for (size_t i = 0; i < n; i++) {
        double weight = weight_of(&v[i], has_rested);

        if (weight <= 0)
            continue;
        last = (ptrdiff_t)i; /* rounding may leave a crumb at the end */
        total -= weight;
        if (total < 0)
            break;
    }
    return last;
}

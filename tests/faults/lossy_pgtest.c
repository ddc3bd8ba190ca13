/* SPDX-License-Identifier: Apache-2.0 */
/* The drill `lossy`: over a bad line the same result comes later; how much later is printed. */
#include <stdlib.h>

#include "common/clock.h"
#include "tests/faults/proxy.h"
#include "tests/faults/storm.h"

enum {
    EVENTS = 1600,
    PORT = 5570,
    PROXY_PORT = 5590,
    AWAY_MS = 3000,
    AWAY_LONG_MS = 60000,
    TRICKLES = 12,
    TRICKLE_MS = 250
};
#define LIMIT_MS 60000

static const char *host(void)
{
    const char *named = getenv("LM_WORLD_ADDR");

    return named ? named : "127.0.0.11";
}

/* Writes, waits, judges. */
static struct storm_lag storm(struct lm_pgtest *t, unsigned seed)
{
    int64_t before = lm_pgtest_int(t, "SELECT head FROM event_head");

    (void)storm_lag();
    storm_write(EVENTS, seed);
    storm_settle(t, LIMIT_MS);
    storm_judge(t, before + EVENTS);
    return storm_lag();
}

/* A few at a time, with nothing behind them that would show that one is missing. */
static struct storm_lag trickle(struct lm_pgtest *t, unsigned seed)
{
    int64_t before = lm_pgtest_int(t, "SELECT head FROM event_head");

    (void)storm_lag();
    for (int i = 0; i < TRICKLES; i++) {
        storm_write(STORM_WRITERS, seed + (unsigned)i);
        lm_sleep_ms(TRICKLE_MS);
    }
    storm_settle(t, LIMIT_MS);
    storm_judge(t, before + TRICKLES * STORM_WRITERS);
    return storm_lag();
}

/* The subscriber is away while they write: nothing reaches it, and it reaches nobody. */
static struct storm_lag storm_while_away(struct lm_pgtest *t, struct proxy *p, int64_t away_ms,
                                         unsigned seed)
{
    int64_t before = lm_pgtest_int(t, "SELECT head FROM event_head"), from = lm_mono_ms(), back;

    (void)storm_lag();
    proxy_cut(p, true);
    storm_write(EVENTS, seed);
    assert_true(lm_pgtest_int(t, "SELECT head - seq FROM event_head, consumer_cursor"
                                 " WHERE source = 'probe'") > 0);
    lm_sleep_ms(LM_MAX(0, away_ms - (lm_mono_ms() - from)));
    proxy_cut(p, false);
    back = storm_settle(t, LIMIT_MS);
    storm_judge(t, before + EVENTS);
    print_message("away for %lld ms: all is done %lld ms after the return\n",
                  (long long)(lm_mono_ms() - from - back), (long long)back);
    return storm_lag();
}

static void say(const char *what, struct storm_lag lag, struct storm_lag good,
                const struct proxy_seen *s)
{
    print_message(
        "%s: effects came %lld ms after their facts, %lld at most (%+lld and %+lld later);"
        " frames: %lld passed, %lld dropped, %lld doubled, %lld delayed, %lld overtaken\n",
        what, (long long)lag.mean_ms, (long long)lag.most_ms,
        (long long)(lag.mean_ms - good.mean_ms), (long long)(lag.most_ms - good.most_ms),
        (long long)s->passed, (long long)s->dropped, (long long)s->doubled, (long long)s->delayed,
        (long long)s->overtaken);
}

static void a_bad_line_gives_the_same_result_later(void **state)
{
    static const struct proxy_odds good = {0},
                                   bad = {.drop = 30, .twice = 20, .late = 40, .late_ms = 600};
    const struct storm_line line = {.host = host(), .port = PORT, .port_to_others = PROXY_PORT};
    int64_t away_ms = storm_rounds() > 1 ? AWAY_LONG_MS : AWAY_MS;
    struct lm_pgtest *t = *state;
    struct proxy *p = proxy_start(host(), PROXY_PORT, PORT, storm_seed());

    storm_start(t, &line);
    for (int round = 1; round <= storm_rounds(); round++) {
        unsigned seed = storm_seed() + (unsigned)round;
        struct storm_lag without, with, drip;
        struct proxy_seen seen;

        proxy_set_odds(p, &good);
        drip = trickle(t, seed);
        without = storm(t, seed);
        seen = proxy_look(p);
        say("a good line, a trickle", drip, drip, &seen);
        say("a good line, a storm", without, without, &seen);

        proxy_set_odds(p, &bad);
        with = trickle(t, seed);
        seen = proxy_look(p);
        say("a bad line, a trickle", with, drip, &seen);
        with = storm(t, seed);
        seen = proxy_look(p);
        say("a bad line, a storm", with, without, &seen);
        assert_true(seen.dropped > 0 && seen.doubled > 0 && seen.overtaken > 0);

        with = storm_while_away(t, p, away_ms, seed);
        seen = proxy_look(p);
        say("a bad line, and away", with, without, &seen);
    }
    storm_stop();
    proxy_stop(p);
}

LM_PGTEST_MAIN(storm_service, LM_PGTEST(a_bad_line_gives_the_same_result_later))

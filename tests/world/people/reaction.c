/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/reaction.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* Topics of this file's dice; the model's stay below. */
enum { DICE_OPENS = 1000, DICE_OPEN_AT, DICE_CLICK_AT, DICE_REPLY_AT, DICE_AUTO_AT };

static int64_t between(const struct world *w, unsigned topic, const struct world_person *p,
                       unsigned nth, int64_t from, int64_t to)
{
    unsigned dice = world_draw(w, topic, p->company, p->index << 8 | nth, 1u << 20);

    return from + (to - from) * dice / (1 << 20);
}

static size_t add(struct reaction *out, size_t n, enum reaction_kind kind, int64_t delay_ms)
{
    out[n] = (struct reaction){kind, delay_ms};
    return n + 1;
}

/* Who reacts to a mail has opened it; of the others, two in three are opened. */
static bool opens(const struct world *w, const struct world_person *p, unsigned nth)
{
    if (p->reaction == WORLD_IGNORES)
        return false;
    if (p->reaction == WORLD_OUT_OF_OFFICE)
        return nth > 1;
    return nth == p->reacts_to || world_draw(w, DICE_OPENS, p->company, p->index << 8 | nth, 3) > 0;
}

size_t reactions_of(const struct world *w, const struct world_person *p, unsigned nth,
                    struct reaction out[REACTIONS_MAX])
{
    bool is_the_one = nth == p->reacts_to;
    int64_t open_at;
    size_t n = 0;

    if (p->reaction == WORLD_BOUNCES_NOW)
        return add(out, n, REACTION_BOUNCE, 2 * SECOND);
    if (p->reaction == WORLD_OUT_OF_OFFICE && is_the_one)
        n = add(out, n, REACTION_OUT_OF_OFFICE,
                between(w, DICE_AUTO_AT, p, nth, 5 * SECOND, MINUTE));
    if (!opens(w, p, nth))
        return n;
    open_at = between(w, DICE_OPEN_AT, p, nth, 3 * MINUTE, 5 * HOUR);
    n = add(out, n, REACTION_OPEN, open_at);
    if (!is_the_one)
        return n;
    if (p->reaction == WORLD_CLICKS)
        n = add(out, n, REACTION_CLICK,
                open_at + between(w, DICE_CLICK_AT, p, nth, 10 * SECOND, 2 * MINUTE));
    else if (p->reaction == WORLD_REPLIES_POSITIVE || p->reaction == WORLD_REPLIES_NEGATIVE)
        n = add(out, n,
                p->reaction == WORLD_REPLIES_POSITIVE ? REACTION_REPLY_POSITIVE
                                                      : REACTION_REPLY_NEGATIVE,
                open_at + between(w, DICE_REPLY_AT, p, nth, 4 * MINUTE, 20 * HOUR));
    return n;
}

struct reaction reaction_of_nobody(void)
{
    return (struct reaction){REACTION_BOUNCE, 2 * SECOND};
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that were taken already. A frame is good for 30 s from when it was sent, so whoever could read
 * one might have it executed, and answered, again and again for that long. What is remembered of it is a
 * part of its HMAC, for as long as it would be good: one set for each ten seconds of sending, gone with
 * them. Nobody without the key makes them grow: 16 bytes a call, so 5,000 calls a second cost 4 MB.
 */
#include "common/bus_internal.h"

enum { SLICE_MS = 10000, FIRST_PLACES = 256 };

_Static_assert(BUS_SLICES *SLICE_MS > 2 * BUS_FRAME_AGE_MS + SLICE_MS,
               "two slices that are good at one time never share a place");

/* Where `mark` is, or would be. 0 is an empty place. */
static size_t place_of(const struct bus_slice *s, uint64_t mark)
{
    size_t i = (size_t)(mark >> 1) & (s->places - 1);

    while (s->marks[i] != 0 && s->marks[i] != mark)
        i = (i + 1) & (s->places - 1);
    return i;
}

static void grow(struct bus_slice *s)
{
    struct bus_slice larger = {
        .number = s->number, .n = s->n, .places = s->places ? 2 * s->places : FIRST_PLACES};

    larger.marks = calloc(larger.places, sizeof(*larger.marks));
    LM_ASSERT(larger.marks != NULL);
    for (size_t i = 0; i < s->places; i++)
        if (s->marks[i])
            larger.marks[place_of(&larger, s->marks[i])] = s->marks[i];
    free(s->marks);
    *s = larger;
}

static void forget(struct bus_slice *s)
{
    free(s->marks);
    *s = (struct bus_slice){0};
}

/* The slice of `number`; those whose frames are too old by now are forgotten when a new one begins. */
static struct bus_slice *slice_of(struct bus_taken *t, int64_t number, int64_t now_ms)
{
    struct bus_slice *s = &t->slices[(uint64_t)number % BUS_SLICES];

    if (s->places && s->number == number)
        return s;
    for (size_t i = 0; i < BUS_SLICES; i++)
        if ((t->slices[i].number + 1) * SLICE_MS < now_ms - BUS_FRAME_AGE_MS)
            forget(&t->slices[i]);
    forget(s);
    s->number = number;
    grow(s);
    return s;
}

bool bus_taken_is_new(struct bus_taken *t, const void *mac, int64_t sent_at, int64_t now_ms)
{
    struct bus_slice *s;
    uint64_t mark;
    bool is_new;
    size_t i;

    memcpy(&mark, mac, sizeof(mark));
    mark |= 1; /* never an empty place */
    pthread_mutex_lock(&t->lock);
    s = slice_of(t, sent_at / SLICE_MS, now_ms);
    i = place_of(s, mark);
    is_new = s->marks[i] == 0;
    if (is_new) {
        s->marks[i] = mark;
        if (++s->n * 2 > s->places)
            grow(s);
    }
    pthread_mutex_unlock(&t->lock);
    return is_new;
}

void bus_taken_fini(struct bus_taken *t)
{
    for (size_t i = 0; i < BUS_SLICES; i++)
        forget(&t->slices[i]);
    pthread_mutex_destroy(&t->lock);
}

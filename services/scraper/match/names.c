/* SPDX-License-Identifier: Apache-2.0 */
/* Names in memory; names.h says how they are searched. */
#include "services/scraper/match/names.h"

#include <stdlib.h>

#include "common/arena.h"
#include "services/scraper/match/name.h"

enum { CLASSES = 16, FIRST_STEP = 16, LARGEST_STEP = 4096, ID_TEXT = LM_ID_SIZE - 1, WORD = 64 };

/* How often letters of each class occur. */
struct letters {
    uint8_t n[CLASSES];
};

/* Names of one length. They are never moved, so the arena holds no copies. */
struct step {
    struct step *next;
    size_t n, room;
    struct letters *letters;
    char (*ids)[ID_TEXT];
    char *texts; /* `length` bytes each */
};

struct scraper_names {
    struct lm_arena *arena;
    struct step *steps[SCRAPER_NAME_MAX + 1]; /* by length, the newest first */
};

struct scraper_names *scraper_names_new(void)
{
    struct lm_arena *a = lm_arena_new(SIZE_MAX / 2);
    struct scraper_names *names = LM_NEW(a, struct scraper_names);

    names->arena = a;
    return names;
}

void scraper_names_free(struct scraper_names *names)
{
    if (names)
        lm_arena_free(names->arena);
}

size_t scraper_names_bytes(const struct scraper_names *names)
{
    return lm_arena_used(names->arena);
}

/* ---- adding ---- */

static struct letters letters_of(lm_str name)
{
    struct letters l = {{0}};

    for (size_t i = 0; i < name.n; i++)
        l.n[(unsigned char)name.p[i] % CLASSES]++;
    return l;
}

static struct step *step_with_room(struct scraper_names *names, size_t length)
{
    struct step **first = &names->steps[length], *s = *first;
    size_t room = s ? LM_MIN(2 * s->room, (size_t)LARGEST_STEP) : FIRST_STEP;

    if (s && s->n < s->room)
        return s;
    s = LM_NEW(names->arena, struct step);
    *s = (struct step){
        .next = *first,
        .room = room,
        .letters = LM_NEW_ARRAY(names->arena, struct letters, room),
        .ids = lm_arena_array(names->arena, room, ID_TEXT),
        .texts = lm_arena_array(names->arena, room, length),
    };
    return *first = s;
}

void scraper_names_add(struct scraper_names *names, const char *id, lm_str normalized)
{
    struct step *s;

    if (!normalized.n)
        return;
    LM_ASSERT(normalized.n <= SCRAPER_NAME_MAX && strlen(id) == ID_TEXT);
    s = step_with_room(names, normalized.n);
    s->letters[s->n] = letters_of(normalized);
    memcpy(s->ids[s->n], id, ID_TEXT);
    memcpy(s->texts + s->n * normalized.n, normalized.p, normalized.n);
    s->n++;
}

/* ---- searching ---- */

struct search {
    lm_str name;
    struct letters letters;
    uint64_t places[256]; /* where each letter stands, for names of up to WORD letters */
    struct scraper_alike *best;
    size_t n, most;
};

static void keep_best(struct search *q, const char *id, double ratio)
{
    size_t k = LM_MIN(q->n, q->most - 1);

    if (q->n == q->most && q->best[k].ratio >= ratio)
        return;
    for (; k > 0 && q->best[k - 1].ratio < ratio; k--)
        q->best[k] = q->best[k - 1];
    memcpy(q->best[k].id, id, ID_TEXT);
    q->best[k].id[ID_TEXT] = '\0';
    q->best[k].ratio = ratio;
    q->n = LM_MIN(q->n + 1, q->most);
}

/* Length of the longest common subsequence: Hyyrö, 2004, a column a letter. */
static size_t common_letters(const struct search *q, const char *text, size_t length)
{
    uint64_t v = ~UINT64_C(0);

    for (size_t i = 0; i < length; i++) {
        uint64_t u = v & q->places[(unsigned char)text[i]];

        v = (v + u) | (v - u);
    }
    return (size_t)__builtin_popcountll(~v & (~UINT64_C(0) >> (WORD - q->name.n)));
}

static void look_closer(struct search *q, const char *id, const char *text, size_t length)
{
    const double total = (double)(q->name.n + length);
    double ratio;

    if (q->name.n <= WORD &&
        2.0 * (double)common_letters(q, text, length) < SCRAPER_SAME_NAME * total)
        return;
    ratio = scraper_name_ratio(q->name, (lm_str){text, length});
    if (ratio >= SCRAPER_SAME_NAME)
        keep_best(q, id, ratio);
}

/* In this form compilers make it one instruction of vectors. */
static unsigned difference(const struct letters *a, const struct letters *b)
{
    unsigned sum = 0;

#pragma GCC unroll 1
    for (int i = 0; i < CLASSES; i++)
        sum += (unsigned)abs(a->n[i] - b->n[i]);
    return sum;
}

static void search_length(struct search *q, const struct step *s, size_t length)
{
    /* What 2M >= 0.85 (m + n) leaves; a hair more, so that rounding loses none. */
    const unsigned most = (unsigned)((1 - SCRAPER_SAME_NAME) * (double)(q->name.n + length) + 1e-6);

    for (; s; s = s->next) {
        for (size_t i = 0; i < s->n; i++) {
            if (difference(&q->letters, &s->letters[i]) <= most)
                look_closer(q, s->ids[i], s->texts + i * length, length);
        }
    }
}

size_t scraper_names_like(const struct scraper_names *names, lm_str normalized,
                          struct scraper_alike *out, size_t most)
{
    struct search q = {
        .name = normalized, .letters = letters_of(normalized), .best = out, .most = most};

    for (size_t i = 0; i < normalized.n && normalized.n <= WORD; i++)
        q.places[(unsigned char)normalized.p[i]] |= UINT64_C(1) << i;
    for (size_t length = 1; normalized.n && length <= SCRAPER_NAME_MAX; length++) {
        if (2.0 * (double)LM_MIN(length, normalized.n) >=
            SCRAPER_SAME_NAME * (double)(length + normalized.n))
            search_length(&q, names->steps[length], length);
    }
    return q.n;
}

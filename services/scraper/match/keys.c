/* SPDX-License-Identifier: Apache-2.0 */
/* The index of names; keys.h says why it looks as it does. */
#include "services/scraper/match/keys.h"

#include <stdlib.h>

#include "common/arena.h"
#include "services/scraper/match/name.h"

enum { SHORT = 10, SHIFTS_CLOSE = 3, SEGMENTS_MAX = 6 };

struct squashed {
    char p[SCRAPER_NAME_MAX];
    int n;
};

static struct squashed squash(lm_str name)
{
    struct squashed s = {.n = 0};

    for (size_t i = 0; i < name.n && s.n < SCRAPER_NAME_MAX; i++) {
        if (name.p[i] != ' ' && name.p[i] != '-')
            s.p[s.n++] = name.p[i];
    }
    return s;
}

/* FNV-1a, 64 bits, over pieces; each piece ends with a byte that no name has. */
static uint64_t mix(uint64_t h, const char *p, int n)
{
    for (int i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return (h ^ 0xff) * 0x100000001b3u;
}

static int64_t key_of(uint64_t h)
{
    h ^= h >> 32; /* FNV's upper bits are the good ones; the index sorts by all */
    return (int64_t)h;
}

static const uint64_t basis = 0xcbf29ce484222325u;

/* ---- short names: less one letter ---- */

/* `s` without letters i and j; -1: without none. */
static int64_t deletion_key(const struct squashed *s, int i, int j)
{
    char rest[SCRAPER_NAME_MAX];
    int n = 0;

    for (int k = 0; k < s->n; k++) {
        if (k != i && k != j)
            rest[n++] = s->p[k];
    }
    return key_of(mix(basis, rest, n));
}

static size_t short_keys(const struct squashed *s, int64_t *out)
{
    size_t n = 0;

    for (int i = -1; i < s->n; i++)
        out[n++] = deletion_key(s, i, -1);
    /* Two more letters at one end is what the search for a shorter name would not find. */
    if (s->n > 7) {
        out[n++] = deletion_key(s, 0, 1);
        out[n++] = deletion_key(s, s->n - 2, s->n - 1);
    }
    return n;
}

/* A stored short name is at most two letters away; two of ours may have to go. */
static size_t short_probes(const struct squashed *s, int64_t *out)
{
    size_t n = 0;

    for (int i = -1; i < s->n; i++)
        out[n++] = deletion_key(s, i, -1);
    for (int i = 0; s->n > 7 && i < s->n; i++) {
        for (int j = i + 1; j < s->n; j++)
            out[n++] = deletion_key(s, i, j);
    }
    return n;
}

/* ---- longer names: pairs of segments ---- */

static int segments_of(int length)
{
    return length < 20 ? 5 : SEGMENTS_MAX;
}

/* Segment i of a name of this length: [begin(i), begin(i + 1)). */
static int begin_of(int length, int i)
{
    return length * i / segments_of(length);
}

static int64_t pair_key(int length, int i, int j, const char *first, const char *second)
{
    char head[4] = {'#', (char)length, (char)i, (char)j};
    uint64_t h = mix(basis, head, sizeof(head));

    h = mix(h, first, begin_of(length, i + 1) - begin_of(length, i));
    return key_of(mix(h, second, begin_of(length, j + 1) - begin_of(length, j)));
}

static size_t long_keys(const struct squashed *s, int64_t *out)
{
    size_t n = 0;

    for (int i = 0; i < segments_of(s->n); i++) {
        for (int j = i + 1; j < segments_of(s->n); j++)
            out[n++] = pair_key(s->n, i, j, s->p + begin_of(s->n, i), s->p + begin_of(s->n, j));
    }
    return n;
}

static bool is_near(int shift, int delta)
{
    return abs(shift) <= 1 || abs(shift - delta) <= 1;
}

/*
 * Can the first segment stand `a` letters further in our name and the second one `b`, when ours is
 * `delta` longer? Each unit of change between them is an insertion or a deletion; two pairs of those are
 * to spare. Lengths far from ours differ by a run of letters, a word more or less: a segment stands
 * before it or behind it.
 */
static bool is_likely_shift(int delta, int a, int b)
{
    if (abs(delta) > SHIFTS_CLOSE && (!is_near(a, delta) || !is_near(b, delta)))
        return false;
    return abs(a) + abs(b - a) + abs(delta - b) <= abs(delta) + 4;
}

static size_t probes_of_pair(const struct squashed *s, int length, int i, int j, int64_t *out)
{
    const int delta = s->n - length;
    const int low = LM_MIN(0, delta) - 1, high = LM_MAX(0, delta) + 1;
    size_t n = 0;

    for (int a = low; a <= high; a++) {
        if (begin_of(length, i) + a < 0 || begin_of(length, i + 1) + a > s->n)
            continue;
        for (int b = low; b <= high; b++) {
            int from = begin_of(length, j) + b;

            if (from < begin_of(length, i + 1) + a || begin_of(length, j + 1) + b > s->n ||
                !is_likely_shift(delta, a, b))
                continue;
            out[n++] = pair_key(length, i, j, s->p + begin_of(length, i) + a, s->p + from);
        }
    }
    return n;
}

static size_t long_probes(const struct squashed *s, int length, int64_t *out)
{
    size_t n = 0;

    for (int i = 0; i < segments_of(length); i++) {
        for (int j = i + 1; j < segments_of(length); j++)
            n += probes_of_pair(s, length, i, j, out + n);
    }
    return n;
}

/* ---- both ---- */

size_t scraper_name_keys(lm_str normalized, int64_t out[SCRAPER_KEYS_MAX])
{
    struct squashed s = squash(normalized);

    if (s.n == 0)
        return 0;
    return s.n <= SHORT ? short_keys(&s, out) : long_keys(&s, out);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static size_t unique(int64_t *keys, size_t n)
{
    size_t kept = 0;

    qsort(keys, n, sizeof(*keys), compare);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || keys[kept - 1] != keys[i])
            keys[kept++] = keys[i];
    }
    return kept;
}

size_t scraper_name_probes(struct lm_arena *a, lm_str normalized, int64_t **out)
{
    struct squashed s = squash(normalized);
    int64_t *keys = LM_NEW_ARRAY(a, int64_t, SCRAPER_PROBES_MAX);
    /* 2 * min / (m + n) >= 0.85; blanks that were squashed may have made it a letter more. */
    int shortest = (int)((double)s.n * 0.739), longest = (int)((double)s.n * 1.353) + 1;
    size_t n = 0;

    *out = keys;
    if (s.n == 0)
        return 0;
    if (shortest <= SHORT && s.n <= SHORT + 2)
        n = short_probes(&s, keys);
    for (int length = LM_MAX(shortest, SHORT + 1); length <= LM_MIN(longest, SCRAPER_NAME_MAX);
         length++) {
        /* Room for the widest length: 15 pairs of at most 49 shifts. */
        if (n + 15 * 64 > SCRAPER_PROBES_MAX)
            break;
        n += long_probes(&s, length, keys + n);
    }
    return unique(keys, n);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows hold under a filter, and how many have which value. */
#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/gateway/columns/internal.h"

/* Counting one value after the other would wait for the sum before: four sums take turns. */
enum { LANES = 4, LANE_CODES = 256 };

/* ---- the filter in codes ---- */

static size_t find_code(const struct dictionary *d, lm_str value)
{
    for (size_t code = 0; code < d->n; code++) {
        if (lm_str_eq(d->values[code], value))
            return code;
    }
    return SIZE_MAX;
}

/* Room by code: REST occurs in a full dictionary only. */
static size_t codes_of(const struct dictionary *d)
{
    return d->n == CODES ? CODES + 1 : d->n + 1;
}

static const uint8_t *fails_of(struct lm_arena *a, const struct dictionary *d, size_t c,
                               const struct gateway_table_filter *f)
{
    uint8_t *fails = lm_arena_alloc(a, codes_of(d)), bit = (uint8_t)(1u << c);
    bool exclude = f->words[c].exclude;

    memset(fails, exclude ? 0 : bit, codes_of(d));
    for (size_t i = 0; i < f->words[c].n; i++) {
        size_t code = find_code(d, f->words[c].values[i]);

        if (code != SIZE_MAX)
            fails[code] = exclude ? bit : 0;
    }
    return fails;
}

struct gateway_table_match *gateway_table_match(struct lm_arena *a, const struct gateway_table *t,
                                                const struct gateway_table_filter *f)
{
    struct gateway_table_match *m = LM_NEW(a, struct gateway_table_match);

    m->filter = f;
    m->has_flags = f->flags_asked != 0;
    m->has_rest = f->has_at;
    m->is_all = !m->has_flags && !m->has_rest;
    for (size_t c = 0; c < t->n_words; c++) {
        if (f->words[c].n)
            m->fails[c] = fails_of(a, &t->words[c], c, f);
        m->is_all &= !f->words[c].n;
    }
    for (unsigned v = 0; v < LM_COUNT(m->fails_flags); v++)
        m->fails_flags[v] = ((v ^ f->flags_wanted) & f->flags_asked) ? FLAGS_BIT : 0;
    for (size_t k = 0; k < t->n_numbers; k++) {
        m->has_rest |= f->numbers[k].is_set;
        m->is_all &= !f->numbers[k].is_set;
    }
    return m;
}

/* ---- rows of a block ---- */

static void judge_rest(const struct gateway_table *t, const struct gateway_table_match *m,
                       const struct block *b, size_t n, uint8_t bits[BLOCK])
{
    const struct gateway_table_filter *f = m->filter;

    for (size_t k = 0; k < t->n_numbers; k++) {
        const int32_t *v = b->numbers + k * BLOCK;
        int32_t from = f->numbers[k].from, to = f->numbers[k].to;

        if (!f->numbers[k].is_set)
            continue;
        for (size_t i = 0; i < n; i++)
            bits[i] |= (uint8_t)(REST_BIT * ((v[i] < from) | (v[i] > to)));
    }
    for (size_t i = 0; f->has_at && i < n; i++)
        bits[i] |= (uint8_t)(REST_BIT * ((b->at[i] < f->at_from) | (b->at[i] > f->at_to)));
}

void gateway_table_judge(const struct gateway_table *t, const struct gateway_table_match *m,
                         size_t at, uint8_t bits[BLOCK])
{
    const struct block *b = t->blocks[at];
    size_t n = rows_of_block(t, at);

    memset(bits, 0, n);
    for (size_t c = 0; c < t->n_words; c++) {
        const uint8_t *fails = m->fails[c];

        for (size_t i = 0; fails && i < n; i++)
            bits[i] |= fails[b->words[c][i]];
    }
    for (size_t i = 0; m->has_flags && i < n; i++)
        bits[i] |= m->fails_flags[b->flags[i]];
    if (m->has_rest)
        judge_rest(t, m, b, n, bits);
}

/* Rows that fail nothing but `own`, without a branch: which ones they are nobody can foretell. */
static size_t rows_but(const uint8_t bits[BLOCK], size_t n, uint8_t own, uint16_t rows[BLOCK])
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        rows[found] = (uint16_t)i;
        found += (bits[i] & (uint8_t)~own) == 0;
    }
    return found;
}

size_t gateway_table_holding(const struct gateway_table *t, const struct gateway_table_match *m,
                             size_t at, uint16_t rows[BLOCK])
{
    uint8_t bits[BLOCK];

    gateway_table_judge(t, m, at, bits);
    return rows_but(bits, rows_of_block(t, at), 0, rows);
}

/* The same for one row. */
static uint8_t judge_row(const struct gateway_table *t, const struct gateway_table_match *m,
                         size_t row)
{
    const struct gateway_table_filter *f = m->filter;
    const struct block *b = block_of(t, row);
    size_t i = row % BLOCK;
    unsigned bits = m->fails_flags[b->flags[i]];

    for (size_t c = 0; c < t->n_words; c++)
        bits |= m->fails[c] ? m->fails[c][b->words[c][i]] : 0;
    for (size_t k = 0; k < t->n_numbers; k++) {
        int32_t v = b->numbers[k * BLOCK + i];

        if (f->numbers[k].is_set && (v < f->numbers[k].from || v > f->numbers[k].to))
            bits |= REST_BIT;
    }
    if (f->has_at && (b->at[i] < f->at_from || b->at[i] > f->at_to))
        bits |= REST_BIT;
    return (uint8_t)bits;
}

bool gateway_table_has(const struct gateway_table *t, const struct gateway_table_match *m,
                       const uint8_t id[GATEWAY_TABLE_ID])
{
    size_t row = gateway_table_find(t, id);

    return row != SIZE_MAX && judge_row(t, m, row) == 0;
}

int64_t gateway_table_total(const struct gateway_table *t, const struct gateway_table_match *m,
                            const uint8_t (*ids)[GATEWAY_TABLE_ID], size_t n_ids)
{
    uint16_t rows[BLOCK];
    int64_t total = 0;

    for (size_t i = 0; ids && i < n_ids; i++)
        total += gateway_table_has(t, m, ids[i]);
    if (ids || m->is_all)
        return ids ? total : (int64_t)t->n_rows;
    for (size_t b = 0; b * BLOCK < t->n_rows; b++)
        total += (int64_t)gateway_table_holding(t, m, b, rows);
    return total;
}

/* ---- sums ---- */

struct sums {
    int64_t total;
    int64_t *words[GATEWAY_TABLE_WORDS]; /* by code */
    uint32_t lanes[GATEWAY_TABLE_WORDS][LANES][LANE_CODES];
    int64_t flags[256]; /* without the part about flags */
};

static void add_word(struct sums *s, const struct gateway_table *t, size_t c,
                     const uint16_t codes[BLOCK], const uint16_t *rows, size_t n)
{
    uint32_t(*lanes)[LANE_CODES] = s->lanes[c];

    if (t->words[c].n > LANE_CODES) {
        for (size_t i = 0; i < n; i++)
            s->words[c][codes[rows[i]]]++;
        return;
    }
    for (size_t i = 0; i < n; i++)
        lanes[i % LANES][codes[rows[i]]]++;
}

static void add_block(struct sums *s, const struct gateway_table *t,
                      const struct gateway_table_match *m, size_t at)
{
    uint16_t holding[BLOCK], but_own[BLOCK];
    const struct block *b = t->blocks[at];
    size_t n = rows_of_block(t, at), n_holding, n_own;
    uint8_t bits[BLOCK];

    gateway_table_judge(t, m, at, bits);
    n_holding = rows_but(bits, n, 0, holding);
    s->total += (int64_t)n_holding;
    for (size_t c = 0; c < t->n_words; c++) {
        if (!m->fails[c]) {
            add_word(s, t, c, b->words[c], holding, n_holding);
            continue;
        }
        n_own = rows_but(bits, n, (uint8_t)(1u << c), but_own);
        add_word(s, t, c, b->words[c], but_own, n_own);
    }
    n_own = rows_but(bits, n, FLAGS_BIT, but_own);
    for (size_t i = 0; i < n_own; i++)
        s->flags[b->flags[but_own[i]]]++;
}

static void add_row(struct sums *s, const struct gateway_table *t,
                    const struct gateway_table_match *m, size_t row)
{
    const struct block *b = block_of(t, row);
    unsigned bits = judge_row(t, m, row);

    s->total += bits == 0;
    for (size_t c = 0; c < t->n_words; c++)
        s->words[c][b->words[c][row % BLOCK]] += (bits & ~(1u << c)) == 0;
    s->flags[b->flags[row % BLOCK]] += (bits & ~(unsigned)FLAGS_BIT) == 0;
}

/* Nothing is filtered, so that what is kept with every change is the answer. */
static void take_tallies(struct sums *s, const struct gateway_table *t)
{
    s->total = (int64_t)t->n_rows;
    for (size_t c = 0; c < t->n_words; c++) {
        if (t->words[c].n)
            memcpy(s->words[c], t->words[c].counts, t->words[c].n * sizeof(*s->words[c]));
    }
    memcpy(s->flags, t->flags, sizeof(s->flags));
}

/* ---- answers ---- */

static int most_first(const void *pa, const void *pb)
{
    const struct gateway_table_value *a = pa, *b = pb;

    if (a->n != b->n)
        return a->n < b->n ? 1 : -1;
    return lm_str_cmp(a->value, b->value);
}

static void answer_word(struct lm_arena *a, const struct sums *s, const struct gateway_table *t,
                        size_t c, struct gateway_table_counts *out)
{
    const struct dictionary *d = &t->words[c];
    struct gateway_table_value *v = LM_NEW_ARRAY(a, struct gateway_table_value, d->n + 1);
    size_t n = 0;

    for (size_t code = 0; code < d->n; code++) {
        int64_t sum = s->words[c][code];

        for (size_t lane = 0; lane < LANES && code < LANE_CODES; lane++)
            sum += s->lanes[c][lane][code];
        if (sum)
            v[n++] = (struct gateway_table_value){d->values[code], sum};
    }
    qsort(v, n, sizeof(*v), most_first);
    out->words[c] = v;
    out->n_words[c] = n;
}

/* Each flag under what is asked of the others. */
static void answer_flags(const struct sums *s, const struct gateway_table_filter *f,
                         struct gateway_table_counts *out)
{
    for (unsigned k = 0; k < GATEWAY_TABLE_FLAGS; k++) {
        unsigned others = f->flags_asked & ~(1u << k);

        for (unsigned v = 0; v < 256; v++) {
            if (((v ^ f->flags_wanted) & others) == 0)
                out->flags[k][v >> k & 1] += s->flags[v];
        }
    }
}

void gateway_table_count(struct lm_arena *a, const struct gateway_table *t,
                         const struct gateway_table_match *m,
                         const uint8_t (*ids)[GATEWAY_TABLE_ID], size_t n_ids,
                         struct gateway_table_counts *out)
{
    struct sums *s = LM_NEW(a, struct sums);

    *out = (struct gateway_table_counts){0};
    for (size_t c = 0; c < t->n_words; c++)
        s->words[c] = LM_NEW_ARRAY(a, int64_t, codes_of(&t->words[c]));
    for (size_t i = 0; ids && i < n_ids; i++) {
        size_t row = gateway_table_find(t, ids[i]);

        if (row != SIZE_MAX)
            add_row(s, t, m, row);
    }
    if (!ids && m->is_all)
        take_tallies(s, t);
    else if (!ids) {
        for (size_t b = 0; b * BLOCK < t->n_rows; b++)
            add_block(s, t, m, b);
    }
    out->total = s->total;
    for (size_t c = 0; c < t->n_words; c++)
        answer_word(a, s, t, c, out);
    answer_flags(s, m->filter, out);
}

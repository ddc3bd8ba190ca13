/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as columns: putting, changing and dropping them. table.h says what for. */
#include "services/gateway/columns/internal.h"

#include "common/arena.h"
#include "common/str.h"

enum { FIRST_SLOTS = 64 };

/* ---- ids ---- */

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

void gateway_table_id(lm_str text, uint8_t out[GATEWAY_TABLE_ID])
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < text.n && n < GATEWAY_TABLE_ID; i++) {
        if (text.p[i] == '-')
            continue;
        out[n++] = (uint8_t)(nibble(text.p[i]) << 4 | nibble(text.p[i + 1]));
        i++;
    }
    LM_ASSERT(n == GATEWAY_TABLE_ID);
}

void gateway_table_id_text(const uint8_t id[GATEWAY_TABLE_ID], char out[37])
{
    static const char digits[] = "0123456789abcdef";
    char *p = out;

    for (size_t i = 0; i < GATEWAY_TABLE_ID; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digits[id[i] >> 4];
        *p++ = digits[id[i] & 15];
    }
    *p = '\0';
}

/*
 * Every bit of the id reaches every bit of the slot (the finish of MurmurHash3): ids are random as a rule, but those of
 * imports and tests may count up, in whichever byte.
 */
static size_t slot_of_id(const uint8_t id[GATEWAY_TABLE_ID], size_t n_slots)
{
    uint64_t halves[2], h;

    memcpy(halves, id, sizeof(halves));
    h = halves[0] * UINT64_C(0x9e3779b97f4a7c15) ^ halves[1];
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (size_t)(h ^ h >> 33) & (n_slots - 1);
}

static bool is_row(const struct gateway_table *t, size_t row, const uint8_t id[GATEWAY_TABLE_ID])
{
    return memcmp(block_of(t, row)->ids[row % BLOCK], id, GATEWAY_TABLE_ID) == 0;
}

/* The slot that names the row, or the free one where it would stand. */
static size_t find_slot(const struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID])
{
    size_t s = slot_of_id(id, t->n_slots);

    while (t->slots[s] && !is_row(t, t->slots[s] - 1, id))
        s = (s + 1) & (t->n_slots - 1);
    return s;
}

size_t gateway_table_find(const struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID])
{
    uint32_t slot = t->slots[find_slot(t, id)];

    return slot ? slot - 1 : SIZE_MAX;
}

static void make_slots(struct gateway_table *t, size_t n_slots)
{
    struct lm_arena *old = t->slots_arena;

    t->slots_arena = lm_arena_new(SIZE_MAX / 2);
    t->slots = LM_NEW_ARRAY(t->slots_arena, uint32_t, n_slots);
    t->n_slots = n_slots;
    for (size_t row = 0; row < t->n_rows; row++)
        t->slots[find_slot(t, block_of(t, row)->ids[row % BLOCK])] = (uint32_t)(row + 1);
    lm_arena_free(old);
}

/* Those behind a hole move up, so that a search never ends early. */
static void free_slot(struct gateway_table *t, size_t hole)
{
    size_t mask = t->n_slots - 1;

    for (size_t s = (hole + 1) & mask; t->slots[s]; s = (s + 1) & mask) {
        size_t row = t->slots[s] - 1;
        size_t home = slot_of_id(block_of(t, row)->ids[row % BLOCK], t->n_slots);

        if (((s - home) & mask) < ((s - hole) & mask))
            continue;
        t->slots[hole] = t->slots[s];
        hole = s;
    }
    t->slots[hole] = 0;
}

/* ---- dictionaries ---- */

static uint64_t hash_of(lm_str s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static void make_word_slots(struct gateway_table *t, struct dictionary *d, size_t n_slots)
{
    d->slots = LM_NEW_ARRAY(t->arena, uint32_t, n_slots);
    d->n_slots = n_slots;
    for (size_t code = 0; code < d->n; code++) {
        size_t s = hash_of(d->values[code]) & (n_slots - 1);

        while (d->slots[s])
            s = (s + 1) & (n_slots - 1);
        d->slots[s] = (uint32_t)(code + 1);
    }
}

static uint16_t code_of(struct gateway_table *t, struct dictionary *d, lm_str value)
{
    size_t s = hash_of(value) & (d->n_slots - 1);

    for (; d->slots[s]; s = (s + 1) & (d->n_slots - 1)) {
        if (lm_str_eq(d->values[d->slots[s] - 1], value))
            return (uint16_t)(d->slots[s] - 1);
    }
    if (d->n == CODES)
        return REST;
    d->values = lm_arena_grow(t->arena, d->values, d->n, &d->cap, sizeof(*d->values));
    d->counts = lm_arena_grow(t->arena, d->counts, d->n, &d->cap_counts, sizeof(*d->counts));
    d->values[d->n] = value.n ? lm_arena_dup(t->arena, value) : LM_STR("");
    d->counts[d->n] = 0;
    d->slots[s] = (uint32_t)++d->n;
    if (2 * d->n > d->n_slots)
        make_word_slots(t, d, 2 * d->n_slots);
    return (uint16_t)(d->n - 1);
}

/* ---- rows ---- */

struct gateway_table *gateway_table_new(size_t n_words, size_t n_numbers)
{
    struct lm_arena *a = lm_arena_new(SIZE_MAX / 2);
    struct gateway_table *t = LM_NEW(a, struct gateway_table);

    LM_ASSERT(n_words <= GATEWAY_TABLE_WORDS && n_numbers <= GATEWAY_TABLE_NUMBERS);
    t->arena = a;
    t->n_words = n_words;
    t->n_numbers = n_numbers;
    make_slots(t, FIRST_SLOTS);
    for (size_t c = 0; c < n_words; c++)
        make_word_slots(t, &t->words[c], FIRST_SLOTS);
    return t;
}

void gateway_table_free(struct gateway_table *t)
{
    if (!t)
        return;
    lm_arena_free(t->slots_arena);
    lm_arena_free(t->arena);
}

size_t gateway_table_rows(const struct gateway_table *t)
{
    return t->n_rows;
}

size_t gateway_table_bytes(const struct gateway_table *t)
{
    return lm_arena_used(t->arena) + lm_arena_used(t->slots_arena);
}

/* Adds the row to what the counts without a filter are, or takes it away. */
static void tally(struct gateway_table *t, size_t row, int sign)
{
    const struct block *b = block_of(t, row);
    size_t i = row % BLOCK;

    for (size_t c = 0; c < t->n_words; c++) {
        if (b->words[c][i] != REST)
            t->words[c].counts[b->words[c][i]] += sign;
    }
    t->flags[b->flags[i]] += sign;
}

static void set_time(struct block *b, size_t i, int64_t at)
{
    b->at[i] = at;
    b->oldest = LM_MIN(b->oldest, at);
    b->newest = LM_MAX(b->newest, at);
}

static size_t add_row(struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID])
{
    size_t row = t->n_rows;

    LM_ASSERT(row < UINT32_MAX);
    if (row == t->n_blocks * BLOCK) {
        t->blocks =
            lm_arena_grow(t->arena, t->blocks, t->n_blocks, &t->cap_blocks, sizeof(struct block *));
        t->blocks[t->n_blocks++] =
            lm_arena_alloc(t->arena, sizeof(struct block) + t->n_numbers * BLOCK * sizeof(int32_t));
    }
    if (row % BLOCK == 0) {
        block_of(t, row)->oldest = INT64_MAX;
        block_of(t, row)->newest = INT64_MIN;
    }
    if (3 * (row + 1) > 2 * t->n_slots)
        make_slots(t, 2 * t->n_slots);
    memcpy(block_of(t, row)->ids[row % BLOCK], id, GATEWAY_TABLE_ID);
    t->slots[find_slot(t, id)] = (uint32_t)(row + 1);
    t->n_rows++;
    return row;
}

void gateway_table_put(struct gateway_table *t, const struct gateway_table_row *in)
{
    size_t row = gateway_table_find(t, in->id), i;
    struct block *b;

    if (row == SIZE_MAX)
        row = add_row(t, in->id);
    else
        tally(t, row, -1);
    b = block_of(t, row);
    i = row % BLOCK;
    set_time(b, i, in->at);
    b->flags[i] = in->flags;
    for (size_t c = 0; c < t->n_words; c++)
        b->words[c][i] = code_of(t, &t->words[c], in->words[c]);
    for (size_t k = 0; k < t->n_numbers; k++)
        b->numbers[k * BLOCK + i] = in->numbers[k];
    tally(t, row, 1);
}

bool gateway_table_amend(struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID], size_t number,
                         int32_t value, uint8_t flags_on)
{
    size_t row = gateway_table_find(t, id);

    if (row == SIZE_MAX)
        return false;
    tally(t, row, -1);
    block_of(t, row)->flags[row % BLOCK] |= flags_on;
    block_of(t, row)->numbers[number * BLOCK + row % BLOCK] = value;
    tally(t, row, 1);
    return true;
}

/* The last row takes the place of the one that goes. */
void gateway_table_drop(struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID])
{
    size_t slot = find_slot(t, id), row, last, i, from;
    struct block *b, *last_b;

    if (!t->slots[slot])
        return;
    row = t->slots[slot] - 1;
    tally(t, row, -1);
    free_slot(t, slot);
    last = --t->n_rows;
    if (row == last)
        return;
    b = block_of(t, row);
    last_b = block_of(t, last);
    i = row % BLOCK;
    from = last % BLOCK;
    t->slots[find_slot(t, last_b->ids[from])] = (uint32_t)(row + 1);
    memcpy(b->ids[i], last_b->ids[from], GATEWAY_TABLE_ID);
    set_time(b, i, last_b->at[from]);
    b->flags[i] = last_b->flags[from];
    for (size_t c = 0; c < t->n_words; c++)
        b->words[c][i] = last_b->words[c][from];
    for (size_t k = 0; k < t->n_numbers; k++)
        b->numbers[k * BLOCK + i] = last_b->numbers[k * BLOCK + from];
}

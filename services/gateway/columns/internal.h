/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TABLE_INTERNAL_H
#define GATEWAY_TABLE_INTERNAL_H

#include "services/gateway/columns/table.h"

/* Rows stand in blocks, which are never moved; the last one is the only one that is not full. */
enum {
    BLOCK = 4096,
    CODES = 65535,
    REST = CODES /* the code of what the dictionary has no room for */
};

struct block {
    int64_t oldest, newest; /* no row is outside; those that went may have been wider */
    int64_t at[BLOCK];
    uint8_t ids[BLOCK][GATEWAY_TABLE_ID];
    uint16_t words[GATEWAY_TABLE_WORDS][BLOCK];
    uint8_t flags[BLOCK];
    int32_t numbers[]; /* n_numbers times BLOCK */
};

/* The values of a column by code, the codes by value, and how many rows have which. */
struct dictionary {
    lm_str *values;
    int64_t *counts;
    size_t n, cap, cap_counts;
    uint32_t *slots; /* code + 1; 0: free */
    size_t n_slots;
};

struct gateway_table {
    struct lm_arena *arena;
    size_t n_words, n_numbers, n_rows;
    struct block **blocks;
    size_t n_blocks, cap_blocks;
    struct dictionary words[GATEWAY_TABLE_WORDS];
    int64_t flags[256]; /* rows by all their flags */
    struct lm_arena *slots_arena;
    uint32_t *slots; /* row + 1 by id; 0: free */
    size_t n_slots;
};

struct gateway_table_match {
    const uint8_t *fails[GATEWAY_TABLE_WORDS]; /* by code; NULL: all hold */
    bool has_flags;
    uint8_t fails_flags[256];
    bool has_rest; /* numbers or time */
    const struct gateway_table_filter *filter;
    size_t n_parts; /* of those that are counted without: words, and the flags together */
};

static inline struct block *block_of(const struct gateway_table *t, size_t row)
{
    return t->blocks[row / BLOCK];
}

static inline size_t rows_of_block(const struct gateway_table *t, size_t b)
{
    return LM_MIN((size_t)BLOCK, t->n_rows - b * BLOCK);
}

/* SIZE_MAX: not there. */
size_t gateway_table_find(const struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID]);

/*
 * How many parts of the filter each row of the block fails, and which one it is when it is one: its
 * word + 1, or GATEWAY_TABLE_WORDS + 1 for the flags. What nobody counts without (numbers, time)
 * counts as two.
 */
void gateway_table_judge(const struct gateway_table *t, const struct gateway_table_match *m,
                         size_t b, uint8_t failed[BLOCK], uint8_t which[BLOCK]);

#endif

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

/*
 * What a row fails is a set of bits: one for each word, one for all flags together, one for what
 * nobody is counted without (numbers, time). A facet wants the rows that fail nothing but its own.
 */
enum { FLAGS_BIT = 1 << GATEWAY_TABLE_WORDS, REST_BIT = 2 << GATEWAY_TABLE_WORDS };
_Static_assert(REST_BIT <= UINT8_MAX, "a row's bits are a byte");

struct gateway_table_match {
    const uint8_t *fails[GATEWAY_TABLE_WORDS]; /* by code, the word's bit or 0; NULL: all hold */
    bool has_flags;
    uint8_t fails_flags[256];
    bool has_rest;
    bool is_all; /* nothing is asked for */
    const struct gateway_table_filter *filter;
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

/* What each row of the block fails. */
void gateway_table_judge(const struct gateway_table *t, const struct gateway_table_match *m,
                         size_t at, uint8_t bits[BLOCK]);

/* The rows of the block that hold, in order; how many. */
size_t gateway_table_holding(const struct gateway_table *t, const struct gateway_table_match *m,
                             size_t at, uint16_t rows[BLOCK]);

#endif

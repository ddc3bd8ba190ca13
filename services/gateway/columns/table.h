/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TABLE_H
#define GATEWAY_TABLE_H

#include "common/base.h"

/*
 * Rows of one tenant as columns in memory, to be filtered, counted and put in order: whatever filters
 * are combined, all rows are looked at, which is about a nanosecond a row and filter. That is what no
 * set of indexes can promise. Pure; one thread at a time.
 *
 * A row has an id, a time, words (text of few values, kept as 16-bit codes of a dictionary), eight
 * flags, and numbers. About 55 bytes a row. Of a column's words the first 65,534 that occur can be
 * told apart; the rest count as one value that no filter names.
 */
enum {
    GATEWAY_TABLE_WORDS = 6,
    GATEWAY_TABLE_NUMBERS = 3,
    GATEWAY_TABLE_FLAGS = 8,
    GATEWAY_TABLE_ID = 16,
    GATEWAY_TABLE_NO_NUMBER = -1, /* not known: in no range, and behind all others in an order */
};

struct gateway_table_row {
    uint8_t id[GATEWAY_TABLE_ID];
    int64_t at;
    lm_str words[GATEWAY_TABLE_WORDS]; /* {NULL, 0} is the same as "": not known */
    int32_t numbers[GATEWAY_TABLE_NUMBERS];
    uint8_t flags;
};

struct gateway_table;
struct gateway_table *gateway_table_new(size_t n_words, size_t n_numbers);
void gateway_table_free(struct gateway_table *t);
/* New, or in the place of the one with this id. */
void gateway_table_put(struct gateway_table *t, const struct gateway_table_row *row);
/* Nothing happens when it is not there. */
void gateway_table_drop(struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID]);
/* Sets a number and some flags of a row that is there; false: it is not. */
bool gateway_table_amend(struct gateway_table *t, const uint8_t id[GATEWAY_TABLE_ID], size_t number,
                         int32_t value, uint8_t flags_on);
size_t gateway_table_rows(const struct gateway_table *t);
size_t gateway_table_bytes(const struct gateway_table *t);

/* "00000000-0000-7000-8000-000000000001" and back; the text must be an id. */
void gateway_table_id(lm_str text, uint8_t out[GATEWAY_TABLE_ID]);
void gateway_table_id_text(const uint8_t id[GATEWAY_TABLE_ID], char out[37]);

/* ---- filters: all parts must hold ---- */

struct gateway_table_filter {
    struct {
        const lm_str *values; /* one of them, or none of them */
        size_t n;             /* 0: any value */
        bool exclude;
    } words[GATEWAY_TABLE_WORDS];
    uint8_t flags_asked, flags_wanted; /* bits */
    struct {
        bool is_set;
        int32_t from, to; /* both count; from 0 at least, so that what is not known is outside */
    } numbers[GATEWAY_TABLE_NUMBERS];
    bool has_at;
    int64_t at_from, at_to;
};
/* The filter in codes; good until the table changes. Lives in `a`. */
struct gateway_table_match;
struct gateway_table_match *gateway_table_match(struct lm_arena *a, const struct gateway_table *t,
                                                const struct gateway_table_filter *f);
/* How many rows hold; `ids` as below. */
int64_t gateway_table_total(const struct gateway_table *t, const struct gateway_table_match *m,
                            const uint8_t (*ids)[GATEWAY_TABLE_ID], size_t n_ids);
/* False too when no such row is there. */
bool gateway_table_has(const struct gateway_table *t, const struct gateway_table_match *m,
                       const uint8_t id[GATEWAY_TABLE_ID]);

/* ---- counting: each column under all parts of the filter but its own ---- */

struct gateway_table_value {
    lm_str value; /* the table's: good until it changes */
    int64_t n;
};
struct gateway_table_counts {
    int64_t total;                                          /* rows that hold */
    struct gateway_table_value *words[GATEWAY_TABLE_WORDS]; /* values that occur; most first */
    size_t n_words[GATEWAY_TABLE_WORDS];
    int64_t flags[GATEWAY_TABLE_FLAGS][2]; /* without, with */
};
/* `ids`: of these rows only; NULL: of all. Results live in `a`. */
void gateway_table_count(struct lm_arena *a, const struct gateway_table *t,
                         const struct gateway_table_match *m,
                         const uint8_t (*ids)[GATEWAY_TABLE_ID], size_t n_ids,
                         struct gateway_table_counts *out);

/* ---- a page of those that hold, highest key first, then highest id ---- */

enum { GATEWAY_TABLE_BY_TIME = -1 };
struct gateway_table_page {
    int by; /* GATEWAY_TABLE_BY_TIME, or a number */
    int64_t key;
    uint8_t id[GATEWAY_TABLE_ID]; /* the page begins behind this key and id */
    size_t offset, limit;
    const uint8_t (*ids)[GATEWAY_TABLE_ID]; /* among these; NULL: among all */
    size_t n_ids;
};
/* How many were written to `out` and `keys`, which have room for page->limit. */
size_t gateway_table_page(struct lm_arena *a, const struct gateway_table *t,
                          const struct gateway_table_match *m,
                          const struct gateway_table_page *page, uint8_t (*out)[GATEWAY_TABLE_ID],
                          int64_t *keys);

#endif

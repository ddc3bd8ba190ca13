/* SPDX-License-Identifier: Apache-2.0 */
/* Columns in memory say what a plain look at every row says, whatever is put, changed and dropped. */
#include "tests/lm_test.h"

#include <stdlib.h>

#include "common/clock.h"
#include "services/gateway/columns/table.h"

enum { ROWS = 9000, WORDS = 3, NUMBERS = 2, STEPS = 10000, ROUNDS = 12, PAGE = 37 };

static uint64_t seed;

static unsigned pick(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % n;
}

/* ---- the plain truth ---- */

struct truth {
    struct gateway_table_row rows[ROWS];
    bool is_there[ROWS];
};

static const char *const words[] = {"", "NL", "BE", "DE", "Amsterdam", "'s-Gravenhage", "a b"};

static void make_row(struct truth *t, size_t i)
{
    struct gateway_table_row *r = &t->rows[i];

    *r = (struct gateway_table_row){.flags = (uint8_t)pick(256), .at = 1000 + (int64_t)pick(500)};
    r->id[0] = (uint8_t)(i >> 8);
    r->id[15] = (uint8_t)i;
    for (size_t c = 0; c < WORDS; c++)
        r->words[c] = lm_str_z(words[pick(LM_COUNT(words))]);
    for (size_t k = 0; k < NUMBERS; k++)
        r->numbers[k] = (int32_t)pick(50) - 1;
    t->is_there[i] = true;
}

static bool has_word(const struct gateway_table_filter *f, size_t c, lm_str word)
{
    bool is_named = false;

    for (size_t i = 0; i < f->words[c].n; i++)
        is_named |= lm_str_eq(f->words[c].values[i], word);
    return !f->words[c].n || is_named != f->words[c].exclude;
}

/* Without one word (`but`), or one flag (`but_flag`). */
static bool holds(const struct gateway_table_filter *f, const struct gateway_table_row *r,
                  size_t but, unsigned but_flag)
{
    unsigned asked = f->flags_asked & ~(but_flag < 8 ? 1u << but_flag : 0);

    for (size_t c = 0; c < WORDS; c++) {
        if (c != but && !has_word(f, c, r->words[c]))
            return false;
    }
    for (size_t k = 0; k < NUMBERS; k++) {
        if (f->numbers[k].is_set &&
            (r->numbers[k] < f->numbers[k].from || r->numbers[k] > f->numbers[k].to))
            return false;
    }
    if (f->has_at && (r->at < f->at_from || r->at > f->at_to))
        return false;
    return ((r->flags ^ f->flags_wanted) & asked) == 0;
}

static void make_filter(struct gateway_table_filter *f, lm_str values[WORDS][2])
{
    *f = (struct gateway_table_filter){.has_at = pick(4) == 0};
    f->at_from = 1000 + pick(300);
    f->at_to = f->at_from + pick(300);
    f->flags_asked = (uint8_t)(pick(3) ? 0 : 1u << pick(8) | 1u << pick(8));
    f->flags_wanted = (uint8_t)(pick(256) & f->flags_asked);
    for (size_t c = 0; c < WORDS; c++) {
        f->words[c].values = values[c];
        f->words[c].n = pick(2) ? 0 : 1 + pick(2);
        f->words[c].exclude = pick(2);
        for (size_t i = 0; i < 2; i++)
            values[c][i] = pick(9) ? lm_str_z(words[pick(LM_COUNT(words))]) : LM_STR("nowhere");
    }
    for (size_t k = 0; k < NUMBERS; k++) {
        f->numbers[k].is_set = pick(3) == 0;
        f->numbers[k].from = (int32_t)pick(25);
        f->numbers[k].to = f->numbers[k].from + (int32_t)pick(30);
    }
}

/* ---- the two compared ---- */

static int64_t n_of(const struct gateway_table_counts *counts, size_t c, lm_str value)
{
    for (size_t i = 0; i < counts->n_words[c]; i++) {
        assert_true(i == 0 || counts->words[c][i - 1].n >= counts->words[c][i].n);
        if (lm_str_eq(counts->words[c][i].value, value))
            return counts->words[c][i].n;
    }
    return 0;
}

static void compare_counts(const struct truth *t, const struct gateway_table_filter *f,
                           const struct gateway_table_counts *counts, const bool *is_asked)
{
    int64_t total = 0, n;

    for (size_t i = 0; i < ROWS; i++)
        total += t->is_there[i] && is_asked[i] && holds(f, &t->rows[i], WORDS, 8);
    assert_int_equal(counts->total, total);
    for (size_t c = 0; c < WORDS; c++) {
        for (size_t w = 0; w < LM_COUNT(words); w++) {
            n = 0;
            for (size_t i = 0; i < ROWS; i++)
                n += t->is_there[i] && is_asked[i] && lm_str_eqz(t->rows[i].words[c], words[w]) &&
                     holds(f, &t->rows[i], c, 8);
            assert_int_equal(n_of(counts, c, lm_str_z(words[w])), n);
        }
    }
    for (unsigned flag = 0; flag < 8; flag++) {
        n = 0;
        for (size_t i = 0; i < ROWS; i++)
            n += t->is_there[i] && is_asked[i] && (t->rows[i].flags >> flag & 1) &&
                 holds(f, &t->rows[i], WORDS, flag);
        assert_int_equal(counts->flags[flag][1], n);
    }
}

static int later_first(const struct gateway_table_row *a, const struct gateway_table_row *b, int by)
{
    int64_t x = by < 0 ? a->at : a->numbers[by], y = by < 0 ? b->at : b->numbers[by];

    return x != y ? (x < y ? 1 : -1) : memcmp(b->id, a->id, sizeof(a->id));
}

/* Walks all pages: each row that holds comes once, in order. */
static void compare_pages(struct lm_test *test, const struct truth *t,
                          const struct gateway_table *table, const struct gateway_table_match *m,
                          const struct gateway_table_filter *f, int by)
{
    struct gateway_table_page p = {.by = by, .key = INT64_MAX, .limit = PAGE};
    uint8_t ids[PAGE][GATEWAY_TABLE_ID];
    const struct gateway_table_row *last = NULL;
    int64_t keys[PAGE], seen = 0, total = gateway_table_total(table, m, NULL, 0);
    size_t n;

    memset(p.id, 0xff, sizeof(p.id));
    do {
        n = gateway_table_page(test->arena, table, m, &p, ids, keys);
        for (size_t i = 0; i < n; i++, seen++) {
            const struct gateway_table_row *r = &t->rows[(size_t)ids[i][0] << 8 | ids[i][15]];

            assert_true(t->is_there[r - t->rows] && holds(f, r, WORDS, 8));
            assert_true(gateway_table_has(table, m, ids[i]));
            assert_true(!last || later_first(last, r, by) < 0);
            last = r;
        }
        if (n) {
            p.key = keys[n - 1];
            memcpy(p.id, ids[n - 1], sizeof(p.id));
        }
    } while (n == PAGE && seen < 20 * PAGE);
    assert_int_equal(seen, LM_MIN(total, (int64_t)20 * PAGE));
    p = (struct gateway_table_page){.by = by, .key = INT64_MAX, .offset = 5, .limit = 3};
    memset(p.id, 0xff, sizeof(p.id));
    n = gateway_table_page(test->arena, table, m, &p, ids, keys);
    assert_int_equal(n, total > 5 ? LM_MIN(total - 5, 3) : 0);
}

static void compare(struct lm_test *test, const struct truth *t, const struct gateway_table *table)
{
    uint8_t(*ids)[GATEWAY_TABLE_ID] = lm_arena_array(test->arena, ROWS, GATEWAY_TABLE_ID);
    bool all[ROWS], some[ROWS] = {false};
    struct gateway_table_counts counts;
    struct gateway_table_match *m;
    struct gateway_table_filter f;
    lm_str values[WORDS][2];
    size_t n = 0;

    make_filter(&f, values);
    m = gateway_table_match(test->arena, table, &f);
    gateway_table_count(test->arena, table, m, NULL, 0, &counts);
    memset(all, true, sizeof(all));
    compare_counts(t, &f, &counts, all);
    for (size_t i = pick(7); i < ROWS; i += 1 + pick(30)) {
        some[i] = true;
        memcpy(ids[n++], t->rows[i].id, GATEWAY_TABLE_ID);
    }
    gateway_table_count(test->arena, table, m, (const uint8_t(*)[GATEWAY_TABLE_ID])ids, n, &counts);
    compare_counts(t, &f, &counts, some);
    compare_pages(test, t, table, m, &f, (int)pick(NUMBERS + 1) - 1);
}

static void say_what_a_look_at_every_row_says(void **state)
{
    struct lm_test *test = *state;
    struct gateway_table *table = gateway_table_new(WORDS, NUMBERS);
    struct truth *t = LM_NEW(test->arena, struct truth);

    seed = 7;
    for (size_t i = 0; i < ROWS; i++) {
        make_row(t, i);
        t->is_there[i] = false;
    }
    for (int round = 0; round < ROUNDS; round++) {
        struct lm_arena_mark mark = lm_arena_mark(test->arena);

        for (int k = 0; k < STEPS; k++) {
            size_t i = pick(ROWS);

            if (pick(round % 2 ? 2 : 5) == 0) {
                gateway_table_drop(table, t->rows[i].id);
                t->is_there[i] = false;
            } else {
                make_row(t, i);
                gateway_table_put(table, &t->rows[i]);
            }
        }
        compare(test, t, table);
        lm_arena_rewind(test->arena, mark);
    }
    gateway_table_free(table);
}

static void counts_without_a_filter_from_what_is_kept(void **state)
{
    struct lm_test *test = *state;
    struct gateway_table *table = gateway_table_new(1, 1);
    struct gateway_table_filter all = {.has_at = false};
    struct gateway_table_row row = {.words = {LM_STR("NL")}, .numbers = {3}, .flags = 1};
    struct gateway_table_counts counts;

    for (uint8_t i = 0; i < 10; i++) {
        row.id[15] = i;
        gateway_table_put(table, &row);
    }
    row.words[0] = LM_STR("BE"); /* the last one moves */
    gateway_table_put(table, &row);
    assert_true(gateway_table_amend(table, row.id, 0, 9, 2));
    row.id[15] = 99;
    assert_false(gateway_table_amend(table, row.id, 0, 9, 2));
    gateway_table_drop(table, row.id); /* never was there */
    gateway_table_count(test->arena, table, gateway_table_match(test->arena, table, &all), NULL, 0,
                        &counts);
    assert_int_equal(counts.total, 10);
    assert_int_equal(n_of(&counts, 0, LM_STR("NL")), 9);
    assert_int_equal(n_of(&counts, 0, LM_STR("BE")), 1);
    assert_int_equal(counts.flags[0][1], 10);
    assert_int_equal(counts.flags[1][1], 1);
    gateway_table_free(table);
}

static void takes_more_words_than_there_are_codes(void **state)
{
    struct lm_test *test = *state;
    struct gateway_table *table = gateway_table_new(1, 0);
    lm_str first = LM_STR("city 0");
    struct gateway_table_filter f = {.words = {{.values = &first, .n = 1, .exclude = true}}};
    struct gateway_table_row row = {.at = 1};
    struct gateway_table_counts counts;
    char name[32];

    for (uint32_t i = 0; i < 70000; i++) {
        memcpy(row.id + 12, &i, sizeof(i));
        snprintf(name, sizeof(name), "city %u", i);
        row.words[0] = lm_str_z(name);
        gateway_table_put(table, &row);
    }
    gateway_table_count(test->arena, table, gateway_table_match(test->arena, table, &f), NULL, 0,
                        &counts);
    assert_int_equal(counts.total, 69999);
    assert_int_equal(counts.n_words[0], 65535);
    gateway_table_free(table);
}

/* With ids that count up in one byte or another a weak hash made 60,000 rows take half a minute. */
static void finds_rows_whose_ids_count_up(void **state)
{
    enum { MANY = 60000, PATIENCE_MS = 20000 };
    struct gateway_table_row row = {.at = 1};
    int64_t from = lm_mono_ms();

    (void)state;
    for (size_t byte = 0; byte + 4 <= GATEWAY_TABLE_ID; byte += 4) {
        struct gateway_table *table = gateway_table_new(0, 0);

        memset(row.id, 0, sizeof(row.id));
        for (uint32_t i = 0; i < MANY && lm_mono_ms() - from < PATIENCE_MS; i++) {
            for (size_t k = 0; k < 4; k++)
                row.id[byte + k] = (uint8_t)(i >> (24 - 8 * k));
            gateway_table_put(table, &row);
        }
        assert_int_equal(gateway_table_rows(table), MANY);
        gateway_table_free(table);
    }
}

static void reads_and_writes_ids(void **state)
{
    uint8_t id[GATEWAY_TABLE_ID];
    char text[37];

    (void)state;
    gateway_table_id(LM_STR("01a22163-e46f-73D4-b08f-5a20ba43ca6f"), id);
    gateway_table_id_text(id, text);
    assert_string_equal(text, "01a22163-e46f-73d4-b08f-5a20ba43ca6f");
}

LM_TEST_MAIN(LM_TEST(say_what_a_look_at_every_row_says),
             LM_TEST(counts_without_a_filter_from_what_is_kept),
             LM_TEST(takes_more_words_than_there_are_codes), LM_TEST(finds_rows_whose_ids_count_up),
             LM_TEST(reads_and_writes_ids))

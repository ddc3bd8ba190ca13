/* SPDX-License-Identifier: Apache-2.0 */
/* CSV files, whoever wrote them. */
#include "tests/lm_test.h"

#include "services/scraper/import/table.h"

/* A file that comes in pieces of `piece` bytes, as rows of a database give it. */
struct pieces {
    lm_str bytes;
    size_t piece;
};

static lm_code read_piece(void *arg, uint64_t offset, lm_str *out, lm_err *err)
{
    const struct pieces *p = arg;

    (void)err;
    *out = lm_str_sub(p->bytes, (size_t)offset, (size_t)offset + p->piece);
    return LM_OK;
}

static struct scraper_csv *opened(struct lm_test *t, lm_str bytes, size_t piece)
{
    struct pieces *p = LM_NEW(t->arena, struct pieces);
    struct scraper_file *file = LM_NEW(t->arena, struct scraper_file);
    struct scraper_csv *csv;

    *p = (struct pieces){bytes, piece};
    *file = (struct scraper_file){bytes.n, read_piece, p};
    assert_ok(scraper_csv_open(t->arena, file, &(struct scraper_csv_options){0}, &csv, &t->err),
              &t->err);
    return csv;
}

static bool next(struct lm_test *t, struct scraper_csv *csv, struct scraper_record *r)
{
    bool is_end;

    assert_ok(scraper_csv_next(csv, r, &is_end, &t->err), &t->err);
    return !is_end;
}

/* Cell `field` of the `row`th record, which is the same however the file is cut. */
static lm_str cell_of(struct lm_test *t, lm_str bytes, int row, size_t field)
{
    lm_str whole = {NULL, 0};

    for (size_t piece = 1; piece <= 64; piece += piece < 8 ? 1 : 28) {
        struct scraper_csv *csv = opened(t, bytes, piece);
        struct scraper_record r;
        lm_str cell;

        for (int i = 0; i < row; i++)
            assert_true(next(t, csv, &r));
        assert_null(r.problem);
        cell = field < r.n ? r.cells[field] : LM_STR("");
        if (whole.p)
            assert_true(lm_str_eq(whole, cell));
        whole = lm_arena_dup(t->arena, cell);
    }
    return whole;
}

static lm_str cell(struct lm_test *t, const char *text, int row, size_t field)
{
    return cell_of(t, lm_str_z(text), row, field);
}

static void reads_quotes_separators_and_line_ends(void **state)
{
    struct lm_test *t = *state;

    assert_str(cell(t, "a,b\n1,\"x \"\"y\"\", z\"\n", 2, 1), "x \"y\", z");
    assert_str(cell(t, "a\tb\r1\t2", 2, 1), "2");
    assert_str(cell(t, "a|b\n\n\n3|4", 2, 0), "3");
    assert_str(cell(t, "a,b\n\"two\r\nlines\",2\n", 2, 0), "two\r\nlines");
    assert_str(cell(t, "a,b,", 1, 2), "");
    assert_str(cell(t, "x,  spaced  ,y", 1, 1), "spaced");
    assert_str(cell(t, "5\" disk,y", 1, 0), "5\" disk");
    assert_str(cell(t, "\"\",y", 1, 1), "y");
    assert_str(cell(t, "\"a\"b,y", 1, 0), "ab");
    assert_str(cell(t, "x,\"y\"", 1, 1), "y");
}

static char separator(struct lm_test *t, const char *text)
{
    return scraper_csv_separator(opened(t, lm_str_z(text), 1 << 20));
}

static void finds_out_what_separates_the_cells(void **state)
{
    struct lm_test *t = *state;

    assert_int_equal(separator(t, "a;b,c;d\r\n1;2;3\r\n"), ';');
    assert_int_equal(separator(t, "\"a;b;c\",d\n"), ',');
    assert_int_equal(separator(t, "sep=;\na;b,c,d\n"), ';');
    assert_int_equal(separator(t, "name\nAcme\n"), ',');
    /* decimal commas: more of them than separators, and not the same number in each line */
    assert_int_equal(separator(t, "naam;omzet, in euro's, en groei\nA;1,5\nB;2,75\nC;3\n"), ';');
    assert_str(cell_of(t, LM_STR("sep=;\na;b,c,d\n"), 1, 1), "b,c,d");
}

static void counts_rows_as_people_do(void **state)
{
    struct lm_test *t = *state;
    struct scraper_csv *csv = opened(t, LM_STR("h\n\n\"a\nb\"\nc"), 3);
    struct scraper_record r;

    assert_true(next(t, csv, &r));
    assert_int_equal(r.row, 1);
    assert_true(next(t, csv, &r));
    assert_int_equal(r.row, 3);
    assert_true(next(t, csv, &r));
    assert_int_equal(r.row, 4);
    assert_false(next(t, csv, &r));
    assert_false(next(t, csv, &r));
}

static void reads_the_charsets_of_spreadsheets(void **state)
{
    struct lm_test *t = *state;

    assert_str(cell_of(t, LM_STR("\xef\xbb\xbfnaam\nCaf\xc3\xa9"), 1, 0), "naam");
    assert_str(cell_of(t, LM_STR("naam\nCaf\xc3\xa9 \xf0\x9f\x8d\x9e"), 2, 0),
               "Caf\xc3\xa9 \xf0\x9f\x8d\x9e");
    assert_str(cell_of(t, LM_STR("naam,plaats\nCaf\xe9 Ren\xe9,\x80 5\n"), 2, 1), "\xe2\x82\xac 5");
    assert_str(cell_of(t, LM_STR("\xff\xfen\0a\0\n\0C\0\xe9\0<\xd8\x5e\xdf"), 2, 0),
               "C\xc3\xa9\xf0\x9f\x8d\x9e");
    assert_str(cell_of(t, LM_STR("\xfe\xff\0n\0a\0\n\0C\0\xe9"), 2, 0), "C\xc3\xa9");
    assert_str(cell_of(t, LM_STR("n\0a\0a\0m\0\n\0C\0a\0f\0\xe9\0\n\0"), 2, 0), "Caf\xc3\xa9");
    /* half a letter at the end */
    assert_str(cell_of(t, LM_STR("naam\n\xc3\xa9\xc3\xa9\xc3\xa9 x\xc3"), 2, 0),
               "\xc3\xa9\xc3\xa9\xc3\xa9 x\xef\xbf\xbd");
}

/* A million plain rows, and the first accent behind them. */
static void a_charset_may_show_late(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 4 << 20);
    struct scraper_record r;
    struct scraper_csv *csv;
    int rows = 0;

    while (b.n < (1 << 20))
        lm_buf_appendz(&b, "Bakkerij Oost,bakkerij-oost.example,Utrecht\n");
    lm_buf_appendz(&b, "Caf\xe9 De Smoor,smoor.example,Den Haag\n");
    csv = opened(t, lm_buf_str(&b), 100000);
    assert_string_equal(scraper_charset_name(scraper_csv_charset(csv)), "UTF-8");
    while (next(t, csv, &r))
        rows = (int)r.row;
    assert_int_equal(rows, (1 << 20) / 44 + 2);
    assert_string_equal(scraper_charset_name(scraper_csv_charset(csv)), "windows-1252");
}

static void refuses_a_row_with_a_zero_and_reads_the_next(void **state)
{
    struct lm_test *t = *state;
    struct scraper_csv *csv = opened(t, LM_STR("name\nGood\nB\0d\n\"al\0so\"\nFine\n"), 5);
    struct scraper_record r;

    assert_true(next(t, csv, &r) && next(t, csv, &r));
    assert_null(r.problem);
    for (int i = 0; i < 2; i++) {
        assert_true(next(t, csv, &r));
        assert_non_null(r.problem);
        assert_true(lm_str_ifind(lm_str_z(r.problem), LM_STR("zero byte"), 0) > 0);
    }
    assert_true(next(t, csv, &r));
    assert_null(r.problem);
    assert_str(r.cells[0], "Fine");
}

static void refuses_a_row_of_a_megabyte_and_reads_the_next(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 8 << 20);
    struct scraper_record r;
    struct scraper_csv *csv;

    lm_buf_appendz(&b, "name\n");
    while (b.n < (3 << 20))
        lm_buf_appendz(&b, "abcdefghijklmnopqrstuvwxyz,");
    lm_buf_appendz(&b, "\nFine\n");
    csv = opened(t, lm_buf_str(&b), 100000);
    assert_true(next(t, csv, &r) && next(t, csv, &r));
    assert_non_null(r.problem);
    assert_int_equal(r.row, 2);
    assert_true(next(t, csv, &r));
    assert_null(r.problem);
    assert_str(r.cells[0], "Fine");
    assert_int_equal(r.row, 3);
}

static void says_that_a_quote_was_never_closed(void **state)
{
    struct lm_test *t = *state;
    struct scraper_csv *csv = opened(t, LM_STR("name\nGood\n\"Bad\nRest\n"), 4);
    struct scraper_record r;

    assert_true(next(t, csv, &r) && next(t, csv, &r));
    assert_null(r.problem);
    assert_true(next(t, csv, &r));
    assert_int_equal(r.row, 3);
    assert_string_equal(r.problem, "a quote is opened and never closed: the file ends inside it");
    assert_false(next(t, csv, &r));
}

static void says_what_a_file_is_that_is_no_list(void **state)
{
    static const struct {
        lm_str bytes;
        const char *word;
    } cases[] = {{{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8}, ".xls"},
                 {{"%PDF-1.7", 8}, "PDF"},
                 {{"\x1f\x8b\x08", 3}, "gzip"},
                 {{"", 0}, "empty"},
                 {{"PK\3\4 and no more", 16}, "damaged"},
                 {{"\x7f"
                   "ELF\2\1\1\0\0\0\0\0\0\0\0\0\0\0>\0",
                   20},
                  "no text"}};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct scraper_file file = scraper_file_of(&cases[i].bytes);
        struct scraper_table *table;

        lm_err_clear(&t->err);
        assert_code(scraper_table_open(t->arena, &file,
                                       &(struct scraper_table_options){.dir = NULL}, &table,
                                       &t->err),
                    LM_INVALID, &t->err);
        assert_true(lm_str_ifind(lm_str_z(t->err.message), lm_str_z(cases[i].word), 0) >= 0);
    }
}

LM_TEST_MAIN(LM_TEST(reads_quotes_separators_and_line_ends),
             LM_TEST(finds_out_what_separates_the_cells), LM_TEST(counts_rows_as_people_do),
             LM_TEST(reads_the_charsets_of_spreadsheets), LM_TEST(a_charset_may_show_late),
             LM_TEST(refuses_a_row_with_a_zero_and_reads_the_next),
             LM_TEST(refuses_a_row_of_a_megabyte_and_reads_the_next),
             LM_TEST(says_that_a_quote_was_never_closed),
             LM_TEST(says_what_a_file_is_that_is_no_list))

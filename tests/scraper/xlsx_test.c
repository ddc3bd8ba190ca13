/* SPDX-License-Identifier: Apache-2.0 */
/* Workbooks: what people see in a sheet is what is read, and what is no workbook harms nobody. */
#include "tests/lm_test.h"

#include "services/scraper/import/strings.h"
#include "services/scraper/import/styles.h"
#include "services/scraper/import/table.h"
#include "tests/scraper/xlsx_make.h"

static const char styles[] =
    "<numFmts><numFmt numFmtId=\"164\" formatCode=\"dd&quot;-&quot;mm\\-yyyy\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"[Red]#,##0.00 &quot;days&quot;\"/></numFmts>"
    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"9\"/>"
    "<xf numFmtId=\"22\"/><xf numFmtId=\"165\"/></cellXfs>";

static lm_code try_open(struct lm_test *t, const lm_str *bytes, struct scraper_table **table)
{
    struct scraper_file *file = LM_NEW(t->arena, struct scraper_file);

    *file = scraper_file_of(bytes);
    lm_err_clear(&t->err);
    return scraper_table_open(
        t->arena, file, &(struct scraper_table_options){.dir = lm_test_dir(t)}, table, &t->err);
}

static struct scraper_table *opened(struct lm_test *t, const char *rows, const char *strings)
{
    lm_str *bytes = LM_NEW(t->arena, lm_str);
    struct scraper_table *table;

    *bytes = xlsx_make(t->arena, rows, strings, styles);
    assert_ok(try_open(t, bytes, &table), &t->err);
    return table;
}

static bool next(struct lm_test *t, struct scraper_table *table, struct scraper_record *r)
{
    bool is_end;

    assert_ok(scraper_table_next(table, r, &is_end, &t->err), &t->err);
    return !is_end;
}

static void reads_what_people_see(void **state)
{
    struct lm_test *t = *state;
    struct scraper_table *table = opened(
        t,
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>"
        "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>Caf\xc3\xa9 &amp; Co</t></is></c>"
        "<c r=\"B3\" s=\"1\"><v>45352</v></c><c r=\"C3\"><v>0.1</v></c><c r=\"D3\" s=\"3\"><v>0.25</v></c>"
        "<c r=\"E3\" t=\"b\"><v>1</v></c><c r=\"F3\" t=\"str\"><f>A1</f><v>text</v></c>"
        "<c r=\"G3\" s=\"2\"><v>45352</v></c><c r=\"H3\" s=\"4\"><v>45352.5</v></c>"
        "<c r=\"I3\" s=\"5\"><v>1234.5</v></c><c r=\"J3\"><v>31201234567</v></c>"
        "<c r=\"K3\"><v>0.30000000000000004</v></c></row>",
        "<si><t>Naam</t></si><si><r><t>Pla</t></r><r><t>ats</t></r><rPh><t>no</t></rPh></si>");
    struct scraper_record r;

    assert_true(next(t, table, &r));
    assert_int_equal(r.row, 1);
    assert_int_equal(r.n, 3);
    assert_str(r.cells[0], "Naam");
    assert_str(r.cells[1], "");
    assert_str(r.cells[2], "Plaats");
    assert_true(next(t, table, &r));
    assert_int_equal(r.row, 3);
    assert_str(r.cells[0], "Caf\xc3\xa9 & Co");
    assert_str(r.cells[1], "2024-03-01");
    assert_str(r.cells[2], "0.1");
    assert_str(r.cells[3], "25%");
    assert_str(r.cells[4], "TRUE");
    assert_str(r.cells[5], "text");
    assert_str(r.cells[6], "2024-03-01");
    assert_str(r.cells[7], "2024-03-01 12:00");
    assert_str(r.cells[8], "1234.5");
    assert_str(r.cells[9], "31201234567");
    assert_str(r.cells[10], "0.3");
    assert_false(next(t, table, &r));
    assert_string_equal(scraper_table_info(table).format, "XLSX");
}

static void cells_without_references_follow_one_another(void **state)
{
    struct lm_test *t = *state;
    struct scraper_table *table =
        opened(t, "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>", "");
    struct scraper_record r;

    assert_true(next(t, table, &r));
    assert_int_equal(r.row, 1);
    assert_str(r.cells[2], "3");
    assert_true(next(t, table, &r));
    assert_int_equal(r.row, 2);
}

/* More rows than wait at once, and more strings than the window of their file has. */
static void reads_many_rows_in_the_memory_of_a_few(void **state)
{
    enum { ROWS = 20000 };
    struct lm_test *t = *state;
    struct lm_buf rows = lm_buf_in(t->arena, 8 << 20), strings = lm_buf_in(t->arena, 8 << 20);
    struct scraper_table *table;
    struct scraper_record r;

    for (int i = 0; i < ROWS; i++) {
        lm_buf_printf(&rows, "<row><c t=\"s\"><v>%d</v></c><c t=\"s\"><v>%d</v></c></row>", i,
                      (i * 7919) % ROWS);
        lm_buf_printf(&strings, "<si><t>Company with number %d</t></si>", i);
    }
    table = opened(t, lm_buf_z(&rows), lm_buf_z(&strings));
    for (int i = 0; i < ROWS; i++) {
        assert_true(next(t, table, &r));
        assert_int_equal(r.n, 2);
        assert_true(lm_str_eqz(r.cells[0], lm_arena_printf(t->arena, "Company with number %d", i)));
        assert_true(lm_str_eqz(r.cells[1], lm_arena_printf(t->arena, "Company with number %d",
                                                           (i * 7919) % ROWS)));
    }
    assert_false(next(t, table, &r));
}

static void a_bomb_is_refused(void **state)
{
    struct lm_test *t = *state;
    const struct xlsx_entry entries[] = {
        {"xl/workbook.xml", LM_STR("<workbook><sheets><sheet id=\"a\"/></sheets></workbook>"), 0,
         NULL},
        {"xl/worksheets/sheet1.xml", LM_STR("<a>"), 0, NULL},
        {"xl/sharedStrings.xml",
         LM_STR("<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>"), 200000, "<sst>"}};
    struct scraper_table *table;
    lm_str bytes = xlsx_zip(t->arena, entries, LM_COUNT(entries));

    assert_in_range(bytes.n, 1, 100000); /* 10 MB of text */
    assert_code(try_open(t, &bytes, &table), LM_TOO_LARGE, &t->err);
}

static void entities_and_damage_are_refused(void **state)
{
    static const char *const bad[] = {
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><workbook>&b;</workbook>",
        "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><workbook/>",
        "<workbook><sheets>",
        "no XML",
        "<workbook/>",
    };
    struct lm_test *t = *state;
    struct scraper_table *table;

    for (size_t i = 0; i < LM_COUNT(bad); i++) {
        struct xlsx_entry e = {"xl/workbook.xml", lm_str_z(bad[i]), 0, NULL};
        lm_str bytes = xlsx_zip(t->arena, &e, 1);

        assert_code(try_open(t, &bytes, &table), LM_INVALID, &t->err);
        assert_int_equal(lm_str_find(lm_str_z(t->err.message), LM_STR("DTD"), 0) > 0,
                         lm_str_starts(lm_str_z(bad[i]), LM_STR("<!DOCTYPE")));
    }
}

/* Wherever a workbook is cut off or a bit of it is wrong: an error, or other rows, and no more. */
static void survives_cuts_and_flipped_bits(void **state)
{
    struct lm_test *t = *state;
    lm_str whole = xlsx_make(t->arena,
                             "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"
                             "<row r=\"2\"><c r=\"B2\" s=\"1\"><v>12</v></c></row>",
                             "<si><t>Naam</t></si>", styles);

    for (size_t i = 0; i < whole.n; i += 3) {
        lm_str bytes = i % 2 ? lm_str_sub(whole, 0, i) : lm_arena_dup(t->arena, whole);
        struct scraper_table *table;
        struct scraper_record r;
        bool is_end = false;

        if (i % 2 == 0)
            ((char *)(uintptr_t)bytes.p)[i] ^= 1;
        if (try_open(t, &bytes, &table))
            continue;
        while (!is_end && scraper_table_next(table, &r, &is_end, &t->err) == LM_OK)
            assert_in_range(r.n, 0, SCRAPER_COLUMNS);
    }
}

static void shows_numbers_as_their_formats_say(void **state)
{
    static const struct {
        const char *code;
        enum scraper_shown shown;
    } codes[] = {{"General", SCRAPER_AS_NUMBER},
                 {"0.00", SCRAPER_AS_NUMBER},
                 {"[$-409]d mmm yyyy", SCRAPER_AS_DATE},
                 {"hh:mm:ss", SCRAPER_AS_TIME},
                 {"yyyy-mm-dd hh:mm", SCRAPER_AS_DATE_TIME},
                 {"0.0%", SCRAPER_AS_PERCENT},
                 {"\"year\" 0", SCRAPER_AS_NUMBER},
                 {"#,##0;[Red]-#,##0 \"d\"", SCRAPER_AS_NUMBER}};
    static const struct {
        const char *number;
        enum scraper_shown as;
        bool is_1904;
        const char *shown;
    } cases[] = {{"0.75", SCRAPER_AS_TIME, false, "18:00"},
                 {"1.5", SCRAPER_AS_DATE, true, "1904-01-02"},
                 {"60000", SCRAPER_AS_DATE, false, "2064-04-08"},
                 {"-1", SCRAPER_AS_DATE, false, "-1"},
                 {"9e99", SCRAPER_AS_DATE, false, "9e+99"},
                 {"45352.999999999", SCRAPER_AS_DATE_TIME, false, "2024-03-02"},
                 {"abc", SCRAPER_AS_DATE, false, "abc"},
                 {"12345678", SCRAPER_AS_NUMBER, false, "12345678"}};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(codes); i++)
        assert_int_equal(scraper_format_of_code(lm_str_z(codes[i].code)), codes[i].shown);
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct lm_buf b = lm_buf_in(t->arena, 100);

        scraper_show(&b, lm_str_z(cases[i].number), cases[i].as, cases[i].is_1904);
        assert_string_equal(lm_buf_z(&b), cases[i].shown);
    }
}

LM_TEST_MAIN(LM_TEST(reads_what_people_see), LM_TEST(cells_without_references_follow_one_another),
             LM_TEST(reads_many_rows_in_the_memory_of_a_few), LM_TEST(a_bomb_is_refused),
             LM_TEST(entities_and_damage_are_refused), LM_TEST(survives_cuts_and_flipped_bits),
             LM_TEST(shows_numbers_as_their_formats_say))

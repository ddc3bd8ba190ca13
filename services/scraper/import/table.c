/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/table.h"

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/xlsx.h"

struct scraper_table {
    struct scraper_csv *csv; /* one of these */
    struct scraper_xlsx *xlsx;
    int64_t n_rows;
};

enum { HEAD = 1024 };

/* What files begin with that people take for lists. */
static const struct {
    lm_str magic;
    const char *what;
} others[] = {
    {{"\xd0\xcf\x11\xe0", 4},
     "the file is an old Excel workbook (.xls), or one with a password: save it as .xlsx or CSV"},
    {{"%PDF", 4}, "the file is a PDF: export the list as CSV or .xlsx"},
    {{"\x1f\x8b", 2}, "the file is packed with gzip: unpack it first"},
    {{"7z\xbc\xaf", 4}, "the file is packed with 7-Zip: unpack it first"},
    {{"\x89PNG", 4}, "the file is a picture: a list is CSV or .xlsx"},
    {{"\xff\xd8\xff", 3}, "the file is a picture: a list is CSV or .xlsx"},
};

/* A stray zero is a row's matter; UTF-16 has them where every other byte is. */
static bool is_binary(lm_str head)
{
    size_t zeros[2] = {0, 0};

    if (lm_str_starts(head, LM_STR("\xff\xfe")) || lm_str_starts(head, LM_STR("\xfe\xff")) ||
        lm_str_starts(head, LM_STR("PK\3\4")))
        return false;
    for (size_t i = 0; i < head.n; i++)
        zeros[i % 2] += head.p[i] == '\0';
    return LM_MIN(zeros[0], zeros[1]) > 4 && LM_MIN(zeros[0], zeros[1]) > head.n / 64;
}

lm_code scraper_table_open(struct lm_arena *a, const struct scraper_file *file,
                           const struct scraper_table_options *o, struct scraper_table **out,
                           lm_err *err)
{
    struct scraper_table *t = LM_NEW(a, struct scraper_table);
    char bytes[HEAD];
    lm_str head = {bytes, (size_t)LM_MIN(file->size, (uint64_t)HEAD)};

    if (file->size == 0)
        return lm_fail(err, LM_INVALID, "the file is empty");
    if (scraper_file_copy(file, 0, bytes, head.n, err))
        return err->code;
    for (size_t i = 0; i < LM_COUNT(others); i++) {
        if (lm_str_starts(head, others[i].magic))
            return lm_fail(err, LM_INVALID, "%s", others[i].what);
    }
    if (is_binary(head))
        return lm_fail(err, LM_INVALID,
                       "the file is no text and no workbook: save the list as .xlsx or CSV");
    *out = t;
    if (lm_str_starts(head, LM_STR("PK\3\4")))
        return scraper_xlsx_open(a, file, o->dir ? o->dir : "/tmp", &t->xlsx, err);
    return scraper_csv_open(a, file, &o->csv, &t->csv, err);
}

lm_code scraper_table_next(struct scraper_table *t, struct scraper_record *out, bool *is_end,
                           lm_err *err)
{
    if (t->csv ? scraper_csv_next(t->csv, out, is_end, err)
               : scraper_xlsx_next(t->xlsx, out, is_end, err))
        return err->code;
    t->n_rows += !*is_end;
    return t->n_rows > SCRAPER_ROWS + 1
               ? lm_fail(err, LM_TOO_LARGE, "the file has more than %d rows: split it",
                         SCRAPER_ROWS)
               : LM_OK;
}

struct scraper_table_info scraper_table_info(const struct scraper_table *t)
{
    if (t->xlsx)
        return (struct scraper_table_info){.format = "XLSX"};
    return (struct scraper_table_info){.format = "CSV",
                                       .charset = scraper_charset_name(scraper_csv_charset(t->csv)),
                                       .separator = scraper_csv_separator(t->csv)};
}

uint64_t scraper_table_at(const struct scraper_table *t)
{
    return t->xlsx ? scraper_xlsx_at(t->xlsx) : scraper_csv_at(t->csv);
}

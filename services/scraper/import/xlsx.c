/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a sheet: the XML is fed in pieces of 4 KiB, and the rows that a piece ends wait until they are asked for. */
#include "services/scraper/import/xlsx.h"

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/workbook.h"
#include "services/scraper/import/xml.h"

enum {
    WAITING = 512,        /* rows; a piece ends at most 160 that are not blank */
    TEXT_BYTES = 8 << 20, /* of the rows that wait */
    LETTERS = 3,          /* of a column */
};

struct cell {
    uint32_t from, n; /* in the text of the rows that wait */
};
struct row {
    int64_t number;
    uint32_t n;
    bool has_more, is_long;
    struct cell cells[SCRAPER_COLUMNS];
};
struct scraper_xlsx {
    struct scraper_workbook book;
    struct scraper_unzip *entry;
    struct scraper_xml *xml;
    bool is_at_end;

    struct lm_buf text; /* of the rows that wait */
    struct row *rows;
    size_t n_rows, next;
    bool is_full;

    /* the row and the cell that are being read */
    int64_t number;
    size_t column, row_from;
    enum { AS_NUMBER, AS_SHARED, AS_TEXT, AS_BOOL } type;
    size_t format;
    bool is_in_row, is_in_cell, is_in_value;
    struct lm_buf value;
};

static struct row *current(struct scraper_xlsx *x)
{
    return &x->rows[x->n_rows];
}

/* ---- inside the XML library ---- */

/* "BC12": 54, counted from 0. */
static bool column_of(lm_str reference, size_t *column)
{
    size_t n = 0, i = 0;

    for (; i < reference.n && i < LETTERS && reference.p[i] >= 'A' && reference.p[i] <= 'Z'; i++)
        n = n * 26 + (size_t)(reference.p[i] - 'A' + 1);
    *column = n - 1;
    return n > 0;
}

static void start_row(struct scraper_xlsx *x, const struct scraper_xml_attr *attrs, size_t n)
{
    int64_t number;

    x->is_full |= x->n_rows == WAITING;
    x->is_in_row = !x->is_full;
    x->number = lm_str_int(scraper_xml_attr(attrs, n, "r"), &number) && number > x->number
                    ? number
                    : x->number + 1;
    x->column = 0;
    if (!x->is_in_row)
        return;
    *current(x) = (struct row){.number = x->number};
    x->row_from = x->text.n;
}

static void start_cell(struct scraper_xlsx *x, const struct scraper_xml_attr *attrs, size_t n)
{
    lm_str type = scraper_xml_attr(attrs, n, "t");
    int64_t format;
    size_t column;

    if (column_of(scraper_xml_attr(attrs, n, "r"), &column))
        x->column = column;
    x->type = lm_str_eqz(type, "s")              ? AS_SHARED
              : lm_str_eqz(type, "b")            ? AS_BOOL
              : !type.n || lm_str_eqz(type, "n") ? AS_NUMBER
                                                 : AS_TEXT; /* str inlineStr d e */
    x->format = lm_str_int(scraper_xml_attr(attrs, n, "s"), &format) && format >= 0 ? (size_t)format
                                                                                    : SIZE_MAX;
    x->is_in_cell = x->is_in_row;
    lm_buf_clear(&x->value);
}

static void on_start(void *arg, const char *name, const struct scraper_xml_attr *attrs, size_t n)
{
    struct scraper_xlsx *x = arg;

    if (strcmp(name, "row") == 0)
        start_row(x, attrs, n);
    else if (strcmp(name, "c") == 0)
        start_cell(x, attrs, n);
    else
        x->is_in_value = x->is_in_cell && (strcmp(name, "v") == 0 || strcmp(name, "t") == 0);
}

static void on_text(void *arg, lm_str text)
{
    struct scraper_xlsx *x = arg;

    if (x->is_in_value)
        lm_buf_append(&x->value, text);
}

static void put_value(struct scraper_xlsx *x, struct lm_buf *out)
{
    lm_str value = lm_buf_str(&x->value);
    uint64_t number;

    switch (x->type) {
    case AS_SHARED:
        if (lm_str_uint(lm_str_trim(value), &number))
            (void)scraper_strings_get(x->book.strings, number, out);
        break;
    case AS_BOOL:
        lm_buf_appendz(out, lm_str_eqz(value, "1") ? "TRUE" : "FALSE");
        break;
    case AS_NUMBER:
        scraper_show(out, value,
                     x->format < x->book.n_formats ? x->book.formats[x->format] : SCRAPER_AS_NUMBER,
                     x->book.is_1904);
        break;
    case AS_TEXT:
        lm_buf_append(out, value);
    }
}

static void end_cell(struct scraper_xlsx *x)
{
    struct row *row = current(x);
    size_t from = x->text.n, column = x->column++;

    if (!x->is_in_cell || !x->value.n)
        return;
    put_value(x, &x->text);
    if (x->text.failed || x->value.failed || x->text.n - x->row_from > SCRAPER_ROW_BYTES) {
        row->is_long = true;
        x->text.failed = false;
        lm_buf_cut(&x->text, from);
    } else if (column >= SCRAPER_COLUMNS) {
        row->has_more |= x->text.n > from;
        lm_buf_cut(&x->text, from);
    } else if (x->text.n > from) {
        row->cells[column] = (struct cell){(uint32_t)from, (uint32_t)(x->text.n - from)};
        row->n = LM_MAX(row->n, (uint32_t)column + 1);
    }
}

static void on_end(void *arg, const char *name)
{
    struct scraper_xlsx *x = arg;

    x->is_in_value = false;
    if (strcmp(name, "c") == 0) {
        end_cell(x);
        x->is_in_cell = false;
    } else if (strcmp(name, "row") == 0 && x->is_in_row) {
        x->is_in_row = false;
        x->n_rows += current(x)->n > 0 || current(x)->is_long || current(x)->has_more;
    }
}

/* ---- outside ---- */

static void free_bufs(void *arg)
{
    struct scraper_xlsx *x = arg;

    lm_buf_fini(&x->text);
    lm_buf_fini(&x->value);
}

lm_code scraper_xlsx_open(struct lm_arena *a, const struct scraper_file *file, const char *dir,
                          struct scraper_xlsx **out, lm_err *err)
{
    static const struct scraper_xml_handler handler = {on_start, on_end, on_text};
    struct scraper_xlsx *x = LM_NEW(a, struct scraper_xlsx);
    struct scraper_zip *zip;

    x->rows = LM_NEW_ARRAY(a, struct row, WAITING + 1);
    lm_buf_init(&x->text, TEXT_BYTES);
    lm_buf_init(&x->value, SCRAPER_ROW_BYTES);
    lm_arena_defer(a, free_bufs, x);
    if (scraper_zip_open(a, file, &zip, err) || scraper_workbook_read(a, zip, dir, &x->book, err) ||
        scraper_unzip_open(a, zip, x->book.sheet, &x->entry, err))
        return err->code;
    if (!x->entry)
        return lm_fail(err, LM_INVALID, "the workbook has no sheet %.*s: it is damaged",
                       LM_FMT(x->book.sheet));
    x->xml = scraper_xml_open(a, &handler, x);
    *out = x;
    return LM_OK;
}

/* Rows that a piece only began stay; what they have of the text goes to its front. */
static void make_room(struct scraper_xlsx *x)
{
    size_t from = x->is_in_row ? x->row_from : x->text.n;
    struct row *open = current(x);

    if (from > 0)
        memmove(x->text.p, x->text.p + from, x->text.n - from);
    x->text.n -= from;
    if (x->is_in_row) {
        for (uint32_t i = 0; i < open->n; i++)
            open->cells[i].from -= open->cells[i].n ? (uint32_t)from : 0;
        x->rows[0] = *open;
        x->row_from = 0;
    }
    x->n_rows = x->next = 0;
}

static lm_code feed(struct scraper_xlsx *x, lm_err *err)
{
    lm_str piece;

    make_room(x);
    if (scraper_unzip_next(x->entry, &piece, &x->is_at_end, err) ||
        scraper_xml_feed(x->xml, piece, x->is_at_end, err))
        return lm_wrap(err, "sheet");
    return x->is_full ? lm_fail(err, LM_TOO_LARGE, "the sheet has rows of nothing: it is refused")
                      : LM_OK;
}

lm_code scraper_xlsx_next(struct scraper_xlsx *x, struct scraper_record *out, bool *is_end,
                          lm_err *err)
{
    const struct row *row;

    while (x->next == x->n_rows && !x->is_at_end) {
        if (feed(x, err))
            return err->code;
    }
    *is_end = x->next == x->n_rows;
    if (*is_end)
        return LM_OK;
    row = &x->rows[x->next++];
    out->row = row->number;
    out->n = row->n;
    out->has_more = row->has_more;
    out->problem = row->is_long ? "the row has more than 1 MiB: shorten its texts" : NULL;
    for (size_t i = 0; i < row->n; i++)
        out->cells[i] = lm_str_trim(lm_str_sub(lm_buf_str(&x->text), row->cells[i].from,
                                               row->cells[i].from + row->cells[i].n));
    return LM_OK;
}

uint64_t scraper_xlsx_at(const struct scraper_xlsx *x)
{
    return scraper_unzip_at(x->entry);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `leadmachine try csv FILE`: what an import would take the file for, then each row as it would be read, or what is
 * wrong with it. Any size: the file is read as the scraper reads it, in pieces.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/pb_field.h"
#include "common/str.h"
#include "services/scraper/import/field.h"
#include "services/scraper/import/suggest.h"
#include "tools/leadmachine/command.h"

enum { PIECE = 256 << 10, LINE_LIMIT = 8 << 20 };

/* ---- a file of the disk ---- */

struct disk_file {
    int fd;
    uint64_t from;
    size_t n;
    char piece[PIECE];
};

static lm_code read_disk(void *arg, uint64_t offset, lm_str *out, lm_err *err)
{
    struct disk_file *f = arg;

    if (offset < f->from || offset >= f->from + f->n) {
        ssize_t n = pread(f->fd, f->piece, PIECE, (off_t)offset);

        if (n <= 0)
            return lm_fail(err, LM_UNAVAILABLE, "the file cannot be read: %m");
        f->from = offset;
        f->n = (size_t)n;
    }
    *out = lm_str_sub((lm_str){f->piece, f->n}, (size_t)(offset - f->from), f->n);
    return LM_OK;
}

static void close_disk(void *arg)
{
    close(((struct disk_file *)arg)->fd);
}

static lm_code open_disk(struct lm_arena *a, const char *path, struct scraper_file *out,
                         lm_err *err)
{
    struct disk_file *f = LM_NEW(a, struct disk_file);
    struct stat st;

    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0 || fstat(f->fd, &st) != 0)
        return lm_fail(err, LM_NOT_FOUND, "%s: %m", path);
    lm_arena_defer(a, close_disk, f);
    *out = (struct scraper_file){(uint64_t)st.st_size, read_disk, f};
    return LM_OK;
}

/* ---- lines ---- */

static void put_key(struct lm_buf *b, const char *key)
{
    lm_buf_printf(b, "%s\"%s\":", b->n > 1 && b->p[b->n - 1] != '{' ? "," : "", key);
}

static void put_text(struct lm_buf *b, const char *key, const char *value)
{
    if (!value)
        return;
    put_key(b, key);
    lm_buf_json(b, lm_str_z(value));
}

static void put_texts(struct lm_buf *b, const char *key, char *const *v, size_t n)
{
    put_key(b, key);
    for (size_t i = 0; i < n; i++) {
        lm_buf_char(b, i ? ',' : '[');
        lm_buf_json(b, lm_str_z(v[i]));
    }
    lm_buf_appendz(b, n ? "]" : "[]");
}

static void put_column(struct lm_buf *b, const Scraper__ImportColumn *c)
{
    lm_buf_printf(b, "{\"column\":%d", c->column);
    put_text(b, "header", c->header);
    put_text(b, "field", c->field);
    if (c->has_confidence)
        lm_buf_printf(b, ",\"confidence\":%.2f", c->confidence);
    put_text(b, "by", c->by);
    put_texts(b, "examples", c->examples, c->n_examples);
    lm_buf_char(b, '}');
}

static void print_file(struct lm_buf *b, const struct scraper_table_info *info,
                       const struct scraper_suggestion *s)
{
    lm_buf_clear(b);
    lm_buf_char(b, '{');
    put_text(b, "format", info->format);
    put_text(b, "charset", info->charset);
    if (info->separator)
        put_text(b, "separator", (char[]){info->separator, '\0'});
    put_key(b, "has_header");
    lm_buf_appendz(b, s->has_header ? "true" : "false");
    put_key(b, "columns");
    for (size_t i = 0; i < s->n; i++) {
        lm_buf_char(b, i ? ',' : '[');
        put_column(b, s->columns[i]);
    }
    lm_buf_appendz(b, "]");
    printf("%s}\n", lm_buf_z(b));
}

static void put_value(struct lm_buf *b, const char *key, ProtobufCType type, const void *value)
{
    put_key(b, key);
    if (type == PROTOBUF_C_TYPE_BOOL)
        lm_buf_appendz(b, *(const protobuf_c_boolean *)value ? "true" : "false");
    else
        lm_buf_printf(b, "%d", *(const int32_t *)value);
}

static void print_company(struct lm_buf *b, int64_t row, const Lm__Company *c)
{
    lm_buf_clear(b);
    lm_buf_printf(b, "{\"row\":%lld", (long long)row);
    for (const struct scraper_field *f = scraper_fields; f->name; f++) {
        const ProtobufCFieldDescriptor *d = lm_pb_find(c->base.descriptor, lm_str_z(f->name));
        const void *value =
            d->label == PROTOBUF_C_LABEL_REPEATED ? NULL : lm_pb_value(&c->base, d, 0);

        if (d->label == PROTOBUF_C_LABEL_REPEATED)
            put_texts(b, f->name, c->sbi_codes, c->n_sbi_codes);
        else if (d->type == PROTOBUF_C_TYPE_STRING)
            put_text(b, f->name, *(char *const *)value);
        else if (lm_pb_has(&c->base, d))
            put_value(b, f->name, d->type, value);
    }
    printf("%s}\n", lm_buf_z(b));
}

static void print_problem(struct lm_buf *b, int64_t row, const struct scraper_row_problem *p)
{
    lm_buf_clear(b);
    lm_buf_printf(b, "{\"row\":%lld", (long long)row);
    put_text(b, "error", lm_code_name(LM_INVALID));
    if (p->column)
        lm_buf_printf(b, ",\"column\":%d", p->column);
    put_text(b, "field", p->field);
    put_text(b, "message", p->message);
    printf("%s}\n", lm_buf_z(b));
}

/* ---- the file ---- */

static lm_code open_table(struct lm_arena *a, const struct scraper_file *file,
                          struct scraper_table **out, lm_err *err)
{
    return scraper_table_open(a, file, &(struct scraper_table_options){.dir = getenv("TMPDIR")},
                              out, err);
}

/* Only what was taken for something is read; with nothing for a name, each row says that it has none. */
static void map(struct lm_arena *a, const struct scraper_suggestion *s, struct scraper_mapping *out)
{
    Scraper__ImportColumn **used = LM_NEW_ARRAY(a, Scraper__ImportColumn *, s->n);
    lm_err ignored = LM_ERR_INIT;
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (s->columns[i]->field)
            used[n++] = s->columns[i];
    }
    (void)!scraper_mapping_of(a, used, n, NULL, out, &ignored);
}

static lm_code print_rows(struct lm_arena *a, struct scraper_table *table,
                          const struct scraper_suggestion *s, struct lm_buf *b, lm_err *err)
{
    struct scraper_record *r = LM_NEW(a, struct scraper_record);
    struct scraper_mapping *mapping = LM_NEW(a, struct scraper_mapping);
    bool is_header = s->has_header, is_end = false;

    map(a, s, mapping);
    while (scraper_table_next(table, r, &is_end, err) == LM_OK && !is_end) {
        struct lm_arena_mark mark = lm_arena_mark(a);
        struct scraper_row_problem problem;
        Lm__Company *c;

        if (is_header)
            is_header = false;
        else if (scraper_row_read(a, mapping, r, &c, &problem))
            print_company(b, r->row, c);
        else
            print_problem(b, r->row, &problem);
        lm_arena_rewind(a, mark);
    }
    return err->code;
}

static void free_line(void *arg)
{
    lm_buf_fini(arg);
}

lm_code cli_try_csv(struct lm_arena *a, const char *path, lm_err *err)
{
    struct lm_buf *b = LM_NEW(a, struct lm_buf);
    struct scraper_suggestion s;
    struct scraper_table_info info;
    struct scraper_table *table;
    struct scraper_file file;

    lm_buf_init(b, LINE_LIMIT); /* not in the arena, which is wound back after each row */
    lm_arena_defer(a, free_line, b);
    if (open_disk(a, path, &file, err) || open_table(a, &file, &table, err) ||
        scraper_suggest(a, table, NULL, &s, err))
        return lm_wrap(err, "%s", path);
    info = scraper_table_info(table);
    print_file(b, &info, &s);
    if (open_table(a, &file, &table, err) || print_rows(a, table, &s, b, err))
        lm_wrap(err, "%s", path);
    return err->code;
}

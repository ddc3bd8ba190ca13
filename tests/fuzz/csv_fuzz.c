/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV file somebody imports: what it is taken for, then each row. The first byte says in which pieces it comes. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/field.h"
#include "services/scraper/import/suggest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    lm_str bytes;
    size_t piece;
};

static lm_code read_piece(void *arg, uint64_t offset, lm_str *out, lm_err *err LM_UNUSED)
{
    const struct pieces *p = arg;

    *out = lm_str_sub(p->bytes, (size_t)offset, (size_t)offset + p->piece);
    return LM_OK;
}

static void read_rows(struct lm_arena *a, const struct scraper_file *file,
                      const struct scraper_suggestion *s)
{
    const struct scraper_table_options o = {.dir = NULL};
    struct scraper_mapping *mapping = LM_NEW(a, struct scraper_mapping);
    struct scraper_record *r = LM_NEW(a, struct scraper_record);
    struct scraper_table *table;
    lm_err err = LM_ERR_INIT;
    bool is_end = false;
    int64_t row = 0;

    if (scraper_mapping_of(a, s->columns, s->n, "NL", mapping, &err))
        lm_err_clear(&err); /* no name: its rows are refused one by one */
    if (scraper_table_open(a, file, &o, &table, &err))
        return;
    while (scraper_table_next(table, r, &is_end, &err) == LM_OK && !is_end) {
        struct scraper_row_problem problem;
        Lm__Company *c;

        LM_ASSERT(r->row > row && r->n <= SCRAPER_COLUMNS);
        row = r->row;
        if (scraper_row_read(a, mapping, r, &c, &problem))
            LM_ASSERT(c->name && *c->name && !r->problem);
        else
            LM_ASSERT(problem.message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(512 << 20);
    struct pieces p = {{(const char *)data + (size > 0), size - (size > 0)},
                       size > 0 ? (size_t)data[0] + 1 : 1};
    const struct scraper_file file = {p.bytes.n, read_piece, &p};
    const struct scraper_table_options o = {.dir = NULL};
    struct scraper_suggestion s;
    struct scraper_table *table;
    lm_err err = LM_ERR_INIT;

    if (scraper_table_open(a, &file, &o, &table, &err) == LM_OK &&
        scraper_suggest(a, table, NULL, &s, &err) == LM_OK)
        read_rows(a, &file, &s);
    lm_arena_free(a);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a file that has come is, and what its columns may be. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
#include "services/scraper/import/suggest.h"
#include "services/scraper/scraper.h"

static enum scraper_charset charset_of(const char *name)
{
    for (int i = SCRAPER_UTF8; name && i <= SCRAPER_WINDOWS_1252; i++) {
        if (strcmp(name, scraper_charset_name((enum scraper_charset)i)) == 0)
            return (enum scraper_charset)i;
    }
    return SCRAPER_CHARSET_ANY;
}

lm_code scraper_import_open(struct lm_ctx *ctx, const Scraper__Import *m,
                            struct scraper_table **out, lm_err *err)
{
    struct scraper_file *file = LM_NEW(ctx->arena, struct scraper_file);
    const struct scraper_table_options o = {.csv = {.separator =
                                                        m->separator ? *m->separator : '\0',
                                                    .charset = charset_of(m->charset)},
                                            .dir = scraper_settings.import_dir};

    *file = scraper_import_file(ctx, m);
    return scraper_table_open(ctx->arena, file, &o, out, err);
}

static void keep_info(struct lm_arena *a, Scraper__Import *m, const struct scraper_table *table)
{
    struct scraper_table_info info = scraper_table_info(table);
    bool is_ascii = info.charset && strcmp(info.charset, "UTF-8") == 0;

    m->format = lm_arena_strdup(a, info.format);
    /* One that is all ASCII so far is not held to it: the first other letter decides. */
    if (info.charset && !m->charset && !is_ascii)
        m->charset = lm_arena_strdup(a, info.charset);
    if (info.separator && !m->separator)
        m->separator = lm_arena_printf(a, "%c", info.separator);
}

lm_code scraper_import_look(struct lm_ctx *ctx, Scraper__Import *m, lm_err *err)
{
    struct scraper_suggestion s;
    struct scraper_table *table;
    bool has_header = m->has_header;

    if (scraper_import_open(ctx, m, &table, err) ||
        scraper_suggest(ctx->arena, table, m->has_has_header ? &has_header : NULL, &s, err))
        return err->code;
    keep_info(ctx->arena, m, table);
    m->has_has_header = true;
    m->has_header = s.has_header;
    if (!m->country &&
        (s.country || (scraper_settings.home_country && *scraper_settings.home_country)))
        m->country = (char *)(uintptr_t)(s.country ? s.country : scraper_settings.home_country);
    m->columns = s.columns;
    m->n_columns = s.n;
    return LM_OK;
}

lm_code scraper_import_mapping(struct lm_arena *a, const Scraper__Import *m,
                               struct scraper_mapping *out, lm_err *err)
{
    Scraper__ImportColumn **used = LM_NEW_ARRAY(a, Scraper__ImportColumn *, m->n_columns);
    size_t n = 0;

    for (size_t i = 0; i < m->n_columns; i++) {
        if (m->columns[i]->field || m->columns[i]->custom_key)
            used[n++] = m->columns[i];
    }
    return scraper_mapping_of(a, used, n, m->country, out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/workbook.h"

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/record.h"
#include "services/scraper/import/xml.h"

enum { FORMATS = 65536, CUSTOM = 4096, ID_BYTES = 64, PATH_BYTES = 256 };

/* ---- which sheet ---- */

struct sheets {
    char id[ID_BYTES], target[PATH_BYTES];
    bool is_1904;
};

static void on_sheet(void *arg, const char *name, const struct scraper_xml_attr *attrs, size_t n)
{
    struct sheets *s = arg;
    lm_str state = scraper_xml_attr(attrs, n, "state"), id;

    if (strcmp(name, "workbookPr") == 0) {
        lm_str is_1904 = scraper_xml_attr(attrs, n, "date1904");

        s->is_1904 = lm_str_eqz(is_1904, "1") || lm_str_eqz(is_1904, "true");
    }
    if (strcmp(name, "sheet") != 0 || *s->id || (state.n && !lm_str_eqz(state, "visible")))
        return;
    id = scraper_xml_attr(attrs, n, "id");
    if (id.n < ID_BYTES)
        snprintf(s->id, sizeof(s->id), "%.*s", LM_FMT(id));
}

static void on_relationship(void *arg, const char *name, const struct scraper_xml_attr *attrs,
                            size_t n)
{
    struct sheets *s = arg;
    lm_str target = scraper_xml_attr(attrs, n, "Target");

    if (strcmp(name, "Relationship") == 0 && target.n + 3 < PATH_BYTES &&
        lm_str_eqz(scraper_xml_attr(attrs, n, "Id"), s->id))
        snprintf(s->target, sizeof(s->target), "%s%.*s", target.n && *target.p == '/' ? "" : "xl/",
                 LM_FMT(target.n && *target.p == '/' ? lm_str_sub(target, 1, target.n) : target));
}

static lm_code find_sheet(struct lm_arena *a, const struct scraper_zip *zip,
                          struct scraper_workbook *out, lm_err *err)
{
    static const struct scraper_xml_handler sheets = {.start = on_sheet},
                                            relationships = {.start = on_relationship};
    struct sheets *s = LM_NEW(a, struct sheets);

    if (scraper_xml_read(a, zip, LM_STR("xl/workbook.xml"), &sheets, s, err))
        return err->code;
    if (!*s->id)
        return lm_fail(err, LM_INVALID,
                       "the file is a ZIP but no workbook with a sheet: save it as XLSX or CSV");
    if (scraper_xml_read(a, zip, LM_STR("xl/_rels/workbook.xml.rels"), &relationships, s, err))
        return err->code;
    out->sheet = lm_str_z(*s->target ? s->target : "xl/worksheets/sheet1.xml");
    out->is_1904 = s->is_1904;
    return LM_OK;
}

/* ---- formats ---- */

struct styles {
    enum scraper_shown formats[FORMATS];
    size_t n;
    struct {
        int64_t id;
        enum scraper_shown shown;
    } custom[CUSTOM];
    size_t n_custom;
    bool is_in_cells;
};

static enum scraper_shown shown(const struct styles *s, int64_t id)
{
    for (size_t i = 0; i < s->n_custom; i++) {
        if (s->custom[i].id == id)
            return s->custom[i].shown;
    }
    return scraper_format_of_number(id);
}

static void on_style(void *arg, const char *name, const struct scraper_xml_attr *attrs, size_t n)
{
    struct styles *s = arg;
    int64_t id = 0;
    bool has_id = lm_str_int(scraper_xml_attr(attrs, n, "numFmtId"), &id);

    if (strcmp(name, "cellXfs") == 0) {
        s->is_in_cells = true;
    } else if (strcmp(name, "numFmt") == 0 && has_id && s->n_custom < CUSTOM) {
        s->custom[s->n_custom].id = id;
        s->custom[s->n_custom++].shown =
            scraper_format_of_code(scraper_xml_attr(attrs, n, "formatCode"));
    } else if (strcmp(name, "xf") == 0 && s->is_in_cells && s->n < FORMATS) {
        s->formats[s->n++] = shown(s, id);
    }
}

static void on_style_end(void *arg, const char *name)
{
    if (strcmp(name, "cellXfs") == 0)
        ((struct styles *)arg)->is_in_cells = false;
}

static lm_code read_styles(struct lm_arena *a, const struct scraper_zip *zip,
                           struct scraper_workbook *out, lm_err *err)
{
    static const struct scraper_xml_handler handler = {.start = on_style, .end = on_style_end};
    struct styles *s = LM_NEW(a, struct styles);

    if (scraper_xml_read(a, zip, LM_STR("xl/styles.xml"), &handler, s, err))
        return err->code;
    out->formats = s->formats;
    out->n_formats = s->n;
    return LM_OK;
}

/* ---- strings ---- */

struct texts {
    struct scraper_strings *strings;
    struct lm_buf text;
    bool is_in_item, is_in_text;
    int phonetic; /* depth of the Japanese reading beside a text */
};

static void on_string(void *arg, const char *name, const struct scraper_xml_attr *attrs LM_UNUSED,
                      size_t n LM_UNUSED)
{
    struct texts *t = arg;

    if (strcmp(name, "si") == 0) {
        t->is_in_item = true;
        if (!t->text.failed)
            lm_buf_clear(&t->text);
    }
    t->phonetic += strcmp(name, "rPh") == 0;
    t->is_in_text = strcmp(name, "t") == 0 && t->is_in_item && t->phonetic == 0;
}

static void on_string_end(void *arg, const char *name)
{
    struct texts *t = arg;

    t->is_in_text = false;
    t->phonetic -= strcmp(name, "rPh") == 0;
    if (strcmp(name, "si") != 0)
        return;
    t->is_in_item = false;
    scraper_strings_add(t->strings, lm_buf_str(&t->text));
}

static void on_string_text(void *arg, lm_str text)
{
    struct texts *t = arg;

    if (t->is_in_text)
        lm_buf_append(&t->text, text);
}

static void free_text(void *arg)
{
    lm_buf_fini(arg);
}

static lm_code read_strings(struct lm_arena *a, const struct scraper_zip *zip,
                            struct scraper_workbook *out, lm_err *err)
{
    static const struct scraper_xml_handler handler = {on_string, on_string_end, on_string_text};
    struct texts *t = LM_NEW(a, struct texts);

    t->strings = out->strings;
    lm_buf_init(&t->text, SCRAPER_ROW_BYTES);
    lm_arena_defer(a, free_text, &t->text);
    if (scraper_xml_read(a, zip, LM_STR("xl/sharedStrings.xml"), &handler, t, err))
        return err->code;
    if (t->text.failed)
        return lm_fail(err, LM_TOO_LARGE, "a cell of the workbook has more than 1 MiB of text");
    return scraper_strings_check(out->strings, err);
}

lm_code scraper_workbook_read(struct lm_arena *a, const struct scraper_zip *zip, const char *dir,
                              struct scraper_workbook *out, lm_err *err)
{
    *out = (struct scraper_workbook){.is_1904 = false};
    if (find_sheet(a, zip, out, err) || read_styles(a, zip, out, err) ||
        scraper_strings_new(a, dir, &out->strings, err))
        return err->code;
    return read_strings(a, zip, out, err);
}

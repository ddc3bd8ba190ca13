/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to companies: a mapping made ready, then a row read by it. */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/import/field.h"
#include "services/scraper/normal/normal.h"

enum { KEY_MAX = 60, VALUE_MAX = 1000 };

/* ---- the mapping ---- */

static lm_code refuse(lm_err *err, size_t i, const char *what, const char *message)
{
    char field[64];

    snprintf(field, sizeof(field), "columns[%zu].%s", i, what);
    return lm_fail_field(err, field, "%s", message);
}

static int column_with(const struct scraper_mapping *m, const struct scraper_field *f)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->fields[i] == f)
            return (int)i + 1;
    }
    return 0;
}

static int column_of_key(const struct scraper_mapping *m, const char *key)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->custom[i] && strcmp(m->custom[i], key) == 0)
            return (int)i + 1;
    }
    return 0;
}

static lm_code map_column(struct lm_arena *a, const Scraper__ImportColumn *c, size_t i,
                          struct scraper_mapping *m, lm_err *err)
{
    bool has_field = c->field && *c->field, has_key = c->custom_key && *c->custom_key;
    const struct scraper_field *f = has_field ? scraper_field_find(c->field) : NULL;
    size_t at = (size_t)c->column - 1;

    if (c->column < 1 || c->column > SCRAPER_COLUMNS)
        return refuse(err, i, "column", "is none of the file: columns count from 1 to 100");
    if (m->fields[at] || m->custom[at])
        return refuse(err, i, "column", "comes twice: map each column once");
    if (has_field && has_key)
        return refuse(err, i, "custom_key", "stands beside a field: leave one of them out");
    if (has_field && !f)
        return refuse(err, i, "field", "is no field of a company");
    if (f && column_with(m, f))
        return refuse(err, i, "field",
                      lm_arena_printf(a, "is what column %d is already: leave one of them out",
                                      column_with(m, f)));
    if (has_key && lm_utf8_count(lm_str_z(c->custom_key)) > KEY_MAX)
        return refuse(err, i, "custom_key", "is longer than 60 characters");
    if (has_key && column_of_key(m, c->custom_key))
        return refuse(err, i, "custom_key",
                      lm_arena_printf(a, "is what column %d is already: choose another",
                                      column_of_key(m, c->custom_key)));
    m->fields[at] = f;
    m->custom[at] = has_key ? c->custom_key : NULL;
    m->n = LM_MAX(m->n, at + 1);
    return LM_OK;
}

lm_code scraper_mapping_of(struct lm_arena *a, Scraper__ImportColumn *const *columns, size_t n,
                           const char *country, struct scraper_mapping *out, lm_err *err)
{
    bool has_key = false;

    *out = (struct scraper_mapping){.country = country};
    for (size_t i = 0; i < n; i++)
        (void)!map_column(a, columns[i], i, out, err);
    if (err->code)
        return err->code;
    for (size_t i = 0; i < out->n; i++)
        has_key |= out->fields[i] && (strcmp(out->fields[i]->name, "name") == 0 ||
                                      strcmp(out->fields[i]->name, "domain") == 0 ||
                                      strcmp(out->fields[i]->name, "website_url") == 0);
    if (!has_key)
        return lm_fail_field(err, "columns", "need one with the name, the domain or the website");
    return LM_OK;
}

/* ---- a row ---- */

static bool wrong(struct scraper_row_problem *p, size_t column, const char *field,
                  const char *message)
{
    *p = (struct scraper_row_problem){(int)column, field, message};
    return false;
}

/* What people and spreadsheets write where there is nothing. */
static bool is_nothing(lm_str value)
{
    static const lm_str words[] = {
        LM_STR("-"),
        LM_STR("--"),
        LM_STR("\xe2\x80\x93"),
        LM_STR("\xe2\x80\x94"),
        LM_STR("?"),
        LM_STR("."),
        LM_STR("geen"),
        LM_STR("nvt"),
        LM_STR("n.v.t."),
        LM_STR("n.v.t"),
        LM_STR("onbekend"),
        LM_STR("niet bekend"),
        LM_STR("n/a"),
        LM_STR("none"),
        LM_STR("null"),
        LM_STR("unknown"),
        LM_STR("not known"),
        LM_STR("keine"),
        LM_STR("k.a."),
        LM_STR("k. a."),
        LM_STR("unbekannt"),
        LM_STR("keine angabe"),
        LM_STR("#n/a"),
        LM_STR("#n/b"),
        LM_STR("#nv"),
    };

    for (size_t i = 0; i < LM_COUNT(words); i++) {
        if (value.n == words[i].n && lm_str_ieq(value, words[i]))
            return true;
    }
    return false;
}

/* Of a name any word counts: a company may be called None. */
static lm_str cell(const struct scraper_mapping *m, const struct scraper_record *r, size_t i)
{
    lm_str value = i < r->n ? lm_str_trim(r->cells[i]) : (lm_str){NULL, 0};
    bool is_name = m->fields[i] && strcmp(m->fields[i]->name, "name") == 0;

    return !is_name && is_nothing(value) ? (lm_str){NULL, 0} : value;
}

static bool read_field(struct lm_arena *a, const struct scraper_mapping *m, size_t i,
                       const struct scraper_record *record, Lm__Company *c,
                       struct scraper_row_problem *problem)
{
    lm_str value = cell(m, record, i);
    const char *what;

    if (!m->fields[i] || !value.n)
        return true;
    what = m->fields[i]->read(a, c, value);
    return !what || wrong(problem, i + 1, m->fields[i]->name,
                          lm_arena_printf(a, "%s %s", m->fields[i]->name, what));
}

static bool read_custom(struct lm_arena *a, const struct scraper_mapping *m, size_t i,
                        const struct scraper_record *record, Lm__Company *c,
                        struct scraper_row_problem *problem)
{
    lm_str value = cell(m, record, i);
    Lm__Label *label;

    if (!m->custom[i] || !value.n)
        return true;
    if (lm_utf8_count(value) > VALUE_MAX)
        return wrong(problem, i + 1, m->custom[i],
                     lm_arena_printf(a, "%s is longer than %d characters: shorten it", m->custom[i],
                                     VALUE_MAX));
    if (!c->custom)
        c->custom = LM_NEW_ARRAY(a, Lm__Label *, m->n);
    label = LM_NEW(a, Lm__Label);
    lm__label__init(label);
    label->key = m->custom[i];
    label->value = lm_arena_strz(a, lm_text_squeeze(a, value));
    c->custom[c->n_custom++] = label;
    return true;
}

/* What was there and could not be read. */
static bool check_lost(struct lm_arena *a, const struct scraper_mapping *m,
                       const struct scraper_record *record, const Lm__Company *c,
                       struct scraper_row_problem *problem)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct scraper_field *f = m->fields[i];

        if (f && f->lost && cell(m, record, i).n &&
            !*(char *const *)(const void *)((const char *)c + f->at))
            return wrong(problem, i + 1, f->name, lm_arena_printf(a, "%s %s", f->name, f->lost));
    }
    return true;
}

/* A row with a domain and no name is called by its domain; a website gives the domain. */
static bool complete(Lm__Company *c, struct scraper_row_problem *problem)
{
    if (!c->name || !*c->name)
        c->name = c->domain;
    return c->name || wrong(problem, 0, "name",
                            "the row has neither a name nor a domain: fill one of them in");
}

bool scraper_row_read(struct lm_arena *a, const struct scraper_mapping *m,
                      const struct scraper_record *record, Lm__Company **out,
                      struct scraper_row_problem *problem)
{
    Lm__Company *c = LM_NEW(a, Lm__Company);

    lm__company__init(c);
    c->has_source = true;
    c->source = LM__SOURCE__IMPORT;
    *out = c;
    if (record->problem)
        return wrong(problem, 0, NULL, record->problem);
    if (record->has_more)
        return wrong(problem, 0, NULL, "the row has text beyond column 100: shorten it");
    for (size_t i = 0; i < m->n; i++) {
        if (!read_field(a, m, i, record, c, problem) || !read_custom(a, m, i, record, c, problem))
            return false;
    }
    scraper_company_normalize(a, c, m->country);
    return check_lost(a, m, record, c, problem) && complete(c, problem);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_FIELD_H
#define SCRAPER_FIELD_H

#include "common/err.h"
#include "gen/scraper.pb-c.h"
#include "services/scraper/import/record.h"

/* The fields of a company that a column can hold, and how a cell becomes one. Pure. */
struct scraper_field {
    const char *name; /* as lm.Company has it */
    /* NULL, or what is wrong with the value and what it should be. */
    const char *(*read)(struct lm_arena *a, Lm__Company *c, lm_str value);
    const char
        *headers; /* what such a column is called: folded, letters and digits only, in blanks */
    /*
     * Of a text that scraper_company_normalize judges, which takes away what it cannot read: where it stands, and what
     * was wrong with it when it is gone. Reading it twice would double the time of a row.
     */
    size_t at;
    const char *lost;
};
extern const struct scraper_field scraper_fields[]; /* ends with a NULL name */
const struct scraper_field *scraper_field_find(const char *name);

/* What each column is, ready to read rows with. */
struct scraper_mapping {
    const struct scraper_field *fields[SCRAPER_COLUMNS]; /* NULL: left out, or custom */
    char *custom[SCRAPER_COLUMNS];
    size_t n;
    const char *country;
};
/*
 * LM_INVALID names the column: one that comes twice, a field that two columns claim, an unknown field, no column for
 * name, domain or website.
 */
LM_MUST_USE lm_code scraper_mapping_of(struct lm_arena *a, Scraper__ImportColumn *const *columns,
                                       size_t n, const char *country, struct scraper_mapping *out,
                                       lm_err *err);

struct scraper_row_problem {
    int column; /* counted from 1; 0: the whole row */
    const char *field, *message;
};
/* The company of a row, source IMPORT, without id; or what is wrong with the row. */
LM_MUST_USE bool scraper_row_read(struct lm_arena *a, const struct scraper_mapping *mapping,
                                  const struct scraper_record *record, Lm__Company **out,
                                  struct scraper_row_problem *problem);

#endif

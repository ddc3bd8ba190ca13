/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_XLSX_MAKE_H
#define TEST_XLSX_MAKE_H

#include "common/buf.h"

/* Workbooks for tests, as small as one can be: entries by hand, packed by zlib. */
struct xlsx_entry {
    const char *name;
    lm_str text;
    int copies;       /* of the text, one behind the other; 0: one */
    const char *lead; /* before them */
};
lm_str xlsx_zip(struct lm_arena *a, const struct xlsx_entry *entries, size_t n);
/* One sheet: what stands in <sheetData>, in <sst>, and in <styleSheet>. */
lm_str xlsx_make(struct lm_arena *a, const char *rows, const char *strings, const char *styles);

#endif

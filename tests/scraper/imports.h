/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRAPER_IMPORTS_H
#define TEST_SCRAPER_IMPORTS_H

#include "tests/pg/drive.h" /* first: cmocka */

#include "gen/scraper.pb-c.h"

/* What people do with a list, through the service; what goes wrong fails the test. import_create sets the scraper up. */

/* Three companies and one row that has none. */
extern const char import_list[];

static inline char *text(const char *z)
{
    return (char *)(uintptr_t)z;
}

void import_set_up(void);
Scraper__Import *import_call(struct lm_pgtest *t, const char *method, const ProtobufCMessage *in);
/* A method that takes nothing but the import's id. */
Scraper__Import *import_on(struct lm_pgtest *t, const char *method, const char *id);
lm_code import_refused(struct lm_pgtest *t, const char *method, const char *id);
char *import_create(struct lm_pgtest *t, int64_t size);
/* A piece of a part whose bytes are `part`, as the gateway sends it. */
lm_code import_put(struct lm_pgtest *t, const char *id, int number, lm_str part, size_t offset,
                   size_t n);
void import_put_all(struct lm_pgtest *t, const char *id, lm_str file);
char *import_hash_of(struct lm_pgtest *t, lm_str bytes);
/* Uploaded and looked at. */
char *import_upload(struct lm_pgtest *t, lm_str file);
Scraper__Import *import_execute(struct lm_pgtest *t, const char *id,
                                Scraper__ImportStrategy strategy);
Scraper__Import *import_preview(struct lm_pgtest *t, const char *id);
Scraper__Import *import_undo(struct lm_pgtest *t, const char *id);

#define COMPANIES(where) lm_pgtest_int(t, "SELECT count(*) FROM company WHERE " where)
#define COMPANY(column, domain) \
    lm_pgtest_text(t, "SELECT " column " FROM company WHERE domain = '" domain "'")

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A page of a job board: whatever a site sends is read or refused. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/match/tally.h"
#include "services/scraper/sources/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(512 << 20);
    const struct scraper_answer answer = {.url = LM_STR("https://nl.indeed.example"),
                                          .body = {(const char *)data, size}};
    lm_err err = LM_ERR_INIT;
    struct scraper_page page = {.n = 0};

    if (scraper_source_indeed.parse(a, NULL, &answer, &page, &err) == LM_OK) {
        struct scraper_tallied *companies;
        size_t n = scraper_tally(a, page.found, page.n, &companies);

        LM_ASSERT(scraper_tally_similar(companies, n) <= n);
    }

    lm_arena_free(a);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of all sources, each given to each of them: whatever a site sends is read or refused. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/match/tally.h"
#include "services/scraper/sources/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load_sources(void)
{
    static bool is_loaded;
    lm_err err = LM_ERR_INIT;

    if (!is_loaded &&
        (lm_config_load(NULL, scraper_sources_config, &err) || scraper_sources_check(&err)))
        lm_die("%s", err.message);
    is_loaded = true;
}

static void parse_list(struct lm_arena *a, const struct scraper_source *source,
                       const struct scraper_answer *answer)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.keyword = LM_STR("software"), .filters = &none};
    lm_err err = LM_ERR_INIT;
    struct scraper_page page = {.n = 0};

    if (source->parse(a, &q, answer, &page, &err))
        return;
    LM_ASSERT(page.n <= page.n_cards);
    for (size_t i = 0; i < page.n; i++)
        LM_ASSERT(page.found[i].key.n && page.found[i].company->name);
    if (source->counts_vacancies) {
        struct scraper_tallied *companies;
        size_t n = scraper_tally(a, page.found, page.n, &companies);

        LM_ASSERT(scraper_tally_similar(companies, n) <= n);
    }
}

static void parse_detail(struct lm_arena *a, const struct scraper_source *source,
                         const struct scraper_answer *answer)
{
    Lm__Company company = LM__COMPANY__INIT;
    struct scraper_found found = {.key = LM_STR("12345678"), .company = &company};
    lm_err err = LM_ERR_INIT;
    char name[] = "Bakkerij Oost";

    company.name = name;
    if (source->detail_parse && source->detail_parse(a, answer, &found, &err) == LM_OK)
        LM_ASSERT(found.company->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct scraper_answer answer = {.url = LM_STR("https://www.source.example/page"),
                                          .body = {(const char *)data, size},
                                          .status = 200};

    load_sources();
    for (const struct scraper_source *const *s = scraper_sources; *s; s++) {
        struct lm_arena *a = lm_arena_new(512 << 20);

        parse_list(a, *s, &answer);
        parse_detail(a, *s, &answer);
        lm_arena_free(a);
    }
    return 0;
}

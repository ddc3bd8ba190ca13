/* SPDX-License-Identifier: Apache-2.0 */
/* How a search begins, what it keeps, and how it ends. */
#include "services/scraper/search/search.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/id.h"
#include "common/job.h"
#include "common/log.h"
#include "common/str.h"
#include "services/scraper/approved.h"
#include "services/scraper/match/company.h"
#include "services/scraper/match/tally.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

const Scraper__Filters *scraper_filters_of(const Scraper__ScrapeJob *search)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;

    return search->filters ? search->filters : &none;
}

lm_code scraper_tell_search(struct lm_ctx *ctx, Scraper__ScrapeJob *search, lm_err *err)
{
    Scraper__ScrapeJobChanged ev = SCRAPER__SCRAPE_JOB_CHANGED__INIT;

    ev.job = search;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = search->id,
                                           .version = search->version},
                        err);
}

lm_code scraper_search_save(struct lm_ctx *ctx, Scraper__ScrapeJob *search, lm_err *err)
{
    if (scraper_search_update(ctx, search, err))
        return err->code;
    return scraper_tell_search(ctx, search, err);
}

lm_code scraper_search_check(struct lm_ctx *ctx, const Scraper__ScrapeJob *search, lm_err *err)
{
    const struct scraper_source *source = scraper_source_by_id(search->source);
    struct scraper_query q = {.filters = scraper_filters_of(search)};
    struct scraper_request request = {.body = {NULL, 0}};

    if (!source)
        return lm_fail_field(err, "source",
                             "cannot be searched here; GET /scrape/sources lists those that can");
    if (scraper_source_is_approved(ctx, source, err))
        return err->code;
    if (source->keywords == SCRAPER__KEYWORDS__KEYWORDS_NEEDED && search->n_keywords == 0)
        return lm_fail_field(err, "keywords",
                             "this source is searched by words: give at least one");
    if (source->keywords == SCRAPER__KEYWORDS__KEYWORDS_NONE && search->n_keywords > 0)
        return lm_fail_field(err, "keywords",
                             "this source is not searched by words: leave them out");
    if (source->needs_key && !*source->site->key)
        return lm_fail(err, LM_UNPROCESSABLE, "%s needs a key: set scraper.%s_key", source->title,
                       source->name);
    q.keyword = lm_str_z(search->n_keywords ? search->keywords[0] : NULL);
    return source->request(ctx->arena, &q, &request, err);
}

lm_code scraper_search_start(struct lm_ctx *ctx, Scraper__ScrapeJob *search, lm_err *err)
{
    Scraper__RunSearch run = SCRAPER__RUN_SEARCH__INIT;
    struct lm_job_spec spec = {.payload = &run.base};

    if (scraper_search_check(ctx, search, err))
        return err->code;
    search->id = run.scrape_job_id = lm_id_make(ctx->arena);
    spec.key = search->id;
    search->status = SCRAPER__SCRAPE_STATUS__PENDING;
    search->has_created_at = search->has_version = search->has_updated_at = true;
    search->created_at = search->updated_at = lm_clock_ms();
    search->version = 1;
    if (*ctx->user_id && !search->requested_by)
        search->requested_by = ctx->user_id;
    if (lm_jobs_queue(ctx, &spec, 1, err) || scraper_search_insert(ctx, search, spec.id, err))
        return err->code;
    return scraper_tell_search(ctx, search, err);
}

lm_code scraper_search_take(struct lm_ctx *ctx, const char *id, Scraper__ScrapeJob **row,
                            lm_err *err)
{
    const char *job_id;

    if (lm_tx_begin(ctx, err) || lm_job_fence(ctx, err) ||
        scraper_search_lock(ctx, id, row, &job_id, err))
        return err->code;
    if ((*row)->status == SCRAPER__SCRAPE_STATUS__CANCELLED)
        return lm_fail(err, LM_CANCELLED, "the search was cancelled");
    return LM_OK;
}

/* ---- what it keeps ---- */

/* Those that may be taken in: of a source that is still approved, and no people. */
static lm_code choose(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                      const struct scraper_found *found, size_t n, Lm__Company **out, size_t *n_out,
                      lm_err *err)
{
    const struct scraper_source *source = scraper_source_by_id(row->source);
    const char *asked = scraper_filters_of(row)->country;
    const char *country = asked ? asked : scraper_settings.home_country;
    bool is_approved = false;

    *n_out = 0;
    if (source && scraper_source_approved(ctx, source->name, &is_approved, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        Lm__Company *c = found[i].company;

        c->has_source = true;
        c->source = row->source;
        c->scrape_job_id = row->id;
        c->source_url = c->source_url ? c->source_url : scraper_text(ctx->arena, found[i].url);
        scraper_company_normalize(ctx->arena, c, country);
        if (is_approved && !scraper_company_is_personal(c))
            out[(*n_out)++] = c;
    }
    row->dropped_count += (int32_t)(n - *n_out);
    return LM_OK;
}

lm_code scraper_search_keep(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                            const struct scraper_found *found, size_t n, lm_err *err)
{
    Lm__Company **companies = LM_NEW_ARRAY(ctx->arena, Lm__Company *, n);
    struct scraper_kept kept;

    if (choose(ctx, row, found, n, companies, &n, err) ||
        scraper_keep(ctx, companies, n, &kept, err))
        return err->code;
    row->results_count += (int32_t)n;
    row->new_companies_count += kept.created;
    row->duplicate_count += kept.merged + kept.unchanged;
    return LM_OK;
}

/* Companies of all vacancies that were seen, those under the threshold left out. */
static lm_code keep_vacancies(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                              const struct scraper_found *seen, size_t n, lm_err *err)
{
    int least = row->filters && row->filters->has_min_vacancies
                    ? row->filters->min_vacancies
                    : (int)scraper_settings.min_vacancies;
    struct scraper_tallied *v;
    struct scraper_found *found;
    size_t n_companies = scraper_tally(ctx->arena, seen, n, &v), n_kept = 0;

    n_companies = scraper_tally_similar(v, n_companies);
    found = LM_NEW_ARRAY(ctx->arena, struct scraper_found, n_companies);
    for (size_t i = 0; i < n_companies && v[i].count >= least; i++) {
        found[n_kept++] = scraper_tallied_company(ctx->arena, &v[i]);
        row->duplicate_count += v[i].spellings - 1;
    }
    row->dropped_count += (int32_t)(n_companies - n_kept);
    return scraper_search_keep(ctx, row, found, n_kept, err);
}

/* What was not kept under way: vacancies, and companies whose own pages nobody read. */
static lm_code keep_rest(struct lm_ctx *ctx, Scraper__ScrapeJob *row, lm_err *err)
{
    const struct scraper_source *source = scraper_source_by_id(row->source);
    struct scraper_found *found;
    size_t n;

    if (!source || (!source->counts_vacancies && !source->detail_request))
        return LM_OK;
    if (scraper_found_load(ctx, row->id, source->detail_request != NULL, &found, &n, err))
        return err->code;
    return source->counts_vacancies ? keep_vacancies(ctx, row, found, n, err)
                                    : scraper_search_keep(ctx, row, found, n, err);
}

/* ---- its end ---- */

/* What a whole run saw tells how the source does. Pages that could not be read say nothing about what is on them. */
static lm_code note_health(struct lm_ctx *ctx, const Scraper__ScrapeJob *row, lm_err *err)
{
    const struct scraper_source *source = scraper_source_by_id(row->source);
    struct scraper_ran ran = {.cards = row->cards_count,
                              .has_yielded = row->results_count + row->dropped_count > 0};
    bool is_suspect;

    if (!source || row->status != SCRAPER__SCRAPE_STATUS__COMPLETED ||
        (row->cards_count == 0 && row->error_count > 0))
        return LM_OK;
    if ((!ran.has_yielded && scraper_search_is_telling(ctx, row, &ran.is_telling, err)) ||
        scraper_health_ran(ctx, source->name, &ran, &is_suspect, err))
        return err->code;
    if (is_suspect)
        lm_log(ctx, LM_LOG_WARN, "source that used to yield does not: has its page changed?",
               LM_KV_STR("source", source->name));
    return LM_OK;
}

lm_code scraper_search_end(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                           Scraper__ScrapeStatus status, lm_err *err)
{
    row->status = status;
    row->has_completed_at = true;
    row->completed_at = lm_clock_ms();
    if (keep_rest(ctx, row, err) || scraper_found_drop(ctx, row->id, err) ||
        note_health(ctx, row, err))
        return lm_wrap(err, "companies of the search");
    return scraper_search_save(ctx, row, err);
}

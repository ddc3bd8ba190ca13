/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's operations but those on schedules (api_schedules.c). */
#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/id.h"
#include "common/job.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/scraper.lm.h"
#include "services/scraper/generate/generate.h"
#include "services/scraper/match/company.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/pool/pool.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void accept(Lm__Accepted *out, char *job_id, char *message, int64_t count)
{
    out->job_id = job_id;
    out->status = borrowed("queued");
    out->message = message;
    out->has_count = true;
    out->count = count;
}

/* ---- searches ---- */

lm_code scraper_start_scrape(struct lm_ctx *ctx, const Scraper__StartScrapeRequest *in,
                             Lm__Accepted *out, lm_err *err)
{
    Scraper__ScrapeJob search = SCRAPER__SCRAPE_JOB__INIT;

    search.source = in->source;
    search.keywords = in->keywords;
    search.n_keywords = in->n_keywords;
    search.filters = in->filters;
    search.has_max_pages = true;
    search.max_pages = in->max_pages;
    if (scraper_search_start(ctx, &search, err))
        return err->code;
    accept(out, search.id, NULL, 1);
    return LM_OK;
}

/* Cancels the job; *is_running: a worker has it and will see. */
static lm_code cancel_job(struct lm_ctx *ctx, const char *job_id, bool *is_running, lm_err *err)
{
    struct lm_job_info info;

    *is_running = false;
    if (lm_job_cancel(ctx, job_id, err) && err->code != LM_NOT_FOUND && err->code != LM_CONFLICT)
        return err->code;
    lm_err_clear(err);
    if (lm_job_get(ctx, job_id, &info, err) == LM_OK)
        *is_running = strcmp(info.state, "running") == 0;
    else if (err->code != LM_NOT_FOUND)
        return err->code;
    lm_err_clear(err);
    return LM_OK;
}

/* A search that waits, for its start or for another attempt, ends here; one that runs ends with its worker. */
lm_code scraper_cancel_scrape(struct lm_ctx *ctx, const Lm__JobRequest *in, Scraper__ScrapeJob *out,
                              lm_err *err)
{
    Scraper__ScrapeJob *search;
    const char *job_id;
    bool is_running;

    if (!lm_id_valid(lm_str_z(in->job_id)))
        return lm_fail(err, LM_NOT_FOUND, "the search was not found");
    if (scraper_search_lock(ctx, in->job_id, &search, &job_id, err))
        return err->code;
    if (search->status != SCRAPER__SCRAPE_STATUS__RUNNING &&
        search->status != SCRAPER__SCRAPE_STATUS__PENDING)
        return lm_fail(err, LM_CONFLICT, "the search has ended: it is %s",
                       lm_enum_name(&scraper__scrape_status__descriptor, (int)search->status));
    if (cancel_job(ctx, job_id, &is_running, err))
        return err->code;
    search->status = SCRAPER__SCRAPE_STATUS__CANCELLED;
    if (is_running
            ? scraper_search_update(ctx, search, err) || scraper_tell_search(ctx, search, err)
            : scraper_search_end(ctx, search, SCRAPER__SCRAPE_STATUS__CANCELLED, err))
        return err->code;
    *out = *search;
    return LM_OK;
}

/* What is gone or still under way cannot be asked again, or forgotten. */
static lm_code take_ended(struct lm_ctx *ctx, const char *id, Scraper__ScrapeJob **out,
                          const char **job_id, lm_err *err)
{
    if (!lm_id_valid(lm_str_z(id)))
        return lm_fail(err, LM_NOT_FOUND, "the search was not found");
    if (scraper_search_lock(ctx, id, out, job_id, err))
        return err->code;
    if ((*out)->status == SCRAPER__SCRAPE_STATUS__PENDING ||
        (*out)->status == SCRAPER__SCRAPE_STATUS__RUNNING)
        return lm_fail(err, LM_CONFLICT, "the search is under way: cancel it first, or wait");
    return LM_OK;
}

lm_code scraper_rerun_scrape(struct lm_ctx *ctx, const Lm__JobRequest *in, Lm__Accepted *out,
                             lm_err *err)
{
    Scraper__ScrapeJob again = SCRAPER__SCRAPE_JOB__INIT, *before;
    const char *job_id;

    if (take_ended(ctx, in->job_id, &before, &job_id, err))
        return err->code;
    again.source = before->source;
    again.keywords = before->keywords;
    again.n_keywords = before->n_keywords;
    again.filters = before->filters;
    again.has_max_pages = true;
    again.max_pages = before->max_pages;
    if (scraper_search_start(ctx, &again, err))
        return err->code;
    accept(out, again.id, NULL, 1);
    return LM_OK;
}

lm_code scraper_delete_scrape(struct lm_ctx *ctx, const Lm__JobRequest *in,
                              Lm__Empty *out LM_UNUSED, lm_err *err)
{
    Scraper__ScrapeJob *search;
    const char *job_id;

    if (take_ended(ctx, in->job_id, &search, &job_id, err) ||
        scraper_found_drop(ctx, search->id, err))
        return err->code;
    search->has_is_deleted = search->is_deleted = true;
    if (scraper_search_update(ctx, search, err))
        return err->code;
    return scraper_tell_search(ctx, search, err);
}

/* ---- many companies ---- */

/*
 * Generating the same list again finds the same people. An address does not tell them apart: two lists may invent one
 * for different companies.
 */
static lm_code tell_contact(struct lm_ctx *ctx, const struct scraper_synthetic *s, lm_err *err)
{
    Scraper__ContactFound ev = SCRAPER__CONTACT_FOUND__INIT;
    const lm_str parts[] = {LM_STR("synthetic"), lm_str_z(ctx->tenant_id), lm_str_z(s->company->id),
                            lm_str_z(s->lead->first_name), lm_str_z(s->lead->last_name)};
    int64_t now = lm_clock_ms();

    s->lead->id = lm_arena_alloc(ctx->arena, LM_ID_SIZE);
    lm_id_derive(s->lead->id, parts, LM_COUNT(parts));
    s->lead->company_id = s->company->id;
    s->lead->has_created_at = s->lead->has_version = true;
    s->lead->created_at = now;
    s->lead->version = now; /* facts of a source: the newest counts */
    ev.lead = s->lead;
    ev.company = s->company;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = s->lead->id,
                                           .person_id = s->lead->id,
                                           .version = now},
                        err);
}

static void count_valid(const struct scraper_synthetic *s, Scraper__GenerateLeadsResult *out)
{
    out->valid_emails += lm_email_valid(lm_str_z(s->lead->email));
    out->valid_websites += lm_url_valid(lm_str_z(s->company->website_url));
    out->valid_linkedin += lm_url_valid(lm_str_z(s->lead->linkedin_url));
}

static void count_industry(struct lm_ctx *ctx, const char *industry,
                           Scraper__GenerateLeadsResult *out)
{
    Lm__Count *count;

    for (size_t i = 0; i < out->n_by_industry; i++) {
        if (strcmp(out->by_industry[i]->value, industry) == 0) {
            out->by_industry[i]->count++;
            return;
        }
    }
    count = LM_NEW(ctx->arena, Lm__Count);
    lm__count__init(count);
    count->value = borrowed(industry);
    count->count = 1;
    out->by_industry[out->n_by_industry++] = count;
}

/* People of one company share a record; each record is kept once and its people follow it. */
static lm_code keep_synthetic(struct lm_ctx *ctx, struct scraper_synthetic *v, size_t n,
                              struct scraper_kept *kept, lm_err *err)
{
    Lm__Company **found = LM_NEW_ARRAY(ctx->arena, Lm__Company *, n),
                **now = LM_NEW_ARRAY(ctx->arena, Lm__Company *, n);
    size_t n_found = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < n_found && found[k] != v[i].company)
            k++;
        if (k == n_found)
            found[n_found++] = v[i].company;
    }
    memcpy(now, found, n_found * sizeof(*now));
    if (scraper_keep(ctx, now, n_found, kept, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (found[k] != v[i].company)
            k++;
        v[i].company = now[k];
    }
    return LM_OK;
}

lm_code scraper_generate_leads(struct lm_ctx *ctx, const Scraper__GenerateLeadsRequest *in,
                               Scraper__GenerateLeadsResult *out, lm_err *err)
{
    struct scraper_generate what = {
        .count = in->count, .seed = (uint64_t)in->seed, .n_industries = in->n_industries};
    lm_str *industries = LM_NEW_ARRAY(ctx->arena, lm_str, in->n_industries);
    struct scraper_synthetic *v;
    struct scraper_kept kept;

    for (size_t i = 0; i < in->n_industries; i++)
        industries[i] = lm_str_z(in->industries[i]);
    what.industries = industries;
    if (scraper_generate(ctx->arena, &what, &v, err))
        return err->code;
    out->by_industry = LM_NEW_ARRAY(ctx->arena, Lm__Count *, (size_t)in->count);
    for (int i = 0; i < in->count; i++) {
        count_valid(&v[i], out);
        count_industry(ctx, v[i].company->industry, out);
    }
    if (keep_synthetic(ctx, v, (size_t)in->count, &kept, err))
        return err->code;
    for (int i = 0; i < in->count; i++) {
        if (tell_contact(ctx, &v[i], err))
            return err->code;
    }
    out->count = in->count;
    out->companies = kept.created + kept.merged + kept.unchanged;
    return LM_OK;
}

/* ---- one company ---- */

/* The domain as it is compared; a platform's or a mail provider's is refused with a word on why. */
static lm_code set_domain(struct lm_ctx *ctx, Lm__Company *c, const char *domain, lm_err *err)
{
    lm_str own = scraper_company_domain(ctx->arena, domain, c->website_url);
    Lm__Company *other = NULL;

    if (domain && *domain && !scraper_company_domain(ctx->arena, domain, NULL).n)
        return lm_fail_field(err, "domain",
                             "belongs to a platform or a mail provider, not to one company");
    c->domain = own.n ? lm_arena_strz(ctx->arena, own) : NULL;
    if (own.n && scraper_company_by_domain(ctx, own, &other, err))
        return err->code;
    if (other && (!c->id || strcmp(other->id, c->id) != 0))
        return lm_fail(err, LM_CONFLICT, "company %s has this domain", other->id);
    return LM_OK;
}

/* One that is there already is not made again. */
static lm_code create(struct lm_ctx *ctx, Lm__Company *c, lm_err *err)
{
    const Lm__Company *known;
    struct scraper_pool *pool;
    enum scraper_taken taken;
    Lm__Company *made;

    if (scraper_pool_open(ctx, (Lm__Company *[]){c}, 1, &pool, err))
        return err->code;
    known = scraper_pool_find(pool, 0);
    if (known)
        return lm_fail(err, LM_CONFLICT, "company %s is this one", known->id);
    if (scraper_pool_take(pool, 0, &taken, &made, err) || scraper_pool_write(pool, err))
        return err->code;
    *c = *made;
    return LM_OK;
}

/* A new website gives the domain where there is none. */
static lm_code edit_domain(struct lm_ctx *ctx, Lm__Company *edit, const Lm__Company *now,
                           const char *domain, lm_err *err)
{
    if (domain)
        return set_domain(ctx, edit, domain, err);
    if (edit->website_url && !now->domain)
        return set_domain(ctx, edit, NULL, err);
    return LM_OK;
}

lm_code scraper_create_company(struct lm_ctx *ctx, const Scraper__CreateCompanyRequest *in,
                               Lm__Company *out, lm_err *err)
{
    out->name = in->name;
    out->website_url = in->website_url;
    out->linkedin_url = in->linkedin_url;
    out->industry = in->industry;
    out->has_employee_count = in->has_employee_count;
    out->employee_count = in->employee_count;
    out->has_open_vacancies = in->has_open_vacancies;
    out->open_vacancies = in->open_vacancies;
    out->location = in->location;
    out->country = in->country;
    out->description = in->description;
    out->has_has_funding = in->has_has_funding;
    out->has_funding = in->has_funding;
    out->source_url = in->source_url;
    out->has_source = true;
    out->source = LM__SOURCE__MANUAL;
    out->sources = LM_NEW(ctx->arena, Lm__Source);
    out->sources[out->n_sources++] = LM__SOURCE__MANUAL;
    if (scraper_intake_lock(ctx, err) || set_domain(ctx, out, in->domain, err))
        return err->code;
    scraper_company_normalize(ctx->arena, out, scraper_settings.home_country);
    return create(ctx, out, err);
}

/* What follows from the new words counts; what is only guessed from them does not outdo what is known. */
static void normalize_edit(struct lm_ctx *ctx, Lm__Company *edit, const Lm__Company *now)
{
    const char *domain = edit->domain, *country = edit->country;

    scraper_company_normalize(ctx->arena, edit,
                              now->country ? now->country : scraper_settings.home_country);
    if (!domain)
        edit->domain = NULL;
    if (!country && now->country)
        edit->country = NULL;
}

lm_code scraper_update_company(struct lm_ctx *ctx, const Scraper__UpdateCompanyRequest *in,
                               Lm__Company *out, lm_err *err)
{
    const struct scraper_saying how = {"edits", LM__SOURCE__MANUAL, 1};
    Lm__Company edit = LM__COMPANY__INIT, *now, *c;
    struct scraper_pool *pool;

    if (scraper_intake_lock(ctx, err) || scraper_pool_of(ctx, &in->company_id, 1, &pool, err))
        return err->code;
    edit.id = in->company_id;
    edit.name = in->name;
    edit.website_url = in->website_url;
    edit.linkedin_url = in->linkedin_url;
    edit.industry = in->industry;
    edit.location = in->location;
    edit.country = in->country;
    edit.description = in->description;
    edit.has_employee_count = in->has_employee_count;
    edit.employee_count = in->employee_count;
    edit.has_open_vacancies = in->has_open_vacancies;
    edit.open_vacancies = in->open_vacancies;
    edit.has_has_funding = in->has_has_funding;
    edit.has_funding = in->has_funding;
    now = scraper_pool_company(pool, in->company_id);
    if (edit_domain(ctx, &edit, now, in->domain, err))
        return err->code;
    normalize_edit(ctx, &edit, now);
    if (scraper_pool_say(pool, in->company_id, &how, &edit, &c, err) ||
        scraper_pool_write(pool, err))
        return err->code;
    *out = *c;
    return LM_OK;
}

static lm_code judge(struct lm_ctx *ctx, const char *id, Lm__CompanyStatus status,
                     Lm__Company **out, lm_err *err)
{
    if (scraper_company_lock(ctx, id, out, err) ||
        scraper_company_transition((*out)->status, status, err))
        return err->code;
    (*out)->status = status;
    if (scraper_company_update(ctx, *out, err))
        return err->code;
    return scraper_tell_company(ctx, *out, err);
}

lm_code scraper_set_company_status(struct lm_ctx *ctx, const Scraper__SetCompanyStatusRequest *in,
                                   Lm__Company *out, lm_err *err)
{
    Lm__Company *c;

    if (judge(ctx, in->company_id, in->new_status, &c, err))
        return err->code;
    *out = *c;
    return LM_OK;
}

lm_code scraper_delete_company(struct lm_ctx *ctx, const Scraper__CompanyRequest *in,
                               Lm__Empty *out LM_UNUSED, lm_err *err)
{
    Lm__Company *c;

    return judge(ctx, in->company_id, LM__COMPANY_STATUS__COMPANY_ARCHIVED, &c, err);
}

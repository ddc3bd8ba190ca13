/* SPDX-License-Identifier: Apache-2.0 */
/* What other services tell the scorer: facts of companies and leads. Rows and jobs only. */
#include "common/arena.h"
#include "common/job.h"
#include "common/str.h"
#include "gen/scorer.lm.h"
#include "services/scorer/store.h"

static lm_code queue_scoring(struct lm_ctx *ctx, const lm_str *ids, size_t n, lm_err *err)
{
    struct lm_job_spec *specs = LM_NEW_ARRAY(ctx->arena, struct lm_job_spec, n);

    for (size_t i = 0; i < n; i++) {
        Scorer__ScoreLead *job = LM_NEW(ctx->arena, Scorer__ScoreLead);

        scorer__score_lead__init(job);
        job->lead_id = lm_arena_strz(ctx->arena, ids[i]);
        specs[i] = (struct lm_job_spec){.payload = &job->base, .key = job->lead_id};
    }
    return n > 0 ? lm_jobs_queue(ctx, specs, n, err) : LM_OK;
}

static lm_code queue_scoring_of_company(struct lm_ctx *ctx, const char *company_id, lm_err *err)
{
    lm_str *ids;
    size_t n;

    if (scorer_company_leads(ctx, company_id, &ids, &n, err))
        return err->code;
    return queue_scoring(ctx, ids, n, err);
}

lm_code scorer_on_company_changed(struct lm_ctx *ctx, const Scraper__CompanyChanged *ev,
                                  lm_err *err)
{
    bool is_new;

    if (scorer_company_save(ctx, ev->company, &is_new, err))
        return lm_wrap(err, "facts of company %s", ev->company->id);
    return is_new ? queue_scoring_of_company(ctx, ev->company->id, err) : LM_OK;
}

lm_code scorer_on_company_enriched(struct lm_ctx *ctx, const Enricher__CompanyEnriched *ev,
                                   lm_err *err)
{
    bool is_new;

    if (scorer_company_site_save(ctx, ev, &is_new, err))
        return lm_wrap(err, "facts of company %s", ev->company_id);
    return is_new ? queue_scoring_of_company(ctx, ev->company_id, err) : LM_OK;
}

/* Brings the company as the enricher knew it: the scraper's own event may be later or earlier. */
lm_code scorer_on_lead_enriched(struct lm_ctx *ctx, const Enricher__LeadEnriched *ev, lm_err *err)
{
    lm_str id = lm_str_z(ev->lead->id);
    bool is_new_company, is_new_lead;

    if (scorer_company_save(ctx, ev->company, &is_new_company, err) ||
        scorer_lead_save(ctx, ev->lead, &is_new_lead, err))
        return lm_wrap(err, "facts of lead %s", ev->lead->id);
    if (is_new_company)
        return queue_scoring_of_company(ctx, ev->company->id, err);
    return is_new_lead ? queue_scoring(ctx, &id, 1, err) : LM_OK;
}

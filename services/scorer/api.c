/* SPDX-License-Identifier: Apache-2.0 */
/* The scorer's operations, in the order of proto/scorer.proto. */
#include "common/arena.h"
#include "common/job.h"
#include "common/str.h"
#include "gen/scorer.lm.h"
#include "services/scorer/industry.h"
#include "services/scorer/scorer.h"
#include "services/scorer/store.h"

lm_code scorer_calculate_score(struct lm_ctx *ctx, const Scorer__LeadRequest *in,
                               Scorer__Score *out, lm_err *err)
{
    lm_str id = lm_str_z(in->lead_id);
    size_t n_known;

    if (scorer_score_leads(ctx, &id, 1, &n_known, err))
        return lm_wrap(err, "score of lead %s", in->lead_id);
    if (n_known == 0)
        return lm_fail(err, LM_NOT_FOUND, "lead %s is not known", in->lead_id);
    return scorer_score_load(ctx, in->lead_id, out, err);
}

static lm_code queue_named(struct lm_ctx *ctx, const Scorer__ScoreBatchRequest *in,
                           Lm__Accepted *out, lm_err *err)
{
    struct lm_job_spec *specs = LM_NEW_ARRAY(ctx->arena, struct lm_job_spec, in->n_lead_ids);

    for (size_t i = 0; i < in->n_lead_ids; i++) {
        Scorer__ScoreLead *job = LM_NEW(ctx->arena, Scorer__ScoreLead);

        scorer__score_lead__init(job);
        job->lead_id = in->lead_ids[i];
        specs[i] = (struct lm_job_spec){.payload = &job->base, .key = job->lead_id};
    }
    if (lm_jobs_queue(ctx, specs, in->n_lead_ids, err))
        return err->code;
    out->job_id = lm_arena_strdup(ctx->arena, specs[0].id);
    out->count = (int64_t)in->n_lead_ids;
    return LM_OK;
}

/* `limit` 0: all leads. */
static lm_code queue_walk(struct lm_ctx *ctx, int config_version, int64_t limit, char **job_id,
                          lm_err *err)
{
    Scorer__RescoreAll walk = SCORER__RESCORE_ALL__INIT;
    struct lm_job_spec spec = {.payload = &walk.base, .key = limit > 0 ? "batch" : "all"};

    walk.config_version = config_version;
    walk.has_limit = limit > 0;
    walk.limit = limit;
    if (lm_jobs_queue(ctx, &spec, 1, err))
        return err->code;
    *job_id = lm_arena_strdup(ctx->arena, spec.id);
    return LM_OK;
}

lm_code scorer_score_batch(struct lm_ctx *ctx, const Scorer__ScoreBatchRequest *in,
                           Lm__Accepted *out, lm_err *err)
{
    Scorer__ScoreConfig config = SCORER__SCORE_CONFIG__INIT;

    out->status = lm_arena_strdup(ctx->arena, "queued");
    out->has_count = true;
    if (in->n_lead_ids > 0)
        return queue_named(ctx, in, out, err);
    out->count = in->limit;
    if (scorer_config_load(ctx, &config, err))
        return err->code;
    return queue_walk(ctx, config.version, in->limit, &out->job_id, err);
}

lm_code scorer_get_score(struct lm_ctx *ctx, const Scorer__LeadRequest *in, Scorer__Score *out,
                         lm_err *err)
{
    return scorer_score_load(ctx, in->lead_id, out, err);
}

lm_code scorer_get_score_config(struct lm_ctx *ctx, const Scorer__GetScoreConfigRequest *in,
                                Scorer__ScoreConfig *out, lm_err *err)
{
    (void)in;
    return scorer_config_load(ctx, out, err);
}

/* What is left out goes back to its default: the answer says what is valid from now on. */
static void fill(struct lm_ctx *ctx, const Scorer__ScoreConfig *in, Scorer__ScoreConfig *out)
{
    Scorer__Weights *w = LM_NEW(ctx->arena, Scorer__Weights);
    Scorer__Thresholds *t = LM_NEW(ctx->arena, Scorer__Thresholds);

    scorer__weights__init(w);
    scorer__thresholds__init(t);
    if (in->weights)
        *w = *in->weights;
    if (in->thresholds)
        *t = *in->thresholds;
    w->has_company_size = w->has_industry = w->has_growth = true;
    w->has_activity = w->has_location = true;
    t->has_hot = t->has_warm = t->has_cool = t->has_qualified = true;
    out->weights = w;
    out->thresholds = t;
    out->target_industries = in->target_industries;
    out->n_target_industries = in->n_target_industries;
    out->related_industries = in->related_industries;
    out->n_related_industries = in->n_related_industries;
}

lm_code scorer_set_score_config(struct lm_ctx *ctx, const Scorer__ScoreConfig *in,
                                Scorer__ScoreConfig *out, lm_err *err)
{
    struct icp_profile profile;
    char *job_id;

    fill(ctx, in, out);
    scorer_profile_of(ctx->arena, out, &profile);
    if (icp_profile_check(&profile, err) || scorer_config_save(ctx, out, err))
        return err->code;
    return queue_walk(ctx, out->version, 0, &job_id, err);
}

/* A tenant that lists no industries looks for the built-in ones. */
static void list_industries(struct lm_ctx *ctx, const Scorer__ScoreConfig *config,
                            Scorer__Profile *out)
{
    const lm_str *listed;
    size_t n;

    out->industries = config->target_industries;
    out->n_industries = config->n_target_industries;
    if (out->n_industries > 0)
        return;
    listed = industry_default_target(&n);
    out->industries = LM_NEW_ARRAY(ctx->arena, char *, n);
    while (out->n_industries < n) {
        out->industries[out->n_industries] = lm_arena_strz(ctx->arena, listed[out->n_industries]);
        out->n_industries++;
    }
}

/* Sizes and country are those that icp.c gives the most points; a tenant cannot set them yet. */
lm_code scorer_get_profile(struct lm_ctx *ctx, const Scorer__GetProfileRequest *in,
                           Scorer__Profile *out, lm_err *err)
{
    Scorer__ScoreConfig config = SCORER__SCORE_CONFIG__INIT;
    size_t n;

    if (strcmp(in->profile_id, SCORER_PROFILE) != 0)
        return lm_fail(err, LM_NOT_FOUND, "there is no profile '%s': the tenant's is '%s'",
                       in->profile_id, SCORER_PROFILE);
    if (scorer_config_load(ctx, &config, err))
        return err->code;
    out->profile_id = in->profile_id;
    out->version = config.version;
    list_industries(ctx, &config, out);
    out->employee_ranges = (char **)(uintptr_t)icp_best_sizes(&n);
    out->n_employee_ranges = n;
    out->country = lm_arena_strdup(ctx->arena, "NL");
    return LM_OK;
}

lm_code scorer_get_score_stats(struct lm_ctx *ctx, const Scorer__GetScoreStatsRequest *in,
                               Scorer__ScoreStats *out, lm_err *err)
{
    (void)in;
    return scorer_stats_load(ctx, out, err);
}

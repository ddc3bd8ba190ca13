/* SPDX-License-Identifier: Apache-2.0 */
/* Scores leads: one after a fact changed, or all in pages after the profile did. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/job.h"
#include "common/metrics.h"
#include "common/str.h"
#include "gen/scorer.lm.h"
#include "services/scorer/scorer.h"
#include "services/scorer/store.h"

struct scorer_settings scorer_settings = {.page_size = 1000};

void scorer_profile_of(struct lm_arena *a, const Scorer__ScoreConfig *c, struct icp_profile *out)
{
    lm_str *target = LM_NEW_ARRAY(a, lm_str, c->n_target_industries);
    lm_str *related = LM_NEW_ARRAY(a, lm_str, c->n_related_industries);

    for (size_t i = 0; i < c->n_target_industries; i++)
        target[i] = lm_str_z(c->target_industries[i]);
    for (size_t i = 0; i < c->n_related_industries; i++)
        related[i] = lm_str_z(c->related_industries[i]);
    *out = (struct icp_profile){
        .weight = {[ICP_COMPANY_SIZE] = c->weights->company_size,
                   [ICP_INDUSTRY] = c->weights->industry,
                   [ICP_GROWTH] = c->weights->growth,
                   [ICP_ACTIVITY] = c->weights->activity,
                   [ICP_LOCATION] = c->weights->location},
        .hot = c->thresholds->hot,
        .warm = c->thresholds->warm,
        .cool = c->thresholds->cool,
        .qualified = c->thresholds->qualified,
        .target = target,
        .n_target = c->n_target_industries,
        .related = related,
        .n_related = c->n_related_industries,
    };
}

void scorer_breakdown_of(struct lm_arena *a, const struct icp_score *score, Scorer__Breakdown *out)
{
    scorer__breakdown__init(out);
    out->components = LM_NEW_ARRAY(a, Scorer__ComponentScore *, ICP_PARTS);
    out->n_components = ICP_PARTS;
    for (int i = 0; i < ICP_PARTS; i++) {
        Scorer__ComponentScore *c = LM_NEW(a, Scorer__ComponentScore);

        scorer__component_score__init(c);
        c->component = (Scorer__Component)(i + SCORER__COMPONENT__COMPANY_SIZE);
        c->points = score->part[i].points;
        c->max_points = score->part[i].max_points;
        c->reason = lm_arena_strdup(a, score->part[i].reason);
        out->components[i] = c;
    }
}

/* The score as events carry it. */
static Scorer__LeadScored *event_of(struct lm_arena *a, const struct scorer_result *r,
                                    int config_version, int64_t at)
{
    Scorer__LeadScored *ev = LM_NEW(a, Scorer__LeadScored);
    Scorer__Score *s = LM_NEW(a, Scorer__Score);
    Scorer__Breakdown breakdown;

    scorer__lead_scored__init(ev);
    scorer__score__init(s);
    scorer_breakdown_of(a, r->score, &breakdown);
    s->lead_id = lm_arena_strz(a, r->lead->lead_id);
    s->company_id = lm_arena_strz(a, r->lead->company_id);
    s->score = r->score->total;
    s->classification = (Lm__Classification)r->score->class;
    s->qualified = r->score->is_qualified;
    s->breakdown = breakdown.components;
    s->n_breakdown = breakdown.n_components;
    s->has_scored_at = s->has_config_version = s->has_version = true;
    s->scored_at = at;
    s->config_version = config_version;
    s->version = r->version;
    ev->score = s;
    return ev;
}

static lm_code tell(struct lm_ctx *ctx, const struct scorer_result *results, size_t n,
                    int config_version, int64_t at, lm_err *err)
{
    struct lm_event *events = LM_NEW_ARRAY(ctx->arena, struct lm_event, n);
    size_t n_events = 0;

    for (size_t i = 0; i < n; i++) {
        Scorer__LeadScored *ev;

        if (results[i].version == 0)
            continue;
        ev = event_of(ctx->arena, &results[i], config_version, at);
        events[n_events++] = (struct lm_event){.message = &ev->base,
                                               .subject_id = ev->score->lead_id,
                                               .person_id = ev->score->lead_id,
                                               .version = ev->score->version};
    }
    lm_metric_add(lm_counter("lm_scorer_scored_total", "scores computed", NULL, NULL), (int64_t)n);
    lm_metric_add(lm_counter("lm_scorer_changed_total", "scores that changed", NULL, NULL),
                  (int64_t)n_events);
    return n_events > 0 ? lm_events_put(ctx, events, n_events, err) : LM_OK;
}

lm_code scorer_score_leads(struct lm_ctx *ctx, const lm_str *ids, size_t n, size_t *n_known,
                           lm_err *err)
{
    Scorer__ScoreConfig config = SCORER__SCORE_CONFIG__INIT;
    const struct icp_judge *judge;
    struct icp_profile profile;
    struct scorer_lead *leads;
    struct scorer_result *results;
    struct icp_score *scores;
    size_t n_leads;
    int64_t now = lm_clock_ms();

    /* Leads first: whoever waited for their locks then reads the profile that is valid by now. */
    if (scorer_leads_take(ctx, ids, n, &leads, &n_leads, err) ||
        scorer_config_load(ctx, &config, err))
        return err->code;
    scorer_profile_of(ctx->arena, &config, &profile);
    judge = icp_judge_new(ctx->arena, &profile);
    results = LM_NEW_ARRAY(ctx->arena, struct scorer_result, n_leads);
    scores = LM_NEW_ARRAY(ctx->arena, struct icp_score, n_leads);
    for (size_t i = 0; i < n_leads; i++) {
        icp_score(ctx->arena, judge, &leads[i].facts, &scores[i]);
        results[i] = (struct scorer_result){.lead = &leads[i], .score = &scores[i]};
    }
    if (n_known)
        *n_known = n_leads;
    if (n_leads == 0)
        return LM_OK;
    if (scorer_scores_save(ctx, results, n_leads, config.version, now, err))
        return err->code;
    return tell(ctx, results, n_leads, config.version, now, err);
}

lm_code scorer_do_score_lead(struct lm_ctx *ctx, const Scorer__ScoreLead *job, lm_err *err)
{
    lm_str id = lm_str_z(job->lead_id);

    if (lm_tx_begin(ctx, err) || scorer_score_leads(ctx, &id, 1, NULL, err))
        return lm_wrap(err, "score of lead %s", job->lead_id);
    return LM_OK;
}

/* The page, its events and the job of the next page are one transaction, the runner's. */
lm_code scorer_do_rescore_all(struct lm_ctx *ctx, const Scorer__RescoreAll *job, lm_err *err)
{
    Scorer__ScoreConfig config = SCORER__SCORE_CONFIG__INIT;
    Scorer__RescoreAll next = *job;
    int64_t page = scorer_settings.page_size;
    lm_str *ids;
    size_t n;

    if (job->has_limit)
        page = LM_MIN(page, job->limit);
    if (lm_tx_begin(ctx, err) || scorer_config_load(ctx, &config, err))
        return err->code;
    if (config.version > job->config_version)
        return LM_OK;
    if (scorer_leads_page(ctx, job->after, page, &ids, &n, err) ||
        scorer_score_leads(ctx, ids, n, NULL, err))
        return lm_wrap(err, "scoring %lld leads again", (long long)page);

    if ((int64_t)n < page || n == 0)
        return LM_OK;
    next.after = lm_arena_strz(ctx->arena, ids[n - 1]);
    next.limit = job->limit - (int64_t)n;
    if (job->has_limit && next.limit <= 0)
        return LM_OK;
    return lm_job_queue(ctx, &next.base, next.after, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The enricher's operations, in the order of proto/enricher.proto. */
#include "common/arena.h"
#include "common/job.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/enricher.lm.h"
#include "services/enricher/people/name.h"
#include "services/enricher/store.h"

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void accept(struct lm_ctx *ctx, Lm__Accepted *out, const char *job_id, int64_t count)
{
    out->job_id = lm_arena_strdup(ctx->arena, job_id);
    out->status = borrowed("queued");
    out->message = count ? NULL : borrowed("no company is waiting for this");
    out->has_count = true;
    out->count = count;
}

lm_code enricher_start_enrich(struct lm_ctx *ctx, const Enricher__StartEnrichRequest *in,
                              Lm__Accepted *out, lm_err *err)
{
    Lm__CompanyStatus status =
        in->has_status_filter ? in->status_filter : LM__COMPANY_STATUS__COMPANY_NEW;
    char first[LM_ID_SIZE] = "", id[LM_ID_SIZE];
    struct enricher_company *company;
    size_t n = in->n_company_ids;
    lm_str *ids = LM_NEW_ARRAY(ctx->arena, lm_str, n);

    for (size_t i = 0; i < n; i++) {
        ids[i] = lm_str_z(in->company_ids[i]);
        if (enricher_company_load(ctx, in->company_ids[i], &company, err))
            return lm_wrap(err, "company %s", in->company_ids[i]);
    }
    if (n == 0 && enricher_companies_in(ctx, status, in->limit, &ids, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        if (enricher_research_queue(ctx, lm_arena_strz(ctx->arena, ids[i]), id, err))
            return err->code;
        if (i == 0)
            memcpy(first, id, sizeof(first));
    }
    accept(ctx, out, first, (int64_t)n);
    return LM_OK;
}

lm_code enricher_enrich_company(struct lm_ctx *ctx, const Enricher__EnrichCompanyRequest *in,
                                Lm__Accepted *out, lm_err *err)
{
    struct enricher_company *company;
    char id[LM_ID_SIZE];

    if (enricher_company_load(ctx, in->company_id, &company, err) ||
        enricher_research_queue(ctx, in->company_id, id, err))
        return err->code;
    accept(ctx, out, id, 1);
    return LM_OK;
}

lm_code enricher_get_enrich_job(struct lm_ctx *ctx, const Lm__JobRequest *in, Lm__JobInfo *out,
                                lm_err *err)
{
    struct lm_job_info info;

    if (!lm_id_valid(lm_str_z(in->job_id)))
        return lm_fail(err, LM_NOT_FOUND, "the job was not found");
    if (lm_job_get(ctx, in->job_id, &info, err))
        return err->code;
    out->job_id = lm_arena_strdup(ctx->arena, info.id);
    out->kind = borrowed(info.kind);
    out->status = borrowed(info.state);
    out->error = borrowed(info.last_error);
    out->has_progress_done = out->has_progress_total = out->has_attempts = out->has_run_at =
        out->has_created_at = true;
    out->progress_done = info.progress_done;
    out->progress_total = info.progress_total;
    out->attempts = info.attempts;
    out->run_at = info.run_at;
    out->created_at = info.created_at;
    out->has_finished_at = info.finished_at != 0;
    out->finished_at = info.finished_at;
    return LM_OK;
}

lm_code enricher_get_enrich_stats(struct lm_ctx *ctx,
                                  const Enricher__GetEnrichStatsRequest *in LM_UNUSED,
                                  Enricher__EnrichStats *out, lm_err *err)
{
    return enricher_stats_load(ctx, out, err);
}

/* What a person types is confirmed by that person. */
static void set_email(struct lm_ctx *ctx, Lm__Lead *lead, const char *email)
{
    lm_str normal = lm_email_normalize(ctx->arena, lm_str_z(email));

    if (!email)
        return;
    lead->email = normal.n ? lm_arena_strz(ctx->arena, normal) : NULL;
    lead->has_email_state = lead->has_email_confidence = true;
    lead->email_state = lead->email ? LM__EMAIL_STATE__EMAIL_VERIFIED : LM__EMAIL_STATE__EMAIL_NONE;
    lead->email_confidence = lead->email ? 95 : 0;
}

static void set_title(struct lm_ctx *ctx, Lm__Lead *lead, char *title)
{
    if (!title)
        return;
    lead->job_title = title;
    lead->has_is_decision_maker = true;
    lead->is_decision_maker = enricher_title_decides(ctx->arena, lm_str_z(title));
}

static void set_phone(struct lm_ctx *ctx, Lm__Lead *lead, const char *phone)
{
    lm_str e164 = lm_phone_e164(ctx->arena, lm_str_z(phone), "NL");

    if (phone)
        lead->phone = e164.n ? lm_arena_strz(ctx->arena, e164) : NULL;
}

lm_code enricher_create_lead(struct lm_ctx *ctx, const Enricher__CreateLeadRequest *in,
                             Lm__Lead *out, lm_err *err)
{
    struct enricher_company *company;
    Lm__Lead *known;
    lm_str key = enricher_name_key(ctx->arena, lm_str_z(in->first_name), lm_str_z(in->last_name));
    bool kept;

    if (!key.n)
        return lm_fail_field(err, "last_name", "has no letter in it");
    if (enricher_company_load(ctx, in->company_id, &company, err) ||
        enricher_lead_by_name(ctx, in->company_id, key, &known, err))
        return err->code;
    if (known)
        return lm_fail(err, LM_CONFLICT, "lead %s is this person", known->id);
    out->company_id = in->company_id;
    out->first_name = in->first_name;
    out->last_name = in->last_name;
    out->linkedin_url = in->linkedin_url;
    out->language = in->language;
    out->has_source = true;
    out->source = LM__SOURCE__MANUAL;
    set_email(ctx, out, in->email);
    set_title(ctx, out, in->job_title);
    set_phone(ctx, out, in->phone);
    if (enricher_lead_keep(ctx, out, enricher_company_whole(ctx->arena, company), &kept, err))
        return err->code;
    return kept ? LM_OK
                : lm_fail(err, LM_CONFLICT, "this person was erased and may not be added again");
}

lm_code enricher_update_lead(struct lm_ctx *ctx, const Enricher__UpdateLeadRequest *in,
                             Lm__Lead *out, lm_err *err)
{
    struct enricher_company *company;
    Lm__Lead *lead;

    if (enricher_lead_lock(ctx, in->lead_id, &lead, err) ||
        enricher_company_load(ctx, lead->company_id, &company, err))
        return err->code;
    lead->first_name = in->first_name ? in->first_name : lead->first_name;
    lead->last_name = in->last_name ? in->last_name : lead->last_name;
    lead->linkedin_url = in->linkedin_url ? in->linkedin_url : lead->linkedin_url;
    lead->language = in->language ? in->language : lead->language;
    if (in->has_linkedin_posts_30d) {
        lead->has_linkedin_posts_30d = true;
        lead->linkedin_posts_30d = in->linkedin_posts_30d;
    }
    set_email(ctx, lead, in->email);
    set_title(ctx, lead, in->job_title);
    set_phone(ctx, lead, in->phone);
    if (enricher_lead_update(ctx, lead, err))
        return err->code;
    *out = *lead;
    return enricher_tell_lead(ctx, out, enricher_company_whole(ctx->arena, company), err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How people are kept: who is the same, what a new find changes, who may not come back. */
#include "common/arena.h"
#include "common/erase.h"
#include "common/event.h"
#include "common/industry.h"
#include "common/job.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/people/name.h"
#include "services/enricher/store.h"

lm_code enricher_tell_lead(struct lm_ctx *ctx, Lm__Lead *lead, Lm__Company *company, lm_err *err)
{
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;

    ev.lead = lead;
    ev.company = company;
    ev.has_email = lead->email && lead->email_state != LM__EMAIL_STATE__EMAIL_INVALID;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = lead->id,
                                           .person_id = lead->id,
                                           .version = lead->version},
                        err);
}

static char *text_or(struct lm_arena *a, char *text, lm_str found)
{
    return (text && *text) || !found.n ? text : lm_arena_strz(a, found);
}

Lm__Company *enricher_company_whole(struct lm_arena *a, const struct enricher_company *c)
{
    Lm__Company *whole = (Lm__Company *)lm_pb_copy(a, &c->facts->base);

    if (c->found_domain.n)
        whole->domain = lm_arena_strz(a, c->found_domain);
    whole->industry_words = text_or(a, whole->industry_words, c->industry_words);
    whole->industry =
        text_or(a, whole->industry, lm_str_z(lm_industry_of_words(a, c->industry_words)));
    whole->location = text_or(a, whole->location, c->location);
    whole->description = text_or(a, whole->description, c->description);
    if (!whole->has_employee_count && c->has_employee_count) {
        whole->has_employee_count = true;
        whole->employee_count = c->employee_count;
    }
    return whole;
}

/*
 * What an erased person could come back by: the id, the address, the name at the company's domain
 * (names alone are shared by many).
 */
static lm_code is_erased(struct lm_ctx *ctx, const Lm__Lead *lead, const Lm__Company *company,
                         bool *out, lm_err *err)
{
    lm_str name =
        enricher_name_key(ctx->arena, lm_str_z(lead->first_name), lm_str_z(lead->last_name));
    const char *at = company->domain ? company->domain : company->id;
    lm_str keys[3];
    size_t n = 0;

    if (lead->id && *lead->id)
        keys[n++] = lm_str_z(lead->id);
    if (lead->email)
        keys[n++] = lm_email_normalize(ctx->arena, lm_str_z(lead->email));
    keys[n++] = lm_str_z(lm_arena_printf(ctx->arena, "%.*s@%s", LM_FMT(name), at));
    return lm_erase_is_erased(ctx, keys, n, out, err);
}

static bool take(char **to, char *from)
{
    if ((*to && **to) || !from || !*from)
        return false;
    *to = from;
    return true;
}

/* One that was seen is worth more than a guess; one that its receiver refused is replaced by any other. */
static bool take_email(Lm__Lead *to, const Lm__Lead *from)
{
    bool is_better = !to->email || from->email_state > to->email_state ||
                     to->email_state == LM__EMAIL_STATE__EMAIL_INVALID;

    if (!from->email || !is_better || to->email_state == LM__EMAIL_STATE__EMAIL_VERIFIED ||
        (to->email && strcmp(to->email, from->email) == 0 && from->email_state <= to->email_state))
        return false;
    to->email = from->email;
    to->has_email_state = to->has_email_confidence = true;
    to->email_state = from->email_state;
    to->email_confidence = from->email_confidence;
    return true;
}

static bool merge(Lm__Lead *to, const Lm__Lead *from)
{
    bool changed = take_email(to, from);

    if (take(&to->job_title, from->job_title)) {
        to->is_decision_maker = from->is_decision_maker;
        changed = true;
    }
    changed |= take(&to->first_name, from->first_name);
    changed |= take(&to->phone, from->phone);
    changed |= take(&to->linkedin_url, from->linkedin_url);
    changed |= take(&to->language, from->language);
    changed |= take(&to->source_url, from->source_url);
    return changed;
}

lm_code enricher_lead_keep(struct lm_ctx *ctx, Lm__Lead *lead, Lm__Company *company, bool *kept,
                           lm_err *err)
{
    lm_str key =
        enricher_name_key(ctx->arena, lm_str_z(lead->first_name), lm_str_z(lead->last_name));
    Lm__Lead *known;
    bool erased;

    *kept = false;
    if (is_erased(ctx, lead, company, &erased, err))
        return err->code;
    if (erased || !key.n)
        return LM_OK;
    if (enricher_lead_by_name(ctx, lead->company_id, key, &known, err))
        return err->code;
    *kept = true;
    if (!known) {
        if (enricher_lead_insert(ctx, lead, err))
            return err->code;
        return enricher_tell_lead(ctx, lead, company, err);
    }
    if (!merge(known, lead)) {
        *lead = *known;
        return LM_OK;
    }
    if (enricher_lead_update(ctx, known, err))
        return err->code;
    *lead = *known;
    return enricher_tell_lead(ctx, lead, company, err);
}

lm_code enricher_research_queue(struct lm_ctx *ctx, const char *company_id, char id[LM_ID_SIZE],
                                lm_err *err)
{
    Enricher__ResearchCompany job = ENRICHER__RESEARCH_COMPANY__INIT;
    struct lm_job_spec spec = {.payload = &job.base, .key = company_id};

    job.company_id = lm_arena_strdup(ctx->arena, company_id);
    if (lm_jobs_queue(ctx, &spec, 1, err))
        return err->code;
    if (id)
        memcpy(id, spec.id, LM_ID_SIZE);
    return LM_OK;
}

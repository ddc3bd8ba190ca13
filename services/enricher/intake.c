/* SPDX-License-Identifier: Apache-2.0 */
/* Events the enricher consumes: companies to research, and people who came with them. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/str.h"
#include "gen/enricher.lm.h"
#include "services/enricher/people/name.h"
#include "services/enricher/store.h"

static bool differs(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

static bool is_judged_new(const Lm__Company *c)
{
    return !c->has_status || c->status == LM__COMPANY_STATUS__COMPANY_NEW;
}

/* Invented companies have no site; their people come with them. */
static bool is_synthetic(const Lm__Company *c)
{
    return c->has_source && c->source == LM__SOURCE__SYNTHETIC && c->n_sources <= 1;
}

/* A new company, one whose site may be another now, and one that a person took up again. */
static bool wants_research(const Lm__Company *now, const struct enricher_company *before)
{
    if (!is_judged_new(now) || is_synthetic(now))
        return false;
    return !before || !is_judged_new(before->facts) || differs(now->name, before->facts->name) ||
           differs(now->domain, before->facts->domain) ||
           differs(now->website_url, before->facts->website_url);
}

lm_code enricher_on_company_changed(struct lm_ctx *ctx, const Scraper__CompanyChanged *ev,
                                    lm_err *err)
{
    struct enricher_company *before;

    if (enricher_company_lock(ctx, ev->company->id, &before, err))
        return err->code;
    if (before && before->facts->version >= ev->company->version)
        return LM_OK;
    if (enricher_company_save(ctx, ev->company, err))
        return lm_wrap(err, "facts of company %s", ev->company->id);
    if (wants_research(ev->company, before))
        return enricher_research_queue(ctx, ev->company->id, NULL, err);
    return LM_OK;
}

/* People go over, but for those the other company has; with those the older lead stays where it is. */
static lm_code move_leads(struct lm_ctx *ctx, Lm__Lead *const *leads, size_t n,
                          struct enricher_company *into, const char *found_for, lm_err *err)
{
    Lm__Company *whole = enricher_company_whole(ctx->arena, into);
    Lm__Lead *other;

    for (size_t i = 0; i < n; i++) {
        lm_str key = enricher_name_key(ctx->arena, lm_str_z(leads[i]->first_name),
                                       lm_str_z(leads[i]->last_name));

        if (enricher_lead_by_name(ctx, into->facts->id, key, &other, err))
            return err->code;
        if (other)
            continue;
        leads[i]->company_id = into->facts->id;
        if (enricher_lead_update(ctx, leads[i], err) ||
            enricher_lead_moved(ctx, leads[i]->id, found_for, err) ||
            enricher_tell_lead(ctx, leads[i], whole, err))
            return err->code;
    }
    return LM_OK;
}

lm_code enricher_on_company_merged(struct lm_ctx *ctx, const Scraper__CompanyMerged *ev,
                                   lm_err *err)
{
    struct enricher_company *gone, *into;
    Lm__Lead **leads;
    size_t n;

    if (enricher_company_lock(ctx, ev->company_id, &gone, err) ||
        enricher_company_lock(ctx, ev->into_company_id, &into, err))
        return err->code;
    if (gone && is_judged_new(gone->facts)) {
        gone->facts->has_status = true;
        gone->facts->status = LM__COMPANY_STATUS__COMPANY_ARCHIVED;
        gone->facts->version = LM_MAX(gone->facts->version + 1, ctx->event->version);
        if (enricher_company_save(ctx, gone->facts, err))
            return err->code;
    }
    if (!into || enricher_leads_of(ctx, ev->company_id, &leads, &n, err))
        return err->code;
    return move_leads(ctx, leads, n, into, ev->company_id, err);
}

/*
 * The people who came with it go back; those found since stay where they are. What it is called, and that it is not
 * archived any more, follows in CompanyChanged, and with it its research.
 */
lm_code enricher_on_company_unmerged(struct lm_ctx *ctx, const Scraper__CompanyUnmerged *ev,
                                     lm_err *err)
{
    struct enricher_company *back;
    Lm__Lead **leads;
    size_t n;

    if (enricher_company_lock(ctx, ev->company_id, &back, err) || !back ||
        enricher_leads_moved(ctx, ev->from_company_id, ev->company_id, &leads, &n, err))
        return err->code;
    return move_leads(ctx, leads, n, back, ev->company_id, err);
}

/* Nobody researches an invented company: it is what came with it. */
static lm_code end_synthetic(struct lm_ctx *ctx, const struct enricher_company *c, lm_err *err)
{
    Enricher__CompanyEnriched found = ENRICHER__COMPANY_ENRICHED__INIT;

    if (!is_synthetic(c->facts) || c->status != LM__COMPANY_STATUS__COMPANY_NEW)
        return LM_OK;
    found.company_id = c->facts->id;
    found.status = LM__COMPANY_STATUS__COMPANY_ENRICHED;
    found.domain = c->facts->domain;
    found.has_enriched_at = true;
    found.enriched_at = lm_clock_ms();
    if (enricher_research_save(ctx, &found, err))
        return err->code;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &found.base,
                                           .subject_id = found.company_id,
                                           .version = found.version},
                        err);
}

/* Whatever a source says of an address is a guess until it is seen. */
lm_code enricher_on_contact_found(struct lm_ctx *ctx, const Scraper__ContactFound *ev, lm_err *err)
{
    struct enricher_company *company;
    Lm__Lead lead = *ev->lead;
    bool kept;

    if (enricher_company_save(ctx, ev->company, err) ||
        enricher_company_lock(ctx, ev->company->id, &company, err))
        return err->code;
    if (!company)
        return lm_fail(err, LM_INTERNAL, "company %s was not saved", ev->company->id);
    lead.has_email_state = lead.has_email_confidence = lead.has_is_decision_maker = true;
    lead.email_state = lead.email ? LM__EMAIL_STATE__EMAIL_GUESS : LM__EMAIL_STATE__EMAIL_NONE;
    lead.email_confidence = lead.email ? 60 : 0;
    lead.is_decision_maker =
        lead.job_title && enricher_title_decides(ctx->arena, lm_str_z(lead.job_title));
    if (enricher_lead_keep(ctx, &lead, enricher_company_whole(ctx->arena, company), &kept, err))
        return err->code;
    return kept && lead.email ? end_synthetic(ctx, company, err) : LM_OK;
}

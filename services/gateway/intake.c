/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to the views when something happened elsewhere. Each handler opens the row it is
 * about, leaves it alone when it has seen this version or a later one, and saves its source's part.
 * A company is opened before a lead of it, always, so that two sources never wait for each other.
 */
#include "common/json.h"
#include "common/links.h"
#include "common/str.h"
#include "gen/gateway.lm.h"
#include "services/gateway/company.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"
#include "services/gateway/views/shape.h"

/* ---- companies ---- */

static lm_str company_words(struct lm_ctx *ctx, const char *name, const char *domain)
{
    const char *const parts[] = {name, domain};

    return gateway_search_text(ctx->arena, parts, LM_COUNT(parts));
}

static lm_code words_of_leads(struct lm_ctx *ctx, const Lm__Company *c,
                              struct gateway_company_row *row, lm_err *err)
{
    if (lm_str_eqz(row->name, c->name) && lm_str_eq(row->domain, lm_str_z(c->domain)))
        return LM_OK;
    row->name = lm_str_z(c->name);
    row->domain = lm_str_z(c->domain);
    return gateway_company_rename_leads(ctx, c->id, company_words(ctx, c->name, c->domain), err);
}

/* A company as the scraper told it. */
struct said {
    const Lm__Company *company;
    const struct lm_event_ctx *event;
};

/*
 * Older versions change nothing; of one version the owner's word counts, for the enricher adds what it found out to its
 * picture. What is left in said[] and *n is there now, for others made it meanwhile: they are to be taken again.
 */
static lm_code take_said(struct lm_ctx *ctx, struct said *said, size_t *n, lm_err *err)
{
    struct gateway_company_row *rows = LM_NEW_ARRAY(ctx->arena, struct gateway_company_row, *n);
    struct gateway_company_facts *known =
        LM_NEW_ARRAY(ctx->arena, struct gateway_company_facts, *n);
    struct gateway_company_facts *new = LM_NEW_ARRAY(ctx->arena, struct gateway_company_facts, *n);
    lm_str *ids = LM_NEW_ARRAY(ctx->arena, lm_str, *n);
    size_t n_known = 0, n_new = 0, n_made;

    for (size_t i = 0; i < *n; i++)
        ids[i] = lm_str_z(said[i].company->id);
    if (gateway_companies_open(ctx, ids, *n, rows, err))
        return err->code;
    for (size_t i = 0; i < *n; i++) {
        const Lm__Company *c = said[i].company;
        struct gateway_company_facts *f = rows[i].is_there ? &known[n_known] : &new[n_new];

        if (said[i].event->version < rows[i].scraper_version)
            continue;
        if (gateway_company_told(ctx, c, said[i].event->version, &rows[i], f, err) ||
            (rows[i].is_there && words_of_leads(ctx, c, &rows[i], err)))
            return lm_wrap(err, "company %s", c->id);
        f->at = said[i].event->occurred_at;
        if (rows[i].is_there)
            n_known++;
        else
            said[n_new++] = said[i];
    }
    if (gateway_companies_save(ctx, known, n_known, err) ||
        gateway_companies_make(ctx, new, n_new, &n_made, err))
        return err->code;
    *n = n_made < n_new ? n_new : 0;
    return LM_OK;
}

static lm_code on_companies_changed(struct lm_ctx *ctx, const struct lm_event_run *run, lm_err *err)
{
    struct said *said = LM_NEW_ARRAY(ctx->arena, struct said, run->n);
    size_t n = run->n;

    for (size_t i = 0; i < n; i++)
        said[i] = (struct said){
            ((const Scraper__CompanyChanged *)(const void *)run->messages[i])->company,
            &run->events[i]};
    while (n > 0) {
        if (take_said(ctx, said, &n, err))
            return err->code;
    }
    return LM_OK;
}

lm_code gateway_on_company_changed(struct lm_ctx *ctx, const Scraper__CompanyChanged *ev,
                                   lm_err *err)
{
    const ProtobufCMessage *message = &ev->base;

    return on_companies_changed(
        ctx, &(struct lm_event_run){.events = ctx->event, .messages = &message, .n = 1}, err);
}

const struct lm_event_many gateway_events_many[] = {
    {"scraper.CompanyChanged", on_companies_changed},
    {.type = NULL},
};

/* The enricher may be heard before the scraper: its picture of the company will do until then. */
static lm_code take_picture(struct lm_ctx *ctx, const Lm__Company *c,
                            struct gateway_company_row *row, lm_err *err)
{
    struct gateway_company_facts facts;
    int64_t version = c->has_version ? c->version : 0;

    if (version <= row->scraper_version)
        return LM_OK;
    if (gateway_company_told(ctx, c, version, row, &facts, err))
        return err->code;
    facts.at = ctx->event->occurred_at;
    if (gateway_companies_save(ctx, &facts, 1, err))
        return err->code;
    return words_of_leads(ctx, c, row, err);
}

lm_code gateway_on_company_merged(struct lm_ctx *ctx, const Scraper__CompanyMerged *ev, lm_err *err)
{
    struct gateway_company_row row;

    if (gateway_company_open(ctx, ev->company_id, &row, err))
        return err->code;
    return gateway_company_merge(ctx, ev->company_id, ev->into_company_id, err);
}

/* It is listed again; what it shows follows in CompanyChanged. */
lm_code gateway_on_company_unmerged(struct lm_ctx *ctx, const Scraper__CompanyUnmerged *ev,
                                    lm_err *err)
{
    struct gateway_company_row row;

    if (gateway_company_open(ctx, ev->company_id, &row, err))
        return err->code;
    return gateway_company_merge(ctx, ev->company_id, NULL, err);
}

lm_code gateway_on_scrape_job_changed(struct lm_ctx *ctx, const Scraper__ScrapeJobChanged *ev,
                                      lm_err *err)
{
    return gateway_scrape_job_save(ctx, ev->job, ctx->event->version, err);
}

lm_code gateway_on_company_enriched(struct lm_ctx *ctx, const Enricher__CompanyEnriched *ev,
                                    lm_err *err)
{
    struct gateway_company_facts facts;
    struct gateway_company_row row;

    if (gateway_company_open(ctx, ev->company_id, &row, err))
        return err->code;
    if (ctx->event->version <= row.enricher_version)
        return LM_OK;
    row.researched = (int)ev->status;
    row.research = lm_pb_pack(ctx->arena, &ev->base);
    if (gateway_company_derive(ctx->arena, &row, NULL, &facts, err))
        return err->code;
    facts.packed = row.research;
    facts.version = ctx->event->version;
    return gateway_company_save_research(ctx, &facts, ev, err);
}

/* ---- leads ---- */

/* What a suppression means for the people behind the address. */
static void take_suppression(struct gateway_lead_row *row, lm_str reason, int64_t at)
{
    if (lm_str_eqz(reason, "bounce"))
        row->facts.bounced_at = LM_MAX(row->facts.bounced_at, at);
    else
        row->facts.opted_out_at = LM_MAX(row->facts.opted_out_at, at);
}

/* Locks the address, so that a suppression of it comes wholly before or wholly after this. */
static lm_code look_for_suppression(struct lm_ctx *ctx, lm_str hash, lm_str *reason, int64_t *at,
                                    lm_err *err)
{
    *reason = (lm_str){NULL, 0};
    if (!hash.n)
        return LM_OK;
    if (gateway_address_lock(ctx, hash, err))
        return err->code;
    return gateway_suppression_get(ctx, hash, reason, at, err);
}

static lm_code take_person(struct lm_ctx *ctx, const Enricher__LeadEnriched *ev,
                           const struct gateway_company_row *company, lm_err *err)
{
    const Lm__Lead *lead = ev->lead;
    const char *const words[] = {lead->first_name, lead->last_name, lead->email};
    struct gateway_person person = {.lead = lead, .version = ctx->event->version};
    char hash[LM_HASH_SIZE] = "";
    struct gateway_lead_row row;
    lm_str reason;
    int64_t at;

    if (lead->email)
        lm_address_hash(ctx->arena, lm_str_z(lead->email), hash);
    person.email_hash = hash[0] ? lm_str_z(hash) : (lm_str){NULL, 0};
    if (look_for_suppression(ctx, person.email_hash, &reason, &at, err) ||
        gateway_lead_open(ctx, lead->id, false, &row, err))
        return err->code;
    if (person.version <= row.enricher_version)
        return LM_OK;
    row.facts.is_enriched = true;
    row.facts.has_email = ev->has_email;
    if (reason.n)
        take_suppression(&row, reason, at);
    person.sort_name = gateway_sort_name(ctx->arena, lead->last_name, lead->first_name);
    person.search_person = gateway_search_text(ctx->arena, words, LM_COUNT(words));
    person.search_company = company_words(ctx, lm_arena_strz(ctx->arena, company->name),
                                          lm_arena_strz(ctx->arena, company->domain));
    return gateway_lead_save_person(ctx, &row, &person, err);
}

lm_code gateway_on_lead_enriched(struct lm_ctx *ctx, const Enricher__LeadEnriched *ev, lm_err *err)
{
    const Lm__Company *c = ev->company;
    struct gateway_company_row row;

    if (gateway_company_open(ctx, ev->lead->company_id, &row, err) ||
        (strcmp(c->id, ev->lead->company_id) == 0 && take_picture(ctx, c, &row, err)))
        return err->code;
    return take_person(ctx, ev, &row, err);
}

lm_code gateway_on_lead_scored(struct lm_ctx *ctx, const Scorer__LeadScored *ev, lm_err *err)
{
    struct gateway_lead_row row;

    if (gateway_lead_open(ctx, ev->score->lead_id, false, &row, err))
        return err->code;
    if (ctx->event->version <= row.scorer_version)
        return LM_OK;
    row.facts.is_scored = true;
    row.facts.is_qualified = ev->score->qualified;
    return gateway_lead_save_score(ctx, &row, ev->score, ctx->event->version, err);
}

lm_code gateway_on_sequence_changed(struct lm_ctx *ctx, const Personalizer__SequenceChanged *ev,
                                    lm_err *err)
{
    struct gateway_lead_row row;

    if (gateway_lead_open(ctx, ev->sequence->lead_id, false, &row, err))
        return err->code;
    if (ctx->event->version <= row.sequence_version)
        return LM_OK;
    row.facts.sequence_status = (int)ev->sequence->status;
    return gateway_lead_save_sequence(ctx, &row, ev->sequence, ctx->event->version, err);
}

/* ---- messages ---- */

lm_code gateway_on_message_changed(struct lm_ctx *ctx, const Personalizer__MessageChanged *ev,
                                   lm_err *err)
{
    struct gateway_lead_row row;

    if (gateway_lead_open(ctx, ev->message->lead_id, false, &row, err))
        return err->code;
    return gateway_message_save(ctx, ev->message, ctx->event->version, err);
}

lm_code gateway_on_delivery_changed(struct lm_ctx *ctx, const Mailer__DeliveryChanged *ev,
                                    lm_err *err)
{
    const Mailer__Delivery *d = ev->delivery;
    struct gateway_lead_row row;

    if (gateway_lead_open(ctx, d->lead_id, false, &row, err) ||
        gateway_message_save_delivery(ctx, d, ctx->event->version, err))
        return err->code;
    if (d->has_is_hard_bounce && d->is_hard_bounce) {
        row.facts.bounced_at = LM_MAX(row.facts.bounced_at, ctx->event->occurred_at);
        if (gateway_lead_save_end(ctx, &row, err))
            return err->code;
    }
    return gateway_lead_save_sums(ctx, &row, err);
}

lm_code gateway_on_engagement_changed(struct lm_ctx *ctx, const Tracker__EngagementChanged *ev,
                                      lm_err *err)
{
    struct gateway_lead_row row;

    if (gateway_lead_open(ctx, ev->lead_id, false, &row, err) ||
        gateway_message_save_engagement(ctx, ev, ctx->event->version, err))
        return err->code;
    return gateway_lead_save_sums(ctx, &row, err);
}

/* ---- what ends a conversation; the latest time counts, so twice or in any order is the same ---- */

lm_code gateway_on_reply_received(struct lm_ctx *ctx, const Tracker__ReplyReceived *ev, lm_err *err)
{
    const Tracker__Reply *reply = ev->reply;
    struct gateway_lead_row row;

    if (!reply->lead_id || (reply->class_ != TRACKER__REPLY_CLASS__REPLY &&
                            reply->class_ != TRACKER__REPLY_CLASS__UNSUBSCRIBE))
        return LM_OK;
    if (gateway_lead_open(ctx, reply->lead_id, false, &row, err))
        return err->code;
    row.facts.replied_at = LM_MAX(row.facts.replied_at, reply->received_at);
    return gateway_lead_save_end(ctx, &row, err);
}

lm_code gateway_on_bounce_received(struct lm_ctx *ctx, const Tracker__BounceReceived *ev,
                                   lm_err *err)
{
    struct gateway_lead_row row;

    if (!ev->is_hard)
        return LM_OK;
    if (gateway_lead_open(ctx, ev->lead_id, false, &row, err))
        return err->code;
    row.facts.bounced_at = LM_MAX(row.facts.bounced_at, ev->received_at);
    return gateway_lead_save_end(ctx, &row, err);
}

lm_code gateway_on_suppression_changed(struct lm_ctx *ctx, const Mailer__SuppressionChanged *ev,
                                       lm_err *err)
{
    const Mailer__Suppression *s = ev->suppression;
    int64_t at = s->has_created_at ? s->created_at : ctx->event->occurred_at;
    lm_str hash = lm_str_z(s->address_hash);
    char **ids;
    size_t n;

    if (gateway_address_lock(ctx, hash, err) || gateway_suppression_save(ctx, s, err) ||
        gateway_leads_of_address(ctx, hash, &ids, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        struct gateway_lead_row row;

        if (gateway_lead_open(ctx, ids[i], false, &row, err))
            return err->code;
        take_suppression(&row, lm_str_z(s->reason), at);
        if (gateway_lead_save_end(ctx, &row, err))
            return err->code;
    }
    return LM_OK;
}

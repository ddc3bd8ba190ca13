/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/views/shape.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/industry.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/enricher.pb-c.h"

enum { SORT_NAME_BYTES = 200, SEARCH_BYTES = 2000 };

/* Optional numbers of a message: the value and that it is there. */
#define SET(out, field, value)     \
    do {                           \
        (out)->has_##field = true; \
        (out)->field = (value);    \
    } while (0)
#define SET_IF(out, field, is_there, value) \
    do {                                    \
        (out)->has_##field = (is_there);    \
        (out)->field = (value);             \
    } while (0)
#define SET_AT(out, field, at) SET_IF(out, field, (at) != 0, at)

static lm_code shape_person(struct lm_arena *a, lm_str packed, Gateway__LeadView *out, lm_err *err)
{
    Lm__Lead *lead;

    if (!packed.n)
        return LM_OK;
    if (lm_pb_unpack(a, &lm__lead__descriptor, packed, (ProtobufCMessage **)&lead, err))
        return lm_wrap(err, "stored lead");
    out->first_name = lead->first_name;
    out->last_name = lead->last_name;
    out->email = lead->email;
    SET_IF(out, email_state, lead->has_email_state, lead->email_state);
    SET_IF(out, email_confidence, lead->has_email_confidence, lead->email_confidence);
    out->job_title = lead->job_title;
    out->phone = lead->phone;
    out->linkedin_url = lead->linkedin_url;
    out->language = lead->language;
    out->source_url = lead->source_url;
    return LM_OK;
}

static lm_code shape_score(struct lm_arena *a, lm_str packed, bool with_breakdown,
                           Gateway__LeadView *out, lm_err *err)
{
    Scorer__Score *score;

    if (!packed.n)
        return LM_OK;
    if (lm_pb_unpack(a, &scorer__score__descriptor, packed, (ProtobufCMessage **)&score, err))
        return lm_wrap(err, "stored score");
    SET(out, icp_score, score->score);
    SET(out, classification, score->classification);
    SET_IF(out, scored_at, score->has_scored_at, score->scored_at);
    if (with_breakdown) {
        out->score_breakdown = score->breakdown;
        out->n_score_breakdown = score->n_breakdown;
    }
    return LM_OK;
}

lm_code gateway_shape_lead(struct lm_arena *a, const struct gateway_lead_parts *p,
                           bool with_breakdown, Gateway__LeadView *out, lm_err *err)
{
    if (shape_person(a, p->lead, out, err) || shape_score(a, p->score, with_breakdown, out, err))
        return err->code;
    out->id = p->id;
    out->company_id = p->company_id;
    out->company_name = p->company_name;
    out->company_domain = p->company_domain;
    out->status = (Lm__LeadStatus)p->status;
    SET_AT(out, sequenced_at, p->sequenced_at);
    SET_AT(out, last_contacted_at, p->last_contacted_at);
    SET(out, emails_sent, p->emails_sent);
    SET(out, open_count, p->open_count);
    SET(out, click_count, p->click_count);
    SET_AT(out, replied_at, p->replied_at);
    SET_AT(out, created_at, p->created_at);
    SET_AT(out, updated_at, p->updated_at);
    out->stopped_because = p->stopped_because;
    return LM_OK;
}

lm_code gateway_shape_message(struct lm_arena *a, const struct gateway_message_parts *p,
                              Gateway__MessageView *out, lm_err *err)
{
    if (lm_pb_unpack(a, &personalizer__message__descriptor, p->message,
                     (ProtobufCMessage **)&out->message, err))
        return lm_wrap(err, "stored message");
    SET_IF(out, delivery_status, p->delivery_status != 0,
           (Mailer__DeliveryStatus)p->delivery_status);
    SET_IF(out, dry_run, p->has_dry_run, p->dry_run);
    SET(out, open_count, p->open_count);
    SET(out, click_count, p->click_count);
    SET_AT(out, first_opened_at, p->first_opened_at);
    SET_AT(out, first_clicked_at, p->first_clicked_at);
    out->error = p->error;
    return LM_OK;
}

/* Of our list, and the words beside it. What was told before services read words by the list has them in `industry`. */
static void show_industry(struct lm_arena *a, Gateway__CompanyView *out, char *industry,
                          char *words)
{
    if (industry && !lm_industry_find(lm_str_z(industry))) {
        const char *listed = lm_industry_of_words(a, lm_str_z(industry));

        words = words ? words : industry;
        industry = listed ? lm_arena_strdup(a, listed) : NULL;
    }
    out->industry = out->industry ? out->industry : industry;
    out->industry_words = out->industry_words ? out->industry_words : words;
}

/* The scraper's word first; research fills what it does not know. */
static lm_code shape_research(struct lm_arena *a, lm_str packed, Gateway__CompanyView *out,
                              lm_err *err)
{
    Enricher__CompanyEnriched *r;

    if (!packed.n)
        return LM_OK;
    if (lm_pb_unpack(a, &enricher__company_enriched__descriptor, packed, (ProtobufCMessage **)&r,
                     err))
        return lm_wrap(err, "stored research");
    out->phone = out->phone ? out->phone : r->phone;
    out->email = out->email ? out->email : r->email;
    out->error = r->error;
    SET_IF(out, enriched_at, r->has_enriched_at, r->enriched_at);
    out->domain = out->domain ? out->domain : r->domain;
    out->description = out->description ? out->description : r->description;
    show_industry(a, out, r->industry, r->industry_words);
    out->location = out->location ? out->location : r->location;
    if (!out->has_employee_count)
        SET_IF(out, employee_count, r->has_employee_count, r->employee_count);
    return LM_OK;
}

/* What registers, directories and imports say beyond a name and a site. */
static void shape_register(const Lm__Company *c, bool with_details, Gateway__CompanyView *out)
{
    out->phone = c->phone;
    out->email = c->email;
    out->registration_number = c->registration_number;
    out->address = c->address;
    out->postal_code = c->postal_code;
    out->city = c->city;
    out->employee_range = c->employee_range;
    out->sbi_codes = c->sbi_codes;
    out->n_sbi_codes = c->n_sbi_codes;
    out->funding_amount = c->funding_amount;
    SET_IF(out, no_mailing, c->has_no_mailing, c->no_mailing);
    SET_IF(out, is_synthetic, c->has_is_synthetic, c->is_synthetic);
    if (with_details) {
        out->custom = c->custom;
        out->n_custom = c->n_custom;
        out->merged_ids = c->merged_ids;
        out->n_merged_ids = c->n_merged_ids;
    }
}

lm_code gateway_shape_company(struct lm_arena *a, const struct gateway_company_parts *p,
                              bool with_details, Gateway__CompanyView *out, lm_err *err)
{
    const Lm__Company *c = p->told;
    ProtobufCMessage *stored;

    if (!c) {
        if (lm_pb_unpack(a, &lm__company__descriptor, p->company, &stored, err))
            return lm_wrap(err, "stored company");
        c = (const Lm__Company *)(const void *)stored;
    }
    out->id = c->id;
    out->name = c->name;
    out->domain = c->domain;
    out->website_url = c->website_url;
    out->linkedin_url = c->linkedin_url;
    show_industry(a, out, c->industry, c->industry_words);
    SET_IF(out, employee_count, c->has_employee_count, c->employee_count);
    SET_IF(out, open_vacancies, c->has_open_vacancies, c->open_vacancies);
    SET_IF(out, has_funding, c->has_has_funding, c->has_funding);
    out->location = c->location;
    out->country = c->country;
    out->description = c->description;
    SET_IF(out, source, c->has_source, c->source);
    out->sources = c->sources;
    out->n_sources = c->n_sources;
    out->source_url = c->source_url;
    out->status = (Lm__CompanyStatus)p->status;
    SET(out, lead_count, p->lead_count);
    SET_IF(out, best_score, p->best_score >= 0, p->best_score);
    SET_AT(out, created_at, p->created_at);
    SET_AT(out, updated_at, p->updated_at);
    SET(out, merged_count, (int32_t)c->n_merged_ids);
    shape_register(c, with_details, out);
    return shape_research(a, p->research, out, err);
}

void gateway_company_facets(struct lm_arena *a, const Gateway__CompanyView *v,
                            struct gateway_company_facets *out)
{
    const char *const name[] = {v->name};
    const char *const words[] = {v->name, v->domain, v->city, v->registration_number};

    *out = (struct gateway_company_facets){
        .country = v->country,
        .industry = v->industry,
        .city = v->city,
        .sort_name = lm_utf8_cut(lm_str_trim(gateway_search_text(a, name, 1)), SORT_NAME_BYTES),
        .search_text = gateway_search_text(a, words, LM_COUNT(words)),
        .has_domain = v->domain != NULL,
        .has_email = v->email != NULL,
        .has_phone = v->phone != NULL,
        .has_linkedin = v->linkedin_url != NULL,
        .has_funding = v->has_has_funding && v->has_funding,
        .employee_count = v->has_employee_count ? v->employee_count : -1,
        .open_vacancies = v->has_open_vacancies ? v->open_vacancies : -1,
    };
}

lm_str gateway_search_text(struct lm_arena *a, const char *const *parts, size_t n)
{
    struct lm_buf b = lm_buf_in(a, SEARCH_BYTES + 8);

    for (size_t i = 0; i < n; i++) {
        lm_str folded = lm_text_squeeze(a, lm_text_fold(a, lm_str_z(parts[i])));

        folded = lm_utf8_cut(folded, SEARCH_BYTES - LM_MIN(b.n + 1, SEARCH_BYTES));
        if (!folded.n)
            continue;
        lm_buf_char(&b, ' ');
        lm_buf_append(&b, folded);
    }
    return b.n ? lm_buf_str(&b) : LM_STR("");
}

lm_str gateway_sort_name(struct lm_arena *a, const char *last_name, const char *first_name)
{
    const char *const parts[] = {last_name, first_name};

    return lm_utf8_cut(lm_str_trim(gateway_search_text(a, parts, LM_COUNT(parts))),
                       SORT_NAME_BYTES);
}

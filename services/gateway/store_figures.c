/* SPDX-License-Identifier: Apache-2.0 */
/* Figures over all rows of a tenant: one pass a table, added up here. */
#include "services/gateway/columns/companies.h"
#include "services/gateway/store_internal.h"

#include <math.h>

#include "common/json.h"
#include "common/str.h"

struct tally {
    Lm__Count **items;
    size_t n;
};

/* One entry for each value of the enumeration, in its order; those that never occur too. */
static struct tally tally_of(struct lm_arena *a, const ProtobufCEnumDescriptor *d)
{
    struct tally t = {.items = LM_NEW_ARRAY(a, Lm__Count *, d->n_values)};

    for (; t.n < d->n_values; t.n++) {
        t.items[t.n] = LM_NEW(a, Lm__Count);
        lm__count__init(t.items[t.n]);
        t.items[t.n]->value = lm_arena_strdup(a, d->values[t.n].name);
    }
    return t;
}

static void tally_add(struct tally *t, const ProtobufCEnumDescriptor *d, int value, int64_t n)
{
    const char *name = lm_enum_name(d, value);

    for (size_t i = 0; name && i < t->n; i++) {
        if (strcmp(t->items[i]->value, name) == 0)
            t->items[i]->count += n;
    }
}

static const struct lm_sql company_figures = {
    "company_figures",
    "SELECT is_listed, status, source, count(*), count(*) FILTER (WHERE has_domain),"
    "       count(*) FILTER (WHERE has_linkedin),"
    "       count(*) FILTER (WHERE has_funding), count(merged_into)"
    "  FROM company_view WHERE tenant_id = $1 AND scraper_version > 0"
    " GROUP BY is_listed, status, source",
};

/* From memory: the same figures without looking at every row. */
static void add_words(struct tally *t, const struct gateway_table_counts *counts,
                      enum gateway_company_word w)
{
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < counts->n_words[w]; k++) {
            if (lm_str_eqz(counts->words[w][k].value, t->items[i]->value))
                t->items[i]->count = counts->words[w][k].n;
        }
    }
}

void gateway_company_stats_of(struct lm_arena *a, const struct gateway_table_counts *counts,
                              Gateway__CompanyStats *out)
{
    struct tally by_status = tally_of(a, &lm__company_status__descriptor);
    struct tally by_source = tally_of(a, &lm__source__descriptor);

    add_words(&by_status, counts, GATEWAY_COMPANY_STATUS);
    add_words(&by_source, counts, GATEWAY_COMPANY_SOURCE);
    out->total = counts->total;
    out->with_domain = counts->flags[GATEWAY_COMPANY_HAS_DOMAIN][1];
    out->with_linkedin = counts->flags[GATEWAY_COMPANY_HAS_LINKEDIN][1];
    out->with_funding = counts->flags[GATEWAY_COMPANY_HAS_FUNDING][1];
    out->by_status = by_status.items;
    out->n_by_status = by_status.n;
    out->by_source = by_source.items;
    out->n_by_source = by_source.n;
}

lm_code gateway_company_stats(struct lm_ctx *ctx, Gateway__CompanyStats *out, lm_err *err)
{
    struct tally by_status = tally_of(ctx->arena, &lm__company_status__descriptor);
    struct tally by_source = tally_of(ctx->arena, &lm__source__descriptor);
    struct lm_rows *rows;

    if (lm_db_query(ctx, &company_figures, LM_ARGS(LM_ID(ctx->tenant_id)), &rows, err))
        return err->code;
    while (lm_rows_next(rows)) {
        int64_t n = lm_rows_int(rows, 3);

        if (!lm_rows_bool(rows, 0))
            continue;
        out->total += n;
        tally_add(&by_status, &lm__company_status__descriptor, (int)lm_rows_int(rows, 1), n);
        tally_add(&by_source, &lm__source__descriptor, (int)lm_rows_int(rows, 2), n);
        out->with_domain += lm_rows_int(rows, 4);
        out->with_linkedin += lm_rows_int(rows, 5);
        out->with_funding += lm_rows_int(rows, 6);
    }
    out->by_status = by_status.items;
    out->n_by_status = by_status.n;
    out->by_source = by_source.items;
    out->n_by_source = by_source.n;
    return LM_OK;
}

static const struct lm_sql lead_figures = {
    "lead_figures",
    "SELECT status, classification, count(*), count(*) FILTER (WHERE has_email),"
    "       count(*) FILTER (WHERE has_linkedin), count(*) FILTER (WHERE icp_score >= 0),"
    "       coalesce(sum(icp_score) FILTER (WHERE icp_score >= 0), 0),"
    "       count(*) FILTER (WHERE email_state = 2), count(replied_at), count(bounced_at)"
    "  FROM lead_view WHERE tenant_id = $1 AND is_listed GROUP BY status, classification",
};

/* What the two answers about leads have in common. */
struct lead_figures {
    struct tally by_status, by_class;
    int64_t total, with_email, with_linkedin, scored, score_sum, verified, replied, bounced;
};

static lm_code count_leads(struct lm_ctx *ctx, struct lead_figures *f, lm_err *err)
{
    struct lm_rows *rows;

    *f = (struct lead_figures){
        .by_status = tally_of(ctx->arena, &lm__lead_status__descriptor),
        .by_class = tally_of(ctx->arena, &lm__classification__descriptor),
    };
    if (lm_db_query(ctx, &lead_figures, LM_ARGS(LM_ID(ctx->tenant_id)), &rows, err))
        return err->code;
    while (lm_rows_next(rows)) {
        int64_t n = lm_rows_int(rows, 2);

        f->total += n;
        tally_add(&f->by_status, &lm__lead_status__descriptor, (int)lm_rows_int(rows, 0), n);
        tally_add(&f->by_class, &lm__classification__descriptor, (int)lm_rows_int(rows, 1), n);
        f->with_email += lm_rows_int(rows, 3);
        f->with_linkedin += lm_rows_int(rows, 4);
        f->scored += lm_rows_int(rows, 5);
        f->score_sum += lm_rows_int(rows, 6);
        f->verified += lm_rows_int(rows, 7);
        f->replied += lm_rows_int(rows, 8);
        f->bounced += lm_rows_int(rows, 9);
    }
    return LM_OK;
}

lm_code gateway_lead_stats(struct lm_ctx *ctx, Gateway__LeadStats *out, lm_err *err)
{
    struct lead_figures f;

    if (count_leads(ctx, &f, err))
        return err->code;
    out->total = f.total;
    out->with_email = f.with_email;
    out->with_linkedin = f.with_linkedin;
    out->by_status = f.by_status.items;
    out->n_by_status = f.by_status.n;
    out->by_classification = f.by_class.items;
    out->n_by_classification = f.by_class.n;
    out->has_average_score = f.scored > 0;
    if (f.scored > 0)
        out->average_score = round((double)f.score_sum * 100 / (double)f.scored) / 100;
    return LM_OK;
}

static const struct lm_sql message_figures = {
    "message_figures",
    "SELECT count(message), count(*) FILTER (WHERE status = 1), count(sent_at),"
    "       count(*) FILTER (WHERE open_count > 0), count(*) FILTER (WHERE click_count > 0)"
    "  FROM message_view WHERE tenant_id = $1",
};

lm_code gateway_overview(struct lm_ctx *ctx, Gateway__Overview *out, lm_err *err)
{
    struct lm_args tenant = LM_ARGS(LM_ID(ctx->tenant_id));
    struct lead_figures f;
    struct lm_rows *rows;

    if (count_leads(ctx, &f, err) || lm_db_query(ctx, &company_figures, tenant, &rows, err))
        return err->code;
    while (lm_rows_next(rows)) {
        out->companies += lm_rows_bool(rows, 0) ? lm_rows_int(rows, 3) : 0;
        out->companies_merged += lm_rows_int(rows, 7);
    }
    out->leads = f.total;
    out->leads_verified = f.verified;
    out->leads_reachable = f.with_email;
    out->by_status = f.by_status.items;
    out->n_by_status = f.by_status.n;
    out->by_classification = f.by_class.items;
    out->n_by_classification = f.by_class.n;
    out->replied = f.replied;
    out->bounced = f.bounced;
    if (lm_db_one(ctx, &message_figures, tenant, "figures", &rows, err))
        return err->code;
    out->messages_written = lm_rows_int(rows, 0);
    out->messages_pending_review = lm_rows_int(rows, 1);
    out->sent = lm_rows_int(rows, 2);
    out->opened = lm_rows_int(rows, 3);
    out->clicked = lm_rows_int(rows, 4);
    return LM_OK;
}

const struct lm_sql *const gateway_figures_sql[] = {
    &company_figures,
    &lead_figures,
    &message_figures,
    NULL,
};

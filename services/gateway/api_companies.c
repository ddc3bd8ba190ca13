/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on companies, in the order of proto/gateway.proto. */
#include "common/json.h"
#include "common/log.h"
#include "common/str.h"
#include "gen/gateway.lm.h"
#include "gen/scraper.lm.h"
#include "services/gateway/api_internal.h"
#include "services/gateway/columns/select.h"
#include "services/gateway/views/csv.h"

enum { FACET_VALUES = 100, JUDGED_MOST = 10000, JUDGED_AT_ONCE = 500 };

/* ---- lists ---- */

/* The first names of three filters, which stay good. */
static lm_code add_old_names(struct lm_arena *a, const Gateway__ListCompaniesRequest *in,
                             struct gateway_selection *s, lm_err *err)
{
    Gateway__CompanyFilters f = GATEWAY__COMPANY_FILTERS__INIT;
    Gateway__ValueFilter status = GATEWAY__VALUE_FILTER__INIT, source = GATEWAY__VALUE_FILTER__INIT;
    char *names[] = {
        (char *)(uintptr_t)lm_enum_name(&lm__company_status__descriptor, (int)in->status_filter),
        (char *)(uintptr_t)lm_enum_name(&lm__source__descriptor, (int)in->source_filter)};

    if (in->filters)
        f = *in->filters;
    status.values = &names[0];
    source.values = &names[1];
    status.n_values = source.n_values = 1;
    f.status = in->has_status_filter ? &status : f.status;
    f.source = in->has_source_filter ? &source : f.source;
    if (in->has_has_domain) {
        f.has_has_domain = true;
        f.has_domain = in->has_domain;
    }
    return gateway_selection_read(a, &f, in->search, s, err);
}

static char order_of(Gateway__CompanyOrder order)
{
    switch (order) {
    case GATEWAY__COMPANY_ORDER__BY_NAME:
        return 'A';
    case GATEWAY__COMPANY_ORDER__BY_VACANCIES:
        return 'V';
    case GATEWAY__COMPANY_ORDER__BY_SCORE:
        return 'B';
    default:
        return 'N';
    }
}

lm_code gateway_list_companies(struct lm_ctx *ctx, const Gateway__ListCompaniesRequest *in,
                               Gateway__ListCompaniesResponse *out, lm_err *err)
{
    char order = order_of(in->order);
    struct gateway_companies list;
    struct gateway_selection s;
    struct gateway_page page;
    int64_t total;

    if (PAGE_OF(ctx, in, order, &page, err) || add_old_names(ctx->arena, in, &s, err) ||
        gateway_selection_page(ctx, &s, &page, order, &list, &total, err))
        return err->code;
    out->items = list.items;
    out->n_items = list.n;
    out->next = list.next;
    ANSWER_TOTAL(out, total,
                 s.plain.n_patterns ? GATEWAY_SEARCH_CAP
                 : s.is_plain       ? GATEWAY_COUNT_CAP
                                    : INT64_MAX);
    ANSWER_PAGE(out, page);
    return LM_OK;
}

/* ---- facets ---- */

static Lm__Count *count_of(struct lm_arena *a, lm_str value, int64_t n)
{
    Lm__Count *c = LM_NEW(a, Lm__Count);

    lm__count__init(c);
    c->value = lm_arena_strz(a, value);
    c->count = n;
    return c;
}

static void answer_word(struct lm_arena *a, const struct gateway_table_counts *counts,
                        enum gateway_company_word w, Lm__Count ***items, size_t *n)
{
    *items = LM_NEW_ARRAY(a, Lm__Count *, FACET_VALUES);
    for (*n = 0; *n < LM_MIN(counts->n_words[w], (size_t)FACET_VALUES); ++*n)
        (*items)[*n] = count_of(a, counts->words[w][*n].value, counts->words[w][*n].n);
}

static void answer_flag(struct lm_arena *a, const struct gateway_table_counts *counts,
                        enum gateway_company_flag flag, Lm__Count ***items, size_t *n)
{
    *items = LM_NEW_ARRAY(a, Lm__Count *, 2);
    for (int v = 1; v >= 0; v--) {
        if (counts->flags[flag][v])
            (*items)[(*n)++] =
                count_of(a, v ? LM_STR("true") : LM_STR("false"), counts->flags[flag][v]);
    }
}

#define WORD(field, w)  answer_word(a, &counts, w, &f->field, &f->n_##field)
#define FLAG(field, fl) answer_flag(a, &counts, fl, &f->field, &f->n_##field)

lm_code gateway_count_companies(struct lm_ctx *ctx, const Gateway__CountCompaniesRequest *in,
                                Gateway__CountCompaniesResponse *out, lm_err *err)
{
    Gateway__CompanyFacets *f = LM_NEW(ctx->arena, Gateway__CompanyFacets);
    struct lm_arena *a = ctx->arena;
    struct gateway_table_counts counts;
    struct gateway_selection s;
    bool is_capped;

    if (gateway_selection_read(a, in->filters, in->search, &s, err) ||
        gateway_selection_count(ctx, &s, &counts, &is_capped, err))
        return err->code;
    gateway__company_facets__init(f);
    WORD(status, GATEWAY_COMPANY_STATUS);
    WORD(source, GATEWAY_COMPANY_SOURCE);
    WORD(country, GATEWAY_COMPANY_COUNTRY);
    WORD(industry, GATEWAY_COMPANY_INDUSTRY);
    WORD(city, GATEWAY_COMPANY_CITY);
    FLAG(has_domain, GATEWAY_COMPANY_HAS_DOMAIN);
    FLAG(has_email, GATEWAY_COMPANY_HAS_EMAIL);
    FLAG(has_phone, GATEWAY_COMPANY_HAS_PHONE);
    FLAG(has_linkedin, GATEWAY_COMPANY_HAS_LINKEDIN);
    FLAG(has_funding, GATEWAY_COMPANY_HAS_FUNDING);
    FLAG(has_leads, GATEWAY_COMPANY_HAS_LEADS);
    out->facets = f;
    out->total = counts.total;
    out->has_total_is_capped = true;
    out->total_is_capped = is_capped;
    return LM_OK;
}

/* ---- a file of them ---- */

lm_code gateway_export_companies(struct lm_ctx *ctx, const Gateway__ExportCompaniesRequest *in,
                                 Gateway__ExportPart *out, lm_err *err)
{
    struct gateway_csv_place place;
    struct gateway_companies list;
    struct gateway_selection s;
    struct gateway_page page;
    lm_str data;
    bool is_first;

    if (gateway_csv_place_read(ctx->arena, lm_str_z(in->part), &place, err) ||
        gateway_read_page(ctx, 'N', place.after, GATEWAY_CSV_PART_ROWS, 0, 0, &page, err) ||
        gateway_selection_read(ctx->arena, in->filters, in->search, &s, err) ||
        gateway_selection_page(ctx, &s, &page, 'N', &list, NULL, err))
        return err->code;
    is_first = place.rows == 0;
    if (is_first)
        lm_log(ctx, LM_LOG_INFO, "companies exported");
    data = gateway_csv_part(ctx->arena, in, is_first, list.items, list.n);
    out->data = (ProtobufCBinaryData){data.n, (uint8_t *)(uintptr_t)data.p};
    place.rows += (int64_t)list.n;
    place.after = list.next;
    out->next = gateway_csv_place_text(ctx->arena, &place);
    return LM_OK;
}

/* ---- one decision about many ---- */

static lm_code read_ids(struct lm_ctx *ctx, const Gateway__JudgeCompaniesRequest *in, lm_str **ids,
                        size_t *n, lm_err *err)
{
    struct gateway_selection s;

    if (in->n_company_ids) {
        if (in->filters || in->search)
            return lm_fail_field(err, "company_ids", "does not go with filters or search");
        *ids = LM_NEW_ARRAY(ctx->arena, lm_str, in->n_company_ids);
        for (*n = 0; *n < in->n_company_ids; ++*n)
            (*ids)[*n] = lm_str_z(in->company_ids[*n]);
        return LM_OK;
    }
    if (gateway_selection_read(ctx->arena, in->filters, in->search, &s, err))
        return err->code;
    if (!s.has_filter && !s.plain.n_patterns)
        return lm_fail_field(err, "filters",
                             "says nothing: name companies by company_ids or by a filter");
    if (gateway_selection_ids(ctx, &s, JUDGED_MOST, ids, n, err))
        return err->code;
    return *n > JUDGED_MOST
               ? lm_fail(err, LM_UNPROCESSABLE, "more than %d companies; narrow the filters down",
                         JUDGED_MOST)
               : LM_OK;
}

static Lm__CompanyStatus status_after(Gateway__Judgement action)
{
    switch (action) {
    case GATEWAY__JUDGEMENT__DISQUALIFY:
        return LM__COMPANY_STATUS__COMPANY_DISQUALIFIED;
    case GATEWAY__JUDGEMENT__ARCHIVE:
        return LM__COMPANY_STATUS__COMPANY_ARCHIVED;
    default:
        return LM__COMPANY_STATUS__COMPANY_NEW;
    }
}

/*
 * The scraper decides which of them may. Each part is a call of its own that is made once however
 * often the request comes with the same key, so that a repeated request goes on where the first one
 * ended.
 */
lm_code gateway_judge_companies(struct lm_ctx *ctx, const Gateway__JudgeCompaniesRequest *in,
                                Gateway__JudgeCompaniesResponse *out, lm_err *err)
{
    lm_str *ids;
    size_t n;

    if (read_ids(ctx, in, &ids, &n, err))
        return err->code;
    out->matched = (int64_t)n;
    for (size_t from = 0; from < n; from += JUDGED_AT_ONCE) {
        Scraper__SetCompanyStatusesRequest part = SCRAPER__SET_COMPANY_STATUSES_REQUEST__INIT;
        Scraper__SetCompanyStatusesResponse *answer;

        part.new_status = status_after(in->action);
        part.ids = LM_NEW_ARRAY(ctx->arena, char *, JUDGED_AT_ONCE);
        for (size_t i = from; i < LM_MIN(n, from + JUDGED_AT_ONCE); i++)
            part.ids[part.n_ids++] = lm_arena_strz(ctx->arena, ids[i]);
        if (scraper_call_set_company_statuses(ctx, &part, &answer, err))
            return lm_wrap(err, "behind company %zu (those before are decided)", from);
        out->changed += answer->changed;
    }
    return LM_OK;
}

lm_code gateway_get_company(struct lm_ctx *ctx, const Gateway__GetCompanyRequest *in,
                            Gateway__CompanyView *out, lm_err *err)
{
    return gateway_company_get(ctx, in->company_id, out, err);
}

/* The first time is not worth reading a million into memory for: the database counts them as quickly. */
lm_code gateway_get_company_stats(struct lm_ctx *ctx, const Gateway__GetCompanyStatsRequest *in,
                                  Gateway__CompanyStats *out, lm_err *err)
{
    struct gateway_selection all;
    struct gateway_table_counts counts;
    bool is_capped;

    (void)in;
    if (!gateway_companies_are_here(ctx))
        return gateway_company_stats(ctx, out, err);
    if (gateway_selection_read(ctx->arena, NULL, NULL, &all, err) ||
        gateway_selection_count(ctx, &all, &counts, &is_capped, err))
        return err->code;
    gateway_company_stats_of(ctx->arena, &counts, out);
    return LM_OK;
}

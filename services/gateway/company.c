/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a company is listed, searched, filtered and counted by, out of what its sources said: as their events come, and
 * once more for rows that an older rule made. Those are done in steps, a page a transaction, by one replica of all.
 */
#include "services/gateway/company.h"

#include "common/json.h"
#include "common/log.h"
#include "common/service.h"
#include "common/str.h"

enum { PAGE = 100, PAGES = 200, PAGE_MEMORY = 64 << 20 };

lm_code gateway_company_derive(struct lm_arena *a, const struct gateway_company_row *row,
                               const Lm__Company *told, struct gateway_company_facts *f,
                               lm_err *err)
{
    struct gateway_company_parts parts = {
        .company = row->company, .research = row->research, .told = told};
    Gateway__CompanyView view = GATEWAY__COMPANY_VIEW__INIT;

    f->status = (int)gateway_company_status(row->judged, row->researched);
    if (row->company.n && gateway_shape_company(a, &parts, false, &view, err))
        return err->code;
    gateway_company_facets(a, &view, &f->facets);
    return LM_OK;
}

lm_code gateway_company_told(struct lm_ctx *ctx, const Lm__Company *c, int64_t version,
                             struct gateway_company_row *row, struct gateway_company_facts *out,
                             lm_err *err)
{
    row->judged = c->has_status ? (int)c->status : 0;
    row->company = lm_pb_pack(ctx->arena, &c->base);
    if (gateway_company_derive(ctx->arena, row, c, out, err))
        return err->code;
    out->company = c;
    out->packed = row->company;
    out->version = version;
    return LM_OK;
}

/* ---- rows that an older rule made ---- */

/* As if the scraper said again what it said last. */
static lm_code shape_row(struct lm_ctx *ctx, struct gateway_old_row *old,
                         struct gateway_company_facts *out, lm_err *err)
{
    ProtobufCMessage *said;

    out->at = old->created_at;
    if (lm_pb_unpack(ctx->arena, &lm__company__descriptor, old->row.company, &said, err))
        return err->code;
    return gateway_company_told(ctx, (const Lm__Company *)(const void *)said,
                                old->row.scraper_version, &old->row, out, err);
}

/* A stub has nothing to show; what cannot be read is said once: details of it fail, lists go on. */
static lm_code leave_row(struct lm_ctx *ctx, const struct gateway_old_row *old, const lm_err *why,
                         lm_err *err)
{
    if (why->code)
        lm_log(ctx, LM_LOG_WARN, "a company cannot be read", LM_KV_STR("company", old->id),
               LM_KV_ERR(why));
    return gateway_company_leave(ctx, old->id, err);
}

static lm_code shape_page(struct lm_ctx *ctx, char after[LM_ID_SIZE], size_t *n, lm_err *err)
{
    struct gateway_company_facts *facts;
    struct gateway_old_row *old;
    size_t n_facts = 0;

    if (lm_tx_begin(ctx, err) || gateway_companies_to_shape(ctx, after, PAGE, &old, n, err))
        return err->code;
    facts = LM_NEW_ARRAY(ctx->arena, struct gateway_company_facts, *n);
    for (size_t i = 0; i < *n; i++) {
        lm_err why = LM_ERR_INIT;

        if (old[i].row.company.n && shape_row(ctx, &old[i], &facts[n_facts], &why) == LM_OK)
            n_facts++;
        else if (leave_row(ctx, &old[i], &why, err))
            return err->code;
    }
    if (*n)
        memcpy(after, old[*n - 1].id, LM_ID_SIZE);
    if (gateway_companies_save(ctx, facts, n_facts, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

static lm_code shape_tenant(struct lm_ctx *ctx, const char *tenant_id, int *pages, lm_err *err)
{
    char after[LM_ID_SIZE] = "00000000-0000-0000-0000-000000000000";
    size_t n = PAGE;

    while (n == PAGE && (*pages)-- > 0) {
        struct lm_ctx *own = lm_ctx_new(ctx->proc, tenant_id, 0, PAGE_MEMORY);
        lm_code code;

        own->deadline_ms = ctx->deadline_ms;
        code = shape_page(own, after, &n, err);
        lm_ctx_free(own);
        if (code)
            return lm_wrap(err, "companies of tenant %s", tenant_id);
    }
    return LM_OK;
}

lm_code gateway_shape_again(struct lm_ctx *ctx, lm_err *err)
{
    int pages = PAGES;
    lm_str *tenants;
    size_t n;

    if (gateway_tenants_to_shape(ctx, &tenants, &n, err))
        return err->code;
    for (size_t i = 0; i < n && pages > 0; i++) {
        if (shape_tenant(ctx, lm_arena_strz(ctx->arena, tenants[i]), &pages, err))
            return err->code;
    }
    return LM_OK;
}

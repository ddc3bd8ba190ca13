/* SPDX-License-Identifier: Apache-2.0 */
/* The operation on many companies at once. */
#include "common/arena.h"
#include "common/event.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/match/company.h"
#include "services/scraper/store.h"

/* The statuses that may become `to` by a person's decision. */
static size_t statuses_before(Lm__CompanyStatus to, lm_str *out)
{
    const ProtobufCEnumDescriptor *d = &lm__company_status__descriptor;
    size_t n = 0;

    for (size_t i = 0; i < d->n_values; i++) {
        lm_err err = LM_ERR_INIT;

        if (d->values[i].value != (int)to &&
            scraper_company_transition((Lm__CompanyStatus)d->values[i].value, to, &err) == LM_OK)
            out[n++] = lm_str_z(d->values[i].name);
    }
    return n;
}

static lm_code tell(struct lm_ctx *ctx, Lm__Company **companies, size_t n, lm_err *err)
{
    struct lm_event *events = LM_NEW_ARRAY(ctx->arena, struct lm_event, n + 1);

    for (size_t i = 0; i < n; i++) {
        Scraper__CompanyChanged *ev = LM_NEW(ctx->arena, Scraper__CompanyChanged);

        scraper__company_changed__init(ev);
        ev->company = companies[i];
        events[i] = (struct lm_event){
            .message = &ev->base, .subject_id = companies[i]->id, .version = companies[i]->version};
    }
    return lm_events_put(ctx, events, n, err);
}

lm_code scraper_set_company_statuses(struct lm_ctx *ctx,
                                     const Scraper__SetCompanyStatusesRequest *in,
                                     Scraper__SetCompanyStatusesResponse *out, lm_err *err)
{
    lm_str *ids = LM_NEW_ARRAY(ctx->arena, lm_str, in->n_ids + 1);
    lm_str *from = LM_NEW_ARRAY(ctx->arena, lm_str, lm__company_status__descriptor.n_values);
    size_t n_from = statuses_before(in->new_status, from), n;
    Lm__Company **companies;

    for (size_t i = 0; i < in->n_ids; i++)
        ids[i] = lm_str_z(in->ids[i]);
    if (scraper_companies_judge(ctx, ids, in->n_ids, from, n_from, in->new_status, &companies, &n,
                                err) ||
        tell(ctx, companies, n, err))
        return err->code;
    out->changed = (int32_t)n;
    return LM_OK;
}

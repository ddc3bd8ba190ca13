/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's operation that asks another service first. */
#include "common/service.h"
#include "gen/scraper.lm.h"
#include "services/scraper/search/icp.h"

/* The scorer is asked before the transaction begins: nothing waits for another service in one. */
lm_code scraper_start_icp_search(struct lm_ctx *ctx, const Scraper__StartIcpSearchRequest *in,
                                 Lm__Accepted *out, lm_err *err)
{
    Scorer__GetProfileRequest request = SCORER__GET_PROFILE_REQUEST__INIT;
    Scorer__Profile *profile;

    request.profile_id = in->profile_id;
    if (lm_call(ctx, "scorer", "GetProfile", &request.base, &scorer__profile__descriptor, &profile,
                err))
        return err->code;
    if (lm_tx_begin(ctx, err) || scraper_icp_start(ctx, profile, in, out, err) ||
        lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return LM_OK;
}

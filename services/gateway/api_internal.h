/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_API_INTERNAL_H
#define GATEWAY_API_INTERNAL_H

#include "common/str.h"
#include "services/gateway/store.h"

/* How every list reads its page and says what it has; for api.c and api_companies.c. */

static inline lm_code gateway_read_page(struct lm_ctx *ctx, char order, const char *after,
                                        int64_t limit, int64_t page, int64_t page_size,
                                        struct gateway_page *out, lm_err *err)
{
    struct gateway_page_request req = {
        .after = lm_str_z(after),
        .order = order,
        .limit = limit,
        .page = page,
        .page_size = page_size,
    };

    return gateway_page_read(ctx->arena, &req, out, err);
}

#define PAGE_OF(ctx, in, order, out, err)                                                        \
    gateway_read_page((ctx), (order), (in)->after, (in)->limit, (in)->has_page ? (in)->page : 0, \
                      (in)->has_page_size ? (in)->page_size : 0, (out), (err))
#define ANSWER_PAGE(out, page_)                                     \
    do {                                                            \
        (out)->has_page = (out)->has_page_size = (page_).page != 0; \
        (out)->page = (int32_t)(page_).page;                        \
        (out)->page_size = (int32_t)(page_).page_size;              \
    } while (0)
#define ANSWER_TOTAL(out, n, cap)                   \
    do {                                            \
        (out)->has_total_is_capped = true;          \
        (out)->total_is_capped = (n) > (cap);       \
        (out)->total = LM_MIN((n), (int64_t)(cap)); \
    } while (0)

#endif

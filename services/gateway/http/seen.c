/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read your own write. An answer that changed something waits until the views show it, and carries
 * a token "source:seq,…" which the client sends back and any replica honours.
 */
#include "common/buf.h"
#include "common/event.h"
#include "common/str.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"

enum { TOKEN_BYTES = 512, SOURCES = 8 };

static int64_t left_ms(const struct gateway_exchange *x)
{
    int64_t left = LM_MIN(x->deadline_ms - lm_mono_ms(), gateway_settings.seen_wait_ms);

    return LM_MAX(left, 0);
}

void gateway_wait_caused(struct gateway_exchange *x, const char *service)
{
    struct lm_buf b = lm_buf_in(x->arena, TOKEN_BYTES);
    int64_t seq = 0;

    if (!gateway_server.tail)
        return;
    (void)lm_tail_wait(gateway_server.tail, service, x->caused, x->n_caused, left_ms(x), &seq);
    if (seq > 0) {
        lm_buf_printf(&b, "%s:%lld", service, (long long)seq);
        x->seen_token = lm_buf_str(&b);
    }
}

void gateway_wait_seen(struct gateway_exchange *x)
{
    lm_str rest = x->seen;
    lm_str item;
    int n = 0;

    while (gateway_server.tail && n++ < SOURCES && lm_str_split(&rest, ',', &item)) {
        ptrdiff_t colon = lm_str_chr(item, ':', 0);
        int64_t seq;

        if (colon <= 0 || !lm_str_int(lm_str_sub(item, (size_t)colon + 1, item.n), &seq) ||
            seq <= 0)
            continue;
        (void)lm_tail_wait_seq(gateway_server.tail,
                               lm_arena_strz(x->arena, lm_str_sub(item, 0, (size_t)colon)), seq,
                               left_ms(x));
    }
}

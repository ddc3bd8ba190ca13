/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway reads from anybody: heads, targets, queries, cursors, tokens, spool segments. */
#include "common/arena.h"
#include "common/links.h"
#include "common/str.h"
#include "common/text.h"
#include "services/gateway/auth/tokens.h"
#include "services/gateway/http/guard.h"
#include "services/gateway/http/query.h"
#include "services/gateway/http/router.h"
#include "services/gateway/spool/format.h"
#include "services/gateway/views/cursor.h"

static void check_http(struct lm_arena *a, lm_str in)
{
    const char *const trusted[] = {"127.0.0.0/8", NULL};
    struct gateway_match match;
    lm_err err = LM_ERR_INIT;
    lm_str rest = in, name, value;
    char address[46], allow[64];

    (void)gateway_guard_head(in);
    if (!gateway_guard_target(a, in))
        LM_ASSERT(in.n <= GATEWAY_TARGET_BYTES && in.p[0] == '/');
    while (gateway_query_next(a, &rest, &name, &value, &err))
        LM_ASSERT(lm_utf8_valid(name) && lm_utf8_valid(value));
    gateway_client_address("127.0.0.1", in, trusted, address);
    LM_ASSERT(memchr(address, '\0', sizeof(address)));
    if (gateway_route_find(LM_STR("GET"), in, &match, allow, &err) == LM_OK)
        LM_ASSERT(match.route && match.route->n_segments <= GATEWAY_SEGMENTS);
}

static void check_tokens(struct lm_arena *a, lm_str in)
{
    static const char orders[] = "NBA";
    struct gateway_refresh refresh;
    struct gateway_cursor cursor, again;
    struct lm_optout who;
    lm_str patterns[3];
    lm_err err = LM_ERR_INIT;

    (void)!gateway_refresh_parse(a, in, &refresh);
    (void)!lm_optout_parse(a, LM_STR("0123456789abcdef0123456789abcdef"), in, &who);
    for (const char *order = orders; *order; order++) {
        lm_err_clear(&err);
        if (gateway_cursor_parse(a, in, *order, &cursor, &err))
            continue;
        LM_ASSERT(gateway_cursor_parse(a, lm_str_z(gateway_cursor_text(a, &cursor)), *order, &again,
                                       &err) == LM_OK);
        LM_ASSERT(strcmp(again.key, cursor.key) == 0 && strcmp(again.id, cursor.id) == 0);
    }
    LM_ASSERT(gateway_search_patterns(a, in, patterns) <= LM_COUNT(patterns));
}

static void check_spool(lm_str in)
{
    char segment_id[LM_ID_SIZE];
    lm_str rest = in, payload;

    (void)!gateway_spool_read_header(in, segment_id);
    while (gateway_spool_next(&rest, &payload))
        LM_ASSERT(payload.n > 0 && payload.p + payload.n == rest.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lm_str in = {(const char *)data, LM_MIN(size, (size_t)16384)};
    struct lm_arena *a = lm_arena_new((size_t)64 << 20);

    check_http(a, in);
    check_tokens(a, in);
    check_spool(in);
    lm_arena_free(a);
    return 0;
}

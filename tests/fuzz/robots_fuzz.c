/* SPDX-License-Identifier: Apache-2.0 */
/* A robots.txt: the first line is the URL that is asked about, the rest the file. */
#include "common/arena.h"
#include "common/robots.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(64 << 20);
    lm_str text = {(const char *)data, size}, url;
    const struct lm_robots *r;

    if (lm_str_split(&text, '\n', &url)) {
        r = lm_robots_parse(a, text, LM_STR("LeadMachine"));
        /* What decides is a line of the file; what is allowed without one was forbidden by none. */
        LM_ASSERT(lm_robots_check(r, url).rule.p || lm_robots_check(r, url).is_allowed);
        LM_ASSERT(lm_robots_check(r, LM_STR("/robots.txt")).is_allowed);
        LM_ASSERT(lm_robots_delay_ms(r) >= 0);
    }

    lm_arena_free(a);
    return 0;
}

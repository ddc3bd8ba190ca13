/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser asks of the door: what is let through is one request, to the site and of the size that was read. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/browser/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines of a head, and that none of them is for a proxy or speaks of another framing. */
static void check_forwarded(lm_str head)
{
    lm_str rest = head, line;
    int hosts = 0, empty = 0;

    LM_ASSERT(scraper_head_size(head) == head.n);
    while (lm_str_line(&rest, &line)) {
        hosts += lm_str_istarts(line, LM_STR("host:"));
        empty += line.n == 0;
        LM_ASSERT(!lm_str_istarts(line, LM_STR("proxy-")));
        LM_ASSERT(!lm_str_istarts(line, LM_STR("transfer-encoding:")));
    }
    LM_ASSERT(hosts == 1 && empty == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(64 << 20);
    lm_str text = {(const char *)data, size};
    size_t n = scraper_head_size(text);
    struct scraper_head head;
    lm_err err = LM_ERR_INIT;

    if (n && scraper_head_parse(a, lm_str_sub(text, 0, n), &head, &err) == LM_OK) {
        struct lm_buf b = lm_buf_in(a, 4 * SCRAPER_HEAD_BYTES);

        LM_ASSERT(*head.host && head.port > 0 && head.port < 65536);
        if (!head.is_connect) {
            scraper_head_forward(&head, &b);
            LM_ASSERT(!b.failed);
            check_forwarded(lm_buf_str(&b));
        }
    }
    lm_arena_free(a);
    return 0;
}

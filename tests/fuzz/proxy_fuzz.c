/* SPDX-License-Identifier: Apache-2.0 */
/* A proxy somebody writes: what is read is written so that it is read again as the same. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/proxies/proxies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(64 << 20);
    struct scraper_proxy_address p, again;
    lm_err err = LM_ERR_INIT;

    if (scraper_proxy_parse(a, (lm_str){(const char *)data, size}, &p, &err) == LM_OK) {
        const char *url = scraper_proxy_url(a, &p);

        LM_ASSERT(scraper_proxy_parse(a, lm_str_z(url), &again, &err) == LM_OK);
        LM_ASSERT(strcmp(scraper_proxy_url(a, &again), url) == 0);
        LM_ASSERT(strcmp(again.password, p.password) == 0);
    }

    lm_arena_free(a);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser says of its page: messages, each ended by a NUL; and a page, whether it is a shell. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/browser/visit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_texts(const struct scraper_visit *v)
{
    const struct scraper_document *d = &v->document;

    LM_ASSERT(memchr(v->asks, '\0', sizeof(v->asks)) && memchr(v->window, '\0', sizeof(v->window)));
    LM_ASSERT(memchr(v->asks_for, '\0', sizeof(v->asks_for)));
    LM_ASSERT(memchr(d->loader, '\0', sizeof(d->loader)) && memchr(d->vary, '\0', sizeof(d->vary)));
    LM_ASSERT(d->retry_after_ms >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(256 << 20);
    struct scraper_visit *v = LM_NEW(a, struct scraper_visit);
    lm_str rest = {(const char *)data, size}, one;

    memcpy(v->target, "T", 2);
    while (lm_str_split(&rest, '\0', &one)) {
        struct scraper_message m;
        lm_err err = LM_ERR_INIT;

        if (scraper_message_parse(a, one, &m, &err) == LM_OK) {
            scraper_visit_hear(v, &m);
            check_texts(v);
        }
    }
    scraper_is_shell(a, (lm_str){(const char *)data, size}, (lm_str){NULL, 0});
    lm_arena_free(a);
    return 0;
}

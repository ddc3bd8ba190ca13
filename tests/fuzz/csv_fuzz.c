/* SPDX-License-Identifier: Apache-2.0 */
/* A file somebody imports. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/csv/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(512 << 20);
    lm_str text = {(const char *)data, size};
    lm_err err = LM_ERR_INIT;
    struct scraper_import in;

    if (scraper_import_read(a, text, &in, &err) == LM_OK)
        LM_ASSERT(in.n + (size_t)in.rejected == (size_t)in.rows);

    lm_arena_free(a);
    return 0;
}

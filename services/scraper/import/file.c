/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/file.h"

#include "common/str.h"

static lm_code read_bytes(void *arg, uint64_t offset, lm_str *out, lm_err *err LM_UNUSED)
{
    const lm_str *bytes = arg;

    *out = lm_str_sub(*bytes, (size_t)offset, bytes->n);
    return LM_OK;
}

struct scraper_file scraper_file_of(const lm_str *bytes)
{
    return (
        struct scraper_file){.size = bytes->n, .read = read_bytes, .arg = (void *)(uintptr_t)bytes};
}

lm_code scraper_file_copy(const struct scraper_file *f, uint64_t offset, void *to, size_t n,
                          lm_err *err)
{
    char *at = to;

    if (offset > f->size || n > f->size - offset)
        return lm_fail(err, LM_INVALID, "the file ends too early: it is damaged, or not all of it");
    while (n > 0) {
        lm_str piece;

        if (f->read(f->arg, offset, &piece, err))
            return err->code;
        piece = lm_str_sub(piece, 0, n);
        memcpy(at, piece.p, piece.n);
        at += piece.n;
        offset += piece.n;
        n -= piece.n;
    }
    return LM_OK;
}

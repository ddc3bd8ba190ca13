/* SPDX-License-Identifier: Apache-2.0 */
/* An import's row, and what is told of it: a million rows are two thousand batches, but people look once a second. */
#include "common/event.h"
#include "services/scraper/import/import.h"
#include "services/scraper/store_import.h"

enum { TELL_MS = 1000 };

lm_code scraper_tell_import(struct lm_ctx *ctx, const Scraper__Import *m, lm_err *err)
{
    Scraper__ImportChanged ev = SCRAPER__IMPORT_CHANGED__INIT;

    ev.import_id = m->id;
    ev.status = m->status;
    ev.counts = m->counts;
    return lm_event_put(
        ctx, &(struct lm_event){.message = &ev.base, .subject_id = m->id, .version = m->version},
        err);
}

lm_code scraper_import_save(struct lm_ctx *ctx, struct scraper_import *import, const char *job_id,
                            lm_err *err)
{
    const Scraper__Import *m = import->m;

    if (scraper_import_update(ctx, import, job_id, err))
        return err->code;
    if (m->status == import->was && m->updated_at / TELL_MS == import->was_at / TELL_MS)
        return LM_OK;
    return scraper_tell_import(ctx, m, err);
}

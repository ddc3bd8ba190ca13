/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs of imports: each does its part of the file, and notes how it ended. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/log.h"
#include "gen/scraper.lm.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store_import.h"

/*
 * The import shows why it failed. What is the file's fault ends the job as well: trying again would not help, and
 * nobody has to look after it. Whoever cancelled or took over has said so himself.
 */
static lm_code note_failure(struct lm_ctx *ctx, const char *id, Scraper__ImportStatus from,
                            lm_err *why)
{
    bool is_files_fault =
        why->code == LM_INVALID || why->code == LM_TOO_LARGE || why->code == LM_GONE;
    bool is_last = ctx->job->attempt >= ctx->job->max_attempts || !lm_code_is_later(why->code);
    lm_err err = LM_ERR_INIT;

    if (!is_last || why->code == LM_CANCELLED || why->code == LM_FENCED ||
        why->code == LM_NOT_FOUND)
        return why->code;
    if (scraper_import_end(ctx, id, from, SCRAPER__IMPORT_STATUS__IMPORT_FAILED,
                           why->n_fields ? why->fields[0].message : why->message, &err) ||
        (!is_files_fault && lm_tx_commit(ctx, &err))) {
        lm_tx_rollback(ctx);
        lm_log(ctx, LM_LOG_WARN, "the failure of an import was not noted", LM_KV_ERR(&err));
        return why->code;
    }
    return is_files_fault ? LM_OK : why->code;
}

/* In the transaction that finishes the job. */
static lm_code settle(struct lm_ctx *ctx, const char *id, Scraper__ImportStatus from,
                      Scraper__ImportStatus to, lm_code rc, lm_err *err)
{
    if (rc == LM_OK)
        rc = scraper_import_end(ctx, id, from, to, NULL, err);
    return rc == LM_OK ? LM_OK : note_failure(ctx, id, from, err);
}

lm_code scraper_do_read_import(struct lm_ctx *ctx, const Scraper__ReadImport *job, lm_err *err)
{
    struct scraper_import import, now;
    lm_code rc = scraper_import_load(ctx, job->import_id, false, &import, err);

    if (rc == LM_NOT_FOUND)
        return LM_OK; /* deleted */
    if (rc || scraper_import_look(ctx, import.m, err))
        return note_failure(ctx, job->import_id, SCRAPER__IMPORT_STATUS__IMPORT_READING, err);
    if (lm_tx_begin(ctx, err) || scraper_import_load(ctx, job->import_id, true, &now, err))
        return err->code;
    if (now.m->status != SCRAPER__IMPORT_STATUS__IMPORT_READING)
        return LM_OK;
    import.m->status = SCRAPER__IMPORT_STATUS__IMPORT_READY;
    import.m->error_message = NULL;
    return scraper_import_save(ctx, &import, NULL, err);
}

lm_code scraper_do_preview_import_file(struct lm_ctx *ctx, const Scraper__PreviewImportFile *job,
                                       lm_err *err)
{
    lm_code rc = scraper_import_run(ctx, job->import_id, true, err);

    return settle(ctx, job->import_id, SCRAPER__IMPORT_STATUS__IMPORT_PREVIEWING,
                  SCRAPER__IMPORT_STATUS__IMPORT_PREVIEWED, rc, err);
}

lm_code scraper_do_run_import(struct lm_ctx *ctx, const Scraper__RunImport *job, lm_err *err)
{
    lm_code rc = scraper_import_run(ctx, job->import_id, false, err);

    return settle(ctx, job->import_id, SCRAPER__IMPORT_STATUS__IMPORT_RUNNING,
                  SCRAPER__IMPORT_STATUS__IMPORT_DONE, rc, err);
}

lm_code scraper_do_undo_import_rows(struct lm_ctx *ctx, const Scraper__UndoImportRows *job,
                                    lm_err *err)
{
    lm_code rc = scraper_import_undo(ctx, job->import_id, err);

    return settle(ctx, job->import_id, SCRAPER__IMPORT_STATUS__IMPORT_UNDOING,
                  SCRAPER__IMPORT_STATUS__IMPORT_UNDONE, rc, err);
}

static bool is_under_way(Scraper__ImportStatus status)
{
    return status == SCRAPER__IMPORT_STATUS__IMPORT_READING ||
           status == SCRAPER__IMPORT_STATUS__IMPORT_PREVIEWING ||
           status == SCRAPER__IMPORT_STATUS__IMPORT_RUNNING ||
           status == SCRAPER__IMPORT_STATUS__IMPORT_UNDOING;
}

/* Real time would be another clock than the one that the job was queued by. */
lm_code scraper_do_forget_import(struct lm_ctx *ctx, const Scraper__ForgetImport *job, lm_err *err)
{
    struct scraper_import import;
    int64_t due, now = lm_clock_ms();

    if (lm_tx_begin(ctx, err))
        return err->code;
    if (scraper_import_load(ctx, job->import_id, true, &import, err))
        return err->code == LM_NOT_FOUND ? LM_OK : err->code; /* deleted */
    due = is_under_way(import.m->status) ? now + scraper_settings.import_keep_ms
                                         : import.m->updated_at + scraper_settings.import_keep_ms;
    if (due > now) {
        lm_job_again_at(ctx, due);
        return LM_OK;
    }
    return import.m->status == SCRAPER__IMPORT_STATUS__IMPORT_UPLOADING
               ? scraper_import_delete(ctx, job->import_id, err)
               : scraper_pieces_drop(ctx, job->import_id, err);
}

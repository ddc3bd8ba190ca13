/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on imports, in the order of proto/scraper.proto. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/job.h"
#include "common/json.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store_import.h"

#define STATUS(name) SCRAPER__IMPORT_STATUS__IMPORT_##name

/* ---- what all of them do ---- */

static lm_code refuse(const Scraper__Import *m, const char *remedy, lm_err *err)
{
    return lm_fail(err, LM_CONFLICT, "the import is %s: %s",
                   lm_enum_name(&scraper__import_status__descriptor, (int)m->status), remedy);
}

static bool is_one_of(Scraper__ImportStatus status, const Scraper__ImportStatus *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (v[i] == status)
            return true;
    }
    return false;
}
#define IS(m, ...)                                                       \
    is_one_of((m)->status, (const Scraper__ImportStatus[]){__VA_ARGS__}, \
              LM_COUNT(((const Scraper__ImportStatus[]){__VA_ARGS__})))

static lm_code with_parts(struct lm_ctx *ctx, Scraper__Import *m, lm_err *err)
{
    return scraper_parts_load(ctx, m->id, &m->parts, &m->n_parts, err);
}

static lm_code with_progress(struct lm_ctx *ctx, const struct scraper_import *import, lm_err *err)
{
    struct lm_job_info job;

    if (!import->job_id ||
        !IS(import->m, STATUS(READING), STATUS(PREVIEWING), STATUS(RUNNING), STATUS(UNDOING)))
        return LM_OK;
    if (lm_job_get(ctx, import->job_id, &job, err) == LM_NOT_FOUND) {
        lm_err_clear(err);
        return LM_OK;
    }
    import->m->has_progress = !err->code && job.progress_total > 0;
    if (import->m->has_progress)
        import->m->progress = LM_MIN((double)job.progress_done / (double)job.progress_total, 1.0);
    return err->code;
}

static lm_code answer(struct lm_ctx *ctx, const struct scraper_import *import, Scraper__Import *out,
                      lm_err *err)
{
    *out = *import->m;
    return with_parts(ctx, out, err);
}

/* Queues what `payload` says and notes it; from now on the import is in `status`. */
static lm_code start(struct lm_ctx *ctx, struct scraper_import *import,
                     const ProtobufCMessage *payload, Scraper__ImportStatus status, lm_err *err)
{
    struct lm_job_spec spec = {.payload = payload, .key = import->m->id};

    if (lm_jobs_queue(ctx, &spec, 1, err))
        return err->code;
    import->m->status = status;
    import->m->error_message = NULL;
    return scraper_import_save(ctx, import, spec.id, err);
}

/* What an earlier preview, or an import that was undone, has left. */
static lm_code begin_anew(struct lm_ctx *ctx, struct scraper_import *import, lm_err *err)
{
    import->row_done = 0;
    import->m->counts = NULL;
    import->m->n_errors = 0;
    return scraper_batches_drop(ctx, import->m->id, err);
}

/* ---- upload ---- */

static lm_code create(struct lm_ctx *ctx, Scraper__Import *m, lm_err *err)
{
    Scraper__ForgetImport forget = SCRAPER__FORGET_IMPORT__INIT;

    m->status = STATUS(UPLOADING);
    m->has_part_bytes = m->has_part_count = true;
    m->part_bytes = SCRAPER_PART_BYTES;
    m->part_count = (int32_t)((m->size_bytes + SCRAPER_PART_BYTES - 1) / SCRAPER_PART_BYTES);
    m->requested_by = *ctx->user_id ? lm_arena_strdup(ctx->arena, ctx->user_id) : NULL;
    forget.import_id = m->id;
    if (scraper_import_insert(ctx, m, err) || scraper_tell_import(ctx, m, err))
        return err->code;
    return lm_job_queue_at(ctx, &forget.base, m->id,
                           lm_clock_ms() + scraper_settings.import_keep_ms, err);
}

static lm_code check_size(int64_t size, lm_err *err)
{
    if (size > 0 && (uint64_t)size <= scraper_settings.import_max_bytes)
        return LM_OK;
    return lm_fail(
        err, LM_TOO_LARGE,
        "size_bytes is more than %llu, which a file may have (scraper.import_max): split it",
        (unsigned long long)scraper_settings.import_max_bytes);
}

lm_code scraper_create_import(struct lm_ctx *ctx, const Scraper__CreateImportRequest *in,
                              Scraper__Import *out, lm_err *err)
{
    if (check_size(in->size_bytes, err))
        return err->code;
    out->id = lm_id_make(ctx->arena);
    out->file_name = in->file_name;
    out->size_bytes = in->size_bytes;
    return create(ctx, out, err);
}

lm_code scraper_list_imports(struct lm_ctx *ctx, const Scraper__ListImportsRequest *in,
                             Scraper__ListImportsResponse *out, lm_err *err)
{
    const Scraper__Import *last;
    struct lm_place after;

    if (lm_place_parse(ctx->arena, in->after, &after, err) ||
        scraper_imports_load(ctx, &after, in->limit, &out->items, &out->n_items, &out->total, err))
        return err->code;
    last = out->n_items == (size_t)in->limit ? out->items[out->n_items - 1] : NULL;
    if (last)
        out->next = lm_place_text(ctx->arena, last->created_at, last->id);
    return LM_OK;
}

lm_code scraper_get_import(struct lm_ctx *ctx, const Scraper__ImportRequest *in,
                           Scraper__Import *out, lm_err *err)
{
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, false, &import, err) ||
        with_progress(ctx, &import, err))
        return err->code;
    return answer(ctx, &import, out, err);
}

lm_code scraper_put_import_part(struct lm_ctx *ctx, const Scraper__PutImportPartRequest *in,
                                Scraper__Import *out, lm_err *err)
{
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (import.m->status == STATUS(UPLOADING) && scraper_import_take_piece(ctx, &import, in, err))
        return err->code;
    return answer(ctx, &import, out, err);
}

/* ---- mapping ---- */

/* How the file is read was changed: its columns are looked at anew. */
static lm_code read_again(struct lm_ctx *ctx, struct scraper_import *import,
                          const Scraper__MapImportRequest *in, lm_err *err)
{
    Scraper__ReadImport job = SCRAPER__READ_IMPORT__INIT;

    import->m->n_columns = 0;
    job.import_id = in->import_id;
    return start(ctx, import, &job.base, STATUS(READING), err);
}

static bool differs(const char *now, const char *asked)
{
    return asked && (!now || strcmp(now, asked) != 0);
}

static bool take_options(Scraper__Import *m, const Scraper__MapImportRequest *in)
{
    bool is_other = differs(m->separator, in->separator) || differs(m->charset, in->charset) ||
                    (in->has_has_header && in->has_header != m->has_header);

    m->separator = in->separator ? in->separator : m->separator;
    m->charset = in->charset ? in->charset : m->charset;
    m->country = in->country ? in->country : m->country;
    if (in->has_has_header) {
        m->has_has_header = true;
        m->has_header = in->has_header;
    }
    return is_other;
}

/* All columns of the file stay in the list; those that are asked for have a field or a key. */
static lm_code take_columns(Scraper__Import *m, const Scraper__MapImportRequest *in, lm_err *err)
{
    for (size_t i = 0; i < m->n_columns; i++) {
        m->columns[i]->field = m->columns[i]->custom_key = m->columns[i]->by = NULL;
        m->columns[i]->has_confidence = false;
    }
    for (size_t i = 0; i < in->n_columns; i++) {
        Scraper__ImportColumn *c;

        if (in->columns[i]->column < 1 || (size_t)in->columns[i]->column > m->n_columns)
            return lm_fail_field(err, "columns", "column %d is none of the file: it has %zu",
                                 in->columns[i]->column, m->n_columns);
        c = m->columns[in->columns[i]->column - 1];
        c->field = in->columns[i]->field;
        c->custom_key = in->columns[i]->custom_key;
        c->by = (char *)(uintptr_t) "person";
    }
    return LM_OK;
}

lm_code scraper_map_import(struct lm_ctx *ctx, const Scraper__MapImportRequest *in,
                           Scraper__Import *out, lm_err *err)
{
    struct scraper_import import;
    struct scraper_mapping mapping;

    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (!IS(import.m, STATUS(READY), STATUS(PREVIEWED), STATUS(FAILED)) ||
        (import.row_done && import.m->status == STATUS(FAILED)))
        return refuse(import.m, "a mapping is set before it runs", err);
    if (scraper_mapping_of(ctx->arena, in->columns, in->n_columns, NULL, &mapping, err) &&
        in->n_columns > 0)
        return err->code;
    lm_err_clear(err);
    if (take_options(import.m, in) && in->n_columns == 0)
        return read_again(ctx, &import, in, err) ? err->code : answer(ctx, &import, out, err);
    if (in->n_columns == 0 && !in->country)
        return lm_fail_field(err, "columns",
                             "say what the columns are, or how the file is to be read");
    if (in->n_columns > 0 && take_columns(import.m, in, err))
        return err->code;
    import.m->status = STATUS(READY);
    if (begin_anew(ctx, &import, err) || scraper_import_save(ctx, &import, NULL, err))
        return err->code;
    return answer(ctx, &import, out, err);
}

/* ---- preview, execute, cancel, undo ---- */

/* The mapping is good, or says what is missing before a job is made. */
static lm_code check_mapping(struct lm_ctx *ctx, const struct scraper_import *import, lm_err *err)
{
    struct scraper_mapping mapping;

    return scraper_import_mapping(ctx->arena, import->m, &mapping, err);
}

lm_code scraper_preview_import(struct lm_ctx *ctx, const Scraper__ImportRequest *in,
                               Scraper__Import *out, lm_err *err)
{
    Scraper__PreviewImportFile job = SCRAPER__PREVIEW_IMPORT_FILE__INIT;
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (!IS(import.m, STATUS(READY), STATUS(PREVIEWED), STATUS(UNDONE)))
        return refuse(import.m, "a preview comes after the upload and before the import", err);
    job.import_id = in->import_id;
    if (check_mapping(ctx, &import, err) || begin_anew(ctx, &import, err) ||
        start(ctx, &import, &job.base, STATUS(PREVIEWING), err))
        return err->code;
    return answer(ctx, &import, out, err);
}

/* One that was cancelled or failed under way goes on; whatever came before was a preview, or was undone. */
static bool goes_on(const Scraper__Import *m)
{
    return IS(m, STATUS(CANCELLED), STATUS(FAILED)) && m->has_strategy;
}

lm_code scraper_execute_import(struct lm_ctx *ctx, const Scraper__ExecuteImportRequest *in,
                               Scraper__Import *out, lm_err *err)
{
    Scraper__RunImport job = SCRAPER__RUN_IMPORT__INIT;
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (!goes_on(import.m) &&
        !IS(import.m, STATUS(READY), STATUS(PREVIEWED), STATUS(CANCELLED), STATUS(UNDONE)))
        return refuse(import.m, "it can be executed once its columns are known, and once", err);
    if (check_mapping(ctx, &import, err) || (!goes_on(import.m) && begin_anew(ctx, &import, err)))
        return err->code;
    if (!goes_on(import.m)) {
        import.m->has_strategy = true;
        import.m->strategy = in->strategy;
    }
    job.import_id = in->import_id;
    if (start(ctx, &import, &job.base, STATUS(RUNNING), err))
        return err->code;
    return answer(ctx, &import, out, err);
}

/* The job's row before the import's, as its worker locks them: the other way round they lock each other out. */
lm_code scraper_cancel_import(struct lm_ctx *ctx, const Scraper__ImportRequest *in,
                              Scraper__Import *out, lm_err *err)
{
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, false, &import, err))
        return err->code;
    if (import.job_id && IS(import.m, STATUS(PREVIEWING), STATUS(RUNNING)) &&
        lm_job_cancel(ctx, import.job_id, err) && err->code != LM_NOT_FOUND &&
        err->code != LM_CONFLICT)
        return err->code;
    lm_err_clear(err);
    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (!IS(import.m, STATUS(PREVIEWING), STATUS(RUNNING)))
        return refuse(import.m, "only a preview and an import that run can be cancelled", err);
    import.m->status = import.m->status == STATUS(PREVIEWING) ? STATUS(READY) : STATUS(CANCELLED);
    if (scraper_import_save(ctx, &import, NULL, err))
        return err->code;
    return answer(ctx, &import, out, err);
}

lm_code scraper_undo_import(struct lm_ctx *ctx, const Scraper__ImportRequest *in,
                            Scraper__Import *out, lm_err *err)
{
    Scraper__UndoImportRows job = SCRAPER__UNDO_IMPORT_ROWS__INIT;
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (import.m->status != STATUS(DONE) && !goes_on(import.m))
        return refuse(import.m, "only what was imported can be undone", err);
    job.import_id = in->import_id;
    if (start(ctx, &import, &job.base, STATUS(UNDOING), err))
        return err->code;
    return answer(ctx, &import, out, err);
}

lm_code scraper_delete_import(struct lm_ctx *ctx, const Scraper__ImportRequest *in,
                              Lm__Empty *out LM_UNUSED, lm_err *err)
{
    struct scraper_import import;

    if (scraper_import_load(ctx, in->import_id, true, &import, err))
        return err->code;
    if (IS(import.m, STATUS(PREVIEWING), STATUS(RUNNING), STATUS(UNDOING)))
        return refuse(import.m, "cancel it first", err);
    return scraper_import_delete(ctx, in->import_id, err);
}

/* ---- a small file at once ---- */

/* The import that the pieces of one file belong to; made by the first of them. */
static lm_code import_of_upload(struct lm_ctx *ctx, const Scraper__ImportCompaniesRequest *in,
                                struct scraper_import *import, lm_err *err)
{
    Scraper__Import *m;

    if (in->upload && !lm_id_valid(lm_str_z(in->upload)))
        return lm_fail_field(err, "upload", "is no id");
    if (in->upload && scraper_import_load(ctx, in->upload, true, import, err) != LM_NOT_FOUND)
        return err->code;
    lm_err_clear(err);
    m = LM_NEW(ctx->arena, Scraper__Import);
    scraper__import__init(m);
    m->id = in->upload ? in->upload : lm_id_make(ctx->arena);
    m->file_name = (char *)(uintptr_t) "upload";
    m->size_bytes = in->has_size_bytes ? in->size_bytes : (int64_t)in->body.len;
    *import = (struct scraper_import){.m = m};
    if (check_size(m->size_bytes, err))
        return err->code;
    return create(ctx, m, err);
}

/* A part is a piece here: it comes from the gateway as a whole, and is checked by the bus. */
static lm_code take_body(struct lm_ctx *ctx, const Scraper__ImportCompaniesRequest *in,
                         struct scraper_import *import, lm_err *err)
{
    int64_t offset = in->offset;
    struct scraper_piece_at at = {(int)(offset / SCRAPER_PART_BYTES) + 1,
                                  (int)(offset % SCRAPER_PART_BYTES)};

    if (lm_tx_begin(ctx, err) || import_of_upload(ctx, in, import, err))
        return err->code;
    if (offset < 0 || (int64_t)in->body.len > import->m->size_bytes - offset ||
        in->body.len > SCRAPER_PIECE_BYTES)
        return lm_fail_field(err, "offset", "lies outside of the file");
    if (scraper_piece_put(ctx, import->m->id, at,
                          (lm_str){(const char *)in->body.data, in->body.len}, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* Known companies get what they lack. A repeated call goes on where the first one ended. */
static lm_code run_at_once(struct lm_ctx *ctx, struct scraper_import *import, lm_err *err)
{
    Scraper__Import *m = import->m;
    struct scraper_mapping mapping;

    if (m->status == STATUS(UPLOADING)) {
        if (scraper_import_look(ctx, m, err) ||
            scraper_import_mapping(ctx->arena, m, &mapping, err))
            return err->code;
        m->status = STATUS(RUNNING);
        m->has_strategy = true;
        m->strategy = SCRAPER__IMPORT_STRATEGY__FILL;
        if (lm_tx_begin(ctx, err) || scraper_import_save(ctx, import, NULL, err) ||
            lm_tx_commit(ctx, err))
            return err->code;
    }
    if (m->status == STATUS(RUNNING) &&
        (scraper_import_run(ctx, m->id, false, err) ||
         scraper_import_end(ctx, m->id, STATUS(RUNNING), STATUS(DONE), NULL, err) ||
         lm_tx_commit(ctx, err)))
        return err->code;
    return scraper_import_load(ctx, m->id, false, import, err);
}

/* What could not even begin leaves nothing. */
static void forget(struct lm_ctx *ctx, const struct scraper_import *import)
{
    lm_err ignored = LM_ERR_INIT;

    lm_tx_rollback(ctx);
    if (import->m && import->m->status == STATUS(UPLOADING))
        (void)!scraper_import_delete(ctx, import->m->id, &ignored);
}

lm_code scraper_import_companies(struct lm_ctx *ctx, const Scraper__ImportCompaniesRequest *in,
                                 Scraper__ImportResult *out, lm_err *err)
{
    struct scraper_import import = {.m = NULL};
    const Scraper__ImportCounts *c;

    if (take_body(ctx, in, &import, err))
        return err->code;
    out->import_id = import.m->id;
    if (in->offset + (int64_t)in->body.len < import.m->size_bytes)
        return LM_OK;
    if (run_at_once(ctx, &import, err)) {
        if (!lm_code_is_later(err->code))
            forget(ctx, &import);
        return err->code;
    }
    c = import.m->counts;
    out->rows = c ? c->rows : 0;
    out->created = c ? c->created : 0;
    out->merged = c ? c->updated + c->unchanged : 0;
    out->rejected = c ? c->rejected : 0;
    out->errors = import.m->errors;
    out->n_errors = import.m->n_errors;
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on what a tenant says of sources, and how they do for it. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/str.h"
#include "services/scraper/store_internal.h"

/* ---- approval ---- */

static const struct lm_sql approval_read = {
    "approval_read",
    "SELECT approved FROM source_approval WHERE tenant_id = $1 AND source = $2",
};

lm_code scraper_source_approved(struct lm_ctx *ctx, const char *source, bool *is_approved,
                                lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &approval_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source)), &r, err))
        return err->code;
    *is_approved = !lm_rows_next(r) || lm_rows_bool(r, 0);
    return LM_OK;
}

static const struct lm_sql approval_write = {
    "approval_write",
    "INSERT INTO source_approval (tenant_id, source, approved, decided_by, decided_at)"
    " VALUES ($1, $2, $3, $4, lm_at($5))"
    " ON CONFLICT (tenant_id, source) DO UPDATE SET approved = excluded.approved, decided_by = excluded.decided_by,"
    "       decided_at = excluded.decided_at",
};

lm_code scraper_source_approve(struct lm_ctx *ctx, const char *source, bool is_approved,
                               lm_err *err)
{
    return lm_db_exec(ctx, &approval_write,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source), LM_BOOL(is_approved),
                              LM_ID(ctx->user_id), LM_MS(lm_clock_ms())),
                      NULL, err);
}

/* ---- health ---- */

static const struct lm_sql health_read = {
    "health_read",
    "SELECT runs, empty_runs, last_cards, lm_ms(last_success_at), lm_ms(last_yield_at), last_error,"
    "       lm_ms(last_error_at), is_suspect, page IS NOT NULL"
    "  FROM source_health WHERE tenant_id = $1 AND source = $2",
};

lm_code scraper_health_load(struct lm_ctx *ctx, const char *source, struct scraper_health *out,
                            lm_err *err)
{
    struct lm_rows *r;

    *out = (struct scraper_health){.runs = 0};
    if (lm_db_query(ctx, &health_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source)), &r, err))
        return err->code;
    if (lm_rows_next(r))
        *out = (struct scraper_health){.runs = lm_rows_int(r, 0),
                                       .empty_runs = lm_rows_int(r, 1),
                                       .last_cards = lm_rows_int(r, 2),
                                       .last_success_at = lm_rows_ms(r, 3),
                                       .last_yield_at = lm_rows_ms(r, 4),
                                       .last_error = lm_rows_strz(r, 5),
                                       .last_error_at = lm_rows_ms(r, 6),
                                       .is_suspect = lm_rows_bool(r, 7),
                                       .has_page = lm_rows_bool(r, 8)};
    return LM_OK;
}

/*
 * A whole run. What yields needs no page to look at. Where the site itself says that it has nothing, as it does for a
 * rare word, only several in a row are strange of a source that used to yield: a page may have changed and still have
 * those words somewhere. Pages that could not be read are noted as they come (page_keep).
 */
static const struct lm_sql health_ran = {
    "health_ran",
    "INSERT INTO source_health AS h (tenant_id, source, runs, empty_runs, last_cards, last_success_at, last_yield_at)"
    " VALUES ($1, $2, 1, $5, $3, lm_at($4), CASE WHEN $6 THEN lm_at($4) END)"
    " ON CONFLICT (tenant_id, source) DO UPDATE"
    "    SET runs = h.runs + 1, last_cards = $3, last_success_at = excluded.last_success_at,"
    "        empty_runs = CASE WHEN $6 THEN 0 ELSE h.empty_runs + $5 END,"
    "        last_yield_at = coalesce(excluded.last_yield_at, h.last_yield_at),"
    "        is_suspect = NOT $6 AND (h.is_suspect OR h.last_yield_at IS NOT NULL AND h.empty_runs + $5 >= $7),"
    "        page = CASE WHEN $6 THEN NULL ELSE h.page END,"
    "        page_url = CASE WHEN $6 THEN NULL ELSE h.page_url END,"
    "        page_type = CASE WHEN $6 THEN NULL ELSE h.page_type END,"
    "        page_at = CASE WHEN $6 THEN NULL ELSE h.page_at END"
    " RETURNING is_suspect",
};

lm_code scraper_health_ran(struct lm_ctx *ctx, const char *source, const struct scraper_ran *ran,
                           bool *is_suspect, lm_err *err)
{
    enum { SUSPECT_RUNS = 3 };
    struct lm_rows *r;

    if (lm_db_one(ctx, &health_ran,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source), LM_INT(ran->cards),
                          LM_MS(lm_clock_ms()), LM_INT(!ran->has_yielded && ran->is_telling),
                          LM_BOOL(ran->has_yielded), LM_INT(SUSPECT_RUNS)),
                  "the health of the source", &r, err))
        return err->code;
    *is_suspect = lm_rows_bool(r, 0);
    return LM_OK;
}

static const struct lm_sql health_failed = {
    "health_failed",
    "INSERT INTO source_health (tenant_id, source, last_error, last_error_at) VALUES ($1, $2, $3, lm_at($4))"
    " ON CONFLICT (tenant_id, source) DO UPDATE SET last_error = excluded.last_error,"
    "       last_error_at = excluded.last_error_at",
};

lm_code scraper_health_failed(struct lm_ctx *ctx, const char *source, const char *why, lm_err *err)
{
    return lm_db_exec(ctx, &health_failed,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source), LM_Z(why), LM_MS(lm_clock_ms())),
                      NULL, err);
}

static const struct lm_sql page_keep = {
    "page_keep",
    "INSERT INTO source_health AS h (tenant_id, source, page, page_url, page_type, page_at)"
    " VALUES ($1, $2, $3, $4, $5, lm_at($6))"
    " ON CONFLICT (tenant_id, source) DO UPDATE SET page = excluded.page, page_url = excluded.page_url,"
    "       page_type = excluded.page_type, page_at = excluded.page_at,"
    "       is_suspect = h.is_suspect OR ($7 AND h.last_yield_at IS NOT NULL)",
};

lm_code scraper_health_keep_page(struct lm_ctx *ctx, const char *source,
                                 const struct scraper_seen *page, lm_err *err)
{
    lm_str body = lm_str_sub(page->body, 0, SCRAPER_SEEN_BYTES);

    return lm_db_exec(ctx, &page_keep,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source), LM_BYTES(body),
                              LM_TEXT(page->url), LM_TEXT(page->content_type), LM_MS(lm_clock_ms()),
                              LM_BOOL(page->is_unreadable)),
                      NULL, err);
}

static const struct lm_sql page_look = {
    "page_look",
    "SELECT page, page_url, page_type, lm_ms(page_at) FROM source_health"
    " WHERE tenant_id = $1 AND source = $2 AND page IS NOT NULL",
};

lm_code scraper_health_page(struct lm_ctx *ctx, const char *source, struct scraper_seen *out,
                            lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &page_look, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source)),
                  "a page of this source", &r, err))
        return err->code;
    *out = (struct scraper_seen){.body = lm_rows_bytes(r, 0),
                                 .url = lm_rows_str(r, 1),
                                 .content_type = lm_rows_str(r, 2),
                                 .seen_at = lm_rows_ms(r, 3)};
    return LM_OK;
}

const struct lm_sql *const scraper_source_sql[] = {
    &approval_read, &approval_write, &health_read, &health_ran,
    &health_failed, &page_keep,      &page_look,   NULL,
};

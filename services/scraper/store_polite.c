/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on how sites are asked: robots.txt, turns, breakers, the page cache. Real time throughout. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/store_internal.h"

/* Milliseconds as an interval; until a time, at least 0. */
#define MS(arg) arg "::bigint * interval '1 ms'"
#define UNTIL(at) \
    "(extract(epoch FROM greatest(" at ", clock_timestamp()) - clock_timestamp()) * 1000)::bigint"

/* ---- robots.txt ---- */

static const char *const robots_states[] = {
    [LM_ROBOTS_RULES] = "rules",
    [LM_ROBOTS_NONE] = "none",
    [LM_ROBOTS_UNREACHABLE] = "unreachable",
};

static const struct lm_sql robots_read = {
    "robots_read",
    "SELECT state, body, why, " UNTIL("fresh_until") " FROM robots_file WHERE origin = $1",
};

lm_code scraper_robots_load(struct lm_ctx *ctx, const char *origin, struct scraper_robots *out,
                            lm_err *err)
{
    struct lm_rows *r;

    *out = (struct scraper_robots){.is_known = false};
    if (lm_db_query(ctx, &robots_read, LM_ARGS(LM_Z(origin)), &r, err))
        return err->code;
    if (!lm_rows_next(r) || lm_rows_is_null(r, 0))
        return LM_OK;
    for (size_t i = 0; i < LM_COUNT(robots_states); i++) {
        if (lm_str_eqz(lm_rows_str(r, 0), robots_states[i]))
            out->file.state = (enum lm_robots_state)i;
    }
    out->is_known = true;
    out->file.text = lm_rows_bytes(r, 1);
    out->file.why = lm_rows_strz(r, 2);
    out->fresh_ms = lm_rows_int(r, 3);
    return LM_OK;
}

static const struct lm_sql robots_claim = {
    "robots_claim",
    "INSERT INTO robots_file AS f (origin, lease_until) VALUES ($1, clock_timestamp() + " MS(
        "$2") ")"
              " ON CONFLICT (origin) DO UPDATE SET lease_until = excluded.lease_until"
              "  WHERE f.fresh_until <= clock_timestamp() AND f.lease_until <= clock_timestamp()",
};

lm_code scraper_robots_claim(struct lm_ctx *ctx, const char *origin, int64_t lease_ms,
                             bool *is_mine, lm_err *err)
{
    int64_t n;

    if (lm_db_exec(ctx, &robots_claim, LM_ARGS(LM_Z(origin), LM_INT(lease_ms)), &n, err))
        return err->code;
    *is_mine = n > 0;
    return LM_OK;
}

static const struct lm_sql robots_write = {
    "robots_write",
    "UPDATE robots_file SET state = $2, body = $3, why = $4, fresh_until = clock_timestamp() + " MS(
        "$5") ","
              "       lease_until = clock_timestamp()"
              " WHERE origin = $1",
};
/* A site that cannot be reached keeps the rules it had (RFC 9309, 2.4). */
static const struct lm_sql robots_miss = {
    "robots_miss",
    "UPDATE robots_file SET state = coalesce(nullif(state, 'unreachable'), $2), why = $3,"
    "       fresh_until = clock_timestamp() + " MS("$4") ", lease_until = clock_timestamp()"
                                                         " WHERE origin = $1",
};

lm_code scraper_robots_save(struct lm_ctx *ctx, const char *origin,
                            const struct lm_robots_file *file, int64_t fresh_ms, lm_err *err)
{
    const char *state = robots_states[file->state];

    if (file->state == LM_ROBOTS_UNREACHABLE)
        return lm_db_exec(ctx, &robots_miss,
                          LM_ARGS(LM_Z(origin), LM_Z(state), LM_Z(file->why), LM_INT(fresh_ms)),
                          NULL, err);
    return lm_db_exec(ctx, &robots_write,
                      LM_ARGS(LM_Z(origin), LM_Z(state),
                              file->text.p ? LM_BYTES(file->text) : LM_NULL, LM_Z(file->why),
                              LM_INT(fresh_ms)),
                      NULL, err);
}

/* ---- turns of a host ---- */

/* No row when the turn would be too far away: whoever does not wait takes none. */
static const struct lm_sql host_take = {
    "host_take",
    "INSERT INTO host_turn AS h (host, next_at) VALUES ($1, clock_timestamp() + " MS(
        "$2") ")"
              " ON CONFLICT (host) DO UPDATE SET next_at = greatest(h.next_at, clock_timestamp()) + " MS(
                  "$2") "  WHERE h.next_at <= clock_timestamp() + " MS("$3") " RETURNING " UNTIL("next_at - " MS("$2")),
};
static const struct lm_sql host_wait = {
    "host_wait",
    "SELECT " UNTIL("next_at") ", " UNTIL("held_until") " FROM host_turn WHERE host = $1",
};

static lm_code read_wait(struct lm_ctx *ctx, const char *host, int col, int64_t *wait_ms,
                         lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &host_wait, LM_ARGS(LM_Z(host)), &r, err))
        return err->code;
    *wait_ms = lm_rows_next(r) ? lm_rows_int(r, col) : 0;
    return LM_OK;
}

lm_code scraper_host_take(struct lm_ctx *ctx, const char *host, int64_t delay_ms, int64_t most_ms,
                          int64_t *wait_ms, lm_err *err)
{
    struct lm_rows *r;

    if (delay_ms <= 0)
        return read_wait(ctx, host, 0, wait_ms, err);
    if (lm_db_query(ctx, &host_take, LM_ARGS(LM_Z(host), LM_INT(delay_ms), LM_INT(most_ms)), &r,
                    err))
        return err->code;
    if (!lm_rows_next(r))
        return read_wait(ctx, host, 0, wait_ms, err);
    *wait_ms = lm_rows_int(r, 0);
    return LM_OK;
}

lm_code scraper_host_held(struct lm_ctx *ctx, const char *host, int64_t *wait_ms, lm_err *err)
{
    return read_wait(ctx, host, 1, wait_ms, err);
}

static const struct lm_sql host_hold = {
    "host_hold",
    "INSERT INTO host_turn AS h (host, next_at, held_until)"
    " VALUES ($1, clock_timestamp() + " MS("$2") ", clock_timestamp() + " MS(
        "$2") ")"
              " ON CONFLICT (host) DO UPDATE SET next_at = greatest(h.next_at, excluded.next_at),"
              "       held_until = greatest(h.held_until, excluded.held_until)",
};

lm_code scraper_host_hold(struct lm_ctx *ctx, const char *host, int64_t for_ms, lm_err *err)
{
    return lm_db_exec(ctx, &host_hold, LM_ARGS(LM_Z(host), LM_INT(for_ms)), NULL, err);
}

/* ---- the breaker of a source ---- */

static const struct lm_sql breaker_read = {
    "breaker_read",
    "SELECT failures, " UNTIL("open_until") " FROM source_breaker WHERE source = $1",
};

lm_code scraper_breaker_load(struct lm_ctx *ctx, const char *source, struct scraper_breaker *out,
                             lm_err *err)
{
    struct lm_rows *r;

    *out = (struct scraper_breaker){.failures = 0};
    if (lm_db_query(ctx, &breaker_read, LM_ARGS(LM_Z(source)), &r, err))
        return err->code;
    if (lm_rows_next(r)) {
        out->failures = lm_rows_int(r, 0);
        out->open_ms = lm_rows_int(r, 1);
    }
    return LM_OK;
}

static const struct lm_sql breaker_try = {
    "breaker_try",
    "UPDATE source_breaker SET open_until = clock_timestamp() + " MS(
        "$2") " WHERE source = $1 AND open_until <= clock_timestamp()",
};

lm_code scraper_breaker_try(struct lm_ctx *ctx, const char *source, int64_t open_ms, bool *is_ours,
                            lm_err *err)
{
    int64_t n;

    if (lm_db_exec(ctx, &breaker_try, LM_ARGS(LM_Z(source), LM_INT(open_ms)), &n, err))
        return err->code;
    *is_ours = n > 0;
    return LM_OK;
}

static const struct lm_sql breaker_fail = {
    "breaker_fail",
    "INSERT INTO source_breaker AS b (source, failures, open_until)"
    " VALUES ($1, 1, CASE WHEN $2 <= 1 THEN clock_timestamp() + " MS(
        "$3") " ELSE '-infinity' END)"
              " ON CONFLICT (source) DO UPDATE SET failures = b.failures + 1,"
              "       open_until = CASE WHEN b.failures + 1 >= $2 THEN clock_timestamp() + " MS(
                  "$3") "                         ELSE b.open_until END"
                        " RETURNING failures",
};

lm_code scraper_breaker_fail(struct lm_ctx *ctx, const char *source, int64_t limit, int64_t open_ms,
                             bool *has_opened, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &breaker_fail, LM_ARGS(LM_Z(source), LM_INT(limit), LM_INT(open_ms)),
                  "the breaker", &r, err))
        return err->code;
    *has_opened = lm_rows_int(r, 0) == limit;
    return LM_OK;
}

/* Only when there is something to close: each good page comes by here. */
static const struct lm_sql breaker_close = {
    "breaker_close",
    "UPDATE source_breaker SET failures = 0, open_until = '-infinity' WHERE source = $1 AND failures > 0",
};

lm_code scraper_breaker_close(struct lm_ctx *ctx, const char *source, lm_err *err)
{
    return lm_db_exec(ctx, &breaker_close, LM_ARGS(LM_Z(source)), NULL, err);
}

/* ---- the page cache ---- */

static const struct lm_sql cache_read = {
    "cache_read",
    "SELECT url, content_type, etag, last_modified, body,"
    "       (extract(epoch FROM clock_timestamp() - checked_at) * 1000)::bigint"
    "  FROM page_cache WHERE tenant_id = $1 AND key = $2",
};

lm_code scraper_cache_load(struct lm_ctx *ctx, lm_str key, struct scraper_cached *out,
                           bool *is_there, lm_err *err)
{
    struct lm_rows *r;

    *is_there = false;
    if (lm_db_query(ctx, &cache_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_BYTES(key)), &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return LM_OK;
    *is_there = true;
    *out = (struct scraper_cached){.url = lm_rows_str(r, 0),
                                   .content_type = lm_rows_str(r, 1),
                                   .etag = lm_rows_str(r, 2),
                                   .last_modified = lm_rows_str(r, 3),
                                   .body = lm_rows_bytes(r, 4),
                                   .age_ms = lm_rows_int(r, 5)};
    return LM_OK;
}

static const struct lm_sql cache_write = {
    "cache_write",
    "INSERT INTO page_cache (tenant_id, key, url, content_type, etag, last_modified, size, body)"
    " VALUES ($1, $2, $3, $4, $5, $6, octet_length($7::bytea), $7)"
    " ON CONFLICT (tenant_id, key) DO UPDATE SET url = excluded.url, content_type = excluded.content_type,"
    "       etag = excluded.etag, last_modified = excluded.last_modified, size = excluded.size,"
    "       body = excluded.body, checked_at = excluded.checked_at",
};
/* What is older than the newest 2,000, than those that fit, or than a week goes. */
static const struct lm_sql cache_prune = {
    "cache_prune",
    "DELETE FROM page_cache WHERE tenant_id = $1 AND checked_at < ("
    " SELECT greatest(clock_timestamp() - interval '7 days', coalesce(min(checked_at), 'infinity'))"
    "   FROM (SELECT checked_at, sum(size) OVER (ORDER BY checked_at DESC, key) AS upto"
    "           FROM (SELECT checked_at, key, size FROM page_cache WHERE tenant_id = $1"
    "                  ORDER BY checked_at DESC LIMIT 2000) newest) p"
    "  WHERE upto <= $2)",
};

lm_code scraper_cache_save(struct lm_ctx *ctx, lm_str key, const struct scraper_cached *page,
                           uint64_t most_bytes, lm_err *err)
{
    if (lm_db_exec(ctx, &cache_write,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_BYTES(key), LM_TEXT(page->url),
                           LM_TEXT(page->content_type), LM_TEXT(page->etag),
                           LM_TEXT(page->last_modified), LM_BYTES(page->body)),
                   NULL, err))
        return err->code;
    return lm_db_exec(ctx, &cache_prune,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_INT((int64_t)most_bytes)), NULL, err);
}

static const struct lm_sql cache_touch = {
    "cache_touch",
    "UPDATE page_cache SET checked_at = clock_timestamp() WHERE tenant_id = $1 AND key = $2",
};

lm_code scraper_cache_touch(struct lm_ctx *ctx, lm_str key, lm_err *err)
{
    return lm_db_exec(ctx, &cache_touch, LM_ARGS(LM_ID(ctx->tenant_id), LM_BYTES(key)), NULL, err);
}

static const struct lm_sql cache_remove = {
    "cache_remove",
    "DELETE FROM page_cache WHERE tenant_id = $1 AND key = $2",
};

lm_code scraper_cache_remove(struct lm_ctx *ctx, lm_str key, lm_err *err)
{
    return lm_db_exec(ctx, &cache_remove, LM_ARGS(LM_ID(ctx->tenant_id), LM_BYTES(key)), NULL, err);
}

const struct lm_sql *const scraper_polite_sql[] = {
    &robots_read, &robots_claim, &robots_write, &robots_miss,  &host_take,     &host_wait,
    &host_hold,   &breaker_read, &breaker_try,  &breaker_fail, &breaker_close, &cache_read,
    &cache_write, &cache_prune,  &cache_touch,  &cache_remove, NULL,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on records of companies: what they say, which are one, what people decided. */
#include "services/scraper/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/match/name.h"

/* ---- companies and their records ---- */

static const struct lm_sql rows_load = {
    "rows_load",
    "SELECT " SCRAPER_COMPANY_COLUMNS ", merged_into, lm_ms(coalesce(found_at, created_at))"
    "  FROM company WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND NOT is_undone"
    " ORDER BY id FOR UPDATE",
};

lm_code scraper_rows_load(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                          struct scraper_row **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &rows_load, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n_ids)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_row, lm_rows_count(r));
    for (; lm_rows_next(r); ++*n) {
        struct scraper_row *row = &(*out)[*n];

        row->merged_into = lm_rows_strz(r, SCRAPER_COMPANY_N_COLUMNS);
        row->found_at = lm_rows_ms(r, SCRAPER_COMPANY_N_COLUMNS + 1);
        if (scraper_company_read(ctx, r, &row->company, err))
            return err->code;
    }
    return LM_OK;
}

static const struct lm_sql records_load = {
    "records_load",
    "SELECT id, company_id, said_of, source, lm_ms(first_at), said, weight FROM company_record"
    " WHERE tenant_id = $1 AND company_id = ANY ($2::uuid[]) ORDER BY id",
};

static lm_code read_record(struct lm_ctx *ctx, struct lm_rows *r,
                           struct scraper_company_record *out, lm_err *err)
{
    const struct scraper_company_record *self = out;
    Lm__Company *shown = LM_NEW(ctx->arena, Lm__Company);
    ProtobufCMessage *said;
    int source = LM__SOURCE__OTHER;

    if (!lm_enum_value(&lm__source__descriptor, lm_rows_str(r, 3), &source))
        source = LM__SOURCE__OTHER; /* of a newer binary */
    *out = (struct scraper_company_record){.id = lm_rows_strz(r, 0),
                                           .company_id = lm_rows_strz(r, 1),
                                           .said_of = lm_rows_strz(r, 2),
                                           .weight = (int)lm_rows_int(r, 6),
                                           .source = (Lm__Source)source,
                                           .first_at = lm_rows_ms(r, 4)};
    if (lm_pb_unpack(ctx->arena, &scraper__company_record__descriptor, lm_rows_bytes(r, 5), &said,
                     err))
        return lm_wrap(err, "record %s", out->id);
    out->said = (Scraper__CompanyRecord *)said;
    lm__company__init(shown);
    scraper_company_show(ctx->arena, &self, 1, shown);
    scraper_traits_of(ctx->arena, shown, &out->traits);
    return LM_OK;
}

lm_code scraper_records_load(struct lm_ctx *ctx, const lm_str *company_ids, size_t n_ids,
                             struct scraper_company_record **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &records_load,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(company_ids, n_ids)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_company_record, lm_rows_count(r));
    for (; lm_rows_next(r); ++*n) {
        if (read_record(ctx, r, &(*out)[*n], err))
            return err->code;
    }
    return LM_OK;
}

static const struct lm_sql record_save = {
    "record_save",
    "INSERT INTO company_record AS r (tenant_id, id, company_id, said_of, source, first_at, said, name, name_norm,"
    "       domain, registration_number, phone, weight)"
    " VALUES ($1, $2, $3, $4, $5, lm_at($6), $7, $8, $9, $10, $11, $12, $13)"
    " ON CONFLICT (tenant_id, id) DO UPDATE SET company_id = excluded.company_id,"
    "       first_at = excluded.first_at, said = excluded.said, name = excluded.name,"
    "       name_norm = excluded.name_norm, domain = excluded.domain,"
    "       named = CASE WHEN r.company_id = excluded.company_id AND r.name_norm = excluded.name_norm"
    "                    THEN r.named ELSE excluded.named END",
};

lm_code scraper_record_save(struct lm_ctx *ctx, const struct scraper_company_record *r, lm_err *err)
{
    const struct scraper_traits *t = &r->traits;
    const lm_str none = LM_STR("");

    return lm_db_exec(
        ctx, &record_save,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(r->id), LM_ID(r->company_id), LM_ID(r->said_of),
                LM_Z(lm_enum_name(&lm__source__descriptor, (int)r->source)), LM_MS(r->first_at),
                LM_BYTES(lm_pb_pack(ctx->arena, &r->said->base)),
                LM_TEXT(t->name.n ? t->name : none), LM_TEXT(t->name_norm.n ? t->name_norm : none),
                LM_TEXT(t->domain), LM_TEXT(t->registration_number), LM_TEXT(t->phone),
                LM_INT(r->weight)),
        NULL, err);
}

static const struct lm_sql record_delete = {
    "record_delete",
    "DELETE FROM company_record WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_record_delete(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    return lm_db_exec(ctx, &record_delete, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), NULL, err);
}

/*
 * Key by key, so that each is a look at an index also before the tables have statistics, and a phone that many have
 * gives no more of them than are looked at.
 */
#define KEYED(table, id, column, values, which)                                     \
    "SELECT c.id, k.key FROM unnest(" values "::text[]) AS k (key),"                \
    " LATERAL (SELECT " id " AS id FROM " table " WHERE tenant_id = $1 AND " column \
    " = k.key" which " LIMIT 64) c"
#define LIVING " AND merged_into IS NULL AND NOT is_undone"

static const struct lm_sql keys_find = {
    "keys_find",
    KEYED("company", "id", "domain", "$2", "") " UNION ALL " KEYED("company_record", "company_id", "domain", "$2", "") " UNION ALL " KEYED(
        "company", "id", "registration_number", "$3",
        LIVING) " UNION ALL " KEYED("company_record", "company_id", "registration_number", "$3",
                                    "") " UNION ALL " KEYED("company", "id", "phone", "$4",
                                                            LIVING) " UNION ALL " KEYED("company_record",
                                                                                        "company_id",
                                                                                        "phone",
                                                                                        "$4", ""),
};

lm_code scraper_keys_find(struct lm_ctx *ctx, const struct scraper_keys *k,
                          struct scraper_hit **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (k->n_domains + k->n_numbers + k->n_phones == 0)
        return LM_OK;
    if (lm_db_query(ctx, &keys_find,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(k->domains, k->n_domains),
                            LM_TEXTS(k->numbers, k->n_numbers), LM_TEXTS(k->phones, k->n_phones)),
                    &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_hit, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = (struct scraper_hit){lm_rows_str(r, 0), lm_rows_str(r, 1)};
    return LM_OK;
}

static const struct lm_sql company_revive = {
    "company_revive",
    "UPDATE company SET merged_into = NULL, status = coalesce(status_before, 'COMPANY_NEW'), status_before = NULL"
    " WHERE tenant_id = $1 AND id = $2 RETURNING status",
};

lm_code scraper_company_revive(struct lm_ctx *ctx, const char *id, Lm__CompanyStatus *status,
                               lm_err *err)
{
    struct lm_rows *r;
    int value;

    if (lm_db_one(ctx, &company_revive, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the company",
                  &r, err))
        return err->code;
    *status = lm_enum_value(&lm__company_status__descriptor, lm_rows_str(r, 0), &value)
                  ? (Lm__CompanyStatus)value
                  : LM__COMPANY_STATUS__COMPANY_NEW;
    return LM_OK;
}

static const struct lm_sql domain_give_up = {
    "domain_give_up",
    "UPDATE company SET domain = NULL WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_domain_give_up(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    return lm_db_exec(ctx, &domain_give_up, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), NULL, err);
}

static const struct lm_sql company_found = {
    "company_found",
    "UPDATE company SET found_at = lm_at($3) WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_company_found(struct lm_ctx *ctx, const char *id, int64_t found_at, lm_err *err)
{
    return lm_db_exec(ctx, &company_found,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_MS(found_at)), NULL, err);
}

static const struct lm_sql company_point = {
    "company_point",
    "UPDATE company SET merged_into = $3 WHERE tenant_id = $1 AND id = $2 AND merged_into <> $3",
};

lm_code scraper_company_point(struct lm_ctx *ctx, const char *id, const char *into, lm_err *err)
{
    return lm_db_exec(ctx, &company_point, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_ID(into)),
                      NULL, err);
}

/* ---- links ---- */

#define PAIR(one, other) \
    "least(" one "::uuid, " other "::uuid), greatest(" one "::uuid, " other "::uuid)"

static const struct lm_sql link_save = {
    "link_save",
    "INSERT INTO company_link AS l (tenant_id, one, other, verdict, score, reason)"
    " SELECT $1, " PAIR(
        "$2",
        "$3") ", $4, $5, $6"
              "  WHERE NOT EXISTS (SELECT FROM company_decision d WHERE d.tenant_id = $1 AND $4 = 'MAYBE'"
              "                     AND (d.one, d.other) = (" PAIR(
                  "$2",
                  "$3") "))"
                        " ON CONFLICT (tenant_id, one, other) DO UPDATE"
                        "    SET verdict = excluded.verdict, score = excluded.score, reason = excluded.reason"
                        "  WHERE l.verdict <> excluded.verdict OR l.score < excluded.score",
};

lm_code scraper_link_save(struct lm_ctx *ctx, const struct scraper_link *l, lm_err *err)
{
    return lm_db_exec(ctx, &link_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(l->one), LM_ID(l->other),
                              LM_Z(l->is_maybe ? "MAYBE" : "APART"),
                              LM_INT((int64_t)(1000 * l->score + 0.5)), LM_Z(l->reason)),
                      NULL, err);
}

static const struct lm_sql apart_load = {
    "apart_load",
    "SELECT one, other FROM company_link WHERE tenant_id = $1 AND one = ANY ($2::uuid[]) AND verdict = 'APART'"
    " UNION SELECT one, other FROM company_link WHERE tenant_id = $1 AND other = ANY ($2::uuid[])"
    " AND verdict = 'APART'",
};

lm_code scraper_apart_load(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                           struct scraper_pair **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &apart_load, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n_ids)), &r,
                    err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_pair, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] =
            (struct scraper_pair){.one = lm_rows_strz(r, 0), .other = lm_rows_strz(r, 1)};
    return LM_OK;
}

static const struct lm_sql links_move = {
    "links_move",
    "WITH gone AS (DELETE FROM company_link WHERE tenant_id = $1 AND (one = $2 OR other = $2) RETURNING *)"
    " INSERT INTO company_link (tenant_id, one, other, verdict, score, reason)"
    " SELECT DISTINCT ON (2, 3) $1, " PAIR(
        "$3",
        "o") ", verdict, score, reason"
             "  FROM (SELECT CASE WHEN one = $2 THEN other ELSE one END AS o, verdict, score, reason FROM gone) g"
             " WHERE o <> $3 AND NOT EXISTS (SELECT FROM company_decision d WHERE d.tenant_id = $1 AND g.verdict = 'MAYBE'"
             "                     AND (d.one, d.other) = (" PAIR("$3",
                                                                  "o") "))"
                                                                       " ON CONFLICT DO NOTHING",
};

lm_code scraper_links_move(struct lm_ctx *ctx, const char *from, const char *to, lm_err *err)
{
    return lm_db_exec(ctx, &links_move, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(from), LM_ID(to)),
                      NULL, err);
}

static const struct lm_sql link_drop = {
    "link_drop",
    "DELETE FROM company_link WHERE tenant_id = $1 AND one = least($2::uuid, $3::uuid)"
    " AND other = greatest($2::uuid, $3::uuid)",
};

lm_code scraper_link_drop(struct lm_ctx *ctx, const char *one, const char *other, lm_err *err)
{
    return lm_db_exec(ctx, &link_drop, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(one), LM_ID(other)),
                      NULL, err);
}

static const struct lm_sql pairs_load = {
    "pairs_load",
    "SELECT one, other, score, reason FROM company_link"
    " WHERE tenant_id = $1 AND verdict = 'MAYBE'"
    "   AND (score < $2 OR (score = $2 AND (one, other) > ($3::uuid, $4::uuid)))"
    " ORDER BY score DESC, one, other LIMIT $5",
};

lm_code scraper_pairs_load(struct lm_ctx *ctx, const struct scraper_pair *after, size_t most,
                           struct scraper_pair **out, size_t *n, lm_err *err)
{
    static const struct scraper_pair beginning = {.one = "00000000-0000-0000-0000-000000000000",
                                                  .other = "00000000-0000-0000-0000-000000000000",
                                                  .score = INT32_MAX};
    struct lm_rows *r;

    *n = 0;
    after = after ? after : &beginning;
    if (lm_db_query(ctx, &pairs_load,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(after->score), LM_ID(after->one),
                            LM_ID(after->other), LM_INT((int64_t)most)),
                    &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_pair, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = (struct scraper_pair){lm_rows_strz(r, 0), lm_rows_strz(r, 1),
                                               (int)lm_rows_int(r, 2), lm_rows_str(r, 3)};
    return LM_OK;
}

/* ---- what people decided, and what became of it ---- */

static const struct lm_sql decision_save = {
    "decision_save",
    "INSERT INTO company_decision (tenant_id, one, other, is_same, decided_at, user_id)"
    " SELECT $1, " PAIR(
        "$2", "$3") ", $4, lm_at($5), $6"
                    " ON CONFLICT (tenant_id, one, other) DO UPDATE SET is_same = excluded.is_same,"
                    "       decided_at = excluded.decided_at, user_id = excluded.user_id",
};

lm_code scraper_decision_save(struct lm_ctx *ctx, const struct scraper_decision *d, lm_err *err)
{
    return lm_db_exec(ctx, &decision_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->one), LM_ID(d->other),
                              LM_BOOL(d->is_same), LM_MS(d->at), LM_ID(ctx->user_id)),
                      NULL, err);
}

static const struct lm_sql decisions_load = {
    "decisions_load",
    "SELECT one, other, is_same, lm_ms(decided_at) FROM company_decision"
    " WHERE tenant_id = $1 AND one = ANY ($2::uuid[])"
    " UNION SELECT one, other, is_same, lm_ms(decided_at) FROM company_decision"
    " WHERE tenant_id = $1 AND other = ANY ($2::uuid[])",
};

lm_code scraper_decisions_load(struct lm_ctx *ctx, const lm_str *records, size_t n_records,
                               struct scraper_decision **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &decisions_load,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(records, n_records)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_decision, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = (struct scraper_decision){lm_rows_strz(r, 0), lm_rows_strz(r, 1),
                                                   lm_rows_bool(r, 2), lm_rows_ms(r, 3)};
    return LM_OK;
}

static const struct lm_sql change_save = {
    "change_save",
    "INSERT INTO company_change (tenant_id, company_id, at, kind, other_id, records, reason, user_id)"
    " VALUES ($1, $2, lm_at($3), $4, $5, coalesce($6::uuid[], '{}'), $7, $8)",
};

lm_code scraper_change_save(struct lm_ctx *ctx, const struct scraper_change *c, lm_err *err)
{
    return lm_db_exec(ctx, &change_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(c->company_id), LM_MS(lm_clock_ms()),
                              LM_Z(c->is_merge ? "MERGED" : "UNMERGED"), LM_ID(c->other_id),
                              LM_TEXTS(c->records, c->n_records), LM_Z(c->reason),
                              LM_ID(c->user_id)),
                      NULL, err);
}

static const struct lm_sql changes_load = {
    "changes_load",
    "SELECT company_id, other_id, kind, records, reason, user_id, lm_ms(at), number FROM ("
    "(SELECT * FROM company_change WHERE tenant_id = $1 AND company_id = $2 ORDER BY number DESC LIMIT $3)"
    " UNION ALL "
    "(SELECT * FROM company_change WHERE tenant_id = $1 AND other_id = $2 ORDER BY number DESC LIMIT $3)) c"
    " ORDER BY number DESC LIMIT $3",
};

lm_code scraper_changes_load(struct lm_ctx *ctx, const char *company_id, size_t most,
                             struct scraper_change **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &changes_load,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company_id), LM_INT((int64_t)most)), &r,
                    err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_change, lm_rows_count(r));
    for (; lm_rows_next(r); ++*n) {
        struct scraper_change *c = &(*out)[*n];
        lm_str *records;

        lm_rows_texts(r, 3, &records, &c->n_records);
        c->records = records;
        c->company_id = lm_rows_strz(r, 0);
        c->other_id = lm_rows_strz(r, 1);
        c->is_merge = lm_str_eqz(lm_rows_str(r, 2), "MERGED");
        c->reason = lm_rows_strz(r, 4);
        c->user_id = lm_rows_strz(r, 5);
        c->at = lm_rows_ms(r, 6);
    }
    return LM_OK;
}

const struct lm_sql *const scraper_records_sql[] = {
    &rows_load,      &records_load,   &record_save,   &record_delete, &keys_find,
    &company_revive, &domain_give_up, &company_found, &company_point, &link_save,
    &apart_load,     &links_move,     &link_drop,     &pairs_load,    &decision_save,
    &decisions_load, &change_save,    &changes_load,  NULL,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on duplicates, in the order of proto/scraper.proto: who said what, what may be one, what people decide. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/pool/known.h"
#include "services/scraper/pool/pool.h"
#include "services/scraper/scraper.h"

enum { CHANGES = 100, LOOKED_AT = 400, DUPLICATES = 20, VALUE_BYTES = 64 << 10, CURSOR_PARTS = 3 };

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* ---- history ---- */

static void put_value(struct lm_buf *b, const ProtobufCFieldDescriptor *f, const void *value)
{
    if (f->type == PROTOBUF_C_TYPE_STRING) {
        lm_buf_append(b, lm_pb_text(value));
    } else if (f->type == PROTOBUF_C_TYPE_BOOL) {
        lm_buf_appendz(b, *(const protobuf_c_boolean *)value ? "true" : "false");
    } else if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        const Lm__Label *label = *(const Lm__Label *const *)value;

        lm_buf_printf(b, "%s: %s", label->key, label->value);
    } else {
        lm_buf_printf(b, "%d", *(const int32_t *)value);
    }
}

static char *value_text(struct lm_arena *a, const struct scraper_fact *f)
{
    const ProtobufCMessage *m = &f->sighting->company->base;
    struct lm_buf b = lm_buf_in(a, VALUE_BYTES);
    size_t n = f->field->label == PROTOBUF_C_LABEL_REPEATED ? lm_pb_count(m, f->field) : 1;

    for (size_t i = 0; i < n; i++) {
        if (i)
            lm_buf_appendz(&b, ", ");
        put_value(&b, f->field, lm_pb_value(m, f->field, i));
    }
    return lm_arena_strz(a, lm_buf_str(&b));
}

static Scraper__CompanyFact *fact_of(struct lm_arena *a, const struct scraper_fact *f)
{
    Scraper__CompanyFact *out = LM_NEW(a, Scraper__CompanyFact);

    scraper__company_fact__init(out);
    out->field = borrowed(f->field->name);
    out->value = value_text(a, f);
    out->source = f->record->source;
    out->found_at = f->sighting->found_at;
    out->source_url = f->sighting->company->source_url;
    out->is_shown = f->is_shown;
    out->is_edit = f->record->weight > 0;
    out->record_id = borrowed(f->record->id);
    return out;
}

static lm_code put_changes(struct lm_ctx *ctx, const char *id, Scraper__CompanyHistory *out,
                           lm_err *err)
{
    struct scraper_change *v;
    size_t n;

    if (scraper_changes_load(ctx, id, CHANGES, &v, &n, err))
        return err->code;
    out->changes = LM_NEW_ARRAY(ctx->arena, Scraper__CompanyChange *, n);
    for (size_t i = 0; i < n; i++) {
        Scraper__CompanyChange *c = LM_NEW(ctx->arena, Scraper__CompanyChange);

        scraper__company_change__init(c);
        c->at = v[i].at;
        c->kind = v[i].is_merge ? SCRAPER__COMPANY_CHANGE_KIND__MERGED
                                : SCRAPER__COMPANY_CHANGE_KIND__UNMERGED;
        c->company_id = borrowed(v[i].company_id);
        c->other_company_id = borrowed(v[i].other_id);
        c->reason = borrowed(v[i].reason);
        c->user_id = v[i].user_id && *v[i].user_id ? borrowed(v[i].user_id) : NULL;
        out->changes[out->n_changes++] = c;
    }
    return LM_OK;
}

lm_code scraper_get_company_history(struct lm_ctx *ctx, const Scraper__CompanyRequest *in,
                                    Scraper__CompanyHistory *out, lm_err *err)
{
    const struct scraper_company_record **records;
    struct scraper_fact *facts;
    struct scraper_pool *pool;
    size_t n;

    if (scraper_pool_of(ctx, &in->company_id, 1, &pool, err))
        return err->code;
    n = scraper_pool_records(pool, in->company_id, &records);
    n = scraper_facts_of(ctx->arena, records, n, &facts);
    out->facts = LM_NEW_ARRAY(ctx->arena, Scraper__CompanyFact *, n);
    for (size_t i = 0; i < n; i++)
        out->facts[out->n_facts++] = fact_of(ctx->arena, &facts[i]);
    return put_changes(ctx, in->company_id, out, err);
}

/* ---- what may be one ---- */

static Scraper__Duplicate *duplicate_of(struct lm_arena *a, const Lm__Company *c, double score,
                                        const char *reason)
{
    Scraper__Duplicate *out = LM_NEW(a, Scraper__Duplicate);

    scraper__duplicate__init(out);
    out->company_id = c->id;
    out->name = c->name;
    out->domain = c->domain;
    out->city = c->city;
    out->score = score;
    out->reason = borrowed(reason);
    return out;
}

static void put_duplicate(struct lm_arena *a, Scraper__CompanyDuplicates *out, const Lm__Company *c,
                          const struct scraper_judgement *j)
{
    size_t at = LM_MIN(out->n_items, (size_t)DUPLICATES - 1);

    if (out->n_items == DUPLICATES && out->items[at]->score >= j->score)
        return;
    for (; at > 0 && out->items[at - 1]->score < j->score; at--)
        out->items[at] = out->items[at - 1];
    out->items[at] = duplicate_of(a, c, j->score, j->reason);
    out->n_items = LM_MIN(out->n_items + 1, (size_t)DUPLICATES);
}

/* All whose names are like its own, or that share a key with it; what is one by the rules is one already. */
lm_code scraper_list_company_duplicates(struct lm_ctx *ctx, const Scraper__CompanyRequest *in,
                                        Scraper__CompanyDuplicates *out, lm_err *err)
{
    struct scraper_pool *pool;
    struct scraper_duplicate *v;
    size_t n;

    if (scraper_intake_lock(ctx, err) || scraper_pool_of(ctx, &in->company_id, 1, &pool, err) ||
        scraper_pool_duplicates(pool, in->company_id, LOOKED_AT, &v, &n, err))
        return err->code;
    out->items = LM_NEW_ARRAY(ctx->arena, Scraper__Duplicate *, DUPLICATES);
    for (size_t i = 0; i < n; i++)
        put_duplicate(ctx->arena, out, v[i].company, &v[i].judgement);
    return LM_OK;
}

/* ---- what people decide ---- */

lm_code scraper_merge_companies(struct lm_ctx *ctx, const Scraper__MergeCompaniesRequest *in,
                                Lm__Company *out, lm_err *err)
{
    char **ids = LM_NEW_ARRAY(ctx->arena, char *, in->n_company_ids + 1);
    struct scraper_pool *pool;
    Lm__Company *c;

    ids[0] = in->company_id;
    for (size_t i = 0; i < in->n_company_ids; i++)
        ids[i + 1] = in->company_ids[i];
    if (scraper_intake_lock(ctx, err) ||
        scraper_pool_of(ctx, ids, in->n_company_ids + 1, &pool, err))
        return err->code;
    for (size_t i = 0; i < in->n_company_ids; i++) {
        if (strcmp(in->company_ids[i], in->company_id) == 0)
            return lm_fail_field(err, "company_ids", "has the company that the others go up in");
    }
    if (scraper_pool_merge(pool, ids, in->n_company_ids + 1, &c, err))
        return err->code;
    *out = *c;
    return LM_OK;
}

lm_code scraper_unmerge_company(struct lm_ctx *ctx, const Scraper__UnmergeCompanyRequest *in,
                                Scraper__UnmergedCompany *out, lm_err *err)
{
    struct scraper_pool *pool;

    if (scraper_intake_lock(ctx, err) ||
        scraper_pool_with_dead(ctx, (char *[]){in->company_id, in->other_company_id}, 2, &pool,
                               err))
        return err->code;
    return scraper_pool_unmerge(pool, in->company_id, in->other_company_id, &out->company,
                                &out->unmerged, err);
}

/* ---- pairs ---- */

/* "840.<id>.<id>" */
static lm_code read_cursor(struct lm_arena *a, const char *text, struct scraper_pair *out,
                           lm_err *err)
{
    lm_str rest = lm_str_z(text), part[CURSOR_PARTS] = {{NULL, 0}};
    int64_t score;
    size_t n = 0;

    while (n < CURSOR_PARTS && lm_str_split(&rest, '.', &part[n]))
        n++;
    if (n < CURSOR_PARTS || rest.n || !lm_str_int(part[0], &score) || score < 0 || score > 1000 ||
        !lm_id_valid(part[1]) || !lm_id_valid(part[2]))
        return lm_fail_field(err, "after", "is not what `next` of a page said");
    *out = (struct scraper_pair){
        lm_arena_strz(a, part[1]), lm_arena_strz(a, part[2]), (int)score, {NULL, 0}};
    return LM_OK;
}

static Scraper__DuplicatePair *pair_of(struct lm_arena *a, const struct scraper_pair *p,
                                       const Lm__Company *one, const Lm__Company *other)
{
    Scraper__DuplicatePair *out = LM_NEW(a, Scraper__DuplicatePair);
    const char *reason = lm_arena_strz(a, p->reason);

    scraper__duplicate_pair__init(out);
    out->score = p->score / 1000.0;
    out->reason = borrowed(reason);
    out->one = duplicate_of(a, one, out->score, reason);
    out->other = duplicate_of(a, other, out->score, reason);
    return out;
}

static lm_code put_pairs(struct lm_ctx *ctx, const struct scraper_pair *v, size_t n,
                         Scraper__ListDuplicatesResponse *out, lm_err *err)
{
    char **ids = LM_NEW_ARRAY(ctx->arena, char *, 2 * n);
    struct scraper_pool *pool;

    for (size_t i = 0; i < n; i++) {
        ids[2 * i] = borrowed(v[i].one);
        ids[2 * i + 1] = borrowed(v[i].other);
    }
    if (scraper_pool_with_dead(ctx, ids, 2 * n, &pool, err))
        return err->code;
    out->items = LM_NEW_ARRAY(ctx->arena, Scraper__DuplicatePair *, n);
    for (size_t i = 0; i < n; i++) {
        const Lm__Company *one = scraper_pool_company(pool, v[i].one),
                          *other = scraper_pool_company(pool, v[i].other);

        if (one && other)
            out->items[out->n_items++] = pair_of(ctx->arena, &v[i], one, other);
    }
    return LM_OK;
}

lm_code scraper_list_duplicates(struct lm_ctx *ctx, const Scraper__ListDuplicatesRequest *in,
                                Scraper__ListDuplicatesResponse *out, lm_err *err)
{
    const size_t limit = (size_t)in->limit;
    struct scraper_pair after, *v;
    size_t n;

    if (in->after && read_cursor(ctx->arena, in->after, &after, err))
        return err->code;
    if (scraper_pairs_load(ctx, in->after ? &after : NULL, limit + 1, &v, &n, err))
        return err->code;
    if (n > limit) {
        n = limit;
        out->next =
            lm_arena_printf(ctx->arena, "%d.%s.%s", v[n - 1].score, v[n - 1].one, v[n - 1].other);
    }
    return put_pairs(ctx, v, n, out, err);
}

lm_code scraper_decide_duplicate(struct lm_ctx *ctx, const Scraper__DecideDuplicateRequest *in,
                                 Lm__Company *out, lm_err *err)
{
    char *ids[] = {in->company_id, in->other_company_id};
    struct scraper_pool *pool;
    Lm__Company *c;

    if (scraper_intake_lock(ctx, err) || scraper_pool_of(ctx, ids, LM_COUNT(ids), &pool, err))
        return err->code;
    if (strcmp(ids[0], ids[1]) == 0)
        return lm_fail_field(err, "other_company_id", "is the same company");
    if (in->decision == SCRAPER__DUPLICATE_DECISION__SAME) {
        if (scraper_pool_merge(pool, ids, LM_COUNT(ids), &c, err))
            return err->code;
        *out = *c;
        return LM_OK;
    }
    if (scraper_pool_part(pool, ids[0], ids[1], err))
        return err->code;
    *out = *scraper_pool_company(pool, ids[0]);
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file too large for one frame of the bus: its owner gets it in parts, one after the other, and
 * the answers are added up. Each part is a call of its own, made once however often the request
 * comes with the same key, so that a repeated request goes on where the first one ended.
 */
#include "common/buf.h"
#include "common/json.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/gateway/http/exchange.h"
#include "services/gateway/http/parts.h"

enum {
    PART_BYTES = 512 << 10,
    PART_MEMORY = 8 << 20,
    IMPORT_MS = 120000, /* of the whole file */
    ERRORS_MOST = 100,
};

static bool is_import(const struct lm_route *r)
{
    return r->in == &scraper__import_companies_request__descriptor;
}

static void add_errors(struct gateway_exchange *x, Scraper__ImportResult *sum,
                       const Scraper__ImportResult *part, int records_before)
{
    for (size_t i = 0; i < part->n_errors && sum->n_errors < ERRORS_MOST; i++) {
        Scraper__RowError *e = (Scraper__RowError *)lm_pb_copy(x->arena, &part->errors[i]->base);

        e->row += records_before;
        sum->errors[sum->n_errors++] = e;
    }
}

static lm_code send_part(struct gateway_exchange *x, struct lm_ctx *ctx, lm_str header,
                         lm_str records, Scraper__ImportResult **out)
{
    Scraper__ImportCompaniesRequest in = SCRAPER__IMPORT_COMPANIES_REQUEST__INIT;
    struct lm_buf body = lm_buf_in(ctx->arena, header.n + records.n + 1);

    lm_buf_append(&body, header);
    lm_buf_append(&body, records);
    in.body = (ProtobufCBinaryData){body.n, (uint8_t *)body.p};
    return scraper_call_import_companies(ctx, &in, out, &x->err);
}

/* In memory of its own: thirty parts and their answers would be more than the exchange may have. */
static lm_code take_part(struct gateway_exchange *x, lm_str header, lm_str records,
                         int records_before, Scraper__ImportResult *sum)
{
    struct lm_bus_request request = gateway_bus_request(x);
    struct lm_ctx *ctx = lm_ctx_of_request(gateway_server.proc, &request, PART_MEMORY);
    Scraper__ImportResult *part;

    if (lm_arena_guard(ctx->arena) != 0) {
        lm_fail(&x->err, LM_TOO_LARGE, "a part of the file");
    } else if (send_part(x, ctx, header, records, &part) == LM_OK) {
        sum->rows += part->rows;
        sum->created += part->created;
        sum->merged += part->merged;
        sum->rejected += part->rejected;
        add_errors(x, sum, part, records_before);
    }
    lm_ctx_free(ctx);
    return x->err.code;
}

static lm_code send_all(struct gateway_exchange *x, Scraper__ImportResult *sum)
{
    struct gateway_parts parts;
    lm_str records;
    int n;

    if (!gateway_parts_open(&parts, x->file) || parts.header.n > PART_BYTES / 2)
        return lm_fail(&x->err, LM_TOO_LARGE,
                       "this file cannot be cut into parts; save it as UTF-8");
    while (gateway_parts_next(&parts, PART_BYTES - parts.header.n, &records, &n)) {
        if (take_part(x, parts.header, records, parts.records, sum))
            return lm_wrap(&x->err, "behind row %d (what came before is taken in)",
                           parts.records + 1);
        parts.records += n;
    }
    return parts.rest.n == 0
               ? LM_OK
               : lm_fail(&x->err, LM_TOO_LARGE, "row %d is too long", parts.records + 2);
}

static void run_import(struct gateway_exchange *x)
{
    Scraper__ImportResult sum = SCRAPER__IMPORT_RESULT__INIT;

    x->deadline_ms = lm_mono_ms() + IMPORT_MS;
    sum.errors = LM_NEW_ARRAY(x->arena, Scraper__RowError *, ERRORS_MOST);
    if (send_all(x, &sum) == LM_OK)
        x->answer = lm_pb_pack(x->arena, &sum.base);
    gateway_resume(x);
}

bool gateway_import(struct gateway_exchange *x)
{
    if (!x->match.route->raw_body || !is_import(x->match.route) || x->req->entity.len <= PART_BYTES)
        return false;
    /* Ours: the request's memory goes when the client does. */
    x->file = lm_arena_dup(x->arena, gateway_str(x->req->entity));
    gateway_give(x, gateway_server.slow, run_import);
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_bus_service: a service of the skeleton, called BENCH_SERVICE. `probe` has a log and hears
 * nothing; any other hears probe's events and, with BENCH_EFFECT=row, writes a row for each.
 */
#include <stdlib.h>

#include "common/db.h"
#include "common/service.h"
#include "gen/enricher.pb-c.h"

static const struct lm_sql deed = {"deed", "INSERT INTO deed (what, at) VALUES ($1, $2)"};
static const struct lm_sql *const store[] = {&deed, NULL};
static const struct lm_sql *const *const sql[] = {store, NULL};

static lm_code on_company_enriched(struct lm_ctx *ctx, const ProtobufCMessage *message LM_UNUSED,
                                   lm_err *err)
{
    static int writes = -1;

    if (writes < 0)
        writes = strcmp(getenv("BENCH_EFFECT"), "row") == 0;
    return writes ? lm_db_exec(ctx, &deed,
                               LM_ARGS(LM_Z(ctx->event->subject_id), LM_INT(ctx->event->version)),
                               NULL, err)
                  : LM_OK;
}

static const struct lm_event_kind events[] = {
    {"probe", "enricher.CompanyEnriched", &enricher__company_enriched__descriptor,
     on_company_enriched},
    {.type = NULL},
};

int main(int argc, char **argv)
{
    static const struct lm_config_key config[] = {LM_CFG_END};
    static const struct lm_rpc calls[] = {{.method = NULL}};
    static struct lm_service service = {.config = config, .sql = sql, .calls = calls};

    service.name = getenv("BENCH_SERVICE");
    if (!service.name || !getenv("BENCH_EFFECT"))
        return 2;
    if (strcmp(service.name, "probe") != 0)
        service.events = events;
    return lm_service_main(argc, argv, &service);
}

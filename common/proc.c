/* SPDX-License-Identifier: Apache-2.0 */
/* What others ask of the process. */
#include "common/proc_internal.h"

#include "common/runtime.h"

const struct lm_service *lm_proc_service(const struct lm_proc *proc)
{
    return proc->service;
}

const char *lm_proc_replica(const struct lm_proc *proc)
{
    return proc->replica;
}

bool lm_proc_is_ready(const struct lm_proc *proc)
{
    return atomic_load(&proc->is_ready);
}

bool lm_proc_is_stopping(const struct lm_proc *proc)
{
    return atomic_load(&proc->is_stopping);
}

struct lm_db *lm_proc_db(struct lm_proc *proc)
{
    return proc->db;
}

struct lm_bus *lm_proc_bus(struct lm_proc *proc)
{
    return proc->bus;
}

void lm_proc_hint(struct lm_proc *proc, const char *what)
{
    lm_runtime_hint(proc, what);
    if (proc->bus)
        lm_bus_hint(proc->bus, what);
}

void lm_proc_set_head(struct lm_proc *proc, int64_t head)
{
    if (proc->bus)
        lm_bus_set_head(proc->bus, head);
}

static const struct lm_rpc *find(const struct lm_rpc *table, const char *method)
{
    for (const struct lm_rpc *rpc = table; rpc && rpc->method; rpc++)
        if (strcmp(rpc->method, method) == 0)
            return rpc;
    return NULL;
}

const struct lm_rpc *lm_proc_rpc(const struct lm_proc *proc, const char *method)
{
    const struct lm_rpc *rpc = find(proc->service->calls, method);

    return rpc ? rpc : find(lm_runtime_calls, method);
}

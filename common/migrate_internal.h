/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_MIGRATE_INTERNAL_H
#define LM_MIGRATE_INTERNAL_H

#include "common/arena.h"
#include "common/migrate.h"

/* The files of a folder of migrations; shared by migrate*.c. No database here. */
struct lm_migration {
    const char *scope; /* "common" or "service" */
    int version;       /* NNNN */
    const char *file;  /* NNNN_name.up.sql */
    lm_str up;         /* as it is on disk */
    char sha256[65];   /* of `up`, hex */
    int serves_from; /* `-- serves-from: N`: older binaries (schema_at_least < N) must not run with it */
};

/*
 * The *.up.sql of <dir>/<folder> by version, appended to *v. LM_INVALID: a name that is no
 * NNNN_name.up.sql, a version twice, no .down.sql beside it. A folder that is not there is LM_NOT_FOUND.
 */
LM_MUST_USE lm_code lm_migrations_read(struct lm_arena *a, const char *dir, const char *folder,
                                       const char *scope, struct lm_migration **v, size_t *n,
                                       lm_err *err);
/* The .down.sql beside it. */
LM_MUST_USE lm_code lm_migration_down(struct lm_arena *a, const char *dir, const char *folder,
                                      const struct lm_migration *m, lm_str *out, lm_err *err);
/* The names of the services that have a folder, sorted; "common" is none. */
LM_MUST_USE lm_code lm_migrations_services(struct lm_arena *a, const char *dir, const char ***out,
                                           size_t *n, lm_err *err);
/* `sql` with every `:role` (no `::role`, no `:roles`) replaced. */
const char *lm_migration_with_role(struct lm_arena *a, lm_str sql, const char *role);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_MIGRATE_H
#define LM_MIGRATE_H

#include "common/err.h"

/*
 * Migrations: <dir>/common/NNNN_name.up.sql (the plumbing, applied to every service's schema) and
 * <dir>/<service>/NNNN_name.up.sql with .down.sql beside it. Each file runs in one transaction with
 * search_path set to the schema, under an advisory lock, and is recorded with its SHA-256 in
 * <schema>.schema_migration. A changed checksum of an applied file is refused. `:role` in a file is
 * the service's database role. Creates schema and role (lm_<service>, with the password given) first,
 * and LM_DOCTOR_ROLE, which reads all schemas and all tenants (`leadmachine doctor data`).
 */
#define LM_DOCTOR_ROLE "lm_doctor"
struct lm_migrate_options {
    const char *url; /* as the owner */
    const char *dir;
    const char *service;  /* NULL: all found in dir */
    const char *password; /* of the service roles; NULL: none is set */
};
LM_MUST_USE lm_code lm_migrate_up(const struct lm_migrate_options *o, lm_err *err);
/* Down to `version` of the service's own files; 0 takes everything away, plumbing and schema too. */
LM_MUST_USE lm_code lm_migrate_down(const struct lm_migrate_options *o, int version, lm_err *err);
/* One line a file: service, file, applied at or "pending", checksum good or "CHANGED". */
LM_MUST_USE lm_code lm_migrate_status(const struct lm_migrate_options *o, FILE *out, lm_err *err);

#endif

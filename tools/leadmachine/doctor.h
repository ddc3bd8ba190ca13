/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CLI_DOCTOR_H
#define LM_CLI_DOCTOR_H

#include "common/err.h"
#include "tools/leadmachine/doctor_data.h"

struct pg_conn;

/*
 * A session of the role that reads all tenants and writes nothing, of the stack in `dir`. *out is to be finished in
 * any case (PQfinish takes NULL). LM_UNAVAILABLE: PostgreSQL does not answer.
 */
LM_MUST_USE lm_code doctor_connect(const char *dir, struct pg_conn **out, lm_err *err);

/* What a check found: ids only, five at most. */
enum { DOCTOR_EXAMPLES = 5, DOCTOR_EXAMPLE_SIZE = 96 };
struct doctor_result {
    int64_t count;
    bool is_bad;
    size_t n_examples;
    char examples[DOCTOR_EXAMPLES][DOCTOR_EXAMPLE_SIZE];
};

/* Runs one check to its end, step by step; its progress goes to stderr. LM_UNAVAILABLE, LM_INTERNAL: the database said so. */
LM_MUST_USE lm_code doctor_run(struct pg_conn *pg, const struct doctor_check *check,
                               bool shows_progress, struct doctor_result *out, lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_ERR_H
#define LM_ERR_H

#include "common/base.h"

/*
 * The one list of what can go wrong: constant, name in JSON and logs, HTTP status, and whether the
 * same request can succeed later. The gateway, the job runner and the bus read it; nobody else
 * maps errors.
 */
/* clang-format off */
#define LM_ERRORS(X)                                          \
    X(OK,            "ok",             200, NEVER)            \
    X(INVALID,       "invalid",        400, NEVER)            \
    X(UNAUTHORIZED,  "unauthorized",   401, NEVER)            \
    X(FORBIDDEN,     "forbidden",      403, NEVER)            \
    X(NOT_FOUND,     "not_found",      404, NEVER)            \
    X(METHOD,        "method_not_allowed", 405, NEVER)        \
    X(CONFLICT,      "conflict",       409, NEVER)            \
    X(GONE,          "gone",           410, NEVER)            \
    X(TOO_LARGE,     "too_large",      413, NEVER)            \
    X(UNPROCESSABLE, "unprocessable",  422, NEVER)            \
    X(LIMITED,       "rate_limited",   429, LATER)            \
    X(INTERNAL,      "internal",       500, LATER)            \
    X(UNAVAILABLE,   "unavailable",    503, LATER)            \
    X(NOT_READY,     "not_ready",      503, LATER)            \
    X(WRONG_SERVICE, "wrong_service",  503, LATER)            \
    X(DEADLINE,      "deadline",       504, LATER)            \
    X(FENCED,        "fenced",         409, NEVER)            \
    X(CANCELLED,     "cancelled",      409, NEVER)
/* clang-format on */

#define X(code, name, http, again) LM_##code,
typedef enum lm_code { LM_ERRORS(X) LM_CODE_COUNT } lm_code;
#undef X

const char *lm_code_name(lm_code code);
int lm_code_http(lm_code code);
bool lm_code_is_later(lm_code code);
/* LM_INTERNAL when no code has this name. */
lm_code lm_code_from_name(lm_str name);

enum { LM_ERR_FIELDS = 16 };

struct lm_err_field {
    char field[96];    /* path as in JSON: `filters.max_pages`, `items[3].email` */
    char message[160]; /* what is wrong and the remedy */
};

/*
 * Filled once, where the failure happens; callers add what they were doing (lm_wrap) and pass it
 * on; the edge logs it once. The message is for the person who can mend it: what, which one, what
 * was expected. It holds no personal data and no secret.
 */
typedef struct lm_err {
    lm_code code;
    char message[512];
    unsigned n_fields;
    struct lm_err_field fields[LM_ERR_FIELDS];
    int64_t retry_after_ms; /* 0: the caller's own rule */
} lm_err;

/* clang-format off */
#define LM_ERR_INIT {.code = LM_OK}
/* clang-format on */

/* Sets code and message; returns `code`, so that `return lm_fail(…)` reads as one step. */
lm_code lm_fail(lm_err *err, lm_code code, const char *fmt, ...) LM_PRINTF(3, 4);
/* Puts "what we were doing: " in front of the message; returns err->code. */
lm_code lm_wrap(lm_err *err, const char *fmt, ...) LM_PRINTF(2, 3);
/* Adds a field to an LM_INVALID error (the first 16 are kept, all make it invalid). */
lm_code lm_fail_field(lm_err *err, const char *field, const char *fmt, ...) LM_PRINTF(3, 4);
void lm_err_clear(lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_LOG_H
#define LM_LOG_H

#include "common/err.h"

/*
 * One JSON object a line on stderr (or the configured file), written with one write(2). The message
 * is a fixed sentence, facts are fields; tenant, request and job come from ctx (NULL is fine).
 *
 *     lm_log(ctx, LM_LOG_INFO, "search done", LM_KV_STR("source", src), LM_KV_INT("rows", n));
 *
 * info: what an operator wants to see once; debug: the rest. Addresses, bodies and tokens never:
 * anything that looks like an e-mail address or follows a key such as password, secret, token,
 * authorization is masked on the way out. Any thread.
 */
typedef enum lm_log_level { LM_LOG_DEBUG, LM_LOG_INFO, LM_LOG_WARN, LM_LOG_ERROR } lm_log_level;

struct lm_kv {
    const char *key;
    enum { LM_KV_NONE, LM_KV_T_STR, LM_KV_T_INT, LM_KV_T_DOUBLE, LM_KV_T_BOOL } type;
    lm_str s;
    int64_t i;
    double d;
};
#define LM_KV_STR(k, v)  ((struct lm_kv){.key = (k), .type = LM_KV_T_STR, .s = lm_kv_z(v)})
#define LM_KV_S(k, v)    ((struct lm_kv){.key = (k), .type = LM_KV_T_STR, .s = (v)})
#define LM_KV_INT(k, v)  ((struct lm_kv){.key = (k), .type = LM_KV_T_INT, .i = (int64_t)(v)})
#define LM_KV_NUM(k, v)  ((struct lm_kv){.key = (k), .type = LM_KV_T_DOUBLE, .d = (v)})
#define LM_KV_BOOL(k, v) ((struct lm_kv){.key = (k), .type = LM_KV_T_BOOL, .i = (v)})
/* code, error and retry of a failure */
#define LM_KV_ERR(e) LM_KV_STR("code", lm_code_name((e)->code)), LM_KV_STR("error", (e)->message)

#define lm_log(ctx, level, message, ...) \
    lm_log_kv((ctx), (level), (message), \
              (const struct lm_kv[]){__VA_ARGS__ __VA_OPT__(, ){.type = LM_KV_NONE}})

void lm_log_kv(const struct lm_ctx *ctx, lm_log_level level, const char *message,
               const struct lm_kv *kvs);
void lm_log_init(const char *service, lm_log_level level, const char *path); /* path NULL: stderr */
bool lm_log_level_parse(lm_str s, lm_log_level *out);
lm_str lm_kv_z(const char *z);

#endif

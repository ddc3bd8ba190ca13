/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CONFIG_H
#define LM_CONFIG_H

#include "common/err.h"

/*
 * Settings: a table of keys with defaults; a YAML file (libyaml; --config or LM_CONFIG); the
 * environment over it (scraper.max_pages is LM_SCRAPER_MAX_PAGES; empty counts as not set); and
 * LM_…_FILE names a file that holds the value (secrets). Errors name file, line, column and key;
 * unknown and doubled keys, aliases and merge keys are refused. Strings live as long as the process.
 */
enum lm_config_type {
    LM_CFG_T_STR,
    LM_CFG_T_INT,
    LM_CFG_T_BOOL,
    LM_CFG_T_MS,
    LM_CFG_T_SIZE,
    LM_CFG_T_LIST, /* const char ***: NULL-terminated; a YAML list or comma separated */
};
enum { LM_CFG_SECRET = 1, LM_CFG_REQUIRED = 2 };

struct lm_config_key {
    const char *name; /* section.key */
    enum lm_config_type type;
    void *target;
    const char *fallback; /* as it would be written */
    const char *help;
    unsigned flags;
};
/* clang-format off */
#define LM_CFG_STR(n, t, d, h)     {(n), LM_CFG_T_STR, (const char **){t}, (d), (h), 0}
#define LM_CFG_SECRET_(n, t, d, h) {(n), LM_CFG_T_STR, (const char **){t}, (d), (h), LM_CFG_SECRET}
#define LM_CFG_INT(n, t, d, h)     {(n), LM_CFG_T_INT, (int64_t *){t}, (d), (h), 0}
#define LM_CFG_BOOL(n, t, d, h)    {(n), LM_CFG_T_BOOL, (bool *){t}, (d), (h), 0}
#define LM_CFG_MS(n, t, d, h)      {(n), LM_CFG_T_MS, (int64_t *){t}, (d), (h), 0}
#define LM_CFG_SIZE(n, t, d, h)    {(n), LM_CFG_T_SIZE, (uint64_t *){t}, (d), (h), 0}
#define LM_CFG_LIST(n, t, d, h)    {(n), LM_CFG_T_LIST, (const char *const **){t}, (d), (h), 0}
#define LM_CFG_END                 {NULL, LM_CFG_T_STR, NULL, NULL, NULL, 0}
/* clang-format on */

/* `tables`: NULL-terminated array of key tables, each ended by LM_CFG_END. `path` may be NULL. */
LM_MUST_USE lm_code lm_config_load(const char *path, const struct lm_config_key *const *tables,
                                   lm_err *err);
/* The settings with their values, secrets masked, as a YAML file that can be read back. */
void lm_config_print(FILE *out, const struct lm_config_key *const *tables);

#endif

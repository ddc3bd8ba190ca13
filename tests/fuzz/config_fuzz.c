/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a settings file: an error that names the file, or values within the tables. */
#include "common/arena.h"
#include "common/config_internal.h"

static const char *text;
static const char *const *list;
static int64_t number;

static const struct lm_config_key keys[] = {
    LM_CFG_STR("a.text", &text, NULL, NULL),
    LM_CFG_LIST("a.list", &list, NULL, NULL),
    LM_CFG_INT("b.number", &number, "1", NULL),
    LM_CFG_END,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config_entry entries[LM_COUNT(keys) - 1] = {
        {.key = &keys[0]}, {.key = &keys[1]}, {.key = &keys[2]}};
    struct config_set set = {
        .entries = entries, .n = LM_COUNT(entries), .arena = lm_arena_new((size_t)256 << 20)};
    lm_err err = LM_ERR_INIT;

    if (lm_config_read_yaml(&set, "fuzz.yaml", (lm_str){(const char *)data, size}, &err))
        LM_ASSERT(err.code == LM_INVALID && strncmp(err.message, "fuzz.yaml:", 10) == 0);
    lm_arena_free(set.arena);
    return 0;
}

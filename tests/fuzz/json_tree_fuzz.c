/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as JSON of others: a tree, or an error that says where. */
#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"

enum { MEMORY = 256 << 20 };

static void walk(const struct lm_jval *v)
{
    if (v->type == LM_J_STR)
        LM_ASSERT(lm_utf8_valid(v->str));
    LM_ASSERT(v->type == LM_J_ARR || v->type == LM_J_OBJ || v->n == 0);
    for (size_t i = 0; i < v->n; i++) {
        LM_ASSERT(v->type != LM_J_OBJ || lm_utf8_valid(v->keys[i]));
        walk(&v->items[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(MEMORY);
    lm_str in = {(const char *)data, size};
    struct lm_jval *v;
    lm_err err = LM_ERR_INIT;
    size_t used;

    if (lm_json_parse_prefix(a, in, &v, &used, &err) == LM_OK) {
        LM_ASSERT(used <= size);
        walk(v);
        (void)lm_jint(v, "a.0", 0);
        (void)lm_jstr(v, "0.a");
        LM_ASSERT(lm_json_parse(a, lm_str_sub(in, 0, used), &v, &err) == LM_OK);
    }
    lm_arena_free(a);
    return 0;
}

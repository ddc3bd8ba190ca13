/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEST_ARENA_BYTES = 256 << 20 };

int lm_test_setup(void **state)
{
    struct lm_test *t = calloc(1, sizeof(*t));

    LM_ASSERT(t != NULL);
    t->arena = lm_arena_new(TEST_ARENA_BYTES);
    *state = t;
    return 0;
}

int lm_test_teardown(void **state)
{
    struct lm_test *t = *state;

    lm_arena_free(t->arena);
    free(t);
    return 0;
}

lm_str lm_test_fixture(struct lm_test *t, const char *path)
{
    char *name = lm_arena_printf(t->arena, "fixtures/%s", path);
    FILE *f = fopen(name, "rb");
    char *body;
    long size = -1;

    if (!f)
        fail_msg("no fixture tests/%s", name);
    if (fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
        fail_msg("fixture tests/%s cannot be read", name);
    body = lm_arena_alloc(t->arena, (size_t)size + 1);
    if (fread(body, 1, (size_t)size, f) != (size_t)size)
        fail_msg("fixture tests/%s cannot be read", name);
    fclose(f);
    body[size] = '\0';
    return (lm_str){body, (size_t)size};
}

void lm_test_assert_code(lm_code got, lm_code wanted, const lm_err *err, const char *file, int line)
{
    if (got == wanted)
        return;
    print_error("expected %s, got %s: %s\n", lm_code_name(wanted), lm_code_name(got),
                err ? err->message : "");
    _fail(file, line);
}

void lm_test_assert_str(lm_str got, const char *wanted, const char *file, int line)
{
    if (lm_str_eqz(got, wanted))
        return;
    print_error("expected \"%s\", got \"%.*s\"\n", wanted, LM_FMT(got));
    _fail(file, line);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_tree(void *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *lm_test_dir(struct lm_test *t)
{
    char *dir = lm_arena_strdup(t->arena, "/tmp/lm-test-XXXXXX");

    assert_non_null(mkdtemp(dir));
    lm_arena_defer(t->arena, remove_tree, dir);
    return dir;
}

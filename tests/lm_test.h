/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TEST_H
#define LM_TEST_H

/* What each test file starts with: cmocka and what it needs before it, an arena and an error a test, fixtures. */

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "common/arena.h"
#include "common/err.h"
#include "common/str.h"

struct lm_test {
    struct lm_arena *arena; /* fresh for each test */
    lm_err err;
};

/* tests/fixtures/<path> whole, in the test's arena; fails the test when it is not there. */
lm_str lm_test_fixture(struct lm_test *t, const char *path);
/* A fresh directory with a short path (sockets go there), gone with the arena and all that is in it. */
const char *lm_test_dir(struct lm_test *t);

#define assert_ok(call, errp) lm_test_assert_code((call), LM_OK, (errp), __FILE__, __LINE__)
#define assert_code(call, code, errp) \
    lm_test_assert_code((call), (code), (errp), __FILE__, __LINE__)
void lm_test_assert_code(lm_code got, lm_code wanted, const lm_err *err, const char *file,
                         int line);
/* lm_str against a literal */
#define assert_str(s, z) lm_test_assert_str((s), (z), __FILE__, __LINE__)
void lm_test_assert_str(lm_str got, const char *wanted, const char *file, int line);

int lm_test_setup(void **state);
int lm_test_teardown(void **state);
#define LM_TEST(fn) cmocka_unit_test_setup_teardown(fn, lm_test_setup, lm_test_teardown)
#define LM_TEST_MAIN(...)                                 \
    int main(void)                                        \
    {                                                     \
        const struct CMUnitTest tests[] = {__VA_ARGS__};  \
        return cmocka_run_group_tests(tests, NULL, NULL); \
    }

#endif

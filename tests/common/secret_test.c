/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/proc_internal.h"
#include "common/secret.h"

#define KEY   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct lm_ctx *of_tenant(const char *tenant_id)
{
    static struct lm_proc none;

    return lm_ctx_new(&none, tenant_id, 1000, 1 << 20);
}

static void opens_for_its_tenant_and_key_only(void **state)
{
    struct lm_test *t = *state;
    struct lm_ctx *mine = of_tenant("11111111-1111-4111-8111-111111111111");
    struct lm_ctx *theirs = of_tenant("22222222-2222-4222-8222-222222222222");
    const char *plain = NULL;
    lm_str sealed;

    assert_ok(lm_secret_seal(mine, KEY, "p\xc3\xa4ss word", &sealed, &t->err), &t->err);
    assert_ok(lm_secret_open(mine, KEY, sealed, &plain, &t->err), &t->err);
    assert_string_equal(plain, "p\xc3\xa4ss word");
    assert_code(lm_secret_open(theirs, KEY, sealed, &plain, &t->err), LM_INVALID, &t->err);
    lm_err_clear(&t->err);
    assert_code(lm_secret_open(mine, OTHER, sealed, &plain, &t->err), LM_INVALID, &t->err);
    lm_ctx_free(theirs);
    lm_ctx_free(mine);
}

static void a_bad_key_is_the_operators_to_mend(void **state)
{
    static const char *const keys[] = {"", "0011", KEY "00", "x" KEY};
    struct lm_test *t = *state;
    struct lm_ctx *mine = of_tenant("11111111-1111-4111-8111-111111111111");
    lm_str sealed;

    for (size_t i = 0; i < LM_COUNT(keys); i++) {
        lm_err_clear(&t->err);
        assert_code(lm_secret_seal(mine, keys[i], "secret", &sealed, &t->err), LM_INTERNAL,
                    &t->err);
        assert_non_null(strstr(t->err.message, "secrets.key"));
    }
    lm_ctx_free(mine);
}

LM_TEST_MAIN(LM_TEST(opens_for_its_tenant_and_key_only),
             LM_TEST(a_bad_key_is_the_operators_to_mend))

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/crypto.h"

static void assert_hex(struct lm_test *t, const uint8_t digest[LM_SHA256_SIZE], const char *wanted)
{
    struct lm_buf b = lm_buf_in(t->arena, 100);

    lm_buf_hex(&b, digest, LM_SHA256_SIZE);
    assert_string_equal(lm_buf_z(&b), wanted);
}

static void digests_are_those_of_the_standards(void **state)
{
    struct lm_test *t = *state;
    uint8_t digest[LM_SHA256_SIZE];

    lm_sha256("abc", 3, digest); /* FIPS 180-2 B.1 */
    assert_hex(t, digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    lm_sha256(NULL, 0, digest);
    assert_hex(t, digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    lm_hmac_sha256(LM_STR("Jefe"), "what do ya want for nothing?", 28, digest); /* RFC 4231 4.3 */
    assert_hex(t, digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void random_numbers_stay_below_their_bound(void **state)
{
    int seen[6] = {0};

    (void)state;
    for (int i = 0; i < 6000; i++) {
        uint64_t n = lm_random_below(6);

        assert_true(n < 6);
        seen[n]++;
    }
    for (size_t i = 0; i < LM_COUNT(seen); i++)
        assert_in_range(seen[i], 700, 1300); /* ten standard deviations */
    assert_int_equal(lm_random_below(1), 0);
}

static void compares_without_haste(void **state)
{
    (void)state;
    assert_true(lm_ct_str_equal(LM_STR("abc"), LM_STR("abc")));
    assert_false(lm_ct_str_equal(LM_STR("abc"), LM_STR("abd")));
    assert_false(lm_ct_str_equal(LM_STR("abc"), LM_STR("ab")));
    assert_true(lm_ct_str_equal(LM_STR(""), (lm_str){NULL, 0}));
}

static void opens_what_it_sealed_and_nothing_else(void **state)
{
    struct lm_test *t = *state;
    const uint8_t key[32] = "0123456789abcdef0123456789abcde", other[32] = "x";
    lm_str sealed, again, plain;
    char *changed;

    assert_ok(lm_seal(t->arena, key, LM_STR("imap password"), LM_STR("mailbox 7"), &sealed,
                      &t->err),
              &t->err);
    assert_ok(lm_seal(t->arena, key, LM_STR("imap password"), LM_STR("mailbox 7"), &again, &t->err),
              &t->err);
    assert_false(lm_str_eq(sealed, again)); /* a nonce each */
    assert_ok(lm_unseal(t->arena, key, sealed, LM_STR("mailbox 7"), &plain, &t->err), &t->err);
    assert_str(plain, "imap password");
    assert_code(lm_unseal(t->arena, key, sealed, LM_STR("mailbox 8"), &plain, &t->err), LM_INVALID,
                &t->err);
    assert_code(lm_unseal(t->arena, other, sealed, LM_STR("mailbox 7"), &plain, &t->err),
                LM_INVALID, &t->err);
    for (size_t i = 0; i < sealed.n; i++) {
        changed = lm_arena_strz(t->arena, sealed);
        changed[i] ^= 1;
        assert_code(lm_unseal(t->arena, key, (lm_str){changed, sealed.n}, LM_STR("mailbox 7"),
                              &plain, &t->err),
                    LM_INVALID, &t->err);
        assert_code(lm_unseal(t->arena, key, lm_str_sub(sealed, 0, i), LM_STR("mailbox 7"), &plain,
                              &t->err),
                    LM_INVALID, &t->err);
    }
    assert_ok(lm_seal(t->arena, key, LM_STR(""), LM_STR(""), &sealed, &t->err), &t->err);
    assert_ok(lm_unseal(t->arena, key, sealed, LM_STR(""), &plain, &t->err), &t->err);
    assert_str(plain, "");
}

static void hashes_passwords_with_bcrypt(void **state)
{
    struct lm_test *t = *state;
    char long_one[74] = "";
    char *hash;

    memset(long_one, 'x', 73);
    assert_ok(lm_password_hash(t->arena, LM_STR("correct horse"), 4, &hash, &t->err), &t->err);
    assert_memory_equal(hash, "$2b$04$", 7);
    assert_true(lm_password_verify(LM_STR("correct horse"), hash));
    assert_false(lm_password_verify(LM_STR("correct horsf"), hash));
    assert_false(lm_password_verify(LM_STR("correct horse\0x"), hash));
    assert_code(lm_password_hash(t->arena, lm_str_z(long_one), 4, &hash, &t->err), LM_INVALID,
                &t->err);
    assert_ok(lm_password_hash(t->arena, lm_str_sub(lm_str_z(long_one), 0, 72), 4, &hash, &t->err),
              &t->err);
    assert_false(lm_password_verify(lm_str_z(long_one), hash));
    assert_code(lm_password_hash(t->arena, LM_STR("x"), 3, &hash, &t->err), LM_INVALID, &t->err);
}

static void knows_hashes_of_others(void **state)
{
    /* of Openwall's crypt_blowfish, wrapper.c */
    static const char hash[] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    (void)state;
    assert_true(lm_password_verify(LM_STR("U*U"), hash));
    assert_false(lm_password_verify(LM_STR("U*V"), hash));
    assert_false(lm_password_verify(LM_STR("x"), NULL));
    assert_false(lm_password_verify(LM_STR("x"), ""));
    assert_false(lm_password_verify(LM_STR("x"), "$2b$"));
    assert_false(lm_password_verify(LM_STR("x"), "$1$abc$def"));
}

LM_TEST_MAIN(LM_TEST(digests_are_those_of_the_standards),
             LM_TEST(random_numbers_stay_below_their_bound), LM_TEST(compares_without_haste),
             LM_TEST(opens_what_it_sealed_and_nothing_else), LM_TEST(hashes_passwords_with_bcrypt),
             LM_TEST(knows_hashes_of_others))

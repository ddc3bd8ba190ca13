/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/text.h"

static void tells_utf8_from_other_bytes(void **state)
{
    (void)state;
    assert_true(lm_utf8_valid(LM_STR("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80")));
    assert_false(lm_utf8_valid(LM_STR("\xc0\xaf")));         /* overlong */
    assert_false(lm_utf8_valid(LM_STR("\xed\xa0\x80")));     /* half of a surrogate pair */
    assert_false(lm_utf8_valid(LM_STR("\xf4\x90\x80\x80"))); /* above U+10FFFF */
    assert_false(lm_utf8_valid(LM_STR("a\xe2\x82")));
    assert_int_equal(lm_utf8_count(LM_STR("\xe2\x82\xac\x31\xc3\xab")), 3);
}

static void cuts_between_code_points(void **state)
{
    lm_str s = LM_STR("a\xe2\x82\xac");

    (void)state;
    assert_str(lm_utf8_cut(s, 0), "");
    assert_str(lm_utf8_cut(s, 1), "a");
    assert_str(lm_utf8_cut(s, 2), "a");
    assert_str(lm_utf8_cut(s, 3), "a");
    assert_str(lm_utf8_cut(s, 4), "a\xe2\x82\xac");
    assert_str(lm_utf8_cut(s, 9), "a\xe2\x82\xac");
}

static void nfc_composes_and_drops_controls(void **state)
{
    struct lm_test *t = *state;
    lm_str out;

    assert_ok(lm_text_nfc(t->arena, LM_STR("Zoe\xcc\x88\r\n\x07\tx\xc2\x85"), &out, &t->err),
              &t->err);
    assert_str(out, "Zo\xc3\xab\n\tx");
    assert_ok(lm_text_nfc(t->arena, (lm_str){NULL, 0}, &out, &t->err), &t->err);
    assert_str(out, "");
    assert_code(lm_text_nfc(t->arena, LM_STR("a\xff"), &out, &t->err), LM_INVALID, &t->err);
}

static const struct {
    const char *in, *out;
} folds[] = {
    {"Crème Brûlée", "creme brulee"},
    {"STRASSE Straße", "strasse strasse"},
    {"Ĳsselmeer ĳs", "ijsselmeer ijs"},
    {"Ærø Øst", "aero ost"},
    {"Łódź", "lodz"},
    {"Œuvre", "oeuvre"},
    {"Đorđe", "dorde"},
    {"ﬁn ①", "fin 1"},
    {"Ünlü İzmir ısı", "unlu izmir isi"},
    {"\xff", ""},
    {"", ""},
};

static void folds_for_comparing(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(folds); i++)
        assert_str(lm_text_fold(t->arena, lm_str_z(folds[i].in)), folds[i].out);
}

static void squeezes_blanks_and_counts_words(void **state)
{
    struct lm_test *t = *state;
    lm_str s = LM_STR(" \xc2\xa0 one\t\r\n two\xe2\x80\x83three \xe3\x80\x80");

    assert_str(lm_text_squeeze(t->arena, s), "one two three");
    assert_int_equal(lm_text_words(s), 3);
    assert_str(lm_text_squeeze(t->arena, LM_STR(" \n")), "");
    assert_int_equal(lm_text_words(LM_STR("")), 0);
    assert_str(lm_text_squeeze(t->arena, LM_STR("a\xff b")), "a\xff b");
}

/* Made with Python: difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() */
static const struct {
    const char *a, *b;
    double ratio;
} pairs[] = {
    {"techflow", "tech flow", 0.9411764705882353},
    {"techflow bv", "tech flow bv", 0.9565217391304348},
    {"jansen software", "janssen software", 0.967741935483871},
    {"TechFlow BV", "Tech Flow B.V.", 0.88},
    {"acme", "acme", 1},
    {"abcd", "bcde", 0.75},
    {"", "", 1},
    {"abc", "", 0},
    {"private thread currentthread", "private volatile thread currentthread", 0.8615384615384616},
    {"aabbaabb", "abababab", 0.75},
    {"xaxbxcx", "axbxcxd", 0.8571428571428571},
};

static void finds_the_similarity_that_difflib_finds(void **state)
{
    (void)state;
    for (size_t i = 0; i < LM_COUNT(pairs); i++) {
        double got = lm_text_ratio(lm_str_z(pairs[i].a), lm_str_z(pairs[i].b));

        assert_true(got == pairs[i].ratio);
    }
}

static void compares_long_texts_too(void **state)
{
    struct lm_test *t = *state;
    char *a = lm_arena_zalloc(t->arena, 1001), *b = lm_arena_zalloc(t->arena, 1001);

    memset(a, 'a', 1000);
    memset(b, 'a', 500);
    memset(b + 500, 'b', 500);
    assert_true(lm_text_ratio(lm_str_z(a), lm_str_z(b)) == 0.5);
}

static void masks_and_normalizes_addresses(void **state)
{
    static const char *const bad[] = {"",
                                      "a",
                                      "@example.com",
                                      "a@",
                                      "a@b",
                                      "a@@example.com",
                                      "a@b@example.com",
                                      "a..b@example.com",
                                      ".a@example.com",
                                      "a b@example.com",
                                      "a@-x.com",
                                      "a@x-.com",
                                      "a@x..com",
                                      "a@example.com.",
                                      "a@127.0.0.1",
                                      "a@[127.0.0.1]",
                                      "\"a b\"@example.com",
                                      "a@m\xc3\xbcnchen.example",
                                      "a\n@example.com",
                                      "a@example.com\nBcc: x"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(bad); i++)
        assert_false(lm_email_valid(lm_str_z(bad[i])));
    assert_false(lm_email_valid(LM_STR("a\0b@example.com")));
    assert_true(lm_email_valid(LM_STR("o'brien+tag@sub.example.co.uk")));
    assert_true(lm_email_valid(LM_STR("a@xn--mnchen-3ya.example")));
    assert_str(lm_email_normalize(t->arena, LM_STR("  Jan.Jansen@EXAMPLE.com\n")),
               "jan.jansen@example.com");
    assert_null(lm_email_normalize(t->arena, LM_STR("jan at example.com")).p);
    assert_str(lm_email_mask(t->arena, LM_STR("jan@example.com")), "j***@example.com");
    assert_str(lm_email_mask(t->arena, LM_STR("jan")), "***");
}

static void knows_the_longest_address(void **state)
{
    struct lm_test *t = *state;
    char *local = lm_arena_zalloc(t->arena, 70), *label = lm_arena_zalloc(t->arena, 70);

    memset(local, 'a', 64);
    memset(label, 'b', 63);
    assert_true(lm_email_valid(
        lm_str_z(lm_arena_printf(t->arena, "%s@%s.%s.example", local, label, label))));
    assert_false(lm_email_valid(lm_str_z(lm_arena_printf(t->arena, "%sa@example.com", local))));
    assert_false(lm_email_valid(lm_str_z(lm_arena_printf(t->arena, "a@%sb.com", label))));
    assert_false(lm_email_valid(
        lm_str_z(lm_arena_printf(t->arena, "%s@%s.%s.%s.example", local, label, label, label))));
}

static const struct {
    const char *typed, *country, *e164; /* NULL: none */
} phones[] = {
    {"020 123 45 67", "NL", "+31201234567"},
    {"06-12345678", "NL", "+31612345678"},
    {"+31 (0)20 123 45 67", NULL, "+31201234567"},
    {"0031 20 1234567", "NL", "+31201234567"},
    {"tel:+31201234567", NULL, "+31201234567"},
    {"+31 020 1234567", "NL", "+31201234567"},
    {"020\xc2\xa0"
     "1234567",
     "nl", "+31201234567"},
    {"02 123 45 67", "BE", "+3221234567"},
    {"0470 12 34 56", "BE", "+32470123456"},
    {"030 / 901820", "DE", "+4930901820"},
    {"020 7946 0958", "GB", "+442079460958"},
    {"01 23 45 67 89", "FR", "+33123456789"},
    {"(212) 555-0123", "US", "+12125550123"},
    {"1-212-555-0123", "US", "+12125550123"},
    {"011 31 20 1234567", "US", "+31201234567"},
    {"+358 9 1234567", NULL, "+35891234567"},
    {"020 123 45", "NL", NULL},
    {"+31 00 20 123456", NULL,
     NULL}, /* the trunk twice; +31020123456 would read as another number */
    {"20 1234567", "NL", NULL},
    {"020 1234567", NULL, NULL},
    {"020 1234567", "TR", NULL}, /* no plan of Turkey: the international form only */
    {"+90 (0)212 123 45 67", NULL, "+902121234567"},
    /* one of each country, at home and from abroad */
    {"01 5321234", "AT", "+4315321234"},
    {"+43 (0)664 1234567", NULL, "+436641234567"},
    {"(02) 9374 4000", "AU", "+61293744000"},
    {"0412 345 678", "AU", "+61412345678"},
    {"1300 123 456", "AU", "+611300123456"},
    {"0011 31 20 1234567", "AU", "+31201234567"},
    {"02/123 45 67", "BE", "+3221234567"},
    {"02 123 4567", "BG", "+35921234567"},
    {"(416) 555-0123", "CA", "+14165550123"},
    {"044 668 18 00", "CH", "+41446681800"},
    {"22 123456", "CY", "+35722123456"},
    {"224 123 456", "CZ", "+420224123456"},
    {"33 12 34 56", "DK", "+4533123456"},
    {"512 3456", "EE", "+3725123456"},
    {"912 34 56 78", "ES", "+34912345678"},
    {"020 1234567", "FI", "+358201234567"},
    {"+358 (0)9 123 4567", NULL, "+35891234567"},
    {"21 0123 4567", "GR", "+302101234567"},
    {"01 2345 678", "HR", "+38512345678"},
    {"06 1 234 5678", "HU", "+3612345678"},
    {"+36 06 1 234 5678", NULL, "+3612345678"},
    {"01 234 5678", "IE", "+35312345678"},
    {"1800 123456", "IE", "+3531800123456"},
    {"+91 98765 43210", "IN", "+919876543210"},
    {"9876543210", "IN", "+919876543210"},
    {"09876543210", "IN", "+919876543210"},
    {"0091 98765 43210", "IN", "+919876543210"},
    {"9198765432", "IN", "+919198765432"}, /* ten digits: no country's code in front */
    {"022-2345 6789", "IN", "+912223456789"},
    {"1800 266 7780", "IN", "+9118002667780"},
    {"551 2345", "IS", "+3545512345"},
    {"06 1234 5678", "IT", "+390612345678"}, /* the zero belongs to it */
    {"+39 (0)2 1234567", NULL, "+39021234567"},
    {"333 123 4567", "IT", "+393331234567"},
    {"234 5678", "LI", "+4232345678"},
    {"05 212 3456", "LT", "+37052123456"},
    {"26 12 34 56", "LU", "+35226123456"},
    {"67 123 456", "LV", "+37167123456"},
    {"2123 4567", "MT", "+35621234567"},
    {"22 12 34 56", "NO", "+4722123456"},
    {"22 123 45 67", "PL", "+48221234567"},
    {"21 123 4567", "PT", "+351211234567"},
    {"021 123 4567", "RO", "+40211234567"},
    {"08-123 456 78", "SE", "+46812345678"},
    {"6123 4567", "SG", "+6561234567"},
    {"001 31 20 1234567", "SG", "+31201234567"},
    {"01 234 56 78", "SI", "+38612345678"},
    {"02/1234 5678", "SK", "+421212345678"},
    {"0800-0432", "NL", "+318000432"},
    {"0800 1234567", "NL", "+318001234567"},
    {"0800 12345", "NL", NULL},
    /* what people add */
    {"020-1234567 ext. 12", "NL", "+31201234567"},
    {"020 1234567 toestel 4", "NL", "+31201234567"},
    {"(212) 555-0123 x45", "US", "+12125550123"},
    {"+31201234567;ext=12", NULL, "+31201234567"},
    {"020 1234567 #3", "NL", "+31201234567"},
    {"Tel.: 020-1234567", "NL", "+31201234567"},
    {"T 020 1234567", "NL", "+31201234567"},
    {"020-1234567 / 06-12345678", "NL", "+31201234567"},
    {"06-12345678; 020-1234567", "NL", "+31612345678"},
    {"020 1234567 of 06 12345678", "NL", "+31201234567"},
    {"020 1234567 +31612345678", "NL", "+31201234567"},
    {"n.v.t.; 020-1234567", "NL", "+31201234567"},
    {"\xef\xbc\x90\xef\xbc\x92\xef\xbc\x90 123 45 67", "NL", "+31201234567"}, /* full-width 020 */
    {"020\xe2\x80\x93"
     "1234567",
     "NL", "+31201234567"},                                           /* en dash */
    {"\xe2\x80\xaa+31 20 1234567\xe2\x80\xac", NULL, "+31201234567"}, /* marks of direction */
    {"31201234567", "NL", "+31201234567"}, /* a spreadsheet ate the plus */
    {"4930901820", "DE", "+4930901820"},
    /* none */
    {"1-800-FLOWERS", "US", NULL},
    {"(112) 555-0123", "US", NULL},
    {"(212) 155-0123", "US", NULL},
    {"fax 020 1234567", "NL", NULL},
    {"020 1234567 8901", "NL", NULL},
    {"12 345 678", "NL", NULL},
    {"2024-01-02", "NL", NULL},
    {"0012", "NL", NULL},
    {"+31", NULL, NULL},
    {"\xff", "NL", NULL},
    {"12345678 (KvK)", "NL", NULL},
    {"0800-CALLME", "NL", NULL},
    {"+", NULL, NULL},
    {"", "NL", NULL},
    {"+1234567890123456", NULL, NULL},
};

static void a_written_phone_stays_as_it_is(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(phones); i++) {
        if (phones[i].e164)
            assert_str(lm_phone_e164(t->arena, lm_str_z(phones[i].e164), "IN"), phones[i].e164);
    }
}

static void writes_phones_as_e164(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(phones); i++) {
        lm_str got = lm_phone_e164(t->arena, lm_str_z(phones[i].typed), phones[i].country);

        if (phones[i].e164)
            assert_str(got, phones[i].e164);
        else
            assert_null(got.p);
    }
}

LM_TEST_MAIN(LM_TEST(tells_utf8_from_other_bytes), LM_TEST(cuts_between_code_points),
             LM_TEST(nfc_composes_and_drops_controls), LM_TEST(folds_for_comparing),
             LM_TEST(squeezes_blanks_and_counts_words),
             LM_TEST(finds_the_similarity_that_difflib_finds), LM_TEST(compares_long_texts_too),
             LM_TEST(masks_and_normalizes_addresses), LM_TEST(knows_the_longest_address),
             LM_TEST(writes_phones_as_e164), LM_TEST(a_written_phone_stays_as_it_is))

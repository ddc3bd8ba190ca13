/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h" /* first: cmocka */

#include "common/buf.h"
#include "common/json.h"
#include "services/scorer/scorer.h"

static const struct lm_jval *scored(struct lm_test *t, const char *json)
{
    struct lm_buf out = lm_buf_in(t->arena, 1 << 16);
    struct lm_jval *v;

    assert_ok(scorer_try_score(t->arena, lm_str_z(json), &out, &t->err), &t->err);
    assert_ok(lm_json_parse(t->arena, lm_buf_str(&out), &v, &t->err), &t->err);
    return v;
}

static void company_and_lead_may_stand_apart_or_together(void **state)
{
    static const char apart[] =
        "{\"company\":{\"employee_count\":30,\"industry\":\"SaaS\",\"open_vacancies\":10,"
        "\"location\":\"Utrecht\",\"linkedin_url\":\"https://linkedin.example/company/x\"},"
        "\"lead\":{\"linkedin_posts_30d\":4}}";
    static const char together[] =
        "{\"employee_count\":30,\"industry\":\"SaaS\",\"open_vacancies\":10,"
        "\"location\":\"Utrecht\",\"linkedin_posts_30d\":4}";
    struct lm_test *t = *state;
    const struct lm_jval *a = scored(t, apart), *b = scored(t, together);

    assert_int_equal(lm_jint(a, "score", -1), 30 + 25 + 8 + 3 + 10);
    assert_int_equal(lm_jint(b, "score", -1), lm_jint(a, "score", -1));
    assert_str(lm_jstr(a, "classification"), "HOT");
    assert_true(lm_jbool(a, "qualified"));
    assert_str(lm_jstr(a, "breakdown.2.component"), "growth");
    assert_int_equal(lm_jint(a, "breakdown.2.points", -1), 8);
    assert_int_equal(lm_jint(a, "breakdown.2.max_points", -1), 20);
    assert_true(lm_jstr(a, "breakdown.2.reason").n > 0);
}

static void what_is_unknown_or_of_another_type_counts_as_unknown(void **state)
{
    struct lm_test *t = *state;

    assert_int_equal(lm_jint(scored(t, "{}"), "score", -1), 24);
    assert_int_equal(lm_jint(scored(t, "{\"industry\":7,\"employee_count\":\"many\","
                                       "\"open_vacancies\":-3,\"has_funding\":null}"),
                             "score", -1),
                     24);
}

static void what_is_no_object_is_refused(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf out = lm_buf_in(t->arena, 1 << 16);

    assert_code(scorer_try_score(t->arena, LM_STR("[1]"), &out, &t->err), LM_INVALID, &t->err);
    assert_code(scorer_try_score(t->arena, LM_STR("{"), &out, &t->err), LM_INVALID, &t->err);
    assert_int_equal(out.n, 0);
}

LM_TEST_MAIN(LM_TEST(company_and_lead_may_stand_apart_or_together),
             LM_TEST(what_is_unknown_or_of_another_type_counts_as_unknown),
             LM_TEST(what_is_no_object_is_refused))

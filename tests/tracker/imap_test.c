/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/tracker/imap.h"

static void answers_to_status_are_read_in_any_order(void **state)
{
    struct tracker_imap_box box;

    (void)state;
    assert_true(tracker_imap_parse_status(
        LM_STR("* STATUS INBOX (UIDNEXT 4392 UIDVALIDITY 1724)\r\n"), &box));
    assert_int_equal(box.uid_next, 4392);
    assert_int_equal(box.uid_validity, 1724);
    assert_true(tracker_imap_parse_status(
        LM_STR("* STATUS \"INBOX\" (UIDVALIDITY 5 UIDNEXT 1)\r\n"), &box));
    assert_int_equal(box.uid_validity, 5);
}

static void an_answer_without_numbers_is_none(void **state)
{
    struct tracker_imap_box box;

    (void)state;
    assert_false(tracker_imap_parse_status(LM_STR("* BYE\r\n"), &box));
    assert_false(
        tracker_imap_parse_status(LM_STR("* STATUS INBOX (UIDNEXT x UIDVALIDITY 1)\r\n"), &box));
}

LM_TEST_MAIN(LM_TEST(answers_to_status_are_read_in_any_order),
             LM_TEST(an_answer_without_numbers_is_none))

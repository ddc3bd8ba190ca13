/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "services/gateway/spool/format.h"

#define SEGMENT "0190a0b0-c0d0-7e0f-8000-0123456789aa"

static struct lm_buf segment_of(struct lm_test *t, const char *const *records, size_t n)
{
    struct lm_buf b = lm_buf_in(t->arena, 1 << 20);
    char header[GATEWAY_SPOOL_HEADER], frame[GATEWAY_SPOOL_FRAME];

    gateway_spool_header(header, SEGMENT);
    lm_buf_append(&b, (lm_str){header, sizeof(header)});
    for (size_t i = 0; i < n; i++) {
        gateway_spool_frame(frame, lm_str_z(records[i]));
        lm_buf_append(&b, (lm_str){frame, sizeof(frame)});
        lm_buf_appendz(&b, records[i]);
    }
    return b;
}

static size_t count(lm_str file)
{
    lm_str rest = lm_str_sub(file, GATEWAY_SPOOL_HEADER, file.n);
    lm_str payload;
    size_t n = 0;

    while (gateway_spool_next(&rest, &payload))
        n++;
    return n;
}

static const char *const records[] = {"one", "two two", "three three three"};

static void reads_what_was_written(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = segment_of(t, records, LM_COUNT(records));
    lm_str rest = lm_str_sub(lm_buf_str(&b), GATEWAY_SPOOL_HEADER, b.n);
    char id[LM_ID_SIZE];
    lm_str payload;

    assert_true(gateway_spool_read_header(lm_buf_str(&b), id));
    assert_string_equal(id, SEGMENT);
    for (size_t i = 0; i < LM_COUNT(records); i++) {
        assert_true(gateway_spool_next(&rest, &payload));
        assert_str(payload, records[i]);
    }
    assert_false(gateway_spool_next(&rest, &payload));
    assert_int_equal(rest.n, 0);
}

static void ends_before_a_torn_record_wherever_it_is_torn(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf two = segment_of(t, records, 2);
    struct lm_buf three = segment_of(t, records, 3);

    for (size_t n = two.n; n < three.n; n++)
        assert_int_equal(count((lm_str){three.p, n}), 2);
    assert_int_equal(count(lm_buf_str(&three)), 3);
}

static void sees_every_changed_byte(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = segment_of(t, records, 1);

    for (size_t i = GATEWAY_SPOOL_HEADER; i < b.n; i++) {
        b.p[i] = (char)(b.p[i] ^ 0x20);
        assert_int_equal(count(lm_buf_str(&b)), 0);
        b.p[i] = (char)(b.p[i] ^ 0x20);
    }
    assert_int_equal(count(lm_buf_str(&b)), 1);
}

static void takes_a_hole_of_zeros_for_the_end(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = segment_of(t, records, 1);
    char zeros[64] = {0};

    lm_buf_append(&b, (lm_str){zeros, sizeof(zeros)});
    assert_int_equal(count(lm_buf_str(&b)), 1);
}

/* RFC 3720 B.4: 32 bytes of zeros, of ones, ascending. */
static void knows_crc32c(void **state)
{
    unsigned char data[32];

    (void)state;
    memset(data, 0, sizeof(data));
    assert_int_equal(gateway_crc32c(data, sizeof(data)), 0x8a9136aau);
    memset(data, 0xff, sizeof(data));
    assert_int_equal(gateway_crc32c(data, sizeof(data)), 0x62a8ab43u);
    for (unsigned char i = 0; i < sizeof(data); i++)
        data[i] = i;
    assert_int_equal(gateway_crc32c(data, sizeof(data)), 0x46dd794eu);
}

LM_TEST_MAIN(LM_TEST(reads_what_was_written),
             LM_TEST(ends_before_a_torn_record_wherever_it_is_torn),
             LM_TEST(sees_every_changed_byte), LM_TEST(takes_a_hole_of_zeros_for_the_end),
             LM_TEST(knows_crc32c))

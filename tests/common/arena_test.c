/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <protobuf-c/protobuf-c.h>
#include <stdalign.h>

static void gives_aligned_memory_that_does_not_overlap(void **state)
{
    struct lm_test *t = *state;
    char *last = lm_arena_alloc(t->arena, 1);

    for (size_t n = 0; n < 3000; n++) {
        char *p = lm_arena_zalloc(t->arena, n);

        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        memset(p, 0xff, n);
        assert_ptr_not_equal(p, last);
        last = p;
    }
}

static void zeroed_memory_is_zero_after_a_reset_too(void **state)
{
    struct lm_test *t = *state;
    unsigned char *p = lm_arena_alloc(t->arena, 4000);

    memset(p, 0xff, 4000);
    lm_arena_reset(t->arena);
    p = lm_arena_zalloc(t->arena, 4000);
    for (size_t i = 0; i < 4000; i++)
        assert_int_equal(p[i], 0);
}

static void jumps_to_its_guard_at_the_limit(void **state)
{
    struct lm_test *t = *state;
    volatile size_t taken = 0;

    lm_arena_set_limit(t->arena, 100000);
    if (!lm_arena_guard(t->arena)) {
        for (;;) {
            (void)lm_arena_alloc(t->arena, 1000);
            taken = taken + 1000;
        }
    }
    assert_int_equal(taken, 100000);
    assert_int_equal(lm_arena_used(t->arena), 100000);
    assert_null(lm_arena_try_alloc(t->arena, 1));
}

static void refuses_a_size_that_overflows(void **state)
{
    struct lm_test *t = *state;
    volatile bool jumped = true;

    if (!lm_arena_guard(t->arena)) {
        volatile size_t n = SIZE_MAX / 4;

        (void)lm_arena_array(t->arena, n, 8);
        jumped = false;
    }
    assert_true(jumped);
    assert_null(lm_arena_try_alloc(t->arena, SIZE_MAX));
}

struct closing {
    int *order;
    int *n;
    int name;
};

static void note(void *arg)
{
    struct closing *c = arg;

    c->order[(*c->n)++] = c->name;
}

static void closes_in_reverse_order_also_after_the_limit(void **state)
{
    struct lm_arena *a = lm_arena_new(1000);
    int order[3] = {0}, n = 0;
    struct closing closings[3] = {{order, &n, 1}, {order, &n, 2}, {order, &n, 3}};

    (void)state;
    lm_arena_defer(a, note, &closings[0]);
    lm_arena_defer(a, note, &closings[1]);
    if (!lm_arena_guard(a))
        (void)lm_arena_alloc(a, 1001);
    lm_arena_defer(a, note, &closings[2]); /* what is open must be closed, limit or not */
    lm_arena_free(a);
    assert_int_equal(n, 3);
    assert_int_equal(order[0], 3);
    assert_int_equal(order[1], 2);
    assert_int_equal(order[2], 1);
}

static void a_reset_closes_once(void **state)
{
    struct lm_arena *a = lm_arena_new(1 << 20);
    int order[2] = {0}, n = 0;
    struct closing closing = {order, &n, 1};

    (void)state;
    lm_arena_defer(a, note, &closing);
    lm_arena_reset(a);
    assert_int_equal(n, 1);
    assert_int_equal(lm_arena_used(a), 0);
    lm_arena_free(a);
    assert_int_equal(n, 1);
}

static void grows_an_array_and_keeps_its_content(void **state)
{
    struct lm_test *t = *state;
    size_t n = 0, cap = 0;
    int *v = NULL;

    for (int i = 0; i < 1000; i++) {
        v = lm_arena_grow(t->arena, v, n, &cap, sizeof(*v));
        v[n++] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(v[i], i);
}

static void copies_text_and_keeps_none_none(void **state)
{
    struct lm_test *t = *state;
    lm_str none = {NULL, 0};

    assert_null(lm_arena_dup(t->arena, none).p);
    assert_str(lm_arena_dup(t->arena, LM_STR("Zwolle")), "Zwolle");
    assert_string_equal(lm_arena_strz(t->arena, none), "");
    assert_string_equal(lm_arena_printf(t->arena, "%s-%d", "a", 7), "a-7");
}

static void protobuf_learns_of_the_limit_by_null(void **state)
{
    struct lm_test *t = *state;
    ProtobufCAllocator *pb = lm_arena_pb(t->arena);

    lm_arena_set_limit(t->arena, 1000);
    assert_non_null(pb->alloc(pb->allocator_data, 900));
    assert_null(pb->alloc(pb->allocator_data, 900));
}

static void count(void *arg)
{
    ++*(int *)arg;
}

static void a_rewind_takes_back_what_came_after_the_mark(void **state)
{
    struct lm_test *t = *state;
    char *kept = lm_arena_strdup(t->arena, "kept");
    size_t used = lm_arena_used(t->arena);
    struct lm_arena_mark mark = lm_arena_mark(t->arena);
    int before = 0, after = 0;

    for (int i = 0; i < 3; i++) {
        lm_arena_defer(t->arena, count, &after);
        for (int k = 0; k < 100; k++)
            memset(lm_arena_alloc(t->arena, 5000), 'x', 5000);
        lm_arena_rewind(t->arena, mark);
        assert_int_equal(after, i + 1);
        assert_int_equal(lm_arena_used(t->arena), used);
    }
    lm_arena_defer(t->arena, count, &before);
    mark = lm_arena_mark(t->arena);
    lm_arena_rewind(t->arena, mark);
    assert_int_equal(before, 0);
    assert_string_equal(kept, "kept");
    lm_arena_reset(t->arena);
    assert_int_equal(before, 1);
    assert_int_equal(after, 3);
}

LM_TEST_MAIN(LM_TEST(gives_aligned_memory_that_does_not_overlap),
             LM_TEST(zeroed_memory_is_zero_after_a_reset_too),
             LM_TEST(jumps_to_its_guard_at_the_limit), LM_TEST(refuses_a_size_that_overflows),
             LM_TEST(closes_in_reverse_order_also_after_the_limit), LM_TEST(a_reset_closes_once),
             LM_TEST(a_rewind_takes_back_what_came_after_the_mark),
             LM_TEST(grows_an_array_and_keeps_its_content),
             LM_TEST(copies_text_and_keeps_none_none),
             LM_TEST(protobuf_learns_of_the_limit_by_null))

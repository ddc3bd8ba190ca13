/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_ARENA_H
#define LM_ARENA_H

#include <setjmp.h>
#include <stdarg.h>

#include "common/base.h"

/*
 * The memory of one call, event or job: everything it makes lives here and goes at once. What needs
 * closing is tied to the arena when it is opened (lm_arena_defer) and closed in reverse order.
 * Not thread safe: one arena, one thread at a time.
 *
 * An arena has a limit. Reaching it ends the one call, event or job: control returns to the
 * runner's lm_arena_guard (a longjmp, safe because nothing here is freed by hand). So never
 * allocate from an arena inside a callback of a C library or while holding a mutex; collect into an
 * lm_buf there. Without a guard, reaching the limit is a bug (LM_ASSERT).
 */
struct lm_arena *lm_arena_new(size_t limit_bytes);
/* Runs the deferred functions, last first, and frees everything. NULL is fine. */
void lm_arena_free(struct lm_arena *a);
/* Same, but keeps the arena (and its first block) for the next use. */
void lm_arena_reset(struct lm_arena *a);

/* Never NULL; aligned for any type; not zeroed. */
void *lm_arena_alloc(struct lm_arena *a, size_t size) __attribute__((alloc_size(2)));
void *lm_arena_zalloc(struct lm_arena *a, size_t size) __attribute__((alloc_size(2)));
/* n * size, checked for overflow, zeroed. */
void *lm_arena_array(struct lm_arena *a, size_t n, size_t size) __attribute__((alloc_size(2, 3)));
#define LM_NEW(a, type)          ((type *)lm_arena_zalloc(a, sizeof(type)))
#define LM_NEW_ARRAY(a, type, n) ((type *)lm_arena_array(a, (n), sizeof(type)))
/* NULL instead of a longjmp when the limit is reached: for callbacks and allocators. */
void *lm_arena_try_alloc(struct lm_arena *a, size_t size);
/*
 * Grows an arena array to hold `n + 1` entries of `size`, doubling; returns the (moved) array.
 *     v = lm_arena_grow(a, v, n, &cap, sizeof(*v)); v[n++] = x;
 */
void *lm_arena_grow(struct lm_arena *a, void *array, size_t n, size_t *cap, size_t size);

lm_str lm_arena_dup(struct lm_arena *a, lm_str s);
/* A terminated copy, for a library's edge and for protobuf fields. */
char *lm_arena_strz(struct lm_arena *a, lm_str s);
char *lm_arena_strdup(struct lm_arena *a, const char *s);
char *lm_arena_printf(struct lm_arena *a, const char *fmt, ...) LM_PRINTF(2, 3);
lm_str lm_arena_vprintf(struct lm_arena *a, const char *fmt, va_list ap) LM_PRINTF(2, 0);
/* Calls fn(arg) when the arena is reset or freed; last deferred, first called. */
void lm_arena_defer(struct lm_arena *a, void (*fn)(void *arg), void *arg);

/*
 * What was made after a mark goes at the rewind, and what was deferred after it is called: for a step
 * that one unit of work does a thousand times. Nothing made in between may be kept, which goes for what
 * is made on the way: events put (ctx->caused) and transactions begun in between are not allowed.
 */
struct lm_arena_mark {
    void *block, *deferred;
    size_t used_of_block, used;
};
struct lm_arena_mark lm_arena_mark(const struct lm_arena *a);
void lm_arena_rewind(struct lm_arena *a, struct lm_arena_mark mark);

size_t lm_arena_used(const struct lm_arena *a);
void lm_arena_set_limit(struct lm_arena *a, size_t limit_bytes);

/* if (!lm_arena_guard(a)) { …work… } else { the limit was reached } */
#define lm_arena_guard(a) setjmp(*lm_arena_guard_buf(a))
jmp_buf *lm_arena_guard_buf(struct lm_arena *a);
void lm_arena_unguard(struct lm_arena *a);

/*
 * An allocator for protobuf-c that takes from the arena and never frees. Returns NULL at the limit,
 * which protobuf-c reports as a failed unpack. Lives in the arena.
 */
struct ProtobufCAllocator *lm_arena_pb(struct lm_arena *a);

#endif

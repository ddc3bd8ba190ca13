/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena: a chain of growing blocks, a list of what to close, a limit. The address sanitizer sees
 * what was not handed out as poisoned, so that overruns inside a block are found as well.
 */
#include "common/arena.h"

#include <protobuf-c/protobuf-c.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define RED_ZONE       16 /* stays poisoned behind each allocation */
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE       0
#endif

enum { ALIGNMENT = alignof(max_align_t), FIRST_BLOCK = 8 << 10, LARGEST_STEP = 1 << 20 };

struct block {
    struct block *older;
    size_t size, used;
    alignas(max_align_t) char data[];
};

struct deferred {
    struct deferred *earlier;
    void (*fn)(void *arg);
    void *arg;
};

struct lm_arena {
    struct block *block; /* the newest; the oldest is kept by reset */
    struct deferred *deferred;
    size_t used, limit;
    bool is_guarded;
    jmp_buf guard;
    ProtobufCAllocator pb;
};

static struct block *block_new(struct block *older, size_t size)
{
    struct block *b;

    if (size > SIZE_MAX - sizeof(*b))
        return NULL;
    b = malloc(sizeof(*b) + size);
    if (!b)
        return NULL;
    b->older = older;
    b->size = size;
    b->used = 0;
    POISON(b->data, size);
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->data, b->size);
    free(b);
}

struct lm_arena *lm_arena_new(size_t limit_bytes)
{
    struct lm_arena *a = calloc(1, sizeof(*a));

    LM_ASSERT(a != NULL);
    a->limit = limit_bytes;
    a->block = block_new(NULL, FIRST_BLOCK);
    LM_ASSERT(a->block != NULL);
    return a;
}

static void run_deferred(struct lm_arena *a)
{
    while (a->deferred) {
        struct deferred d = *a->deferred;

        a->deferred = d.earlier;
        d.fn(d.arg);
    }
}

void lm_arena_free(struct lm_arena *a)
{
    if (!a)
        return;
    lm_arena_reset(a);
    block_free(a->block);
    free(a);
}

void lm_arena_reset(struct lm_arena *a)
{
    run_deferred(a);
    while (a->block->older) {
        struct block *older = a->block->older;

        block_free(a->block);
        a->block = older;
    }
    a->block->used = 0;
    POISON(a->block->data, a->block->size);
    a->used = 0;
    a->is_guarded = false;
}

struct lm_arena_mark lm_arena_mark(const struct lm_arena *a)
{
    return (struct lm_arena_mark){a->block, a->deferred, a->block->used, a->used};
}

void lm_arena_rewind(struct lm_arena *a, struct lm_arena_mark mark)
{
    while (a->deferred != mark.deferred) {
        struct deferred d = *a->deferred;

        a->deferred = d.earlier;
        d.fn(d.arg);
    }
    while (a->block != mark.block) {
        struct block *older = a->block->older;

        block_free(a->block);
        a->block = older;
    }
    a->block->used = mark.used_of_block;
    POISON(a->block->data + a->block->used, a->block->size - a->block->used);
    a->used = mark.used;
}

/* Takes `size` bytes whatever the limit says. NULL when the system has no memory left. */
static void *take(struct lm_arena *a, size_t size)
{
    struct block *b = a->block;
    size_t rounded;
    char *p;

    if (size > SIZE_MAX - RED_ZONE - ALIGNMENT)
        return NULL;
    rounded = (LM_MAX(size, 1) + RED_ZONE + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded > b->size - b->used) {
        b = block_new(b, LM_MAX(rounded, LM_MIN(b->size * 2, (size_t)LARGEST_STEP)));
        if (!b)
            return NULL;
        a->block = b;
    }
    p = b->data + b->used;
    b->used += rounded;
    UNPOISON(p, size);
    return p;
}

void *lm_arena_try_alloc(struct lm_arena *a, size_t size)
{
    void *p;

    if (size > a->limit || a->used > a->limit - size)
        return NULL;
    p = take(a, size);
    if (p)
        a->used += size;
    return p;
}

LM_NORETURN static void limit_reached(struct lm_arena *a)
{
    LM_ASSERT(a->is_guarded && "the arena's limit is reached and nobody guards it");
    a->is_guarded = false;
    longjmp(a->guard, 1);
}

void *lm_arena_alloc(struct lm_arena *a, size_t size)
{
    void *p = lm_arena_try_alloc(a, size);

    if (!p)
        limit_reached(a);
    return p;
}

void *lm_arena_zalloc(struct lm_arena *a, size_t size)
{
    return memset(lm_arena_alloc(a, size), 0, size);
}

void *lm_arena_array(struct lm_arena *a, size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        limit_reached(a);
    return lm_arena_zalloc(a, total);
}

void *lm_arena_grow(struct lm_arena *a, void *array, size_t n, size_t *cap, size_t size)
{
    size_t wanted = *cap ? *cap * 2 : 8;
    void *grown;

    if (n < *cap)
        return array;
    grown = lm_arena_array(a, wanted, size);
    if (n)
        memcpy(grown, array, n * size);
    *cap = wanted;
    return grown;
}

lm_str lm_arena_dup(struct lm_arena *a, lm_str s)
{
    return s.p ? (lm_str){lm_arena_strz(a, s), s.n} : s;
}

char *lm_arena_strz(struct lm_arena *a, lm_str s)
{
    char *z = lm_arena_alloc(a, s.n + 1);

    if (s.n)
        memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return z;
}

char *lm_arena_strdup(struct lm_arena *a, const char *s)
{
    return lm_arena_strz(a, (lm_str){s, strlen(s)});
}

char *lm_arena_printf(struct lm_arena *a, const char *fmt, ...)
{
    va_list ap;
    lm_str s;

    va_start(ap, fmt);
    s = lm_arena_vprintf(a, fmt, ap);
    va_end(ap);
    return (char *)s.p;
}

lm_str lm_arena_vprintf(struct lm_arena *a, const char *fmt, va_list ap)
{
    va_list again;
    char *text;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    LM_ASSERT(n >= 0);
    text = lm_arena_alloc(a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, ap);
    return (lm_str){text, (size_t)n};
}

void lm_arena_defer(struct lm_arena *a, void (*fn)(void *arg), void *arg)
{
    /* Outside the limit: a longjmp from here would leak what is to be closed. */
    struct deferred *d = take(a, sizeof(*d));

    LM_ASSERT(d != NULL);
    *d = (struct deferred){.earlier = a->deferred, .fn = fn, .arg = arg};
    a->deferred = d;
}

size_t lm_arena_used(const struct lm_arena *a)
{
    return a->used;
}

void lm_arena_set_limit(struct lm_arena *a, size_t limit_bytes)
{
    a->limit = limit_bytes;
}

jmp_buf *lm_arena_guard_buf(struct lm_arena *a)
{
    a->is_guarded = true;
    return &a->guard;
}

void lm_arena_unguard(struct lm_arena *a)
{
    a->is_guarded = false;
}

static void *pb_alloc(void *arena, size_t size)
{
    return lm_arena_try_alloc(arena, size);
}

static void pb_free(void *arena LM_UNUSED, void *p LM_UNUSED)
{
}

struct ProtobufCAllocator *lm_arena_pb(struct lm_arena *a)
{
    a->pb = (ProtobufCAllocator){.alloc = pb_alloc, .free = pb_free, .allocator_data = a};
    return &a->pb;
}

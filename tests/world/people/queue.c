/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap. */
#include "tests/world/people/queue.h"

#include <stdlib.h>

static bool is_before(const struct pending *a, const struct pending *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct pending *a, struct pending *b)
{
    struct pending t = *a;

    *a = *b;
    *b = t;
}

void queue_add(struct queue *q, int64_t at, enum reaction_kind kind, const char *path)
{
    size_t i = q->n;

    if (q->n == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 64;
        q->heap = reallocarray(q->heap, q->cap, sizeof(*q->heap));
        LM_ASSERT(q->heap);
    }
    q->heap[q->n++] = (struct pending){at, q->next_order++, kind, strdup(path)};
    LM_ASSERT(q->heap[i].path);
    for (; i > 0 && is_before(&q->heap[i], &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&q->heap[i], &q->heap[(i - 1) / 2]);
}

static void sink(struct queue *q)
{
    size_t i = 0;

    for (;;) {
        size_t least = i;

        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < q->n; child++)
            if (is_before(&q->heap[child], &q->heap[least]))
                least = child;
        if (least == i)
            return;
        swap(&q->heap[i], &q->heap[least]);
        i = least;
    }
}

bool queue_take(struct queue *q, int64_t now, struct pending *out)
{
    if (q->n == 0 || q->heap[0].at > now)
        return false;
    *out = q->heap[0];
    q->heap[0] = q->heap[--q->n];
    sink(q);
    return true;
}

int64_t queue_next_at(const struct queue *q)
{
    return q->n ? q->heap[0].at : INT64_MAX;
}

void queue_fini(struct queue *q)
{
    for (size_t i = 0; i < q->n; i++)
        free(q->heap[i].path);
    free(q->heap);
    *q = (struct queue){0};
}

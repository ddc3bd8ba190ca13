/* SPDX-License-Identifier: Apache-2.0 */
/* The first rows in an order of those that hold: one pass, a heap of as many as are asked for. */
#include "common/arena.h"
#include "services/gateway/columns/internal.h"

struct entry {
    int64_t key;
    uint8_t id[GATEWAY_TABLE_ID];
};

struct heap { /* the least wanted on top */
    struct entry *v;
    size_t n, room;
};

/* What comes later in the order: a smaller key, then a smaller id. */
static bool comes_later(const struct entry *a, int64_t key, const uint8_t id[GATEWAY_TABLE_ID])
{
    if (a->key != key)
        return a->key < key;
    return memcmp(a->id, id, GATEWAY_TABLE_ID) < 0;
}

static void swap(struct entry *a, struct entry *b)
{
    struct entry keep = *a;

    *a = *b;
    *b = keep;
}

static void sink(struct heap *h, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < h->n; i = child) {
        if (child + 1 < h->n && comes_later(&h->v[child + 1], h->v[child].key, h->v[child].id))
            child++;
        if (!comes_later(&h->v[child], h->v[i].key, h->v[i].id))
            return;
        swap(&h->v[child], &h->v[i]);
    }
}

static void rise(struct heap *h, size_t i)
{
    while (i > 0 && comes_later(&h->v[i], h->v[(i - 1) / 2].key, h->v[(i - 1) / 2].id)) {
        swap(&h->v[i], &h->v[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void offer(struct heap *h, int64_t key, const uint8_t id[GATEWAY_TABLE_ID])
{
    struct entry *place;

    if (h->n == h->room) {
        if (!comes_later(&h->v[0], key, id))
            return;
        place = &h->v[0];
    } else {
        place = &h->v[h->n++];
    }
    place->key = key;
    memcpy(place->id, id, GATEWAY_TABLE_ID);
    if (place == &h->v[0] && h->n == h->room)
        sink(h, 0);
    else
        rise(h, (size_t)(place - h->v));
}

static int64_t key_of(const struct block *b, int by, size_t i)
{
    return by == GATEWAY_TABLE_BY_TIME ? b->at[i] : b->numbers[(size_t)by * BLOCK + i];
}

/* Rows mostly come in the order of time, so that a page of the newest looks into a block or two. */
static bool is_out_of_reach(const struct block *b, const struct gateway_table_page *page,
                            const struct heap *h)
{
    return page->by == GATEWAY_TABLE_BY_TIME &&
           (b->oldest > page->key || (h->n == h->room && b->newest < h->v[0].key));
}

static void look_at_block(const struct gateway_table *t, const struct gateway_table_match *m,
                          const struct gateway_table_page *page, size_t at, struct heap *h)
{
    const struct block *b = t->blocks[at];
    uint16_t rows[BLOCK];

    if (is_out_of_reach(b, page, h))
        return;
    for (size_t k = gateway_table_holding(t, m, at, rows); k-- > 0;) {
        size_t i = rows[k];
        int64_t key = key_of(b, page->by, i);

        if (key > page->key || (h->n == h->room && key < h->v[0].key))
            continue;
        if (key < page->key || memcmp(b->ids[i], page->id, GATEWAY_TABLE_ID) < 0)
            offer(h, key, b->ids[i]);
    }
}

static void look_at_row(const struct gateway_table *t, const struct gateway_table_match *m,
                        const struct gateway_table_page *page, const uint8_t id[GATEWAY_TABLE_ID],
                        struct heap *h)
{
    size_t row = gateway_table_find(t, id);
    int64_t key;

    if (row == SIZE_MAX || !gateway_table_has(t, m, id))
        return;
    key = key_of(block_of(t, row), page->by, row % BLOCK);
    if (key < page->key || (key == page->key && memcmp(id, page->id, GATEWAY_TABLE_ID) < 0))
        offer(h, key, id);
}

/* Backwards: rows came in the order of time, so the newest fill the heap first and the rest is refused. */
size_t gateway_table_page(struct lm_arena *a, const struct gateway_table *t,
                          const struct gateway_table_match *m,
                          const struct gateway_table_page *page, uint8_t (*out)[GATEWAY_TABLE_ID],
                          int64_t *keys)
{
    struct heap h = {.room = page->offset + page->limit};
    size_t n;

    h.v = LM_NEW_ARRAY(a, struct entry, h.room + 1);
    for (size_t i = 0; page->ids && i < page->n_ids && h.room; i++)
        look_at_row(t, m, page, page->ids[i], &h);
    for (size_t b = (t->n_rows + BLOCK - 1) / BLOCK; !page->ids && b-- > 0 && h.room;)
        look_at_block(t, m, page, b, &h);
    n = h.n > page->offset ? h.n - page->offset : 0;
    while (h.n) { /* the last of the order first */
        if (h.n > page->offset) {
            memcpy(out[h.n - 1 - page->offset], h.v[0].id, GATEWAY_TABLE_ID);
            keys[h.n - 1 - page->offset] = h.v[0].key;
        }
        h.v[0] = h.v[--h.n];
        sink(&h, 0);
    }
    return n;
}

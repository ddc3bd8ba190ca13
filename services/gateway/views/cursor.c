/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/views/cursor.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

enum { TEXT_LIMIT = 600, INDEXED_WORD = 3 };

char *gateway_cursor_text(struct lm_arena *a, const struct gateway_cursor *c)
{
    struct lm_buf plain = lm_buf_in(a, TEXT_LIMIT);
    struct lm_buf text = lm_buf_in(a, 2 * TEXT_LIMIT);

    lm_buf_printf(&plain, "%c%s%s", c->order, c->id, c->key);
    LM_ASSERT(!plain.failed);
    lm_buf_base64url(&text, plain.p, plain.n);
    return lm_arena_strz(a, lm_buf_str(&text));
}

static bool key_fits(char order, lm_str key)
{
    int64_t number;

    if (order == 'A')
        return lm_utf8_valid(key) && !memchr(key.p, '\0', key.n);
    /* What a bigint takes is more than a timestamp takes; years beyond 9999 are nobody's. */
    return lm_str_int(key, &number) && number >= -1 && number <= INT64_C(253402300799999) &&
           (order == 'N' || number <= INT32_MAX);
}

lm_code gateway_cursor_parse(struct lm_arena *a, lm_str text, char order,
                             struct gateway_cursor *out, lm_err *err)
{
    lm_str plain, id, key;

    if (!lm_base64_decode(a, text, &plain) || plain.n < LM_ID_SIZE || plain.p[0] != order)
        return lm_fail_field(err, "after", "is not the `next` of a page of this list and order");
    id = lm_str_sub(plain, 1, LM_ID_SIZE);
    key = lm_str_sub(plain, LM_ID_SIZE, plain.n);
    if (!lm_id_valid(id) || key.n >= sizeof(out->key) || !key_fits(order, key))
        return lm_fail_field(err, "after", "is not the `next` of a page of this list and order");
    *out = (struct gateway_cursor){.order = order};
    memcpy(out->id, id.p, id.n);
    memcpy(out->key, key.p, key.n);
    return LM_OK;
}

/* Before the first row: above all keys where the order goes down, below them where it goes up. */
static void stand_at_start(char order, struct gateway_cursor *c)
{
    static const char last_id[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    static const char first_id[] = "00000000-0000-0000-0000-000000000000";

    *c = (struct gateway_cursor){.order = order};
    memcpy(c->id, order == 'A' ? first_id : last_id, LM_ID_SIZE);
    if (order == 'N')
        memcpy(c->key, "253402300799999", sizeof("253402300799999"));
    else if (order != 'A')
        memcpy(c->key, "2147483647", sizeof("2147483647"));
}

lm_code gateway_page_read(struct lm_arena *a, const struct gateway_page_request *req,
                          struct gateway_page *out, lm_err *err)
{
    *out = (struct gateway_page){.limit = req->limit};
    stand_at_start(req->order, &out->from);
    if (req->page || req->page_size) {
        out->page = req->page ? req->page : 1;
        out->page_size = req->page_size ? req->page_size : req->limit;
        out->limit = out->page_size;
        out->offset = (out->page - 1) * out->page_size;
        if (out->offset + out->limit > GATEWAY_ROWS_BY_PAGE)
            return lm_fail_field(err, "page", "goes beyond row %d; use `after` from there",
                                 GATEWAY_ROWS_BY_PAGE);
    }
    if (!req->after.n)
        return LM_OK;
    if (out->page)
        return lm_fail_field(err, "after", "does not go with page or page_size");
    return gateway_cursor_parse(a, req->after, req->order, &out->from, err);
}

/* % _ and \ stand for themselves. */
static lm_str pattern_of(struct lm_arena *a, lm_str word)
{
    struct lm_buf b = lm_buf_in(a, 2 * word.n + 8);

    lm_buf_appendz(&b, lm_utf8_count(word) < INDEXED_WORD ? "% " : "%");
    for (size_t i = 0; i < word.n; i++) {
        if (memchr("%_\\", word.p[i], 3))
            lm_buf_char(&b, '\\');
        lm_buf_char(&b, word.p[i]);
    }
    lm_buf_char(&b, '%');
    return lm_buf_str(&b);
}

size_t gateway_search_patterns(struct lm_arena *a, lm_str typed, lm_str out[3])
{
    lm_str rest = lm_text_squeeze(a, lm_text_fold(a, typed));
    lm_str words[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    lm_str word;
    size_t n = 0;

    while (lm_str_split(&rest, ' ', &word)) {
        if (!word.n)
            continue;
        for (size_t i = 0; i < LM_COUNT(words); i++) {
            if (word.n > words[i].n) {
                lm_str shorter = words[i];
                words[i] = word;
                word = shorter;
            }
        }
    }
    while (n < LM_COUNT(words) && words[n].n) {
        out[n] = pattern_of(a, words[n]);
        n++;
    }
    return n;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON straight into a message: no tree between. What is wrong with a field is noted and the rest
 * read on, so that a form learns of all its mistakes at once; what is no JSON ends it.
 */
#include "common/json.h"
#include "common/json_lex.h"
#include "common/pb_field.h"
#include "common/str.h"

enum { MAX_DEPTH = 32, MAX_FIELDS = 256 };

/* Where the reader is; the chain lives on the stack. */
struct at {
    const struct at *outer;
    lm_str key;
    ptrdiff_t item; /* of an array, or -1 */
};

struct reader {
    struct lm_json_lex lex;
    lm_err *err;
    bool failed; /* a field was refused; the JSON itself may be good */
};

static lm_code read_object(struct reader *r, const struct at *outer, ProtobufCMessage *m);

/* filters.max_pages, items[3].email */
static void write_path(const struct at *at, struct lm_buf *b)
{
    if (!at)
        return;
    write_path(at->outer, b);
    if (b->n > 0)
        lm_buf_char(b, '.');
    lm_buf_append(b, at->key);
    if (at->item >= 0)
        lm_buf_printf(b, "[%td]", at->item);
}

static void refuse(struct reader *r, const struct at *at, const char *why)
{
    struct lm_buf path = lm_buf_in(r->lex.arena, 4096);

    write_path(at, &path);
    lm_fail_field(r->err, lm_buf_z(&path), "%s", why);
    r->failed = true;
}

static lm_code no_json(struct reader *r)
{
    return lm_fail(r->err, LM_INVALID, "this is no JSON: at byte %td %s",
                   r->lex.p - r->lex.start + 1, r->lex.problem);
}

/* Passes over a value that has no place here. */
static lm_code skip(struct reader *r)
{
    return lm_json_skip(&r->lex, MAX_DEPTH) ? LM_OK : no_json(r);
}

/* The kind of token a field is written as: " n (number) b (true, false) or { */
static char token_of(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return '{';
    case PROTOBUF_C_TYPE_BOOL:
        return 'b';
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_ENUM:
        return '"';
    default:
        return lm_pb_is_time(f) ? '"' : 'n';
    }
}

static char token_ahead(struct reader *r)
{
    char c = lm_json_peek(&r->lex);

    if (c == 't' || c == 'f')
        return 'b';
    return c == '-' || (c >= '0' && c <= '9') ? 'n' : c;
}

static const char *expected(char token)
{
    switch (token) {
    case '{':
        return "must be an object";
    case 'b':
        return "must be true or false";
    case 'n':
        return "must be a number";
    default:
        return "must be a string";
    }
}

static lm_code read_scalar(struct reader *r, const struct at *at, const ProtobufCFieldDescriptor *f,
                           void *value)
{
    bool is_good;
    lm_str text;
    const char *why;

    switch (token_ahead(r)) {
    case '"':
        is_good = lm_json_string(&r->lex, &text);
        break;
    case 'n':
        is_good = lm_json_number(&r->lex, &text);
        break;
    default:
        text = *r->lex.p == 't' ? LM_STR("true") : LM_STR("false");
        is_good = lm_json_word(&r->lex, text.p);
        break;
    }
    if (!is_good)
        return no_json(r);
    why = lm_pb_parse(r->lex.arena, f, text, value);
    if (why)
        refuse(r, at, why);
    return LM_OK;
}

/* One value at *value; what is refused leaves it as it was. */
static lm_code read_value(struct reader *r, const struct at *at, const ProtobufCFieldDescriptor *f,
                          void *value)
{
    ProtobufCMessage *sub;

    if (token_ahead(r) != token_of(f)) {
        refuse(r, at, expected(token_of(f)));
        return skip(r);
    }
    if (f->type != PROTOBUF_C_TYPE_MESSAGE)
        return read_scalar(r, at, f, value);
    sub = lm_pb_new(r->lex.arena, f->descriptor);
    memcpy(value, &sub, sizeof(sub));
    return read_object(r, at, sub);
}

static lm_code read_array(struct reader *r, struct at *at, ProtobufCMessage *m,
                          const ProtobufCFieldDescriptor *f)
{
    size_t size = lm_pb_value_size(f), n = 0, cap = 0;
    char *array = NULL;
    bool more;

    if (lm_json_peek(&r->lex) != '[') {
        refuse(r, at, "must be an array");
        return skip(r);
    }
    if (!lm_json_open(&r->lex, '[', ']', &more))
        return no_json(r);
    for (; more; n++) {
        at->item = (ptrdiff_t)n;
        array = lm_arena_grow(r->lex.arena, array, n, &cap, size);
        memset(array + n * size, 0, size);
        if (read_value(r, at, f, array + n * size))
            return r->err->code;
        if (!lm_json_more(&r->lex, ']', &more))
            return no_json(r);
    }
    memcpy((char *)m + f->offset, &array, sizeof(array));
    memcpy((char *)m + f->quantifier_offset, &n, sizeof(n));
    return LM_OK;
}

static bool oneof_is_taken(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    uint32_t taken = 0;

    if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        memcpy(&taken, (const char *)m + f->quantifier_offset, sizeof(taken));
    return taken != 0;
}

static lm_code read_field(struct reader *r, struct at *at, ProtobufCMessage *m,
                          const ProtobufCFieldDescriptor *f)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return read_array(r, at, m, f);
    if (oneof_is_taken(m, f)) {
        refuse(r, at, "stands beside another field of which only one may be given");
        return skip(r);
    }
    lm_pb_mark(m, f);
    return read_value(r, at, f, lm_pb_value(m, f, 0));
}

/*
 * Inside an object all that is required has to be there. On top, texts and messages may still come
 * from the path (rules.h sees those that do not); a number that is not given would just read as 0.
 */
static void check_required(struct reader *r, const struct at *outer, const ProtobufCMessage *m,
                           const uint64_t *seen)
{
    const ProtobufCMessageDescriptor *d = m->descriptor;

    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        struct at at = {outer, lm_str_z(f->name), -1};
        bool can_be_null = f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_BYTES ||
                           f->type == PROTOBUF_C_TYPE_MESSAGE;

        if (f->label != PROTOBUF_C_LABEL_REQUIRED || (seen[i / 64] >> (i % 64) & 1))
            continue;
        if (outer || !can_be_null)
            refuse(r, &at, "is required");
    }
}

/* Marks field `i`; false when it was seen before. */
static bool see(uint64_t *seen, unsigned i)
{
    uint64_t bit = (uint64_t)1 << (i % 64);

    if (seen[i / 64] & bit)
        return false;
    seen[i / 64] |= bit;
    return true;
}

/* One key and its value. */
static lm_code read_member(struct reader *r, const struct at *outer, ProtobufCMessage *m,
                           uint64_t *seen)
{
    struct at at = {outer, LM_STR(""), -1};
    const ProtobufCFieldDescriptor *f;

    if (!lm_json_key(&r->lex, &at.key))
        return no_json(r);
    f = lm_pb_find(m->descriptor, at.key);
    if (!f) {
        refuse(r, &at, "no such field");
        return skip(r);
    }
    if (lm_json_peek(&r->lex) == 'n')
        return skip(r); /* null: as if it were not there */
    if (!see(seen, (unsigned)(f - m->descriptor->fields))) {
        refuse(r, &at, "stands twice");
        return skip(r);
    }
    return read_field(r, &at, m, f);
}

static lm_code read_object(struct reader *r, const struct at *outer, ProtobufCMessage *m)
{
    uint64_t seen[MAX_FIELDS / 64] = {0};
    bool more;

    LM_ASSERT(m->descriptor->n_fields <= MAX_FIELDS);
    if (!lm_json_open(&r->lex, '{', '}', &more))
        return no_json(r);
    while (more) {
        if (read_member(r, outer, m, seen))
            return r->err->code;
        if (!lm_json_more(&r->lex, '}', &more))
            return no_json(r);
    }
    check_required(r, outer, m, seen);
    return LM_OK;
}

lm_code lm_json_to_pb(struct lm_arena *a, const ProtobufCMessageDescriptor *d, lm_str json,
                      ProtobufCMessage **out, lm_err *err)
{
    struct reader r = {.err = err};
    ProtobufCMessage *m = lm_pb_new(a, d);

    lm_json_lex_init(&r.lex, a, json);
    if (read_object(&r, NULL, m))
        return err->code;
    if (lm_json_peek(&r.lex) != 0)
        return lm_fail(err, LM_INVALID, "this is no JSON: at byte %td something follows the object",
                       r.lex.p - r.lex.start + 1);
    if (r.failed)
        return err->code;
    *out = m;
    return LM_OK;
}

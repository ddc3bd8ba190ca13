/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an import changes of a company, field by field through the descriptor: the fields that columns can hold, the
 * domain that a website gives, and the tenant's own fields. Pure.
 */
#include "common/arena.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"
#include "services/scraper/import/import.h"

typedef const ProtobufCFieldDescriptor field;

/* Which number `i` of them is; NULL behind the last. sbi_codes and custom are lists and looked at beside. */
static field *field_at(size_t i)
{
    static const char *const more[] = {"employee_range", "industry_words", NULL};
    size_t n = 0;

    for (const struct scraper_field *f = scraper_fields; f->name; f++) {
        if (strcmp(f->name, "sbi_codes") == 0)
            continue;
        if (n++ == i)
            return lm_pb_find(&lm__company__descriptor, lm_str_z(f->name));
    }
    return more[i - n] ? lm_pb_find(&lm__company__descriptor, lm_str_z(more[i - n])) : NULL;
}

static bool is_text(field *f)
{
    return f->type == PROTOBUF_C_TYPE_STRING;
}

/* "" is as good as nothing. */
static bool has(const Lm__Company *c, field *f)
{
    return lm_pb_has(&c->base, f) && (!is_text(f) || lm_pb_text(lm_pb_value(&c->base, f, 0)).n > 0);
}

static bool same(const Lm__Company *a, const Lm__Company *b, field *f)
{
    const void *x = lm_pb_value(&a->base, f, 0), *y = lm_pb_value(&b->base, f, 0);

    if (has(a, f) != has(b, f))
        return false;
    if (!has(a, f))
        return true;
    return is_text(f) ? lm_str_eq(lm_pb_text(x), lm_pb_text(y))
                      : memcmp(x, y, lm_pb_value_size(f)) == 0;
}

static void copy(Lm__Company *to, const Lm__Company *from, field *f)
{
    memcpy(lm_pb_value(&to->base, f, 0), lm_pb_value(&from->base, f, 0), lm_pb_value_size(f));
    if (lm_pb_has(&from->base, f))
        lm_pb_mark(&to->base, f);
    else if (!is_text(f))
        *(protobuf_c_boolean *)(void *)((char *)to + f->quantifier_offset) = false;
}

static Lm__Company *empty(struct lm_arena *a, const Lm__Company *of)
{
    Lm__Company *c = LM_NEW(a, Lm__Company);

    lm__company__init(c);
    c->id = of->id;
    c->name = (char *)(uintptr_t) "";
    return c;
}

/* ---- lists ---- */

static bool same_codes(const Lm__Company *a, const Lm__Company *b)
{
    if (a->n_sbi_codes != b->n_sbi_codes)
        return false;
    for (size_t i = 0; i < a->n_sbi_codes; i++) {
        if (strcmp(a->sbi_codes[i], b->sbi_codes[i]) != 0)
            return false;
    }
    return true;
}

static void copy_codes(Lm__Company *to, const Lm__Company *from)
{
    to->sbi_codes = from->sbi_codes;
    to->n_sbi_codes = from->n_sbi_codes;
}

static const Lm__Label *label_of(const Lm__Company *c, const char *key)
{
    for (size_t i = 0; i < c->n_custom; i++) {
        if (strcmp(c->custom[i]->key, key) == 0)
            return c->custom[i];
    }
    return NULL;
}

static bool same_custom(const Lm__Company *a, const Lm__Company *b)
{
    if (a->n_custom != b->n_custom)
        return false;
    for (size_t i = 0; i < a->n_custom; i++) {
        const Lm__Label *other = label_of(b, a->custom[i]->key);

        if (!other || strcmp(other->value, a->custom[i]->value) != 0)
            return false;
    }
    return true;
}

static void copy_custom(Lm__Company *to, const Lm__Company *from)
{
    to->custom = from->custom;
    to->n_custom = from->n_custom;
}

/* Those of both; where both have one, that of `found` when `wins`. */
static void join_custom(struct lm_arena *a, Lm__Company *c, const Lm__Company *found, bool wins)
{
    Lm__Label **v = LM_NEW_ARRAY(a, Lm__Label *, c->n_custom + found->n_custom);
    size_t n = 0;

    for (size_t i = 0; i < c->n_custom; i++) {
        if (!wins || !label_of(found, c->custom[i]->key))
            v[n++] = c->custom[i];
    }
    for (size_t i = 0; i < found->n_custom; i++) {
        if (wins || !label_of(c, found->custom[i]->key))
            v[n++] = found->custom[i];
    }
    c->custom = v;
    c->n_custom = n;
}

/* ---- the whole ---- */

bool scraper_company_diff(struct lm_arena *a, const Lm__Company *was, const Lm__Company *is,
                          Lm__Company **before, Lm__Company **after)
{
    bool differs = false;
    field *f;

    *before = empty(a, was);
    *after = empty(a, was);
    for (size_t i = 0; (f = field_at(i)); i++) {
        if (same(was, is, f))
            continue;
        copy(*before, was, f);
        copy(*after, is, f);
        differs = true;
    }
    if (!same_codes(was, is)) {
        copy_codes(*before, was);
        copy_codes(*after, is);
        differs = true;
    }
    if (!same_custom(was, is)) {
        copy_custom(*before, was);
        copy_custom(*after, is);
        differs = true;
    }
    return differs;
}

void scraper_company_overwrite(struct lm_arena *a, Lm__Company *c, const Lm__Company *found)
{
    field *f;

    for (size_t i = 0; (f = field_at(i)); i++) {
        if (has(found, f))
            copy(c, found, f);
    }
    if (found->n_sbi_codes)
        copy_codes(c, found);
    if (found->n_custom)
        join_custom(a, c, found, true);
}

void scraper_company_fill(struct lm_arena *a, Lm__Company *c, const Lm__Company *found)
{
    field *f;

    for (size_t i = 0; (f = field_at(i)); i++) {
        if (!has(c, f) && has(found, f))
            copy(c, found, f);
    }
    if (!c->n_sbi_codes)
        copy_codes(c, found);
    if (found->n_custom)
        join_custom(a, c, found, false);
}

const char *scraper_company_first_field(const Lm__Company *after)
{
    field *f;

    for (size_t i = 0; (f = field_at(i)); i++) {
        if (has(after, f))
            return f->name;
    }
    return after->n_sbi_codes ? "sbi_codes" : "custom";
}

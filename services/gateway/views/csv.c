/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/views/csv.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/csv.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"

enum { PART_BYTES = 24 << 20, VALUE_BYTES = 64 << 10, COLUMNS = 64 };

/* ---- places ---- */

lm_code gateway_csv_place_read(struct lm_arena *a, lm_str text, struct gateway_csv_place *out,
                               lm_err *err)
{
    ptrdiff_t dot = lm_str_chr(text, '.', 0);

    *out = (struct gateway_csv_place){.rows = 0};
    if (!text.n)
        return LM_OK;
    if (dot <= 0 || !lm_str_int(lm_str_sub(text, 0, (size_t)dot), &out->rows) || out->rows < 1 ||
        out->rows > GATEWAY_CSV_ROWS_MOST)
        return lm_fail_field(err, "part", "is not the `next` of a part of this file");
    out->after = lm_arena_strz(a, lm_str_sub(text, (size_t)dot + 1, text.n));
    return LM_OK;
}

char *gateway_csv_place_text(struct lm_arena *a, const struct gateway_csv_place *p)
{
    if (!p->after || p->rows >= GATEWAY_CSV_ROWS_MOST)
        return NULL;
    return lm_arena_printf(a, "%lld.%s", (long long)p->rows, p->after);
}

/* ---- values ---- */

/* A column is called as the field of the company that stands in it. */
static lm_str name_of(struct lm_arena *a, Gateway__CompanyColumn column)
{
    const char *name = lm_enum_name(&gateway__company_column__descriptor, (int)column);
    char *lower;

    if (column == GATEWAY__COMPANY_COLUMN__COMPANY_NAME)
        return LM_STR("name");
    for (char *p = lower = lm_arena_strdup(a, name); *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
    return lm_str_z(lower);
}

static void append_value(struct lm_buf *b, const ProtobufCFieldDescriptor *f, const void *value)
{
    char at[LM_RFC3339_SIZE];

    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        lm_buf_append(b, lm_pb_text(value));
        break;
    case PROTOBUF_C_TYPE_ENUM:
        lm_buf_appendz(b, lm_enum_name(f->descriptor, *(const int *)value));
        break;
    case PROTOBUF_C_TYPE_BOOL:
        lm_buf_appendz(b, *(const protobuf_c_boolean *)value ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_INT32:
        lm_buf_printf(b, "%d", *(const int32_t *)value);
        break;
    default:
        LM_ASSERT(lm_pb_is_time(f)); /* a column of a kind that nobody wrote before */
        lm_buf_appendz(b, lm_rfc3339(*(const int64_t *)value, at));
    }
}

/* `value` is room that is used again. */
static void put_value(struct lm_buf *line, struct lm_buf *value, const ProtobufCFieldDescriptor *f,
                      const Gateway__CompanyView *v, bool is_first)
{
    lm_buf_clear(value);
    for (size_t i = 0; lm_pb_has(&v->base, f) && i < lm_pb_count(&v->base, f); i++) {
        if (i)
            lm_buf_appendz(value, "; ");
        append_value(value, f, lm_pb_value(&v->base, f, i));
    }
    lm_csv_value(line, lm_buf_str(value), is_first);
}

lm_str gateway_csv_part(struct lm_arena *a, const Gateway__ExportCompaniesRequest *in,
                        bool is_first, Gateway__CompanyView *const *companies, size_t n)
{
    const ProtobufCEnumDescriptor *all = &gateway__company_column__descriptor;
    size_t n_columns = in->n_columns ? in->n_columns : all->n_values;
    const ProtobufCFieldDescriptor *fields[COLUMNS];
    struct lm_buf b = lm_buf_in(a, PART_BYTES), value = lm_buf_in(a, VALUE_BYTES);

    LM_ASSERT(n_columns <= COLUMNS);
    if (is_first && in->has_bom && in->bom)
        lm_buf_appendz(&b, LM_CSV_MARK);
    for (size_t c = 0; c < n_columns; c++) {
        lm_str name = name_of(a, in->n_columns ? in->columns[c]
                                               : (Gateway__CompanyColumn)all->values[c].value);

        fields[c] = lm_pb_find(&gateway__company_view__descriptor, name);
        LM_ASSERT(fields[c] != NULL);
        if (is_first)
            lm_csv_value(&b, name, c == 0);
    }
    if (is_first)
        lm_csv_end(&b);
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < n_columns; c++)
            put_value(&b, &value, fields[c], companies[i], c == 0);
        lm_csv_end(&b);
    }
    return lm_buf_str(&b);
}

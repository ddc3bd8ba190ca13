/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/match/facts.h"

#include <pthread.h>

#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"

enum { FIELDS = 64 };

static const ProtobufCFieldDescriptor *fields[FIELDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What is known about a company's row, not about the company. */
static bool is_fact(const ProtobufCFieldDescriptor *f)
{
    static const char *const others[] = {"id",         "source",        "sources",    "source_url",
                                         "status",     "scrape_job_id", "merged_ids", "created_at",
                                         "updated_at", "version"};

    for (size_t i = 0; i < LM_COUNT(others); i++) {
        if (strcmp(f->name, others[i]) == 0)
            return false;
    }
    return true;
}

static void find_fields(void)
{
    const ProtobufCMessageDescriptor *d = &lm__company__descriptor;
    size_t n = 0;

    LM_ASSERT(d->n_fields < FIELDS);
    for (size_t i = 0; i < d->n_fields; i++) {
        if (is_fact(&d->fields[i]))
            fields[n++] = &d->fields[i];
    }
}

scraper_fact_field *scraper_fact_fields(void)
{
    pthread_once(&once, find_fields);
    return fields;
}

/* "" says nothing. */
bool scraper_fact_has(const Lm__Company *c, const ProtobufCFieldDescriptor *f)
{
    if (!lm_pb_has(&c->base, f))
        return false;
    return f->type != PROTOBUF_C_TYPE_STRING || f->label == PROTOBUF_C_LABEL_REPEATED ||
           lm_pb_text(lm_pb_value(&c->base, f, 0)).n > 0;
}

static void *place(Lm__Company *c, unsigned offset)
{
    return (char *)c + offset;
}

/* Both borrow the value. */
void scraper_fact_copy(Lm__Company *to, const Lm__Company *from, const ProtobufCFieldDescriptor *f)
{
    Lm__Company *source = (Lm__Company *)(uintptr_t)from;

    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        memcpy(place(to, f->quantifier_offset), place(source, f->quantifier_offset),
               sizeof(size_t));
        memcpy(place(to, f->offset), place(source, f->offset), sizeof(void *));
        return;
    }
    memcpy(place(to, f->offset), place(source, f->offset), lm_pb_value_size(f));
    lm_pb_mark(&to->base, f);
}

void scraper_fact_clear(Lm__Company *c, const ProtobufCFieldDescriptor *f)
{
    static const Lm__Company none = LM__COMPANY__INIT;
    static char nothing[] = "";
    Lm__Company *from = (Lm__Company *)(uintptr_t)&none;

    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        memset(place(c, f->quantifier_offset), 0, sizeof(size_t));
    else if (f->label == PROTOBUF_C_LABEL_OPTIONAL && f->quantifier_offset)
        memset(place(c, f->quantifier_offset), 0, sizeof(protobuf_c_boolean));
    memcpy(place(c, f->offset), place(from, f->offset),
           f->label == PROTOBUF_C_LABEL_REPEATED ? sizeof(void *) : lm_pb_value_size(f));
    if (strcmp(f->name, "name") == 0)
        c->name = nothing;
}

/* Any order that is always the same. */
int scraper_fact_compare(struct lm_arena *a, const Lm__Company *x, const Lm__Company *y,
                         const ProtobufCFieldDescriptor *f)
{
    Lm__Company only[2] = {LM__COMPANY__INIT, LM__COMPANY__INIT};
    static char none[] = "";

    if (f->type == PROTOBUF_C_TYPE_STRING && f->label != PROTOBUF_C_LABEL_REPEATED)
        return lm_str_cmp(lm_pb_text(lm_pb_value(&x->base, f, 0)),
                          lm_pb_text(lm_pb_value(&y->base, f, 0)));
    for (int i = 0; i < 2; i++) {
        only[i].id = only[i].name = none;
        scraper_fact_copy(&only[i], i ? y : x, f);
    }
    return lm_str_cmp(lm_pb_pack(a, &only[0].base), lm_pb_pack(a, &only[1].base));
}

bool scraper_fact_is_name(const ProtobufCFieldDescriptor *f)
{
    return strcmp(f->name, "name") == 0;
}

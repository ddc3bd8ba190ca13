/* SPDX-License-Identifier: Apache-2.0 */
/* Field rules over any message, from the generated table. */
#include "common/rules.h"

#include <pthread.h>
#include <regex.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/pb_field.h"
#include "common/rules_format.h"
#include "common/str.h"
#include "common/text.h"

enum { PATH_SIZE = 96, TEXT_MAX = 1 << 20 };

/* -- the table: sorted by name as generated; patterns compiled once -- */

struct compiled {
    const struct lm_rule *rule;
    regex_t regex;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static size_t n_messages;
static struct compiled *patterns;
static size_t n_patterns;

static void compile(const struct lm_rule *rule)
{
    char whole[1024];
    int n = snprintf(whole, sizeof(whole), "^(%s)$", rule->pattern);

    LM_ASSERT(n > 0 && (size_t)n < sizeof(whole));
    patterns = realloc(patterns, (n_patterns + 1) * sizeof(*patterns));
    LM_ASSERT(patterns != NULL);
    patterns[n_patterns].rule = rule;
    /* The plugin has tried each of them. */
    LM_ASSERT(regcomp(&patterns[n_patterns].regex, whole, REG_EXTENDED | REG_NOSUB) == 0);
    n_patterns++;
}

static void prepare(void)
{
    for (const struct lm_message_rules *m = lm_contract_rules; m->descriptor; m++, n_messages++) {
        for (size_t i = 0; i < m->n; i++) {
            if (m->rules[i].pattern)
                compile(&m->rules[i]);
        }
    }
}

static int by_name(const void *key, const void *row)
{
    return strcmp(key, ((const struct lm_message_rules *)row)->descriptor->name);
}

static const struct lm_message_rules *find(const ProtobufCMessageDescriptor *d)
{
    pthread_once(&once, prepare);
    return bsearch(d->name, lm_contract_rules, n_messages, sizeof(lm_contract_rules[0]), by_name);
}

static const regex_t *pattern_of(const struct lm_rule *rule)
{
    for (size_t i = 0; i < n_patterns; i++) {
        if (patterns[i].rule == rule)
            return &patterns[i].regex;
    }
    return NULL;
}

/* -- one value -- */

struct check {
    const char *path; /* of what is looked at */
    lm_err *err;
    bool failed;
};

#define REFUSE(c, ...) ((void)lm_fail_field((c)->err, (c)->path, __VA_ARGS__), (c)->failed = true)

static void check_length(struct check *c, const struct lm_rule *rule, size_t n, const char *unit)
{
    if (n < rule->min_len && n == 0)
        REFUSE(c, "must not be empty");
    else if (n < rule->min_len)
        REFUSE(c, "must have at least %u %s", rule->min_len, unit);
    else if (rule->max_len > 0 && n > rule->max_len)
        REFUSE(c, "must have at most %u %s", rule->max_len, unit);
}

/*
 * A client empties a field with "". What is read further (ids, dates, zones) would break on it, and
 * nobody would see why.
 */
static bool may_be_empty(enum lm_format format)
{
    return format == LM_FORMAT_NONE || format == LM_FORMAT_EMAIL || format == LM_FORMAT_URL ||
           format == LM_FORMAT_DOMAIN || format == LM_FORMAT_PHONE;
}

static void check_text(struct check *c, const struct lm_rule *rule, lm_str text)
{
    const char *why;

    if (!lm_utf8_valid(text)) {
        REFUSE(c, "must be UTF-8");
        return;
    }
    check_length(c, rule, lm_utf8_count(text), "characters");
    if (c->failed || (text.n == 0 && may_be_empty(rule->format)))
        return;
    why = lm_format_check(rule->format, text);
    if (why)
        REFUSE(c, "%s", why);
    /* regexec wants a terminated string; those of messages are. */
    if (rule->pattern && regexec(pattern_of(rule), text.p, 0, NULL, 0) != 0)
        REFUSE(c, "must match %s", rule->pattern);
}

static double number_of(const ProtobufCFieldDescriptor *f, const void *value)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return *(const int32_t *)value;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return *(const uint32_t *)value;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return (double)*(const int64_t *)value;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return (double)*(const uint64_t *)value;
    case PROTOBUF_C_TYPE_FLOAT:
        return (double)*(const float *)value;
    case PROTOBUF_C_TYPE_DOUBLE:
        return *(const double *)value;
    default:
        return 0;
    }
}

static void check_range(struct check *c, const struct lm_rule *rule, double value)
{
    bool is_inside =
        (!rule->has_min || value >= rule->min) && (!rule->has_max || value <= rule->max);

    if (is_inside) /* a NaN is not */
        return;
    if (rule->has_min && rule->has_max)
        REFUSE(c, "must be from %.15g to %.15g", rule->min, rule->max);
    else if (rule->has_min)
        REFUSE(c, "must be at least %.15g", rule->min);
    else
        REFUSE(c, "must be at most %.15g", rule->max);
}

static void check_value(struct check *c, const struct lm_rule *rule,
                        const ProtobufCFieldDescriptor *f, const void *value)
{
    if (f->type == PROTOBUF_C_TYPE_STRING)
        check_text(c, rule, lm_pb_text(value));
    else if (f->type == PROTOBUF_C_TYPE_BYTES)
        check_length(c, rule, ((const ProtobufCBinaryData *)value)->len, "bytes");
    else if (rule->has_min || rule->has_max)
        check_range(c, rule, number_of(f, value));
}

/* -- the walk -- */

static bool check_message(const ProtobufCMessage *m, const char *outer, lm_err *err);

/* A required text or message that is NULL, or an optional field that is not there. */
static bool is_missing(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    if (f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE)
        return !lm_pb_has(m, f) || !*(void **)lm_pb_value(m, f, 0);
    return !lm_pb_has(m, f);
}

static void field_path(char *path, const char *outer, const ProtobufCFieldDescriptor *f, size_t i)
{
    const char *dot = outer[0] ? "." : "";

    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        snprintf(path, PATH_SIZE, "%s%s%s[%zu]", outer, dot, f->name, i);
    else
        snprintf(path, PATH_SIZE, "%s%s%s", outer, dot, f->name);
}

static bool check_count(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f,
                        const struct lm_rule *rule, const char *outer, lm_err *err)
{
    size_t n = lm_pb_count(m, f);
    char path[PATH_SIZE];
    struct check c = {path, err, false};

    snprintf(path, sizeof(path), "%s%s%s", outer, outer[0] ? "." : "", f->name);
    if (f->label != PROTOBUF_C_LABEL_REPEATED) {
        if (rule->is_required && is_missing(m, f))
            REFUSE(&c, "is required");
    } else if (n < rule->min_items) {
        REFUSE(&c, "needs at least %u", rule->min_items);
    } else if (rule->max_items > 0 && n > rule->max_items) {
        REFUSE(&c, "takes at most %u", rule->max_items);
    }
    return !c.failed;
}

static bool check_field(const ProtobufCMessage *m, const struct lm_rule *rule, const char *outer,
                        lm_err *err)
{
    const ProtobufCFieldDescriptor *f = &m->descriptor->fields[rule->field];
    size_t n = lm_pb_count(m, f);
    bool is_good = check_count(m, f, rule, outer, err);

    if (!is_good || (f->label != PROTOBUF_C_LABEL_REPEATED && is_missing(m, f)))
        return is_good;
    for (size_t i = 0; i < n; i++) {
        char path[PATH_SIZE];
        struct check c = {path, err, false};

        field_path(path, outer, f, i);
        check_value(&c, rule, f, lm_pb_value(m, f, i));
        is_good = is_good && !c.failed;
    }
    return is_good;
}

static bool check_inner(const ProtobufCMessage *m, const char *outer, lm_err *err)
{
    bool is_good = true;

    for (unsigned k = 0; k < m->descriptor->n_fields; k++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[k];
        size_t n = f->type == PROTOBUF_C_TYPE_MESSAGE ? lm_pb_count(m, f) : 0;

        for (size_t i = 0; i < n; i++) {
            const ProtobufCMessage *sub = *(ProtobufCMessage **)lm_pb_value(m, f, i);
            char path[PATH_SIZE];

            field_path(path, outer, f, i);
            if (sub && !check_message(sub, path, err))
                is_good = false;
        }
    }
    return is_good;
}

static bool check_message(const ProtobufCMessage *m, const char *outer, lm_err *err)
{
    const struct lm_message_rules *rules = find(m->descriptor);
    bool is_good = true;

    for (size_t i = 0; rules && i < rules->n; i++) {
        if (!check_field(m, &rules->rules[i], outer, err))
            is_good = false;
    }
    return check_inner(m, outer, err) && is_good;
}

lm_code lm_rules_check(const ProtobufCMessage *m, lm_err *err)
{
    return check_message(m, "", err) ? LM_OK : err->code;
}

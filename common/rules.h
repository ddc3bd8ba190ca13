/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_RULES_H
#define LM_RULES_H

#include <protobuf-c/protobuf-c.h>

#include "common/err.h"

/*
 * Field rules, generated from (lm.rule) options; checked at the gateway and again by the service.
 * Each violation is a field of err with its path and the remedy.
 */
enum lm_format {
    LM_FORMAT_NONE,
    LM_FORMAT_EMAIL,
    LM_FORMAT_URL,
    LM_FORMAT_DOMAIN,
    LM_FORMAT_PHONE,
    LM_FORMAT_UUID,
    LM_FORMAT_DATE,
    LM_FORMAT_COUNTRY,
    LM_FORMAT_LANGUAGE,
    LM_FORMAT_TIMEZONE,
};
struct lm_rule {
    unsigned field; /* index into descriptor->fields */
    bool is_required;
    bool has_min, has_max;
    double min, max;
    uint32_t min_len, max_len;     /* code points of text; 0: no limit */
    uint32_t min_items, max_items; /* of repeated fields */
    enum lm_format format;
    const char *pattern; /* POSIX extended, anchored by the rule */
};
struct lm_message_rules {
    const ProtobufCMessageDescriptor *descriptor;
    const struct lm_rule *rules;
    size_t n;
};
/* Generated, by full name: the messages that have rules. Ends with a NULL descriptor. */
extern const struct lm_message_rules lm_contract_rules[];

/*
 * Walks the message and what it holds. LM_INVALID with fields. A client empties a field
 * with "": where its rule does not require a text, "" keeps any pattern and the formats e-mail, URL,
 * domain and phone. Any thread.
 */
LM_MUST_USE lm_code lm_rules_check(const ProtobufCMessage *m, lm_err *err);

#endif

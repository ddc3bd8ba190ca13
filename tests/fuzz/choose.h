/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_FUZZ_CHOOSE_H
#define LM_FUZZ_CHOOSE_H

#include "common/str.h"
#include "gen/contract.lm.h"

/*
 * The first line of an input names the message; the rest is for it. A name that mutation has
 * spoiled stands for some message, always the same. False: there is no line.
 */
static inline bool choose_message(const uint8_t *data, size_t size,
                                  const ProtobufCMessageDescriptor **d, lm_str *rest)
{
    lm_str name;
    size_t n = 0;

    *rest = (lm_str){(const char *)data, size};
    if (!lm_str_split(rest, '\n', &name) || !rest->p)
        return false;
    for (; lm_contract_messages[n]; n++) {
        *d = lm_contract_messages[n];
        if (lm_str_eqz(name, (*d)->name))
            return true;
    }
    *d = lm_contract_messages[lm_str_hash(name) % n];
    return true;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json.h"
#include "common/str.h"

const char *lm_enum_name(const ProtobufCEnumDescriptor *d, int value)
{
    const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value(d, value);

    return v ? v->name : NULL;
}

bool lm_enum_value(const ProtobufCEnumDescriptor *d, lm_str name, int *value)
{
    for (unsigned i = 0; i < d->n_values; i++) {
        if (lm_str_eqz(name, d->values[i].name)) {
            *value = d->values[i].value;
            return true;
        }
    }
    return false;
}

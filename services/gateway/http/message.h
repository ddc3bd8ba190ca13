/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_MESSAGE_H
#define GATEWAY_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "services/gateway/http/router.h"

/* From the parts of an HTTP request to the operation's message, checked by its rules. Pure. */
struct gateway_request_parts {
    const struct gateway_match *match;
    lm_str query; /* without the question mark */
    lm_str body;
    lm_str content_type; /* for raw bodies */
};
/*
 * The body gives fields (JSON, or the whole into `body`), then the path, then the query; a field
 * may be given once. Errors: LM_INVALID with fields; LM_TOO_LARGE.
 */
LM_MUST_USE lm_code gateway_message_read(struct lm_arena *a, const struct gateway_request_parts *p,
                                         ProtobufCMessage **out, lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_ROUTER_H
#define GATEWAY_ROUTER_H

#include "common/err.h"
#include "gen/routes.lm.h"

/* From method and path to the operation, over the generated table. Pure. */
enum { GATEWAY_SEGMENTS = 8, GATEWAY_ALLOW_SIZE = 64 };

struct gateway_match {
    const struct lm_route *route;
    lm_str segments[GATEWAY_SEGMENTS]; /* of the path, as they stand there */
};
/* Behind /api or /api/v1, with its slash; {NULL, 0}: not a path of the API. */
lm_str gateway_api_path(lm_str path);
/*
 * LM_NOT_FOUND: nothing has this path; LM_METHOD: something has, with another method; `allow` then
 * is the value of the Allow header.
 */
LM_MUST_USE lm_code gateway_route_find(lm_str method, lm_str api_path, struct gateway_match *out,
                                       char allow[GATEWAY_ALLOW_SIZE], lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_HTTP_H
#define GATEWAY_HTTP_H

#include "common/service.h"

/*
 * The HTTP edge: REST, live events, tracking, opt-out, documents, dashboard. Starts listening at
 * once; what needs the database answers 503 until the process is ready.
 */
LM_MUST_USE lm_code gateway_http_start(struct lm_proc *proc, lm_err *err);
/* From now on /health/ready says no, so that the proxy sends nobody here; all is served as before. */
void gateway_http_lame_duck(void);
/* Takes no new connection, finishes what was asked, closes live connections with 1001. */
void gateway_http_stop(void);
/* The port that is listened on. */
int gateway_http_port(void);

#endif

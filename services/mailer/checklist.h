/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_CHECKLIST_H
#define MAILER_CHECKLIST_H

#include "common/ctx.h"
#include "gen/mailer.pb-c.h"

/*
 * What must hold before a tenant leaves dry-run: a postal address, an https address for links and
 * opt-outs, and for each active mailbox a server to send through and SPF, DKIM and DMARC records of
 * its domain. LM_INVALID lists everything that is missing as fields. Waits for DNS.
 *
 * Source:  reference deliverability, "What receivers ask"; RFC 7208, 6376, 7489, 8058.
 */
LM_MUST_USE lm_code mailer_checklist(struct lm_ctx *ctx, const Mailer__SendConfig *config,
                                     lm_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_DNS_H
#define LM_DNS_H

#include <sys/socket.h>

#include "common/config.h"
#include "common/ctx.h"

/*
 * DNS (c-ares), with the servers of dns.servers or the system's, a deadline and a small cache that
 * honours TTLs (at most 10 min). Errors: LM_NOT_FOUND (NXDOMAIN), LM_UNAVAILABLE, LM_DEADLINE. No data is an
 * empty list and LM_OK.
 */
struct lm_dns_mx {
    const char *host; /* "" alone: null MX (RFC 7505), takes no mail */
    int preference;
};
/* Sorted by preference. */
LM_MUST_USE lm_code lm_dns_mx(struct lm_ctx *ctx, const char *domain, struct lm_dns_mx **out,
                              size_t *n, lm_err *err);
LM_MUST_USE lm_code lm_dns_txt(struct lm_ctx *ctx, const char *name, lm_str **out, size_t *n,
                               lm_err *err);
LM_MUST_USE lm_code lm_dns_addresses(struct lm_ctx *ctx, const char *host,
                                     struct sockaddr_storage **out, size_t *n, lm_err *err);
/* True when mail can be delivered: MX, or an address when there is no MX; false for null MX and nothing. */
LM_MUST_USE lm_code lm_dns_takes_mail(struct lm_ctx *ctx, const char *domain, bool *out,
                                      lm_err *err);

extern const struct lm_config_key lm_dns_config[]; /* dns.* */

#endif

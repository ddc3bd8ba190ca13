/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_DNS_INTERNAL_H
#define LM_DNS_INTERNAL_H

#include "common/dns.h"

/* The inside of the resolver: one question with its answer as bytes, and the cache of such answers. */

enum dns_type { DNS_ADDRESSES = 0, DNS_MX = 15, DNS_TXT = 16 };

struct dns_answer {
    lm_code code; /* LM_OK, LM_NOT_FOUND */
    char *
        bytes; /* malloc; a packet, or an array of sockaddr_storage for DNS_ADDRESSES; none: no data */
    size_t n;
    int64_t ttl_ms;
};

/* -- dns_query.c: asks the servers; `timeout_ms` bounds it. LM_UNAVAILABLE, LM_DEADLINE. -- */
LM_MUST_USE lm_code dns_ask(const char *name, enum dns_type type, int64_t timeout_ms,
                            struct dns_answer *out, lm_err *err);
/* The smallest TTL of a packet's records in ms; `fallback_ms` when it has none or is broken. Pure. */
int64_t dns_ttl_ms(const void *packet, size_t n, int64_t fallback_ms);

/* -- dns_cache.c: any thread -- */
bool dns_cache_get(const char *name, enum dns_type type, struct dns_answer *out); /* a copy */
void dns_cache_put(const char *name, enum dns_type type, const struct dns_answer *answer);

#endif

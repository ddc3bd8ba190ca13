/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_DOOR_H
#define SCRAPER_BROWSER_DOOR_H

#include <sys/types.h>

#include "common/ctx.h"

/*
 * The only way out for a page's browser: an HTTP proxy on one listening socket, for as long as the page takes. A name
 * is resolved by us, once; the address that was judged (common/http.h: the rules of all requests) is the one that is
 * connected. Where the source is asked through a tenant's proxy, so is all of this.
 *
 * A thread a connection, as straight lines; a browser keeps at most 32 to a proxy.
 */
struct scraper_door;
struct scraper_door_for {
    int listener; /* taken over, also by a failure */
    const char *proxy;
    int64_t deadline_ms;  /* lm_mono_ms() */
    uint64_t most_bytes;  /* both ways, all together */
    bool is_checking_uid; /* the socket can be reached by others of this machine: … */
    uid_t uid;            /* … only this one is served */
};
/* Closed with ctx->arena, if not before. LM_UNAVAILABLE: no threads. */
LM_MUST_USE lm_code scraper_door_open(struct lm_ctx *ctx, const struct scraper_door_for *what,
                                      struct scraper_door **out, lm_err *err);
/* Ends all connections. */
void scraper_door_close(struct scraper_door *door);

bool scraper_door_is_over_limit(struct scraper_door *door);
/* Why the last connection to this host was refused or failed; LM_OK: none was. */
lm_code scraper_door_said(struct scraper_door *door, lm_str host, lm_err *err);

#endif

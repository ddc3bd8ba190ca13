/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_FAULTS_PROXY_H
#define LM_FAULTS_PROXY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A bad line between two ends of the bus (nng over tcp): on its port + 1 it passes the frames of events, or drops them,
 * doubles them, holds them back for a while, so that later ones overtake; on its port it passes calls as they are. Cut,
 * it closes what is open and takes nothing new.
 */
struct proxy;
struct proxy_odds { /* of a hundred frames */
    unsigned drop, twice, late;
    unsigned late_ms; /* at most */
};
struct proxy_seen {
    int64_t passed, dropped, doubled, delayed, overtaken;
};
/* Listens on host:port and :port + 1 for what is at host:to and :to + 1. */
struct proxy *proxy_start(const char *host, int port, int to, unsigned seed);
void proxy_set_odds(struct proxy *p, const struct proxy_odds *odds);
void proxy_cut(struct proxy *p, bool is_cut);
struct proxy_seen proxy_look(struct proxy *p);
void proxy_stop(struct proxy *p);

#endif

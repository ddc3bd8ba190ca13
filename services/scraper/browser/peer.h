/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_PEER_H
#define SCRAPER_BROWSER_PEER_H

#include <sys/types.h>

#include "common/base.h"

/* Does the other end of this connection on 127.0.0.1 belong to a process of `uid`? By /proc/net/tcp. */
bool scraper_peer_is(int fd, uid_t uid);

#endif

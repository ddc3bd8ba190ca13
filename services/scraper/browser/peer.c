/* SPDX-License-Identifier: Apache-2.0 */
/* Whose the other end of a local connection is. */
#include "services/scraper/browser/peer.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

/* The kernel's line of the peer's socket: its local end is our remote one and the other way round. */
static bool is_line_of(const char *line, const struct sockaddr_in *peer,
                       const struct sockaddr_in *own, unsigned *uid)
{
    unsigned local, local_port, remote, remote_port;

    return sscanf(line, " %*u: %8X:%4X %8X:%4X %*X %*X:%*X %*X:%*X %*X %u", &local, &local_port,
                  &remote, &remote_port, uid) == 5 &&
           local == peer->sin_addr.s_addr && local_port == ntohs(peer->sin_port) &&
           remote == own->sin_addr.s_addr && remote_port == ntohs(own->sin_port);
}

bool scraper_peer_is(int fd, uid_t uid)
{
    struct sockaddr_in peer, own;
    socklen_t n = sizeof(peer), m = sizeof(own);
    FILE *f = fopen("/proc/net/tcp", "re");
    char line[512];
    bool is_it = false;
    unsigned found;

    if (f && getpeername(fd, (struct sockaddr *)&peer, &n) == 0 &&
        getsockname(fd, (struct sockaddr *)&own, &m) == 0 && peer.sin_family == AF_INET) {
        while (!is_it && fgets(line, sizeof(line), f))
            is_it = is_line_of(line, &peer, &own, &found) && found == (unsigned)uid;
    }
    if (f)
        fclose(f);
    return is_it;
}

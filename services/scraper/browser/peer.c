/* SPDX-License-Identifier: Apache-2.0 */
/* Whose the other end of a local connection is. */
#include "services/scraper/browser/peer.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/str.h"

enum { END_CHARS = 16 };

/* An address and a port as /proc/net/tcp has them. */
static void write_end(char out[END_CHARS], const struct sockaddr_in *end)
{
    snprintf(out, END_CHARS, "%08X:%04X", end->sin_addr.s_addr, ntohs(end->sin_port));
}

/* "sl: local remote state queues timer retransmits uid …", with blanks between. */
static lm_str next_field(lm_str *line)
{
    lm_str field = {NULL, 0};

    *line = lm_str_trim(*line);
    (void)lm_str_split(line, ' ', &field);
    return field;
}

/* The kernel's line of the peer's socket: its local end is our remote one and the other way round. */
static bool is_line_of(lm_str line, const struct sockaddr_in *peer, const struct sockaddr_in *own,
                       int64_t *uid)
{
    enum { LOCAL = 1, REMOTE = 2, UID = 7 };
    char local[END_CHARS], remote[END_CHARS];
    lm_str field[UID + 1];

    write_end(local, peer);
    write_end(remote, own);
    for (size_t i = 0; i < LM_COUNT(field); i++)
        field[i] = next_field(&line);
    return lm_str_eqz(field[LOCAL], local) && lm_str_eqz(field[REMOTE], remote) &&
           lm_str_int(field[UID], uid);
}

bool scraper_peer_is(int fd, uid_t uid)
{
    struct sockaddr_in peer, own;
    socklen_t n = sizeof(peer), m = sizeof(own);
    FILE *f = fopen("/proc/net/tcp", "re");
    char line[512];
    bool is_it = false;
    int64_t found;

    if (f && getpeername(fd, (struct sockaddr *)&peer, &n) == 0 &&
        getsockname(fd, (struct sockaddr *)&own, &m) == 0 && peer.sin_family == AF_INET) {
        while (!is_it && fgets(line, sizeof(line), f))
            is_it = is_line_of(lm_str_z(line), &peer, &own, &found) && found == (int64_t)uid;
    }
    if (f)
        fclose(f);
    return is_it;
}

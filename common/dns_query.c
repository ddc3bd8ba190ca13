/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question to the name servers. A channel of its own for each, so that threads share nothing and
 * a new resolv.conf is seen; the thread waits in poll, bounded by the deadline.
 */
#include "common/dns_internal.h"

#include <ares.h>
#include <poll.h>
#include <pthread.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/config.h"

enum {
    TRIES = 3,
    TRY_MS = 1500, /* of one server; c-ares doubles it at each round */
    NO_DATA_TTL_MS = 60000,
    HOSTS_TTL_MS = 5000, /* of /etc/hosts, which has none */
    CLASS_IN = 1,
    HEADER = 12,
};

static const char *const *servers;
static int64_t timeout_ms;

const struct lm_config_key lm_dns_config[] = {
    LM_CFG_LIST("dns.servers", &servers, "", "host:port of name servers; empty: the system's"),
    LM_CFG_MS("dns.timeout", &timeout_ms, "5s", "of one question, all tries together"),
    LM_CFG_END,
};

struct question {
    bool is_done;
    int status;
    struct dns_answer *out;
};

/* -- time to live -- */

static size_t skip_name(const uint8_t *p, size_t n, size_t at)
{
    while (at < n && p[at] != 0) {
        if ((p[at] & 0xc0) == 0xc0) /* a pointer ends a name */
            return at + 2;
        at += (size_t)p[at] + 1;
    }
    return at + 1;
}

static unsigned get16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

int64_t dns_ttl_ms(const void *packet, size_t n, int64_t fallback_ms)
{
    const uint8_t *p = packet;
    int64_t least = -1;
    unsigned questions, records;
    size_t at = HEADER;

    if (n < HEADER)
        return fallback_ms;
    questions = get16(p + 4);
    records = get16(p + 6) + get16(p + 8); /* answers and authority; OPT stands in additional */
    for (; questions > 0; questions--)
        at = skip_name(p, n, at) + 4;
    for (; records > 0; records--) {
        int64_t ttl;

        at = skip_name(p, n, at);
        if (at + 10 > n)
            break;
        ttl = ((int64_t)get16(p + at + 4) << 16 | get16(p + at + 6)) * 1000;
        least = least < 0 ? ttl : LM_MIN(least, ttl);
        at += 10 + get16(p + at + 8);
    }
    return least < 0 ? fallback_ms : least;
}

/* -- answers; c-ares calls back on our own thread, inside ares_process -- */

static void on_packet(void *arg, int status, int timeouts, unsigned char *packet, int n)
{
    struct question *q = arg;

    (void)timeouts;
    q->is_done = true;
    q->status = status;
    if (!packet || n <= 0)
        return;
    q->out->ttl_ms = dns_ttl_ms(packet, (size_t)n, NO_DATA_TTL_MS);
    if (status != ARES_SUCCESS)
        return;
    q->out->bytes = malloc((size_t)n);
    LM_ASSERT(q->out->bytes != NULL);
    memcpy(q->out->bytes, packet, (size_t)n);
    q->out->n = (size_t)n;
}

static void on_addresses(void *arg, int status, int timeouts, struct ares_addrinfo *list)
{
    struct question *q = arg;
    struct sockaddr_storage *out;
    int64_t ttl_ms = -1;
    size_t n = 0;

    (void)timeouts;
    q->is_done = true;
    q->status = status;
    q->out->ttl_ms = NO_DATA_TTL_MS;
    if (status != ARES_SUCCESS || !list)
        return;
    for (const struct ares_addrinfo_node *a = list->nodes; a; a = a->ai_next)
        n++;
    out = calloc(n + 1, sizeof(*out));
    LM_ASSERT(out != NULL);
    q->out->bytes = (char *)out;
    q->out->n = n * sizeof(*out);
    for (const struct ares_addrinfo_node *a = list->nodes; a; a = a->ai_next) {
        memcpy(out++, a->ai_addr, LM_MIN(a->ai_addrlen, sizeof(*out)));
        ttl_ms = ttl_ms < 0 ? a->ai_ttl * 1000LL : LM_MIN(ttl_ms, a->ai_ttl * 1000LL);
    }
    q->out->ttl_ms = ttl_ms > 0 ? ttl_ms : HOSTS_TTL_MS;
    ares_freeaddrinfo(list);
}

/* -- the channel -- */

static void init_library(void)
{
    LM_ASSERT(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS);
}

static lm_code set_servers(ares_channel channel, lm_err *err)
{
    struct lm_buf csv;
    int rc = ARES_SUCCESS;

    if (!servers || !servers[0])
        return LM_OK;
    lm_buf_init(&csv, 4096);
    for (const char *const *s = servers; *s; s++)
        lm_buf_printf(&csv, "%s%s", s == servers ? "" : ",", *s);
    rc = csv.failed ? ARES_EBADSTR : ares_set_servers_ports_csv(channel, lm_buf_z(&csv));
    lm_buf_fini(&csv);
    return rc == ARES_SUCCESS ? LM_OK
                              : lm_fail(err, LM_INVALID, "dns.servers: %s; they are address:port",
                                        ares_strerror(rc));
}

static lm_code open_channel(ares_channel *out, lm_err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct ares_options o = {.timeout = TRY_MS, .tries = TRIES};
    int rc;

    pthread_once(&once, init_library);
    /* no search domains: a name is what it says */
    rc = ares_init_options(out, &o, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_DOMAINS);
    if (rc != ARES_SUCCESS)
        return lm_fail(err, LM_UNAVAILABLE, "resolver: %s", ares_strerror(rc));
    if (set_servers(*out, err)) {
        ares_destroy(*out);
        return err->code;
    }
    return LM_OK;
}

/* Waits for one of the channel's sockets, or its next time-out. */
static void turn(ares_channel channel, int64_t left_ms)
{
    ares_socket_t socks[ARES_GETSOCK_MAXNUM];
    struct pollfd fds[ARES_GETSOCK_MAXNUM];
    struct timeval most = {.tv_sec = left_ms / 1000, .tv_usec = (left_ms % 1000) * 1000}, tv, *wait;
    /* not ARES_GETSOCK_WRITABLE: it shifts a signed 1 into the sign */
    unsigned bits = (unsigned)ares_getsock(channel, socks, ARES_GETSOCK_MAXNUM);
    nfds_t n = 0;

    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        short events = (short)((bits >> i & 1 ? POLLIN : 0) |
                               (bits >> (i + ARES_GETSOCK_MAXNUM) & 1 ? POLLOUT : 0));

        if (events)
            fds[n++] = (struct pollfd){.fd = socks[i], .events = events};
    }
    wait = ares_timeout(channel, &most, &tv); /* one of the two */
    poll(fds, n, (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1));
    for (nfds_t i = 0; i < n; i++)
        if (fds[i].revents)
            ares_process_fd(channel, fds[i].revents & ~POLLOUT ? fds[i].fd : ARES_SOCKET_BAD,
                            fds[i].revents & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what timed out */
}

static void send_question(ares_channel channel, const char *name, enum dns_type type,
                          struct question *q)
{
    static const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC,
                                                     .ai_socktype = SOCK_STREAM};

    if (type == DNS_ADDRESSES)
        ares_getaddrinfo(channel, name, NULL, &hints, on_addresses, q);
    else
        ares_query(channel, name, CLASS_IN, (int)type, on_packet, q);
}

static lm_code judge(const char *name, const struct question *q, lm_err *err)
{
    switch (q->status) {
    case ARES_SUCCESS:
    case ARES_ENODATA:
        q->out->code = LM_OK;
        return LM_OK;
    case ARES_ENOTFOUND:
    case ARES_ENONAME:
    case ARES_EBADNAME:
        q->out->code = LM_NOT_FOUND;
        return LM_OK;
    case ARES_ECANCELLED:
        return lm_fail(err, LM_DEADLINE, "DNS %s: no answer in time", name);
    default:
        return lm_fail(err, LM_UNAVAILABLE, "DNS %s: %s", name, ares_strerror(q->status));
    }
}

lm_code dns_ask(const char *name, enum dns_type type, int64_t most_ms, struct dns_answer *out,
                lm_err *err)
{
    struct question q = {.out = out};
    int64_t until = lm_mono_ms() + (timeout_ms > 0 ? LM_MIN(most_ms, timeout_ms) : most_ms);
    ares_channel channel;

    *out = (struct dns_answer){.code = LM_OK};
    if (open_channel(&channel, err))
        return err->code;
    send_question(channel, name, type, &q);
    while (!q.is_done && lm_mono_ms() < until)
        turn(channel, LM_MAX(until - lm_mono_ms(), 1));
    if (!q.is_done)
        ares_cancel(channel); /* calls back */
    ares_destroy(channel);
    return judge(name, &q, err);
}

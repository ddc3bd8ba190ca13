/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses the client may connect to. Whoever gives us a URL (a user, a web page, a redirect)
 * must not reach what only we can reach. Refused is all that the IANA special-purpose registries do
 * not call globally reachable, IPv4 inside IPv6 included.
 */
#include "common/http_internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/str.h"

/* RFC 6890 and the IANA registries, IPv4. */
static const char *const refused4[] = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
};
/* Of 2000::/3, beside which nothing of IPv6 is public. */
static const char *const refused6[] = {"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

static bool parse_network(const char *network, uint8_t out[16], int *family, int *bits)
{
    char host[INET6_ADDRSTRLEN];
    const char *slash = strchr(network, '/');
    size_t n = slash ? (size_t)(slash - network) : strlen(network);
    int64_t given;

    if (n >= sizeof(host))
        return false;
    memcpy(host, network, n);
    host[n] = '\0';
    *family = strchr(host, ':') ? AF_INET6 : AF_INET;
    *bits = *family == AF_INET ? 32 : 128;
    if (inet_pton(*family, host, out) != 1)
        return false;
    if (!slash)
        return true;
    if (!lm_str_int(lm_str_z(slash + 1), &given) || given < 0 || given > *bits)
        return false;
    *bits = (int)given;
    return true;
}

bool http_network_is_valid(const char *network)
{
    uint8_t bytes[16];
    int family, bits;

    return parse_network(network, bytes, &family, &bits);
}

static bool is_in(const uint8_t *address, int family, const char *network)
{
    uint8_t net[16];
    int net_family, bits;

    if (!parse_network(network, net, &net_family, &bits) || net_family != family)
        return false;
    for (int i = 0; i < bits; i++)
        if ((address[i / 8] ^ net[i / 8]) & (0x80 >> i % 8))
            return false;
    return true;
}

static bool is_in_any(const uint8_t *address, int family, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_in(address, family, list[i]))
            return true;
    return false;
}

static size_t count(const char *const *list)
{
    size_t n = 0;

    while (list && list[n])
        n++;
    return n;
}

static bool is_public4(const uint8_t *a)
{
    return !is_in_any(a, AF_INET, refused4, LM_COUNT(refused4));
}

static bool is_public6(const uint8_t *a)
{
    return is_in(a, AF_INET6, "2000::/3") && !is_in_any(a, AF_INET6, refused6, LM_COUNT(refused6));
}

bool http_address_is_allowed(const struct sockaddr *address, const char *const *private_networks)
{
    size_t n = count(private_networks);
    const uint8_t *a;

    if (address->sa_family == AF_INET) {
        a = (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr;
        return is_public4(a) || is_in_any(a, AF_INET, private_networks, n);
    }
    if (address->sa_family != AF_INET6)
        return false;
    a = (const uint8_t *)&((const struct sockaddr_in6 *)address)->sin6_addr;
    /* IPv4 in a coat: mapped, or through NAT64 */
    if (is_in(a, AF_INET6, "::ffff:0:0/96") || is_in(a, AF_INET6, "64:ff9b::/96"))
        return is_public4(a + 12) || is_in_any(a + 12, AF_INET, private_networks, n);
    return is_public6(a) || is_in_any(a, AF_INET6, private_networks, n);
}

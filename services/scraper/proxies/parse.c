/* SPDX-License-Identifier: Apache-2.0 */
/* A proxy as people write it. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "services/scraper/proxies/proxies.h"

enum { MOST_HOST = 253, MOST_LOGIN = 255, MOST_PORT = 65535, URL_BYTES = 4096 };

static const char forms[] =
    "write host:port, host:port:user:password or scheme://user:password@host:port";

/* "[::1]:8080…" and "host:8080…": the host, and what is behind its colon. */
static lm_code take_host(struct lm_arena *a, lm_str *rest, const char **host, lm_err *err)
{
    bool is_v6 = lm_str_starts(*rest, LM_STR("["));
    ptrdiff_t end = lm_str_chr(*rest, is_v6 ? ']' : ':', 0);
    lm_str name = end < 0 ? *rest : lm_str_sub(*rest, is_v6, (size_t)end);
    char *lower = lm_arena_strz(a, name);

    if (end < 0 || !name.n)
        return lm_fail(err, LM_INVALID, "it has no port: %s", forms);
    if (name.n > MOST_HOST)
        return lm_fail(err, LM_INVALID, "its host is too long");
    for (char *c = lower; *c; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
        if (!strchr(is_v6 ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz-._", *c))
            return lm_fail(err, LM_INVALID, "its host has a character that no host has: %s", forms);
    }
    *rest = lm_str_sub(*rest, (size_t)end + is_v6, rest->n);
    if (strlen(lower) != name.n || !lm_str_starts(*rest, LM_STR(":")))
        return lm_fail(err, LM_INVALID, "it has no port: %s", forms);
    *rest = lm_str_sub(*rest, 1, rest->n);
    *host = lower;
    return LM_OK;
}

static lm_code take_port(lm_str text, int *port, lm_err *err)
{
    uint64_t n;

    if (!lm_str_uint(text, &n) || n < 1 || n > MOST_PORT)
        return lm_fail(err, LM_INVALID, "its port is no number from 1 to %d: %s", MOST_PORT, forms);
    *port = (int)n;
    return LM_OK;
}

static lm_code take_login(struct lm_arena *a, lm_str user, lm_str password,
                          struct scraper_proxy_address *out, lm_err *err)
{
    if (!user.n)
        return lm_fail(err, LM_INVALID, "it has a password without a user: %s", forms);
    if (user.n > MOST_LOGIN || password.n > MOST_LOGIN)
        return lm_fail(err, LM_INVALID, "its user or password is longer than %d bytes", MOST_LOGIN);
    out->username = lm_arena_strz(a, user);
    out->password = lm_arena_strz(a, password);
    if (strlen(out->username) != user.n || strlen(out->password) != password.n)
        return lm_fail(err, LM_INVALID, "its user or password has a zero byte in it");
    return LM_OK;
}

/* user:password of the form with a scheme. */
static lm_code take_user_info(struct lm_arena *a, lm_str info, struct scraper_proxy_address *out,
                              lm_err *err)
{
    ptrdiff_t colon = lm_str_chr(info, ':', 0);
    lm_str user = colon < 0 ? info : lm_str_sub(info, 0, (size_t)colon);
    lm_str password = colon < 0 ? LM_STR("") : lm_str_sub(info, (size_t)colon + 1, info.n);

    if (!lm_percent_decode(a, user, false, &user) ||
        !lm_percent_decode(a, password, false, &password))
        return lm_fail(err, LM_INVALID, "its user or password has a %% that encodes nothing");
    return take_login(a, user, password, out, err);
}

static lm_code take_scheme(lm_str scheme, struct scraper_proxy_address *out, lm_err *err)
{
    static const char *const known[] = {"http", "https", "socks5"};

    for (size_t i = 0; i < LM_COUNT(known); i++) {
        if (lm_str_ieqz(scheme, known[i])) {
            out->scheme = known[i];
            return LM_OK;
        }
    }
    return lm_fail(err, LM_INVALID, "its scheme is not http, https or socks5");
}

/* Behind scheme://, with or without a login; a path of one slash may follow. */
static lm_code parse_url(struct lm_arena *a, lm_str rest, struct scraper_proxy_address *out,
                         lm_err *err)
{
    ptrdiff_t at = -1;

    for (ptrdiff_t i = 0; (i = lm_str_chr(rest, '@', (size_t)i)) >= 0; i++)
        at = i; /* the last one: people do not encode passwords */
    if (at >= 0 && take_user_info(a, lm_str_sub(rest, 0, (size_t)at), out, err))
        return err->code;
    rest = lm_str_sub(rest, (size_t)(at + 1), rest.n);
    if (lm_str_ends(rest, LM_STR("/")))
        rest.n--;
    return take_host(a, &rest, &out->host, err) ? err->code : take_port(rest, &out->port, err);
}

/* host:port[:user:password]; the password may have colons in it. */
static lm_code parse_plain(struct lm_arena *a, lm_str rest, struct scraper_proxy_address *out,
                           lm_err *err)
{
    ptrdiff_t colon;
    lm_str login;

    if (take_host(a, &rest, &out->host, err))
        return err->code;
    colon = lm_str_chr(rest, ':', 0);
    if (colon < 0)
        return take_port(rest, &out->port, err);
    login = lm_str_sub(rest, (size_t)colon + 1, rest.n);
    if (take_port(lm_str_sub(rest, 0, (size_t)colon), &out->port, err))
        return err->code;
    colon = lm_str_chr(login, ':', 0);
    if (colon < 0)
        return lm_fail(err, LM_INVALID, "it has a user without a password: %s", forms);
    return take_login(a, lm_str_sub(login, 0, (size_t)colon),
                      lm_str_sub(login, (size_t)colon + 1, login.n), out, err);
}

lm_code scraper_proxy_parse(struct lm_arena *a, lm_str text, struct scraper_proxy_address *out,
                            lm_err *err)
{
    ptrdiff_t scheme;

    text = lm_str_trim(text);
    scheme = lm_str_find(text, LM_STR("://"), 0);
    *out = (struct scraper_proxy_address){.scheme = "http", .username = "", .password = ""};
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
            return lm_fail(err, LM_INVALID, "it has a blank in it: %s", forms);
    }
    if (scheme < 0)
        return parse_plain(a, text, out, err);
    if (take_scheme(lm_str_sub(text, 0, (size_t)scheme), out, err))
        return err->code;
    return parse_url(a, lm_str_sub(text, (size_t)scheme + 3, text.n), out, err);
}

const char *scraper_proxy_url(struct lm_arena *a, const struct scraper_proxy_address *p)
{
    struct lm_buf b = lm_buf_in(a, URL_BYTES);
    bool is_v6 = strchr(p->host, ':') != NULL;

    lm_buf_printf(&b, "%s://", p->scheme);
    if (*p->username) {
        lm_buf_percent(&b, lm_str_z(p->username));
        lm_buf_char(&b, ':');
        lm_buf_percent(&b, lm_str_z(p->password));
        lm_buf_char(&b, '@');
    }
    lm_buf_printf(&b, is_v6 ? "[%s]:%d" : "%s:%d", p->host, p->port);
    return lm_buf_z(&b);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* URLs as libcurl itself reads them, so that what is checked is what is asked. */
#include "common/http_internal.h"

#include <curl/curl.h>

#include "common/str.h"

static void free_url(void *u)
{
    curl_url_cleanup(u);
}

static CURLU *new_url(struct lm_arena *a)
{
    CURLU *u = curl_url();

    LM_ASSERT(u != NULL);
    lm_arena_defer(a, free_url, u);
    return u;
}

/* A part as text in the arena, "" when it is not there. */
static const char *part(struct lm_arena *a, CURLU *u, CURLUPart what, unsigned flags)
{
    char *text = NULL;
    const char *copy;

    if (curl_url_get(u, what, &text, flags) != CURLUE_OK)
        return "";
    copy = lm_arena_strdup(a, text);
    curl_free(text);
    return copy;
}

static lm_code read_parts(struct lm_arena *a, CURLU *u, struct http_url *out, lm_err *err)
{
    lm_str host;
    int64_t port = 0;

    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    out->whole = part(a, u, CURLUPART_URL, 0);
    out->scheme = part(a, u, CURLUPART_SCHEME, 0);
    host = lm_str_z(part(a, u, CURLUPART_HOST, 0));
    if (host.n > 2 && host.p[0] == '[')
        host = lm_str_sub(host, 1, host.n - 1);
    out->host = lm_arena_strz(a, host);
    if (host.n == 0 || strchr(out->host, '%') || *part(a, u, CURLUPART_ZONEID, 0))
        return lm_fail(err, LM_INVALID, "the URL has no usable host");
    if (!lm_str_int(lm_str_z(part(a, u, CURLUPART_PORT, CURLU_DEFAULT_PORT)), &port))
        return lm_fail(err, LM_INVALID, "the URL has no usable port");
    out->port = (int)port;
    return LM_OK;
}

static bool is_web(const struct http_url *url)
{
    return strcmp(url->scheme, "http") == 0 || strcmp(url->scheme, "https") == 0;
}

lm_code http_url_parse(struct lm_arena *a, const char *url, struct http_url *out, lm_err *err)
{
    CURLU *u = new_url(a);
    CURLUcode rc = curl_url_set(u, CURLUPART_URL, url, 0);

    if (rc != CURLUE_OK)
        return lm_fail(err, LM_INVALID, "the URL cannot be used: %s", curl_url_strerror(rc));
    if (read_parts(a, u, out, err))
        return err->code;
    if (!is_web(out))
        return lm_fail(err, LM_INVALID, "the URL is '%s', not http or https", out->scheme);
    if (*part(a, u, CURLUPART_USER, 0) || *part(a, u, CURLUPART_PASSWORD, 0))
        return lm_fail(err, LM_INVALID, "the URL has a login in it; send it as a header");
    return LM_OK;
}

lm_code http_url_join(struct lm_arena *a, const char *base, const char *location, const char **out,
                      lm_err *err)
{
    CURLU *u = new_url(a);
    CURLUcode rc = curl_url_set(u, CURLUPART_URL, base, 0);

    /* web servers send blanks and bytes that no URL has; browsers take them, so do we */
    if (rc == CURLUE_OK)
        rc = curl_url_set(u, CURLUPART_URL, location, CURLU_URLENCODE);
    if (rc != CURLUE_OK)
        return lm_fail(err, LM_INVALID, "redirected to what is no URL: %s", curl_url_strerror(rc));
    *out = part(a, u, CURLUPART_URL, 0);
    return LM_OK;
}

const char *http_url_downgrade(struct lm_arena *a, const char *url)
{
    CURLU *u = new_url(a);

    LM_ASSERT(curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK);
    curl_url_set(u, CURLUPART_PORT, NULL, 0);
    LM_ASSERT(curl_url_set(u, CURLUPART_SCHEME, "http", 0) == CURLUE_OK);
    return part(a, u, CURLUPART_URL, 0);
}

lm_code http_proxy_parse(struct lm_arena *a, const char *proxy, struct http_url *out, lm_err *err)
{
    static const char *const schemes[] = {"http",    "https",  "socks4",
                                          "socks4a", "socks5", "socks5h"};
    CURLU *u = new_url(a);

    if (!strstr(proxy, "://") ||
        curl_url_set(u, CURLUPART_URL, proxy, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return lm_fail(err, LM_INVALID, "the proxy is not scheme://[user:password@]host:port");
    if (*part(a, u, CURLUPART_PORT, 0) == '\0')
        return lm_fail(err, LM_INVALID, "the proxy has no port");
    if (read_parts(a, u, out, err))
        return lm_wrap(err, "proxy");
    for (size_t i = 0; i < LM_COUNT(schemes); i++)
        if (strcmp(out->scheme, schemes[i]) == 0)
            return LM_OK;
    return lm_fail(err, LM_INVALID,
                   "the proxy's scheme is '%s'; it is http, https, socks4(a) or socks5(h)",
                   out->scheme);
}

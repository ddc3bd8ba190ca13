/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a request to the door. */
#include "services/scraper/browser/head.h"

#include "common/arena.h"
#include "common/str.h"

enum { MOST_BODY = 64 << 20 };

size_t scraper_head_size(lm_str text)
{
    ptrdiff_t end = lm_str_find(text, LM_STR("\r\n\r\n"), 0);

    return end < 0 ? 0 : (size_t)end + 4;
}

/* Letters, digits and what else a token may have (RFC 9110, 5.6.2). */
static bool is_token(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c && strchr("!#$%&'*+-.^_`|~", c))))
            return false;
    }
    return s.n > 0;
}

static bool has_controls(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] < 0x20)
            return true;
    }
    return false;
}

static bool is_host(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '.' || c == '-' || c == '_' || c == ':'))
            return false;
    }
    return s.n > 0 && s.n <= 255;
}

/* "host", "host:port", "[v6]:port". */
static bool read_authority(struct lm_arena *a, lm_str text, int otherwise, struct scraper_head *out)
{
    lm_str host = text, port = {NULL, 0};
    ptrdiff_t end;
    int64_t number = otherwise;

    out->authority = text;
    if (text.n && text.p[0] == '[') {
        end = lm_str_chr(text, ']', 0);
        if (end < 0)
            return false;
        host = lm_str_sub(text, 1, (size_t)end);
        port = lm_str_sub(text, (size_t)end + 1, text.n);
        if (lm_str_chr(host, ':', 0) < 0 || (port.n && port.p[0] != ':'))
            return false;
        port = lm_str_sub(port, 1, port.n);
    } else if ((end = lm_str_chr(text, ':', 0)) >= 0) {
        host = lm_str_sub(text, 0, (size_t)end);
        port = lm_str_sub(text, (size_t)end + 1, text.n);
        if (!port.n)
            return false;
    }
    if (!is_host(host) || (port.n && !lm_str_int(port, &number)) || number < 1 || number > 65535)
        return false;
    out->host = lm_arena_strz(a, host);
    out->port = (int)number;
    return true;
}

/* "http://host/path"; what goes by https comes as CONNECT. */
static bool read_absolute(struct lm_arena *a, lm_str url, struct scraper_head *out)
{
    const lm_str scheme = LM_STR("http://");
    size_t end = scheme.n;

    if (!lm_str_istarts(url, scheme))
        return false;
    while (end < url.n && url.p[end] != '/' && url.p[end] != '?')
        end++;
    out->path = lm_str_sub(url, end, url.n);
    return read_authority(a, lm_str_sub(url, scheme.n, end), 80, out);
}

static bool read_first(struct lm_arena *a, lm_str line, struct scraper_head *out)
{
    lm_str target;

    if (!lm_str_split(&line, ' ', &out->method) || !lm_str_split(&line, ' ', &target) ||
        !is_token(out->method) || has_controls(target) || !lm_str_starts(line, LM_STR("HTTP/1.")))
        return false;
    out->is_connect = lm_str_eqz(out->method, "CONNECT");
    return out->is_connect ? read_authority(a, target, 0, out) : read_absolute(a, target, out);
}

/* A field that says how long the body is must be there once and be a number; of no other length do we know. */
static bool read_field(lm_str line, bool *has_length, struct scraper_head *out)
{
    lm_str name;

    if (!lm_str_split(&line, ':', &name) || !is_token(name) || has_controls(line))
        return false;
    if (lm_str_ieqz(name, "transfer-encoding"))
        return false;
    if (!lm_str_ieqz(name, "content-length"))
        return true;
    if (*has_length || !lm_str_uint(lm_str_trim(line), &out->body_bytes) ||
        out->body_bytes > MOST_BODY)
        return false;
    *has_length = true;
    return true;
}

lm_code scraper_head_parse(struct lm_arena *a, lm_str head, struct scraper_head *out, lm_err *err)
{
    lm_str rest = head, line;
    bool has_length = false;

    *out = (struct scraper_head){.port = 0};
    if (head.n > SCRAPER_HEAD_BYTES || !lm_str_line(&rest, &line) || !read_first(a, line, out))
        return lm_fail(err, LM_INVALID, "the browser asked for what is no request to a proxy");
    out->fields = rest;
    for (int n = 0; lm_str_line(&rest, &line) && line.n; n++) {
        if (n == SCRAPER_HEAD_FIELDS || !read_field(line, &has_length, out))
            return lm_fail(err, LM_INVALID, "the browser's request has a field that is none");
    }
    if (out->is_connect && out->body_bytes)
        return lm_fail(err, LM_INVALID, "the browser's tunnel begins with a body");
    return LM_OK;
}

/* Of this connection only, or ours to say. */
static bool is_kept_back(lm_str name)
{
    static const char *const names[] = {"host",    "connection", "keep-alive", "te",
                                        "trailer", "upgrade",    "expect"};

    for (size_t i = 0; i < LM_COUNT(names); i++) {
        if (lm_str_ieqz(name, names[i]))
            return true;
    }
    return lm_str_istarts(name, LM_STR("proxy-"));
}

void scraper_head_forward(const struct scraper_head *head, struct lm_buf *out)
{
    lm_str rest = head->fields, line;

    lm_buf_printf(out, "%.*s %s%.*s HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n",
                  LM_FMT(head->method), head->path.n && head->path.p[0] == '/' ? "" : "/",
                  LM_FMT(head->path), LM_FMT(head->authority));
    while (lm_str_line(&rest, &line) && line.n) {
        lm_str value = line, name;

        if (lm_str_split(&value, ':', &name) && !is_kept_back(name)) {
            lm_buf_append(out, line);
            lm_buf_appendz(out, "\r\n");
        }
    }
    lm_buf_appendz(out, "\r\n");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* URLs (RFC 3986). */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

enum { LONGEST_URL = 2000, LONGEST_HOST = 253 };

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the first of `stops` is in s, else its end. */
static size_t until(lm_str s, const char *stops)
{
    size_t at = 0;

    while (at < s.n && (s.p[at] == '\0' || !strchr(stops, s.p[at])))
        at++;
    return at;
}

/* Length of "http" in "http:…"; 0 when there is no scheme. */
static size_t scheme_length(lm_str s)
{
    size_t n = 0;

    while (n < s.n && (is_alpha(s.p[n]) || (n > 0 && (is_digit(s.p[n]) || s.p[n] == '+' ||
                                                      s.p[n] == '-' || s.p[n] == '.'))))
        n++;
    return n < s.n && s.p[n] == ':' ? n : 0;
}

/* What may be in a URL at all: no blanks, no control characters, no backslash, UTF-8. */
static bool is_clean(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '\\')
            return false;
    return lm_utf8_valid(s);
}

static bool is_host_name(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) && !strchr("-._", s.p[i]) &&
            (unsigned char)s.p[i] < 0x80)
            return false;
    return s.n > 0 && s.n <= LONGEST_HOST;
}

static bool is_ipv6(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]) && !is_alpha(s.p[i]) && s.p[i] != ':' && s.p[i] != '.')
            return false;
    return s.n >= 2 && lm_str_chr(s, ':', 0) >= 0;
}

/* "host:port" or "[v6]:port". User info is refused: it is there to deceive. */
static bool parse_authority(lm_str s, struct lm_url *out)
{
    size_t end = until(s, ":");
    uint64_t port = 0;

    if (lm_str_starts(s, LM_STR("["))) {
        end = until(s, "]");
        out->host = lm_str_sub(s, 1, end);
        if (end == s.n || !is_ipv6(out->host))
            return false;
        end++;
    } else {
        out->host = lm_str_sub(s, 0, end);
        if (!is_host_name(out->host))
            return false;
    }
    if (end == s.n)
        return true;
    if (s.p[end] != ':')
        return false;
    out->port = lm_str_sub(s, end + 1, s.n);
    return out->port.n == 0 || (lm_str_uint(out->port, &port) && port > 0 && port <= 65535);
}

/* Cuts path, query and fragment; what is not there stays {NULL, 0}. */
static void parse_tail(lm_str s, struct lm_url *out)
{
    size_t end = until(s, "?#");

    out->path = lm_str_sub(s, 0, end);
    if (end < s.n && s.p[end] == '?') {
        s = lm_str_sub(s, end + 1, s.n);
        end = until(s, "#");
        out->query = lm_str_sub(s, 0, end);
    }
    if (end < s.n)
        out->fragment = lm_str_sub(s, end + 1, s.n);
}

bool lm_url_parse(lm_str url, struct lm_url *out)
{
    size_t scheme = scheme_length(url);
    lm_str rest = lm_str_sub(url, scheme, url.n);
    size_t end;

    *out = (struct lm_url){.scheme = lm_str_sub(url, 0, scheme)};
    if (scheme == 0 || !lm_str_starts(rest, LM_STR("://")) || !is_clean(url))
        return false;
    rest = lm_str_sub(rest, 3, rest.n);
    end = until(rest, "/?#");
    if (!parse_authority(lm_str_sub(rest, 0, end), out))
        return false;
    parse_tail(lm_str_sub(rest, end, rest.n), out);
    return true;
}

bool lm_url_valid(lm_str url)
{
    struct lm_url u;

    if (url.n > LONGEST_URL || !lm_url_parse(url, &u))
        return false;
    if (!lm_str_ieqz(u.scheme, "http") && !lm_str_ieqz(u.scheme, "https"))
        return false;
    if (lm_str_chr(u.host, ':', 0) >= 0) /* [::1] */
        return true;
    return lm_str_chr(u.host, '.', 0) > 0 && lm_str_find(u.host, LM_STR(".."), 0) < 0;
}

/* Takes "." and ".." out of a path that starts with a slash (RFC 3986 section 5.2.4). */
static lm_str remove_dots(struct lm_arena *a, lm_str path)
{
    char *out = lm_arena_alloc(a, path.n + 2);
    size_t n = 0;
    lm_str rest = lm_str_sub(path, 1, path.n), segment;

    if (path.n == 0)
        return path;
    while (lm_str_split(&rest, '/', &segment)) {
        bool is_up = lm_str_eqz(segment, "..");

        if (!is_up && !lm_str_eqz(segment, ".")) {
            out[n++] = '/';
            memcpy(out + n, segment.p, segment.n);
            n += segment.n;
            continue;
        }
        while (is_up && n > 0 && out[--n] != '/')
            ;
        if (!rest.p) /* it was the last one: a folder */
            out[n++] = '/';
    }
    return (lm_str){out, n};
}

/* Merges a relative path with the base's (section 5.2.3). */
static lm_str merge(struct lm_arena *a, lm_str base, lm_str path)
{
    size_t folder = base.n;

    while (folder > 0 && base.p[folder - 1] != '/')
        folder--;
    return lm_str_z(lm_arena_printf(
        a, "%.*s%.*s", LM_FMT(folder ? lm_str_sub(base, 0, folder) : LM_STR("/")), LM_FMT(path)));
}

/* Host and port as they stand in the URL. */
static lm_str authority_of(const struct lm_url *u)
{
    const char *from = u->scheme.p + u->scheme.n + 3;

    return (lm_str){from, (size_t)(u->path.p - from)};
}

static lm_str compose(struct lm_arena *a, lm_str scheme, lm_str authority, lm_str path,
                      lm_str query)
{
    size_t room = 3 * (scheme.n + authority.n + path.n + query.n) + 8;
    struct lm_buf b = lm_buf_in(a, room);
    struct lm_url check;

    lm_buf_printf(&b, "%.*s://%.*s", LM_FMT(scheme), LM_FMT(authority));
    lm_buf_append(&b, remove_dots(a, path));
    if (query.p) {
        lm_buf_char(&b, '?');
        lm_buf_append(&b, query);
    }
    return !b.failed && lm_url_parse(lm_buf_str(&b), &check) ? lm_buf_str(&b) : (lm_str){NULL, 0};
}

/* Pages have blanks in their links; browsers write them %20. */
static lm_str without_blanks(struct lm_arena *a, lm_str s)
{
    struct lm_buf b = lm_buf_in(a, 3 * s.n);

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ')
            lm_buf_appendz(&b, "%20");
        else
            lm_buf_char(&b, s.p[i]);
    }
    return b.n ? lm_buf_str(&b) : LM_STR("");
}

lm_str lm_url_join(struct lm_arena *a, lm_str base, lm_str ref)
{
    struct lm_url b, r = {.path = {NULL, 0}};
    lm_str none = {NULL, 0};

    ref = without_blanks(a, lm_str_trim(ref));
    if (!lm_url_parse(base, &b))
        return none;
    if (scheme_length(ref) > 0)
        return lm_url_parse(ref, &r) ? compose(a, r.scheme, authority_of(&r), r.path, r.query)
                                     : none;
    if (lm_str_starts(ref, LM_STR("//"))) {
        lm_str whole = lm_str_z(lm_arena_printf(a, "%.*s:%.*s", LM_FMT(b.scheme), LM_FMT(ref)));

        return lm_url_parse(whole, &r) ? compose(a, r.scheme, authority_of(&r), r.path, r.query)
                                       : none;
    }
    parse_tail(ref, &r);
    if (r.path.n == 0)
        return compose(a, b.scheme, authority_of(&b), b.path, r.query.p ? r.query : b.query);
    if (r.path.p[0] != '/')
        r.path = merge(a, b.path, r.path);
    return compose(a, b.scheme, authority_of(&b), r.path, r.query);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/letter.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"

enum { LETTER_LIMIT = 512 * 1024 };

/* Takes one header off *rest, folded lines joined. False: the empty line that ends them. */
static bool next_header(struct lm_arena *a, lm_str *rest, lm_str *name, lm_str *value)
{
    struct lm_buf b = lm_buf_in(a, LETTER_LIMIT);
    ptrdiff_t colon;
    lm_str line;

    if (!lm_str_line(rest, &line) || line.n == 0)
        return false;
    colon = lm_str_chr(line, ':', 0);
    *name = colon < 0 ? (lm_str){0} : lm_str_sub(line, 0, (size_t)colon);
    lm_buf_append(&b, lm_str_trim(lm_str_sub(line, (size_t)(colon + 1), line.n)));
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t') && lm_str_line(rest, &line)) {
        lm_buf_char(&b, ' ');
        lm_buf_append(&b, lm_str_trim(line));
    }
    *value = lm_buf_str(&b);
    return true;
}

/* The address in a From or To header: what is in the last angle brackets, or all of it. */
static lm_str address_of(struct lm_arena *a, lm_str value)
{
    size_t start = value.n, end;
    char *copy;

    while (start > 0 && value.p[start - 1] != '<')
        start--;
    end = start;
    while (end < value.n && value.p[end] != '>')
        end++;
    copy = lm_arena_strz(a, lm_str_trim(lm_str_sub(value, start, end)));
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 'a' - 'A');
    return lm_str_z(copy);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Quoted-printable, over the whole body at once: boundaries and headers of parts have no "=XX" in
 * them that matters here. What is not an escape stays.
 */
static lm_str unquote(struct lm_arena *a, lm_str in)
{
    struct lm_buf out = lm_buf_in(a, LETTER_LIMIT);

    for (size_t i = 0; i < in.n; i++) {
        if (in.p[i] == '=' && i + 2 < in.n && hex(in.p[i + 1]) >= 0 && hex(in.p[i + 2]) >= 0) {
            lm_buf_char(&out, (char)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2])));
            i += 2;
        } else if (in.p[i] == '=' && i + 1 < in.n && in.p[i + 1] == '\n') {
            i += 1;
        } else if (in.p[i] == '=' && i + 2 < in.n && in.p[i + 1] == '\r') {
            i += 2;
        } else {
            lm_buf_char(&out, in.p[i]);
        }
    }
    return lm_buf_str(&out);
}

/* &amp; is the one entity that links of ours have. */
static lm_str plain_url(struct lm_arena *a, lm_str url)
{
    struct lm_buf out = lm_buf_in(a, LETTER_LIMIT);
    ptrdiff_t at;

    while ((at = lm_str_find(url, LM_STR("&amp;"), 0)) >= 0) {
        lm_buf_append(&out, lm_str_sub(url, 0, (size_t)at + 1));
        url = lm_str_sub(url, (size_t)at + 5, url.n);
    }
    lm_buf_append(&out, url);
    return lm_buf_str(&out);
}

/* The first attribute `start`…" whose value has `mark` in it. */
static lm_str find_url(struct lm_arena *a, lm_str html, lm_str start, const char *mark)
{
    for (ptrdiff_t at = 0; (at = lm_str_find(html, start, (size_t)at)) >= 0;) {
        size_t from = (size_t)at + start.n;
        ptrdiff_t end = lm_str_chr(html, '"', from);
        lm_str url;

        if (end < 0)
            return (lm_str){0};
        url = lm_str_sub(html, from, (size_t)end);
        if (lm_str_find(url, lm_str_z(mark), 0) >= 0)
            return plain_url(a, url);
        at = end;
    }
    return (lm_str){0};
}

/* Between the plain part's headers and the next boundary. */
static lm_str plain_part(lm_str body)
{
    ptrdiff_t type = lm_str_ifind(body, LM_STR("content-type: text/plain"), 0), start, end;

    if (type < 0)
        return body;
    start = lm_str_find(body, LM_STR("\n\r\n"), (size_t)type);
    if (start < 0)
        start = lm_str_find(body, LM_STR("\n\n"), (size_t)type);
    if (start < 0)
        return (lm_str){0};
    end = lm_str_find(body, LM_STR("\n--"), (size_t)start + 2);
    return lm_str_trim(lm_str_sub(body, (size_t)start, end < 0 ? body.n : (size_t)end));
}

lm_code letter_read(struct lm_arena *a, lm_str raw, struct letter *out, lm_err *err)
{
    lm_str name, value, body;

    memset(out, 0, sizeof(*out));
    while (next_header(a, &raw, &name, &value)) {
        if (lm_str_ieqz(name, "from"))
            out->from_address = address_of(a, value);
        else if (lm_str_ieqz(name, "to"))
            out->to_address = address_of(a, value);
        else if (lm_str_ieqz(name, "subject"))
            out->subject = value;
        else if (lm_str_ieqz(name, "message-id"))
            out->message_id = value;
        else if (lm_str_ieqz(name, "references"))
            out->references = value;
    }
    if (!out->from_address.n || !out->to_address.n || !out->message_id.n)
        return lm_fail(err, LM_INVALID, "a mail without From, To or Message-ID");
    body = unquote(a, raw);
    out->pixel_url = find_url(a, body, LM_STR("<img src=\""), "/t/o/");
    out->link_url = find_url(a, body, LM_STR("href=\""), "/t/c/");
    out->text = plain_part(body);
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/guard.h"

#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

/* Headers of which a second one changes the meaning, in the order of the counters below. */
static const char *const single[] = {
    "content-length", "transfer-encoding", "host",      "authorization",
    "content-type",   "idempotency-key",   "x-lm-seen", "sec-websocket-key",
};
enum { CONTENT_LENGTH = 0, TRANSFER_ENCODING = 1 };

static const char *check_line(lm_str line, unsigned seen[LM_COUNT(single)])
{
    ptrdiff_t colon = lm_str_chr(line, ':', 0);
    lm_str name;

    if (line.p[0] == ' ' || line.p[0] == '\t')
        return "a header is folded over two lines";
    if (colon <= 0)
        return "a header has no name";
    name = lm_str_sub(line, 0, (size_t)colon);
    if (memchr(name.p, ' ', name.n) || memchr(name.p, '\t', name.n))
        return "a header has white space in its name";
    for (size_t i = 0; i < LM_COUNT(single); i++) {
        if (lm_str_ieqz(name, single[i]) && ++seen[i] > 1)
            return "a header that may be there once is there twice";
    }
    return NULL;
}

const char *gateway_guard_head(lm_str head)
{
    unsigned seen[LM_COUNT(single)] = {0};
    const char *why;
    lm_str rest = head;
    lm_str line;
    size_t n = 0;

    if (!lm_str_line(&rest, &line))
        return "there is no request line";
    while (lm_str_line(&rest, &line) && line.n) {
        if (++n > GATEWAY_HEADERS)
            return "there are too many headers";
        if ((size_t)(line.p + line.n - head.p) > GATEWAY_HEAD_BYTES)
            return "the headers are too long";
        if ((why = check_line(line, seen)))
            return why;
    }
    if (seen[CONTENT_LENGTH] && seen[TRANSFER_ENCODING])
        return "Content-Length and Transfer-Encoding are both there";
    return NULL;
}

const char *gateway_guard_target(struct lm_arena *a, lm_str target)
{
    lm_str plain;

    if (target.n > GATEWAY_TARGET_BYTES)
        return "the path is too long";
    if (!target.n || target.p[0] != '/')
        return "the path does not begin with a slash";
    if (!lm_percent_decode(a, target, false, &plain))
        return "the path has a broken %XX";
    if (!lm_utf8_valid(plain))
        return "the path is not UTF-8";
    for (size_t i = 0; i < plain.n; i++) {
        if ((unsigned char)plain.p[i] < 0x20 || plain.p[i] == 0x7f)
            return "the path has control characters";
    }
    return NULL;
}

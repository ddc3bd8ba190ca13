/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to and from a browser. */
#include "services/scraper/browser/devtools.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/str.h"

enum { COMMAND_BYTES = 64 << 10, PIECE_BYTES = 64 << 10 };

void scraper_devtools_init(struct scraper_devtools *d, int to, int from, size_t message_bytes,
                           uint64_t all_bytes)
{
    *d = (struct scraper_devtools){.to = to, .from = from, .left = all_bytes};
    lm_buf_init(&d->in, message_bytes);
}

void scraper_devtools_fini(struct scraper_devtools *d)
{
    lm_buf_fini(&d->in);
}

static lm_code has_gone(lm_err *err)
{
    return lm_fail(err, LM_UNAVAILABLE,
                   "the browser ended by itself; if it always does, see whether its sandbox is "
                   "allowed here (scraper.browser_sandbox)");
}

/* The pipe takes 64 KiB, and a browser that has that much unread does not listen. */
lm_code scraper_devtools_send(struct scraper_devtools *d, const char *session, const char *method,
                              lm_str params, int64_t *id, lm_err *err)
{
    struct lm_buf b;
    bool is_sent;

    lm_buf_init(&b, COMMAND_BYTES);
    lm_buf_printf(&b, "{\"id\":%lld,\"method\":\"%s\",", (long long)++d->last_id, method);
    if (session)
        lm_buf_printf(&b, "\"sessionId\":\"%s\",", session);
    lm_buf_printf(&b, "\"params\":%.*s}", LM_FMT(params));
    lm_buf_char(&b, '\0');
    *id = d->last_id;
    is_sent = !b.failed && write(d->to, b.p, b.n) == (ssize_t)b.n;
    lm_buf_fini(&b);
    return is_sent ? LM_OK : has_gone(err);
}

static lm_code read_more(struct scraper_devtools *d, int64_t ms, lm_err *err)
{
    struct pollfd p = {.fd = d->from, .events = POLLIN};
    char piece[PIECE_BYTES];
    ssize_t n;

    if (poll(&p, 1, (int)ms) <= 0)
        return LM_OK;
    n = read(d->from, piece, sizeof(piece));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return LM_OK;
    if (n <= 0)
        return has_gone(err);
    lm_buf_append(&d->in, (lm_str){piece, (size_t)n});
    if (d->in.failed || (uint64_t)n > d->left)
        return lm_fail(err, LM_TOO_LARGE, "the page is larger than what is read of one");
    d->left -= (uint64_t)n;
    return LM_OK;
}

static bool take(struct scraper_devtools *d, struct lm_arena *a, lm_str *out)
{
    lm_str all = lm_buf_str(&d->in);
    ptrdiff_t end = lm_str_chr(all, '\0', d->searched);
    size_t rest;

    if (end < 0) {
        d->searched = all.n;
        return false;
    }
    *out = lm_arena_dup(a, lm_str_sub(all, 0, (size_t)end));
    rest = all.n - (size_t)end - 1;
    memmove(d->in.p, d->in.p + end + 1, rest);
    lm_buf_cut(&d->in, rest);
    d->searched = 0;
    return true;
}

lm_code scraper_devtools_receive(struct scraper_devtools *d, struct lm_arena *a, int64_t ms,
                                 lm_str *out, lm_err *err)
{
    *out = (lm_str){NULL, 0};
    if (take(d, a, out))
        return LM_OK;
    if (read_more(d, ms, err))
        return err->code;
    take(d, a, out);
    return LM_OK;
}

lm_code scraper_message_parse(struct lm_arena *a, lm_str text, struct scraper_message *out,
                              lm_err *err)
{
    struct lm_jval *v;

    if (lm_json_parse(a, text, &v, err))
        return lm_wrap(err, "the browser");
    if (v->type != LM_J_OBJ)
        return lm_fail(err, LM_INVALID, "the browser said what is no message");
    *out = (struct scraper_message){
        .id = lm_jint(v, "id", 0),
        .session = lm_jstr(v, "sessionId"),
        .method = lm_jstr(v, "method"),
        .problem = lm_jstr(v, "error.message"),
        .params = lm_jget(v, "params"),
        .result = lm_jget(v, "result"),
    };
    return LM_OK;
}

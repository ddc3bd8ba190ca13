/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pixels and clicks. Nobody else is asked: the picture is always the same, and a link carries the
 * signature of its target. The hit is on the disk before it is answered.
 */
#include "common/json.h"
#include "common/links.h"
#include "common/metrics.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/tracker.pb-c.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"
#include "services/gateway/http/query.h"

enum { AGENT_BYTES = 500, URL_BYTES = 2000, RETRY_MS = 60000 };

/* GIF89a, one transparent point, 43 bytes. */
static const unsigned char pixel[43] = {
    'G',  'I',  'F',  '8',  '9',  'a',  0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0xff, 0xff,
    0xff, 0x00, 0x00, 0x00, 0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3b,
};

/*
 * A picture says that the open was kept. Where it could not be (no room on the disk), the program that
 * shows the mail hears so, stores nothing, and asks again the next time.
 */
static void answer_pixel(struct gateway_exchange *x)
{
    if (!x->req)
        return;
    if (x->err.code) {
        gateway_answer_problem(x);
        return;
    }
    gateway_add_header(x, "cache-control",
                       LM_STR("no-store, no-cache, must-revalidate, max-age=0"));
    gateway_add_header(x, "pragma", LM_STR("no-cache"));
    gateway_add_header(x, "expires", LM_STR("0"));
    gateway_answer(x, 200, "image/gif", (lm_str){(const char *)pixel, sizeof(pixel)});
}

/* Kept or not (then it was counted): a person wants to get to the page. */
static void answer_click(struct gateway_exchange *x)
{
    if (!x->req)
        return;
    gateway_add_header(x, "location", x->answer);
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    gateway_answer(x, 302, NULL, LM_STR(""));
}

static void on_spooled(struct gateway_spool_entry *e, bool is_durable)
{
    struct gateway_exchange *x = H2O_STRUCT_FROM_MEMBER(struct gateway_exchange, entry, e);

    if (!is_durable) {
        lm_fail(&x->err, LM_UNAVAILABLE, "this could not be kept; please try again in a minute");
        x->err.retry_after_ms = RETRY_MS;
    }
    gateway_shelve(x);
}

static char *text_of(struct gateway_exchange *x, lm_str value, size_t limit)
{
    if (!value.n || !lm_utf8_valid(value))
        return NULL;
    return lm_arena_strz(x->arena, lm_utf8_cut(value, limit));
}

static void keep(struct gateway_exchange *x, Tracker__HitKind kind, lm_str id, lm_str url,
                 void (*answer)(struct gateway_exchange *x))
{
    Tracker__Hit hit = TRACKER__HIT__INIT;

    hit.kind = kind;
    hit.tracking_id = lm_arena_strz(x->arena, id);
    hit.at = lm_clock_ms();
    hit.ip = x->address[0] ? x->address : NULL;
    hit.user_agent = text_of(x, gateway_header(x->req, "user-agent"), AGENT_BYTES);
    hit.referer = text_of(x, gateway_header(x->req, "referer"), AGENT_BYTES);
    hit.url = text_of(x, url, URL_BYTES);
    x->entry.payload = lm_pb_pack(x->arena, &hit.base);
    x->entry.done = on_spooled;
    gateway_park(x, answer);
    gateway_keep_hit(x);
}

static int track_open(struct gateway_exchange *x, lm_str file)
{
    lm_str id = lm_str_sub(file, 0, LM_ID_SIZE - 1);

    /* An unknown id gets the picture too: nobody learns which ids are ours. */
    if (lm_id_valid(id) && lm_str_eqz(lm_str_sub(file, LM_ID_SIZE - 1, file.n), ".gif"))
        keep(x, TRACKER__HIT_KIND__OPEN, id, (lm_str){NULL, 0}, answer_pixel);
    else
        answer_pixel(x);
    return 0;
}

static int track_click(struct gateway_exchange *x, lm_str id)
{
    lm_str query = gateway_query(x->req);
    lm_str url = gateway_query_get(x->arena, query, "url");
    lm_str signature = gateway_query_get(x->arena, query, "s");

    if (!lm_id_valid(id) || !url.n || url.n > URL_BYTES || !lm_url_valid(url) ||
        !lm_link_check(lm_str_z(gateway_settings.tracking_key), id, url, signature)) {
        gateway_answer_failed(x, LM_INVALID, "this link is not one of ours");
        return 0;
    }
    x->answer = url;
    keep(x, TRACKER__HIT_KIND__CLICK, id, url, answer_click);
    return 0;
}

int gateway_track(struct gateway_exchange *x)
{
    lm_str path = gateway_path(x->req);
    bool is_head = lm_str_eqz(gateway_str(x->req->method), "HEAD");

    if (!lm_str_starts(path, LM_STR("/t/")))
        return -1;
    if (!is_head && !lm_str_eqz(gateway_str(x->req->method), "GET")) {
        gateway_add_header(x, "allow", LM_STR("GET, HEAD"));
        gateway_answer_failed(x, LM_METHOD, "only GET");
    } else if (lm_str_starts(path, LM_STR("/t/o/"))) {
        return track_open(x, lm_str_sub(path, 5, path.n));
    } else if (lm_str_starts(path, LM_STR("/t/c/"))) {
        return track_click(x, lm_str_sub(path, 5, path.n));
    } else {
        gateway_answer_failed(x, LM_NOT_FOUND, "nothing is here");
    }
    return 0;
}

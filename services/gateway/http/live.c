/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live events: a WebSocket on which people see what happens in their tenant. The first frame of the
 * client is {"token": …}; then it gets {type, subject_id, source, seq, at}, at most one for a type
 * and subject each tenth of a second. Who cannot keep up is told to look again ({"type":"resync"})
 * or, when not even that goes out, dropped.
 *
 * The tail's thread puts events in a ring a loop; the loop's timer, which runs while somebody is
 * connected, takes them out. After the upgrade h2o knows nothing of the connection: the list here
 * is the only one there is.
 */
#include <h2o/websocket.h>

#include "common/buf.h"
#include "common/event.h"
#include "common/json.h"
#include "common/metrics.h"
#include "common/str.h"
#include "services/gateway/auth/auth.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"

enum {
    TICK_MS = 100,
    TOKEN_WITHIN_MS = 10000,
    PING_MS = 30000,
    CHECK_MS = 1000,
    CLOSE_WITHIN_MS = 2000,
    RING = 512,    /* events between two ticks, of all tenants */
    PENDING = 128, /* for one client */
    TYPE_BYTES = 64,
    FRAME_BYTES = 8192,       /* from a client: a token */
    QUEUED_BYTES = 256 << 10, /* to a client that does not read */
    CLIENT_MEMORY = 128 << 10,
    GOING_AWAY = 1001,
    POLICY = 1008,
};

struct note {
    char tenant_id[LM_ID_SIZE], subject_id[LM_ID_SIZE];
    char type[TYPE_BYTES], source[16];
    int64_t seq, at;
};

struct client {
    struct client *next, **link; /* the loop's list */
    struct lm_arena *arena;
    struct gateway_live *live;
    h2o_websocket_conn_t *conn;
    struct gateway_claims who; /* role LM_ROLE_NONE: has not shown a token */
    int64_t came_ms, pinged_ms, checked_ms;
    int64_t close_by_ms; /* 0: open */
    struct note *pending;
    size_t n_pending;
    bool has_missed;
};

struct gateway_live {
    uv_timer_t timer;
    bool is_ticking;
    struct client *clients; /* the loop's alone */
    atomic_int n_clients;   /* the tail looks at it */
    pthread_mutex_t lock;   /* guards what follows */
    struct note ring[RING];
    size_t n;
    bool has_missed;
};

static atomic_int n_all;

static struct lm_metric *gauge(void)
{
    return lm_gauge("lm_gateway_live_connections", "Open WebSocket connections", NULL, NULL);
}

/* ---- on the tail's thread ---- */

static void put_note(struct gateway_live *live, const struct lm_tail_event *ev)
{
    struct note *n;

    pthread_mutex_lock(&live->lock);
    if (live->n == RING) {
        live->has_missed = true;
    } else {
        n = &live->ring[live->n++];
        snprintf(n->tenant_id, sizeof(n->tenant_id), "%s", ev->tenant_id);
        snprintf(n->subject_id, sizeof(n->subject_id), "%s", ev->subject_id);
        snprintf(n->type, sizeof(n->type), "%s", ev->type);
        snprintf(n->source, sizeof(n->source), "%s", ev->source);
        n->seq = ev->seq;
        n->at = ev->occurred_at;
    }
    pthread_mutex_unlock(&live->lock);
}

void gateway_live_event(void *arg, const struct lm_tail_event *ev)
{
    (void)arg;
    if (atomic_load(&n_all) == 0 || !ev->tenant_id || !ev->tenant_id[0])
        return;
    for (size_t i = 0; i < gateway_server.n_loops; i++) {
        struct gateway_live *live = gateway_server.loops[i].live;

        if (live && atomic_load(&live->n_clients) > 0)
            put_note(live, ev);
    }
}

/* ---- a client; on the loop ---- */

static void forget(struct client *c)
{
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    atomic_fetch_sub(&c->live->n_clients, 1);
    lm_metric_set(gauge(), atomic_fetch_sub(&n_all, 1) - 1);
    h2o_websocket_close(c->conn);
    lm_arena_free(c->arena);
}

static void send_text(struct client *c, lm_str text)
{
    struct wslay_event_msg msg = {WSLAY_TEXT_FRAME, (const uint8_t *)text.p, text.n};

    wslay_event_queue_msg(c->conn->ws_ctx, &msg);
}

static void begin_close(struct client *c, uint16_t code, const char *why)
{
    if (c->close_by_ms)
        return;
    c->close_by_ms = lm_mono_ms() + CLOSE_WITHIN_MS;
    wslay_event_queue_close(c->conn->ws_ctx, code, (const uint8_t *)why, strlen(why));
}

static void take_token(struct client *c, lm_str frame)
{
    struct lm_arena *scratch = lm_arena_new(FRAME_BYTES * 16);
    lm_err err = LM_ERR_INIT;
    struct lm_jval *v;

    if (lm_json_parse(scratch, frame, &v, &err) == LM_OK &&
        gateway_auth_check(scratch, lm_jstr(v, "token"), &c->who, &err) == LM_OK) {
        send_text(c, LM_STR("{\"type\":\"ready\"}"));
    } else {
        c->who.role = LM_ROLE_NONE;
        begin_close(c, POLICY, "the token is not good");
    }
    lm_arena_free(scratch);
}

/* Frees the client when the connection is gone. Inside h2o_websocket_proceed: queue only. */
static void on_message(h2o_websocket_conn_t *conn, const struct wslay_event_on_msg_recv_arg *arg)
{
    struct client *c = conn->data;

    if (!arg) {
        forget(c);
        return;
    }
    if (wslay_is_ctrl_frame(arg->opcode) || c->close_by_ms || c->who.role != LM_ROLE_NONE)
        return;
    take_token(c, (lm_str){(const char *)arg->msg, arg->msg_length});
}

static void add_pending(struct client *c, const struct note *n)
{
    for (size_t i = 0; i < c->n_pending; i++) {
        if (strcmp(c->pending[i].subject_id, n->subject_id) == 0 &&
            strcmp(c->pending[i].type, n->type) == 0) {
            c->pending[i] = *n;
            return;
        }
    }
    if (c->n_pending == PENDING)
        c->has_missed = true;
    else
        c->pending[c->n_pending++] = *n;
}

static void send_note(struct client *c, const struct note *n)
{
    char at[LM_RFC3339_SIZE];
    char text[512];
    int len = snprintf(text, sizeof(text),
                       "{\"type\":\"%s\",\"subject_id\":\"%s\",\"source\":\"%s\",\"seq\":%lld,"
                       "\"at\":\"%s\"}",
                       n->type, n->subject_id, n->source, (long long)n->seq, lm_rfc3339(n->at, at));

    send_text(c, (lm_str){text, (size_t)len});
}

static void flush(struct client *c)
{
    if (c->has_missed)
        send_text(c, LM_STR("{\"type\":\"resync\"}"));
    for (size_t i = 0; i < c->n_pending && !c->has_missed; i++)
        send_note(c, &c->pending[i]);
    c->has_missed = false;
    c->n_pending = 0;
}

/* Time-outs, pings, tokens that ran out or were revoked. False: it is to be dropped. */
static bool look_after(struct client *c, int64_t now)
{
    if (c->close_by_ms)
        return now < c->close_by_ms;
    if (wslay_event_get_queued_msg_length(c->conn->ws_ctx) > QUEUED_BYTES)
        return false;
    if (c->who.role == LM_ROLE_NONE) {
        if (now - c->came_ms > TOKEN_WITHIN_MS)
            begin_close(c, POLICY, "no token came");
        return true;
    }
    if (now - c->checked_ms >= CHECK_MS) {
        c->checked_ms = now;
        if (c->who.expires_at <= lm_real_ms() || gateway_auth_is_revoked(&c->who))
            begin_close(c, POLICY, "the token ran out");
    }
    if (now - c->pinged_ms >= PING_MS) {
        struct wslay_event_msg ping = {WSLAY_PING, NULL, 0};

        c->pinged_ms = now;
        wslay_event_queue_msg(c->conn->ws_ctx, &ping);
    }
    return true;
}

/* ---- a loop's tick ---- */

static void spread(struct gateway_live *live)
{
    pthread_mutex_lock(&live->lock);
    for (struct client *c = live->clients; c; c = c->next) {
        if (c->who.role == LM_ROLE_NONE)
            continue;
        c->has_missed |= live->has_missed;
        for (size_t i = 0; i < live->n; i++) {
            if (strcmp(live->ring[i].tenant_id, c->who.tenant_id) == 0)
                add_pending(c, &live->ring[i]);
        }
    }
    live->n = 0;
    live->has_missed = false;
    pthread_mutex_unlock(&live->lock);
}

static void on_tick(uv_timer_t *timer)
{
    struct gateway_live *live = timer->data;
    int64_t now = lm_mono_ms();
    struct client *next;

    spread(live);
    for (struct client *c = live->clients; c; c = next) {
        next = c->next;
        if (!c->conn->sock) /* the upgrade is on its way */
            continue;
        if (!look_after(c, now)) {
            forget(c);
            continue;
        }
        if (!c->close_by_ms)
            flush(c);
        h2o_websocket_proceed(c->conn); /* may forget it */
    }
    if (!live->clients) {
        uv_timer_stop(&live->timer);
        live->is_ticking = false;
    }
}

void gateway_live_loop_start(struct gateway_loop *loop, struct lm_arena *a)
{
    loop->live = LM_NEW(a, struct gateway_live);
    pthread_mutex_init(&loop->live->lock, NULL);
    uv_timer_init(&loop->uv, &loop->live->timer);
    loop->live->timer.data = loop->live;
}

void gateway_live_loop_stop(struct gateway_loop *loop)
{
    struct client *next;

    for (struct client *c = loop->live->clients; c; c = next) {
        next = c->next;
        if (!c->conn->sock)
            continue;
        begin_close(c, GOING_AWAY, "the server stops");
        h2o_websocket_proceed(c->conn);
    }
}

/* ---- the request ---- */

static void upgrade(struct gateway_exchange *x, const char *key)
{
    struct lm_arena *arena = lm_arena_new(CLIENT_MEMORY);
    struct client *c = LM_NEW(arena, struct client);
    struct gateway_live *live = x->loop->live;

    c->arena = arena;
    c->live = live;
    c->pending = LM_NEW_ARRAY(arena, struct note, PENDING);
    c->came_ms = c->pinged_ms = lm_mono_ms();
    c->next = live->clients;
    c->link = &live->clients;
    if (c->next)
        c->next->link = &c->next;
    live->clients = c;
    atomic_fetch_add(&live->n_clients, 1);
    lm_metric_set(gauge(), atomic_fetch_add(&n_all, 1) + 1);
    lm_visitors_upgraded(x->req);
    c->conn = h2o_upgrade_to_websocket(x->req, key, c, on_message);
    wslay_event_config_set_max_recv_msg_length(c->conn->ws_ctx, FRAME_BYTES);
    if (!live->is_ticking)
        uv_timer_start(&live->timer, on_tick, TICK_MS, TICK_MS);
    live->is_ticking = true;
}

int gateway_live(struct gateway_exchange *x)
{
    lm_str path = gateway_path(x->req);
    const char *key = NULL;

    if (!lm_str_eqz(path, "/api/live") && !lm_str_eqz(path, "/api/v1/live"))
        return -1;
    /* Returns 0 for ordinary requests too: only the key tells. */
    if (x->req->version >= 0x200 || h2o_is_websocket_handshake(x->req, &key) != 0 || !key)
        gateway_answer_failed(x, LM_INVALID, "this path takes WebSocket connections");
    else if (atomic_load(&n_all) >= gateway_settings.max_live)
        gateway_answer_failed(x, LM_UNAVAILABLE, "too many live connections are open");
    else if (x->loop->stop_at_ms)
        gateway_answer_failed(x, LM_UNAVAILABLE, "the server stops");
    else
        upgrade(x, key);
    return 0;
}

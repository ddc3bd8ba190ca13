/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The asking end of calls. A call goes to the replica with the fewest calls outstanding among those
 * that said ready less than two seconds ago; when that one answers "not ready" or "wrong service",
 * goes away, or falls silent, the call is tried at another, until its deadline. So a request may
 * reach two replicas: a call that writes is made once by its request id (see job and call store).
 */
#include "common/bus_internal.h"

#include <nng/protocol/reqrep0/req.h>

#include "common/clock.h"
#include "common/crypto.h"
#include "common/metrics.h"
#include "common/str.h"

/* -- a call's own memory -- */

static size_t text_size(const char *z)
{
    return z && *z ? strlen(z) + 1 : 0;
}

/* Appends a copy; NULL for what is empty, so that it takes no room in the frame. */
static char *text_put(char **at, const char *z)
{
    size_t n = text_size(z);
    char *copy = *at;

    if (n == 0)
        return NULL;
    memcpy(copy, z, n);
    *at += n;
    return copy;
}

static struct bus_call *call_new(struct lm_bus *bus, const char *service,
                                 const struct lm_bus_request *r)
{
    struct bus_call *c = calloc(1, sizeof(*c));
    Lm__Envelope *e;
    char *at;

    LM_ASSERT(c != NULL);
    at = c->memory = malloc(text_size(service) + text_size(r->method) + text_size(r->tenant_id) +
                            text_size(r->user_id) + text_size(r->request_id) +
                            text_size(r->traceparent) + text_size(r->call_id) + r->body.n + 1);
    LM_ASSERT(at != NULL);
    c->bus = bus;
    c->deadline_ms = r->deadline_ms;
    c->envelope = bus_envelope(bus, LM__ENVELOPE__DIRECTION__CALL);
    e = &c->envelope;
    e->destination = text_put(&at, service);
    e->method = text_put(&at, r->method);
    e->tenant_id = text_put(&at, r->tenant_id);
    e->user_id = text_put(&at, r->user_id);
    e->request_id = text_put(&at, r->request_id);
    e->traceparent = text_put(&at, r->traceparent);
    e->call_id = text_put(&at, r->call_id);
    e->has_role = e->has_timeout_ms = e->has_body = e->has_nonce = true;
    e->role = (uint32_t)r->role;
    lm_random(&e->nonce, sizeof(e->nonce));
    e->body = (ProtobufCBinaryData){r->body.n, (uint8_t *)at};
    if (r->body.n > 0)
        memcpy(at, r->body.p, r->body.n);
    return c;
}

static void call_free(struct bus_call *c)
{
    free(c->memory);
    free(c);
}

static void call_fail(struct bus_call *c, lm_code code, const char *why)
{
    struct lm_bus_answer answer = {.err = LM_ERR_INIT};

    lm_fail(&answer.err, code, "%s: %s", c->envelope.destination, why);
    c->done(c->arg, &answer);
    call_free(c);
}

/* -- which replica -- */

static bool was_tried(const struct bus_call *c, const struct bus_peer *p)
{
    for (unsigned i = 0; i < c->n_tried; i++)
        if (c->tried[i] == p)
            return true;
    return false;
}

/* No heartbeat for two seconds, from its connection on. */
bool bus_peer_is_silent(const struct bus_peer *p, int64_t now)
{
    return now - LM_MAX(p->heard_at, p->connected_at) >= BUS_READY_MS;
}

/*
 * 0 is best; -1: not to be asked. Who says it is not ready is asked when there is nobody else: it serves in its lame
 * duck, or has become ready and its word got lost; otherwise it refuses at once.
 */
static int rank(const struct bus_peer *p, int64_t now)
{
    bool is_unready = p->heard_at > 0 && !p->is_ready;

    if (p->is_wrong || (is_unready && (!p->is_connected || bus_peer_is_silent(p, now))))
        return -1;
    if (is_unready)
        return 4;
    if (!p->is_connected) /* it may just be coming */
        return p->connected_at == 0 && now - p->made_at < BUS_CONNECTING_MS ? 2 : -1;
    if (bus_peer_is_silent(p, now))
        return 3; /* only when there is no other */
    return p->heard_at > 0 ? 0 : 1;
}

static struct bus_peer *pick(struct lm_bus *bus, const struct bus_call *c)
{
    struct bus_peer *best = NULL;
    int64_t now = lm_mono_ms();
    int best_rank = 0;
    unsigned ties = 0;

    if (c->n_tried == BUS_TRIES_MAX)
        return NULL;
    for (struct bus_peer *p = c->neighbour->peers; p; p = p->next) {
        int r = rank(p, now);

        if (r < 0 || was_tried(c, p))
            continue;
        if (!best || r < best_rank || (r == best_rank && p->outstanding < best->outstanding)) {
            best = p;
            best_rank = r;
            ties = 1;
        } else if (r == best_rank && p->outstanding == best->outstanding &&
                   bus->turn++ % ++ties == 0) {
            best = p; /* the idle ones take turns */
        }
    }
    return best;
}

/* -- slots -- */

static void on_slot(void *arg);

static struct bus_slot *slot_take(struct bus_peer *p)
{
    struct bus_slot *s = p->free_slots;

    if (s) {
        p->free_slots = s->next_free;
        return s;
    }
    s = calloc(1, sizeof(*s));
    LM_ASSERT(s != NULL);
    s->peer = p;
    if (nng_aio_alloc(&s->aio, on_slot, s) != 0 || nng_ctx_open(&s->ctx, p->req) != 0) {
        nng_aio_free(s->aio);
        free(s);
        return NULL;
    }
    s->next = p->slots;
    p->slots = s;
    return s;
}

static void slot_leave(struct bus_slot *s)
{
    struct bus_peer *p = s->peer;
    struct bus_call *c = s->call;

    if (c->prev)
        c->prev->next = c->next;
    else
        p->calls = c->next;
    if (c->next)
        c->next->prev = c->prev;
    c->prev = c->next = NULL;
    c->slot = NULL;
    p->outstanding--;
    s->call = NULL;
    s->next_free = p->free_slots;
    p->free_slots = s;
}

void bus_slots_free(struct bus_peer *p)
{
    struct bus_slot *s = p->slots;

    for (; s; s = s->next)
        nng_aio_stop(s->aio);
    while ((s = p->slots)) {
        p->slots = s->next;
        nng_aio_free(s->aio);
        free(s);
    }
}

/* -- asking -- */

/* Locked. */
static void send_to(struct bus_peer *p, struct bus_slot *s, struct bus_call *c, nng_msg *msg,
                    int64_t left)
{
    c->tried[c->n_tried++] = p;
    c->is_sent = c->is_aborted = false;
    c->slot = s;
    s->call = c;
    c->prev = NULL;
    c->next = p->calls;
    if (p->calls)
        p->calls->prev = c;
    p->calls = c;
    p->outstanding++;
    nng_aio_set_timeout(s->aio, (nng_duration)left);
    nng_aio_set_msg(s->aio, msg);
    nng_ctx_send(s->ctx, s->aio);
}

enum asked { ASKED, ASKED_NOBODY, ASKED_LATER };

static enum asked ask_someone(struct bus_call *c, nng_msg *msg, int64_t left)
{
    struct lm_bus *bus = c->bus;
    enum asked result = ASKED_NOBODY;
    struct bus_peer *p;
    struct bus_slot *s;

    pthread_mutex_lock(&bus->lock);
    if (bus->is_stopping) {
        pthread_mutex_unlock(&bus->lock);
        return ASKED_NOBODY;
    }
    if (!c->neighbour)
        c->neighbour = bus_neighbour(bus, c->envelope.destination);
    if (!c->neighbour->is_known) {
        c->next = c->neighbour->waiting;
        c->neighbour->waiting = c;
        result = ASKED_LATER;
    } else if ((p = pick(bus, c)) && (s = slot_take(p))) {
        send_to(p, s, c, msg, left);
        result = ASKED;
    }
    pthread_mutex_unlock(&bus->lock);
    return result;
}

/* Takes the call: it is on its way, waits, or is done. */
static void ask(struct bus_call *c)
{
    int64_t left = c->deadline_ms - lm_mono_ms();
    lm_err err = LM_ERR_INIT;
    enum asked result;
    nng_msg *msg;

    if (left <= 0) {
        call_fail(c, c->last == LM_OK ? LM_DEADLINE : LM_UNAVAILABLE, "no answer in time");
        return;
    }
    c->envelope.sent_at = lm_real_ms();
    c->envelope.timeout_ms = (uint32_t)LM_MIN(left, INT32_MAX);
    if (bus_frame_seal(c->bus->o.key, &c->envelope, &msg, &err)) {
        call_fail(c, err.code, err.message);
        return;
    }
    result = ask_someone(c, msg, LM_MIN(left, INT32_MAX));
    if (result == ASKED)
        return;
    nng_msg_free(msg);
    if (result == ASKED_NOBODY)
        call_fail(c, LM_UNAVAILABLE, "no replica is ready");
}

/* -- the answer -- */

static void read_failure(const Lm__Failure *f, lm_err *err)
{
    lm_code code = lm_code_from_name(lm_str_z(f->code));

    lm_fail(err, code == LM_OK ? LM_INTERNAL : code, "%s", f->message);
    err->retry_after_ms = f->has_retry_after_ms ? f->retry_after_ms : 0;
    for (size_t i = 0; i < f->n_fields && i < LM_ERR_FIELDS; i++) {
        snprintf(err->fields[i].field, sizeof(err->fields[i].field), "%s", f->fields[i]->field);
        snprintf(err->fields[i].message, sizeof(err->fields[i].message), "%s",
                 f->fields[i]->message);
        err->n_fields++;
    }
}

static Lm__Envelope *open_answer(const struct bus_call *c, nng_msg *msg)
{
    Lm__Envelope *e =
        bus_frame_open(c->bus->o.key, nng_msg_body(msg), nng_msg_len(msg), lm_real_ms());

    if (e && e->direction == LM__ENVELOPE__DIRECTION__ANSWER && e->has_nonce &&
        e->nonce == c->envelope.nonce)
        return e;
    if (e) {
        bus_dropped("answer");
        bus_frame_free(e);
    }
    return NULL;
}

/* What the replica said of itself counts until its next heartbeat. */
static void mark(struct bus_call *c, const struct bus_peer *asked, lm_code code)
{
    pthread_mutex_lock(&c->bus->lock);
    for (struct bus_peer *p = c->neighbour->peers; p; p = p->next) {
        if (p != asked)
            continue;
        if (code == LM_WRONG_SERVICE)
            p->is_wrong = true;
        else if (p->heard_at > 0)
            p->is_ready = false;
    }
    pthread_mutex_unlock(&c->bus->lock);
}

static void try_elsewhere(struct bus_call *c, lm_code code)
{
    c->last = code;
    lm_metric_add(lm_counter("lm_bus_retries_total", "Calls that were tried at another replica",
                             "reason", lm_code_name(code)),
                  1);
    ask(c);
}

static void on_answer(struct bus_call *c, nng_msg *msg)
{
    Lm__Envelope *e = open_answer(c, msg);
    struct lm_bus_answer answer = {.err = LM_ERR_INIT};

    nng_msg_free(msg);
    if (!e) {
        try_elsewhere(c, LM_UNAVAILABLE);
        return;
    }
    if (e->failure)
        read_failure(e->failure, &answer.err);
    if (answer.err.code == LM_NOT_READY || answer.err.code == LM_WRONG_SERVICE) {
        mark(c, c->tried[c->n_tried - 1], answer.err.code);
        bus_frame_free(e);
        try_elsewhere(c, answer.err.code);
        return;
    }
    answer.body = (lm_str){(const char *)e->body.data, e->body.len};
    answer.caused = e->caused;
    answer.n_caused = e->n_caused;
    c->done(c->arg, &answer);
    bus_frame_free(e);
    call_free(c);
}

/* On a thread of nng: the request was sent, the answer came, or neither will happen. */
static void on_slot(void *arg)
{
    struct bus_slot *s = arg;
    struct lm_bus *bus = s->peer->neighbour->bus;
    struct bus_call *c = s->call;
    int rv = nng_aio_result(s->aio);
    nng_msg *msg = NULL;
    bool peer_alive;

    pthread_mutex_lock(&bus->lock);
    if (rv == 0 && !c->is_sent && !c->is_aborted) {
        c->is_sent = true;
        nng_aio_set_timeout(s->aio, (nng_duration)LM_MAX(c->deadline_ms - lm_mono_ms(), 1));
        nng_ctx_recv(s->ctx, s->aio);
        pthread_mutex_unlock(&bus->lock);
        return;
    }
    if (rv == 0 && c->is_sent)
        msg = nng_aio_get_msg(s->aio);
    else if (rv != 0 && !c->is_sent)
        nng_msg_free(nng_aio_get_msg(s->aio));
    peer_alive = s->peer->is_connected && !bus_peer_is_silent(s->peer, lm_mono_ms());
    slot_leave(s);
    pthread_mutex_unlock(&bus->lock);

    if (msg)
        on_answer(c, msg);
    else if (rv == NNG_ETIMEDOUT)
        call_fail(c, peer_alive ? LM_DEADLINE : LM_UNAVAILABLE, "no answer in time");
    else
        try_elsewhere(c, LM_UNAVAILABLE);
}

void lm_bus_call(struct lm_bus *bus, const char *service, const struct lm_bus_request *request,
                 lm_bus_done *done, void *arg)
{
    struct bus_call *c = call_new(bus, service, request);

    c->done = done;
    c->arg = arg;
    ask(c);
}

/* -- from discover and beat -- */

void bus_calls_abort(struct bus_peer *p)
{
    for (struct bus_call *c = p->calls; c; c = c->next) {
        c->is_aborted = true;
        nng_aio_abort(c->slot->aio, NNG_ECONNRESET);
    }
}

void bus_calls_flush(struct lm_bus *bus, struct bus_neighbour *n)
{
    struct bus_call *c, *next;

    pthread_mutex_lock(&bus->lock);
    n->is_known = true;
    c = n->waiting;
    n->waiting = NULL;
    pthread_mutex_unlock(&bus->lock);
    for (; c; c = next) {
        next = c->next;
        c->next = NULL;
        ask(c);
    }
}

static struct bus_call *take_expired(struct bus_neighbour *n, int64_t now)
{
    for (struct bus_call **at = &n->waiting; *at; at = &(*at)->next) {
        struct bus_call *c = *at;

        if (c->deadline_ms > now)
            continue;
        *at = c->next;
        c->next = NULL;
        return c;
    }
    return NULL;
}

bool bus_calls_expire(struct lm_bus *bus)
{
    int64_t now = lm_mono_ms();
    struct bus_call *c;
    bool some_wait;

    do {
        c = NULL;
        some_wait = false;
        pthread_mutex_lock(&bus->lock);
        for (struct bus_neighbour *n = bus->neighbours; n && !c; n = n->next) {
            c = take_expired(n, now);
            some_wait |= n->waiting != NULL;
        }
        pthread_mutex_unlock(&bus->lock);
        if (c)
            call_fail(c, LM_UNAVAILABLE, "its name could not be resolved in time");
    } while (c);
    return some_wait;
}

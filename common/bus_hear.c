/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publish and hear. One pub socket of our own; one sub socket that dials the event address of every
 * peer. A heartbeat is taken in here, then each frame of a subscribed service goes to on_event, one
 * after the other (one aio, so never two at a time).
 */
#include "common/bus_internal.h"

#include <nng/protocol/pubsub0/pub.h>
#include <nng/protocol/pubsub0/sub.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/metrics.h"

enum { PUB_BUFFER = 512, SUB_BUFFER = 512 }; /* frames; nng's default of 16 loses bursts */

/* Which peer's dialer brought this message, if it is one of `sender`. Locked. */
static struct bus_peer *peer_of(struct bus_neighbour *n, nng_pipe pipe)
{
    int id = nng_dialer_id(nng_pipe_dialer(pipe));

    for (struct bus_peer *p = n->peers; p; p = p->next)
        if (nng_dialer_id(p->events) == id)
            return p;
    return NULL;
}

static struct bus_neighbour *find(struct lm_bus *bus, const char *service)
{
    for (struct bus_neighbour *n = bus->neighbours; n; n = n->next)
        if (strcmp(n->name, service) == 0)
            return n;
    return NULL;
}

/* Locked. */
static void take_heartbeat(struct bus_neighbour *n, struct bus_peer *p, const Lm__Envelope *e)
{
    Lm__Heartbeat *beat = lm__heartbeat__unpack(NULL, e->body.len, e->body.data);

    if (!beat)
        return;
    p->heard_at = lm_mono_ms();
    p->is_ready = beat->ready;
    p->is_wrong = false;
    if (beat->ready)
        n->ready_at = p->heard_at;
    lm__heartbeat__free_unpacked(beat, NULL);
}

/* True when on_event wants it. */
static bool take(struct lm_bus *bus, const Lm__Envelope *e, nng_pipe pipe)
{
    struct bus_neighbour *n;
    struct bus_peer *p;
    bool is_wanted = false;

    pthread_mutex_lock(&bus->lock);
    n = find(bus, e->sender);
    p = n ? peer_of(n, pipe) : NULL;
    if (p) {
        is_wanted = n->is_subscribed;
        if (strcmp(e->method, "head") == 0)
            take_heartbeat(n, p, e);
    }
    pthread_mutex_unlock(&bus->lock);
    if (!p) /* an address that another service has now */
        bus_dropped("stranger");
    return is_wanted;
}

static void on_frame(struct lm_bus *bus, nng_msg *msg)
{
    Lm__Envelope *e = bus_frame_open(bus->o.key, nng_msg_body(msg), nng_msg_len(msg), lm_real_ms());

    if (!e)
        return;
    if (e->direction != LM__ENVELOPE__DIRECTION__PUBLISH || !e->method)
        bus_dropped("direction");
    else if (take(bus, e, nng_msg_get_pipe(msg)))
        bus->handlers.on_event(bus->handlers.arg, e->sender, e->replica, e->method,
                               (lm_str){(const char *)e->body.data, e->body.len});
    bus_frame_free(e);
}

static void on_heard(void *arg)
{
    struct lm_bus *bus = arg;
    int rv = nng_aio_result(bus->heard);

    if (rv == NNG_ECLOSED || rv == NNG_ECANCELED)
        return;
    if (rv == 0) {
        nng_msg *msg = nng_aio_get_msg(bus->heard);

        on_frame(bus, msg);
        nng_msg_free(msg);
    }
    nng_recv_aio(bus->sub, bus->heard);
}

lm_code lm_bus_subscribe(struct lm_bus *bus, const char *service, lm_err *err)
{
    if (strlen(service) >= BUS_NAME_SIZE)
        return lm_fail(err, LM_INVALID, "bus: '%s' is no name of a service", service);
    pthread_mutex_lock(&bus->lock);
    bus_neighbour(bus, service)->is_subscribed = true;
    pthread_mutex_unlock(&bus->lock);
    return LM_OK;
}

void lm_bus_publish(struct lm_bus *bus, const char *kind, lm_str body)
{
    Lm__Envelope e = bus_envelope(bus, LM__ENVELOPE__DIRECTION__PUBLISH);
    lm_err err = LM_ERR_INIT;
    nng_msg *msg;

    e.method = (char *)kind;
    e.has_body = true;
    e.body = (ProtobufCBinaryData){body.n, (uint8_t *)body.p};
    if (bus_frame_seal(bus->o.key, &e, &msg, &err)) {
        lm_log(NULL, LM_LOG_ERROR, "frame not published", LM_KV_STR("kind", kind), LM_KV_ERR(&err));
        return;
    }
    if (nng_sendmsg(bus->pub, msg, NNG_FLAG_NONBLOCK) != 0)
        nng_msg_free(msg);
}

int64_t lm_bus_heartbeat_age_ms(struct lm_bus *bus, const char *service)
{
    struct bus_neighbour *n;
    int64_t at;

    pthread_mutex_lock(&bus->lock);
    n = find(bus, service);
    at = n ? n->ready_at : 0;
    pthread_mutex_unlock(&bus->lock);
    return at ? lm_mono_ms() - at : INT64_MAX;
}

/* Who has just connected shall not wait a second to hear whether we are ready. */
static void on_listener(nng_pipe pipe, nng_pipe_ev ev, void *arg)
{
    struct lm_bus *bus = arg;

    (void)pipe;
    (void)ev;
    pthread_mutex_lock(&bus->lock);
    bus->has_listener = true;
    pthread_mutex_unlock(&bus->lock);
    bus_poke(bus->beat_fd);
}

static lm_code open_sockets(struct lm_bus *bus, lm_err *err)
{
    int rv = nng_pub0_open(&bus->pub);

    if (rv != 0)
        return bus_nng_fail(err, rv, "pub socket");
    nng_socket_set_int(bus->pub, NNG_OPT_SENDBUF, PUB_BUFFER);
    /*
     * Nobody has anything to say here: who announces a message is cut off before its body, because a peer
     * that goes in the middle of one while we send may bring nng to a halt (bus_close.c).
     */
    nng_socket_set_size(bus->pub, NNG_OPT_RECVMAXSZ, 1);
    nng_pipe_notify(bus->pub, NNG_PIPE_EV_ADD_POST, on_listener, bus);
    rv = nng_sub0_open(&bus->sub);
    if (rv != 0)
        return bus_nng_fail(err, rv, "sub socket");
    nng_socket_set_int(bus->sub, NNG_OPT_RECVBUF, SUB_BUFFER);
    nng_socket_set_size(bus->sub, NNG_OPT_RECVMAXSZ, BUS_FRAME_MAX);
    nng_socket_set_ms(bus->sub, NNG_OPT_RECONNMINT, BUS_RECONNECT_MIN_MS);
    nng_socket_set_ms(bus->sub, NNG_OPT_RECONNMAXT, BUS_RECONNECT_MAX_MS);
    nng_socket_set(bus->sub, NNG_OPT_SUB_SUBSCRIBE, "", 0);
    rv = nng_aio_alloc(&bus->heard, on_heard, bus);
    return rv == 0 ? LM_OK : bus_nng_fail(err, rv, "aio");
}

lm_code bus_hear_start(struct lm_bus *bus, lm_err *err)
{
    char url[NNG_MAXADDRLEN];
    int rv;

    if (open_sockets(bus, err))
        return err->code;
    if (bus->o.dir)
        snprintf(url, sizeof(url), "ipc://%s/%s.%s.event", bus->o.dir, bus->o.service,
                 bus->o.replica);
    else
        snprintf(url, sizeof(url), "tcp://%s:%lld", bus->o.listen_host,
                 (long long)bus->o.event_port);
    rv = nng_listen(bus->pub, url, NULL, 0);
    if (rv != 0)
        return bus_nng_fail(err, rv, url);
    nng_recv_aio(bus->sub, bus->heard);
    return LM_OK;
}

/* After the peers ended. */
bool bus_hear_stop(struct lm_bus *bus)
{
    bool is_sub_closed = bus_close(bus, bus->sub), is_pub_closed = bus_close(bus, bus->pub);

    if (!is_sub_closed || !is_pub_closed)
        return false;
    if (bus->heard)
        nng_aio_stop(bus->heard);
    nng_aio_free(bus->heard);
    return true;
}

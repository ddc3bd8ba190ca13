/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receiving end of calls: one rep socket with as many contexts ("seats") as calls may be at work
 * at once. A seat receives, hands the call over, waits for lm_bus_answer from any thread, sends,
 * and receives again. A frame that is dropped gets no answer: its sender runs into its deadline.
 */
#include "common/bus_internal.h"

#include <nng/protocol/reqrep0/rep.h>

#include "common/clock.h"
#include "common/metrics.h"

enum { ANSWER_TIMEOUT_MS = 5000 };

static void receive(struct lm_bus_call *seat)
{
    seat->state = SEAT_RECEIVING;
    nng_aio_set_timeout(seat->aio, NNG_DURATION_INFINITE);
    nng_ctx_recv(seat->ctx, seat->aio);
}

static const char *or_empty(const char *z)
{
    return z ? z : "";
}

static void hand_over(struct lm_bus_call *seat)
{
    const Lm__Envelope *e = seat->envelope;
    const struct lm_bus *bus = seat->bus;
    struct lm_bus_request request = {
        .method = or_empty(e->method),
        .tenant_id = or_empty(e->tenant_id),
        .user_id = or_empty(e->user_id),
        .request_id = or_empty(e->request_id),
        .traceparent = or_empty(e->traceparent),
        .call_id = e->call_id ? e->call_id : or_empty(e->request_id),
        .sender = e->sender,
        .role = (int)e->role,
        .deadline_ms = lm_mono_ms() + (e->has_timeout_ms ? (int64_t)e->timeout_ms : 0),
        .body = {(const char *)e->body.data, e->body.len},
    };

    bus->handlers.on_call(bus->handlers.arg, seat, &request);
}

/* A call that is good, or NULL when the seat shall receive the next one. */
static Lm__Envelope *open_call(struct lm_bus *bus, nng_msg *msg)
{
    int64_t now = lm_real_ms();
    Lm__Envelope *e = bus_frame_open(bus->o.key, nng_msg_body(msg), nng_msg_len(msg), now);
    const char *why = NULL;

    if (e && e->direction != LM__ENVELOPE__DIRECTION__CALL)
        why = "direction";
    else if (e && !bus_taken_is_new(&bus->taken, nng_msg_body(msg), e->sent_at, now))
        why = "replay";
    nng_msg_free(msg);
    if (!why)
        return e;
    bus_dropped(why);
    bus_frame_free(e);
    return NULL;
}

static void refuse(struct lm_bus_call *seat, lm_code code, const char *why)
{
    struct lm_bus_answer answer = {.err = LM_ERR_INIT};

    lm_fail(&answer.err, code, "%s", why);
    lm_bus_answer(seat, &answer);
}

static void on_received(struct lm_bus_call *seat)
{
    struct lm_bus *bus = seat->bus;
    Lm__Envelope *e = open_call(bus, nng_aio_get_msg(seat->aio));
    bool is_stopping;

    if (!e) {
        receive(seat);
        return;
    }
    seat->envelope = e;
    seat->state = SEAT_WORKING;
    pthread_mutex_lock(&bus->lock);
    bus->n_working++;
    is_stopping = bus->is_stopping;
    pthread_mutex_unlock(&bus->lock);
    /* an address that another service has now, after containers came and went */
    if (e->destination && strcmp(e->destination, bus->o.service) != 0)
        refuse(seat, LM_WRONG_SERVICE, "this is another service");
    else if (is_stopping)
        refuse(seat, LM_NOT_READY, "stopping");
    else
        hand_over(seat);
}

/* The answer is on its way, or will never be; a stop waits for it. */
static void leave(struct lm_bus *bus)
{
    pthread_mutex_lock(&bus->lock);
    bus->n_working--;
    pthread_cond_broadcast(&bus->idle);
    pthread_mutex_unlock(&bus->lock);
}

/* On a thread of nng; on a closed socket the seat stays where it is. */
static void on_seat(void *arg)
{
    struct lm_bus_call *seat = arg;
    int rv = nng_aio_result(seat->aio);

    if (seat->state == SEAT_ANSWERING) {
        if (rv != 0)
            nng_msg_free(nng_aio_get_msg(seat->aio)); /* not sent, so still ours */
        leave(seat->bus);
    }
    if (rv == NNG_ECLOSED || rv == NNG_ECANCELED)
        return;
    if (seat->state == SEAT_RECEIVING && rv == 0)
        on_received(seat);
    else
        receive(seat);
}

static void fill_failure(const lm_err *err, Lm__Failure *f, Lm__FieldFailure *fields,
                         Lm__FieldFailure **list)
{
    f->code = (char *)lm_code_name(err->code);
    f->message = (char *)err->message;
    f->has_retry_after_ms = err->retry_after_ms > 0;
    f->retry_after_ms = err->retry_after_ms;
    for (unsigned i = 0; i < err->n_fields && i < LM_ERR_FIELDS; i++) {
        lm__field_failure__init(&fields[i]);
        fields[i].field = (char *)err->fields[i].field;
        fields[i].message = (char *)err->fields[i].message;
        list[f->n_fields++] = &fields[i];
    }
    f->fields = list;
}

static nng_msg *seal_answer(const struct lm_bus_call *seat, const struct lm_bus_answer *answer,
                            lm_err *err)
{
    Lm__Envelope e = bus_envelope(seat->bus, LM__ENVELOPE__DIRECTION__ANSWER);
    Lm__Failure failure = LM__FAILURE__INIT;
    Lm__FieldFailure fields[LM_ERR_FIELDS], *list[LM_ERR_FIELDS];
    nng_msg *msg = NULL;

    e.destination = seat->envelope->sender;
    e.request_id = seat->envelope->request_id;
    e.has_nonce = seat->envelope->has_nonce;
    e.nonce = seat->envelope->nonce;
    if (answer->err.code == LM_OK) {
        e.has_body = true;
        e.body = (ProtobufCBinaryData){answer->body.n, (uint8_t *)answer->body.p};
        e.n_caused = answer->n_caused;
        e.caused = (int64_t *)answer->caused;
    } else {
        fill_failure(&answer->err, &failure, fields, list);
        e.failure = &failure;
    }
    return bus_frame_seal(seat->bus->o.key, &e, &msg, err) == LM_OK ? msg : NULL;
}

void lm_bus_answer(struct lm_bus_call *seat, const struct lm_bus_answer *answer)
{
    struct lm_bus_answer instead = {.err = LM_ERR_INIT};
    nng_msg *msg = seal_answer(seat, answer, &instead.err);

    LM_ASSERT(seat->state == SEAT_WORKING);
    if (!msg) {
        msg = seal_answer(seat, &instead, &instead.err); /* too large: say so */
        LM_ASSERT(msg != NULL);
    }
    bus_frame_free(seat->envelope);
    seat->envelope = NULL;
    seat->state = SEAT_ANSWERING;
    nng_aio_set_msg(seat->aio, msg);
    nng_aio_set_timeout(seat->aio, ANSWER_TIMEOUT_MS);
    nng_ctx_send(seat->ctx, seat->aio);
}

static void own_url(const struct lm_bus *bus, char *out, size_t size)
{
    if (bus->o.dir)
        snprintf(out, size, "ipc://%s/%s.%s.call", bus->o.dir, bus->o.service, bus->o.replica);
    else
        snprintf(out, size, "tcp://%s:%lld", bus->o.listen_host, (long long)bus->o.call_port);
}

static lm_code open_seats(struct lm_bus *bus, lm_err *err)
{
    bus->seats = calloc((size_t)bus->o.workers, sizeof(*bus->seats));
    LM_ASSERT(bus->seats != NULL);
    for (; bus->n_seats < bus->o.workers; bus->n_seats++) {
        struct lm_bus_call *seat = &bus->seats[bus->n_seats];
        int rv;

        seat->bus = bus;
        rv = nng_aio_alloc(&seat->aio, on_seat, seat);
        if (rv == 0) {
            rv = nng_ctx_open(&seat->ctx, bus->rep);
            if (rv != 0)
                nng_aio_free(seat->aio);
        }
        if (rv != 0)
            return bus_nng_fail(err, rv, "a context to receive calls");
    }
    return LM_OK;
}

lm_code bus_serve_start(struct lm_bus *bus, lm_err *err)
{
    char url[NNG_MAXADDRLEN];
    int rv = nng_rep0_open(&bus->rep);

    if (rv != 0)
        return bus_nng_fail(err, rv, "rep socket");
    nng_socket_set_size(bus->rep, NNG_OPT_RECVMAXSZ, BUS_FRAME_MAX);
    if (open_seats(bus, err))
        return err->code;
    own_url(bus, url, sizeof(url));
    rv = nng_listen(bus->rep, url, NULL, 0);
    if (rv != 0)
        return bus_nng_fail(err, rv, url);
    for (int i = 0; i < bus->n_seats; i++)
        receive(&bus->seats[i]);
    return LM_OK;
}

bool bus_serve_stop(struct lm_bus *bus)
{
    /* what is at work is answered by whoever works on it; nobody else can */
    pthread_mutex_lock(&bus->lock);
    while (bus->n_working > 0)
        pthread_cond_wait(&bus->idle, &bus->lock);
    pthread_mutex_unlock(&bus->lock);
    if (!bus_close(bus, bus->rep))
        return false;
    for (int i = 0; i < bus->n_seats; i++) {
        nng_aio_stop(bus->seats[i].aio);
        nng_aio_free(bus->seats[i].aio);
        if (bus->seats[i].envelope)
            bus_frame_free(bus->seats[i].envelope);
    }
    free(bus->seats);
    return true;
}

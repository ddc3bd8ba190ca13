/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of the bus. As they come nothing is believed, because no input knows the key; with the right
 * HMAC put before them, what a holder of the key may have packed wrongly is taken or dropped, and what
 * is taken survives being sealed and opened once more.
 */
#include "common/bus_internal.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypto.h"

#define REAL_TIME_MAX ((int64_t)1 << 53)

static const lm_str key = {"0123456789abcdef0123456789abcdef", 32};

static bool has_field_zero(const ProtobufCMessage *m)
{
    for (unsigned i = 0; i < m->n_unknown_fields; i++)
        if (m->unknown_fields[i].tag == 0)
            return true;
    return false;
}

/* No field has the number 0. protobuf-c reads one, and writes it in a form that it does not read. */
static bool is_odd(const Lm__Envelope *e)
{
    bool is = has_field_zero(&e->base) || (e->failure && has_field_zero(&e->failure->base));

    for (size_t i = 0; e->failure && i < e->failure->n_fields; i++)
        is |= has_field_zero(&e->failure->fields[i]->base);
    return is;
}

static void seal_again(const Lm__Envelope *e, int64_t now)
{
    Lm__Envelope *again;
    nng_msg *msg = NULL;
    lm_err err = LM_ERR_INIT;

    LM_ASSERT(bus_frame_seal(key, e, &msg, &err) == LM_OK);
    again = bus_frame_open(key, nng_msg_body(msg), nng_msg_len(msg), now);
    LM_ASSERT(again && again->direction == e->direction && strcmp(again->sender, e->sender) == 0);
    LM_ASSERT(again->body.len == e->body.len && again->n_caused == e->n_caused);
    bus_frame_free(again);
    nng_msg_free(msg);
}

/* The time of the frame itself, so that its age does not end the test: it is read from a first look. */
static void open_signed(const uint8_t *data, size_t size)
{
    Lm__Envelope *e = lm__envelope__unpack(NULL, size, data);
    int64_t now = e && e->sent_at >= 0 && e->sent_at < REAL_TIME_MAX ? e->sent_at : 0;
    uint8_t *frame = malloc(BUS_MAC_SIZE + size);

    LM_ASSERT(frame != NULL);
    if (e)
        bus_frame_free(e);
    lm_hmac_sha256(key, data, size, frame);
    memcpy(frame + BUS_MAC_SIZE, data, size);
    e = bus_frame_open(key, frame, BUS_MAC_SIZE + size, now);
    if (e && !is_odd(e))
        seal_again(e, now);
    if (e)
        bus_frame_free(e);
    free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LM_ASSERT(bus_frame_open(key, data, size, 0) == NULL);
    if (size > 0 && size < BUS_FRAME_MAX / 2)
        open_signed(data, size);
    return 0;
}

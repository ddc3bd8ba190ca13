/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame: 32 bytes of HMAC-SHA256 by the stack's key, then the packed lm.Envelope. What is not
 * whole, not ours or not of now is dropped and counted; nothing of it is looked at before its HMAC
 * was found good.
 */
#include "common/bus_internal.h"

#include "common/clock.h"
#include "common/crypto.h"
#include "common/metrics.h"

void bus_dropped(const char *reason)
{
    lm_metric_add(lm_counter("lm_bus_dropped_total", "Frames of the bus that were not taken",
                             "reason", reason),
                  1);
}

lm_code bus_nng_fail(lm_err *err, int rv, const char *what)
{
    return lm_fail(err, LM_UNAVAILABLE, "bus: %s: %s", what, nng_strerror(rv));
}

Lm__Envelope bus_envelope(const struct lm_bus *bus, Lm__Envelope__Direction direction)
{
    Lm__Envelope e = LM__ENVELOPE__INIT;

    e.sender = (char *)bus->o.service;
    e.replica = (char *)bus->o.replica;
    e.direction = direction;
    e.sent_at = lm_real_ms();
    return e;
}

lm_code bus_frame_seal(lm_str key, const Lm__Envelope *e, nng_msg **out, lm_err *err)
{
    size_t n = lm__envelope__get_packed_size(e);
    uint8_t *p;
    int rv;

    if (n > BUS_FRAME_MAX - BUS_MAC_SIZE)
        return lm_fail(err, LM_TOO_LARGE, "a frame of the bus of %zu bytes; at most %d", n,
                       BUS_FRAME_MAX - BUS_MAC_SIZE);
    rv = nng_msg_alloc(out, BUS_MAC_SIZE + n);
    if (rv != 0)
        return bus_nng_fail(err, rv, "message");
    p = nng_msg_body(*out);
    lm__envelope__pack(e, p + BUS_MAC_SIZE);
    lm_hmac_sha256(key, p + BUS_MAC_SIZE, n, p);
    return LM_OK;
}

Lm__Envelope *bus_frame_open(lm_str key, const void *frame, size_t n, int64_t now_ms)
{
    const uint8_t *p = frame;
    uint8_t mac[BUS_MAC_SIZE];
    Lm__Envelope *e;

    if (n <= BUS_MAC_SIZE) {
        bus_dropped("short");
        return NULL;
    }
    lm_hmac_sha256(key, p + BUS_MAC_SIZE, n - BUS_MAC_SIZE, mac);
    if (!lm_ct_equal(mac, p, BUS_MAC_SIZE)) {
        bus_dropped("signature");
        return NULL;
    }
    e = lm__envelope__unpack(NULL, n - BUS_MAC_SIZE, p + BUS_MAC_SIZE);
    if (!e) {
        bus_dropped("form");
        return NULL;
    }
    if (e->sent_at < now_ms - BUS_FRAME_AGE_MS || e->sent_at > now_ms + BUS_FRAME_AGE_MS) {
        bus_dropped("age");
        bus_frame_free(e);
        return NULL;
    }
    return e;
}

void bus_frame_free(Lm__Envelope *e)
{
    lm__envelope__free_unpacked(e, NULL);
}

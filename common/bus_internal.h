/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BUS_INTERNAL_H
#define LM_BUS_INTERNAL_H

#include <nng/nng.h>
#include <pthread.h>

#include "common/bus.h"
#include "gen/envelope.pb-c.h"

/*
 * The inside of the bus. Who is who:
 *     neighbour  a service we call or hear, by name; ourselves too
 *     peer       one replica of it: an address, a req socket, a dialer of our sub socket
 *     slot       a context and an aio of a peer's req socket; holds one call at a time
 *     seat       a context of our rep socket; one received call at a time
 *
 * Threads: nng's own run the callbacks; `beat` says every second that we are here and passes hints
 * on; `discover` finds peers and is the only one to make and end them. One lock guards the lists.
 * nng_ctx_send and nng_aio_abort are called under it (they run no callback of ours in line), the
 * ones that wait for callbacks (nng_close, nng_aio_stop) never are.
 */
enum {
    BUS_MAC_SIZE = 32,
    BUS_FRAME_MAX = 1 << 20,              /* NNG_OPT_RECVMAXSZ everywhere */
    BUS_BODY_MAX = BUS_FRAME_MAX - 16384, /* leaves room for the envelope */
    BUS_FRAME_AGE_MS = 30000,
    BUS_BEAT_MS = 1000,
    BUS_READY_MS = 2000,      /* a ready heartbeat counts that long */
    BUS_CONNECTING_MS = 1000, /* a peer that is not connected yet may be tried that long */
    BUS_SCAN_MS = 1000,       /* ipc: the directory is read again */
    BUS_RESOLVE_MS = 3000,    /* tcp: names are resolved again */
    BUS_PROBE_MS = 10000,
    BUS_RECONNECT_MIN_MS = 100,
    BUS_RECONNECT_MAX_MS = 2000,
    BUS_PEERS_MAX = 64, /* of one service */
    BUS_TRIES_MAX = 8,  /* of one call */
    BUS_ADDRESS_SIZE = 128,
    BUS_HINTS_MAX = 8,
    BUS_NAME_SIZE = 40,
    BUS_SLICES = 8,
};

/* Calls that were taken, by when they were sent: ten seconds a slice (bus_replay.c). */
struct bus_slice {
    int64_t number;
    uint64_t *marks; /* a hash table; a mark has its lowest bit set, 0 is free */
    size_t n, places;
};
struct bus_taken {
    pthread_mutex_t lock;
    struct bus_slice slices[BUS_SLICES];
};

struct bus_slot {
    struct bus_peer *peer;
    nng_ctx ctx;
    nng_aio *aio;
    struct bus_call *call;
    struct bus_slot *next_free, *next;
};

struct bus_peer {
    struct bus_neighbour *neighbour;
    char address[BUS_ADDRESS_SIZE]; /* what makes it the same peer at the next look */
    nng_socket req;
    nng_dialer events;
    struct bus_slot *slots, *free_slots;
    struct bus_call *calls; /* asked and not answered */
    unsigned outstanding;
    int64_t made_at, connected_at, heard_at; /* lm_mono_ms(); heard_at 0: not since it connected */
    bool is_connected, is_ready, is_wrong;
    struct bus_peer *next;
};

struct bus_neighbour {
    struct lm_bus *bus;
    char name[BUS_NAME_SIZE];
    bool is_subscribed; /* its frames go to on_event */
    bool is_known;      /* looked for at least once */
    int64_t ready_at;   /* when any replica last said ready; 0: never */
    struct bus_peer *peers;
    struct bus_call *waiting; /* calls that came before the first look */
    struct bus_neighbour *next;
};

/* A call of ours on its way. */
struct bus_call {
    struct lm_bus *bus;
    struct bus_neighbour *neighbour;
    struct bus_slot *slot;
    Lm__Envelope envelope; /* its text is in `memory` */
    char *memory;
    int64_t deadline_ms;
    const struct bus_peer *tried[BUS_TRIES_MAX]; /* compared, never followed */
    unsigned n_tried;
    bool is_sent, is_aborted;
    lm_code last;
    lm_bus_done *done;
    void *arg;
    struct bus_call *prev, *next;
};

/* One place at which calls are received; lm_bus_call in the public header. */
struct lm_bus_call {
    struct lm_bus *bus;
    nng_ctx ctx;
    nng_aio *aio;
    enum { SEAT_RECEIVING, SEAT_WORKING, SEAT_ANSWERING } state;
    Lm__Envelope *envelope;
};

struct bus_hint {
    char what[16];
    bool is_pending;
};

struct lm_bus {
    struct lm_bus_options o; /* text is ours */
    struct lm_bus_handlers handlers;
    nng_socket rep, pub, sub;
    nng_aio *heard; /* receives from `sub` */
    struct lm_bus_call *seats;
    int n_seats;
    struct bus_taken taken;

    pthread_mutex_t lock;
    pthread_cond_t idle; /* a seat was left */
    int n_working;
    struct bus_neighbour *neighbours;
    unsigned turn; /* spreads calls over equally busy peers */
    bool is_stopping, is_stuck;

    pthread_t beat, discover;
    int beat_fd, discover_fd;    /* eventfd: look now */
    int inotify_fd;              /* -1: tcp */
    bool is_ready, has_listener; /* has_listener: someone new listens, who wants to know */
    int64_t head;
    struct bus_hint hints[BUS_HINTS_MAX];
};

/* -- bus_frame.c: pure but for the counter of what is dropped -- */
LM_MUST_USE lm_code bus_frame_seal(lm_str key, const Lm__Envelope *e, nng_msg **out, lm_err *err);
/* NULL when the frame is not to be believed; it was counted under its reason. Free with bus_frame_free. */
Lm__Envelope *bus_frame_open(lm_str key, const void *frame, size_t n, int64_t now_ms);
void bus_frame_free(Lm__Envelope *e);
void bus_dropped(const char *reason);
/* An envelope with what is always the same filled in. */
Lm__Envelope bus_envelope(const struct lm_bus *bus, Lm__Envelope__Direction direction);

/* -- bus_serve.c -- */
LM_MUST_USE lm_code bus_serve_start(struct lm_bus *bus, lm_err *err);
/* These three: false when something did not close, and the bus must not be freed. */
LM_MUST_USE bool bus_serve_stop(struct lm_bus *bus);

/* -- bus_replay.c -- */
/* False: a frame with this HMAC was here before. Any thread. `sent_at` is within BUS_FRAME_AGE_MS of now. */
LM_MUST_USE bool bus_taken_is_new(struct bus_taken *t, const void *mac, int64_t sent_at,
                                  int64_t now_ms);
void bus_taken_fini(struct bus_taken *t);

/* -- bus_call.c; those that say so want bus->lock held -- */
void bus_calls_flush(struct lm_bus *bus, struct bus_neighbour *n); /* the first look was taken */
/* Ends those that wait beyond their deadline; true when some still wait. */
bool bus_calls_expire(struct lm_bus *bus);
void bus_calls_abort(struct bus_peer *p); /* locked; they are tried elsewhere */
bool bus_peer_is_silent(const struct bus_peer *p, int64_t now); /* locked */
void bus_slots_free(struct bus_peer *p);                        /* after nng_close(p->req) */

/* -- bus_peers.c -- */
struct bus_neighbour *bus_neighbour(struct lm_bus *bus,
                                    const char *service); /* locked; made when new */
LM_MUST_USE lm_code bus_discover_start(struct lm_bus *bus, lm_err *err);
LM_MUST_USE bool bus_discover_stop(struct lm_bus *bus);
void bus_poke(int fd);

/* -- bus_close.c -- */
/* False: it did not close in time; what its callbacks use must stay. */
LM_MUST_USE bool bus_close(struct lm_bus *bus, nng_socket socket);
void bus_probe(struct lm_bus *bus); /* whether nng can still close a connection */

/* -- bus_hear.c: pub and sub -- */
LM_MUST_USE lm_code bus_hear_start(struct lm_bus *bus, lm_err *err);
LM_MUST_USE bool bus_hear_stop(struct lm_bus *bus);

/* -- bus_beat.c -- */
LM_MUST_USE lm_code bus_beat_start(struct lm_bus *bus, lm_err *err);
void bus_beat_stop(struct lm_bus *bus);

lm_code bus_nng_fail(lm_err *err, int rv, const char *what);

#endif

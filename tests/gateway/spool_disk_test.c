/* SPDX-License-Identifier: Apache-2.0 */
/* The spool on a disk that is slow, or full: fdatasync is the test's own here, and then the real one. */
#include "tests/lm_test.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/str.h"
#include "common/thread.h"
#include "services/gateway/spool/spool.h"

enum { TAKEN_MAX = 64, WAIT_MS = 20000 };

static atomic_int sync_takes_ms, n_syncs;
static atomic_bool is_disk_full;

int fdatasync(int fd)
{
    lm_sleep_ms(atomic_load(&sync_takes_ms));
    atomic_fetch_add(&n_syncs, 1);
    if (atomic_load(&is_disk_full)) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

/* -- the owner, who takes everything while it is there -- */

static struct {
    pthread_mutex_t lock;
    bool is_away;
    int n;
    char text[TAKEN_MAX][16];
} owner = {.lock = PTHREAD_MUTEX_INITIALIZER};

static lm_code take(struct lm_ctx *ctx, const struct gateway_spool_batch *batch, int64_t *taken,
                    lm_err *err)
{
    lm_code code = LM_OK;

    (void)ctx;
    pthread_mutex_lock(&owner.lock);
    if (owner.is_away)
        code = lm_fail(err, LM_UNAVAILABLE, "away");
    for (size_t i = 0; i < batch->n && code == LM_OK && owner.n < TAKEN_MAX; i++)
        snprintf(owner.text[owner.n++], sizeof(owner.text[0]), "%.*s", LM_FMT(batch->records[i]));
    pthread_mutex_unlock(&owner.lock);
    *taken = batch->next_position;
    return code;
}

static int times_taken(const char *text)
{
    int n = 0;

    pthread_mutex_lock(&owner.lock);
    for (int i = 0; i < owner.n; i++)
        n += strcmp(owner.text[i], text) == 0;
    pthread_mutex_unlock(&owner.lock);
    return n;
}

static bool comes(const char *text)
{
    int64_t until = lm_mono_ms() + WAIT_MS;

    while (times_taken(text) == 0 && lm_mono_ms() < until)
        lm_sleep_ms(5);
    return times_taken(text) == 1;
}

/* -- a record, until it is promised or refused -- */

struct record {
    struct gateway_spool_entry entry;
    atomic_int said; /* 0: nothing yet, 1: durable, -1: refused */
};

static void on_done(struct gateway_spool_entry *e, bool is_durable)
{
    struct record *r = (struct record *)e;

    atomic_store(&r->said, is_durable ? 1 : -1);
}

static bool is_kept(struct gateway_spool *s, const char *text)
{
    struct record r = {.entry = {.payload = lm_str_z(text), .done = on_done}};
    struct gateway_spool_chain chain = {.first = NULL};

    gateway_spool_chain_add(&chain, &r.entry);
    gateway_spool_append(s, &chain);
    while (atomic_load(&r.said) == 0)
        lm_sleep_ms(1);
    return atomic_load(&r.said) == 1;
}

static struct gateway_spool *start(struct lm_test *t, const char **dir)
{
    struct gateway_spool_options o = {
        .dir = lm_test_dir(t), .name = "hits", .max_bytes = 1 << 20, .ship = take};
    struct gateway_spool *s;

    atomic_store(&sync_takes_ms, 0);
    atomic_store(&is_disk_full, false);
    owner.n = 0;
    owner.is_away = false;
    assert_ok(gateway_spool_start(&o, &s, &t->err), &t->err);
    *dir = o.dir;
    return s;
}

static int segments_in(struct lm_test *t, const char *dir)
{
    const char *command = lm_arena_printf(t->arena, "find '%s' -name '*.seg' | grep -c .", dir);
    FILE *f = popen(command, "r");
    int n = -1;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &n), 1);
    pclose(f);
    return n;
}

/* The shipper looks every second, so also while the first segment gets its header. */
static void keeps_the_first_record_on_a_slow_disk(void **state)
{
    struct lm_test *t = *state;
    const char *dir;
    struct gateway_spool *s = start(t, &dir);

    atomic_store(&sync_takes_ms, 1500);
    assert_true(is_kept(s, "first"));
    assert_true(comes("first"));
    gateway_spool_stop(s, 0);
}

static void promises_nothing_before_it_is_on_the_disk(void **state)
{
    struct lm_test *t = *state;
    const char *dir;
    struct gateway_spool *s = start(t, &dir);

    for (int i = 0; i < 3; i++) {
        int before = atomic_load(&n_syncs);

        assert_true(is_kept(s, "x"));
        assert_true(atomic_load(&n_syncs) > before);
    }
    gateway_spool_stop(s, 0);
}

static void refuses_what_a_full_disk_does_not_take_and_goes_on_when_it_does(void **state)
{
    struct lm_test *t = *state;
    const char *dir;
    struct gateway_spool *s = start(t, &dir);

    owner.is_away = true;
    assert_true(is_kept(s, "before"));
    atomic_store(&is_disk_full, true);
    for (int i = 0; i < 20; i++)
        assert_false(is_kept(s, "refused"));
    assert_int_equal(segments_in(t, dir), 1); /* failing costs no room */
    pthread_mutex_lock(&owner.lock);
    owner.is_away = false;
    pthread_mutex_unlock(&owner.lock);
    assert_true(comes("before"));
    /* A segment that was not full yet makes room as well. */
    for (int64_t until = lm_mono_ms() + WAIT_MS; segments_in(t, dir) > 0;) {
        assert_true(lm_mono_ms() < until);
        lm_sleep_ms(20);
    }
    atomic_store(&is_disk_full, false);
    assert_true(is_kept(s, "after"));
    assert_true(comes("after"));
    assert_int_equal(times_taken("before"), 1);
    assert_int_equal(times_taken("refused"), 0);
    gateway_spool_stop(s, 0);
}

/* -- an owner who knows how far it has each segment, as the tracker does -- */

static struct {
    pthread_mutex_t lock;
    struct {
        char id[LM_ID_SIZE];
        int64_t position;
    } segment[4];
    int n_records;
} ledger = {.lock = PTHREAD_MUTEX_INITIALIZER};

static lm_code take_once(struct lm_ctx *ctx LM_UNUSED, const struct gateway_spool_batch *batch,
                         int64_t *taken, lm_err *err LM_UNUSED)
{
    size_t i = 0;

    pthread_mutex_lock(&ledger.lock);
    while (ledger.segment[i].id[0] && strcmp(ledger.segment[i].id, batch->segment_id) != 0)
        i++;
    if (!ledger.segment[i].id[0] || ledger.segment[i].position == batch->position) {
        snprintf(ledger.segment[i].id, LM_ID_SIZE, "%s", batch->segment_id);
        ledger.segment[i].position = batch->next_position;
        ledger.n_records += (int)batch->n;
    }
    *taken = ledger.segment[i].position;
    pthread_mutex_unlock(&ledger.lock);
    return LM_OK;
}

/* Ours and the other's take turns: each goes on where it was, or a long one of the other's never ends. */
static void ships_what_another_left_beside_its_own(void **state)
{
    enum { LEFT = 1200 };
    struct lm_test *t = *state;
    struct gateway_spool_options o = {.name = "hits", .max_bytes = 1 << 20, .ship = take_once};
    struct gateway_spool *s = start(t, &o.dir);
    int64_t until = lm_mono_ms() + WAIT_MS;

    owner.is_away = true;
    for (int i = 0; i < LEFT; i++)
        assert_true(is_kept(s, "left"));
    gateway_spool_stop(s, 0);
    assert_ok(gateway_spool_start(&o, &s, &t->err), &t->err);
    assert_true(is_kept(s, "own"));
    while (segments_in(t, o.dir) > 1 && lm_mono_ms() < until)
        lm_sleep_ms(20);
    assert_int_equal(segments_in(t, o.dir), 1);
    assert_int_equal(ledger.n_records, LEFT + 1);
    gateway_spool_stop(s, 0);
}

LM_TEST_MAIN(LM_TEST(keeps_the_first_record_on_a_slow_disk),
             LM_TEST(promises_nothing_before_it_is_on_the_disk),
             LM_TEST(refuses_what_a_full_disk_does_not_take_and_goes_on_when_it_does),
             LM_TEST(ships_what_another_left_beside_its_own))

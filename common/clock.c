/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Business time, which a file or a test may move, and real time; dates in the two forms of the
 * wire.
 */
#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/calendar.h"

static const int64_t day_ms = 86400 * 1000;

static _Atomic(const _Atomic int64_t *) shared_offset; /* the mapped file, never unmapped */
static _Atomic int64_t fixed_at, moved_by;             /* of tests */

static int64_t now_us(clockid_t id)
{
    struct timespec t;

    LM_ASSERT(clock_gettime(id, &t) == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t lm_real_ms(void)
{
    return now_us(CLOCK_REALTIME) / 1000;
}

int64_t lm_mono_us(void)
{
    return now_us(CLOCK_BOOTTIME);
}

int64_t lm_mono_ms(void)
{
    return lm_mono_us() / 1000;
}

int64_t lm_clock_ms(void)
{
    const _Atomic int64_t *offset = atomic_load_explicit(&shared_offset, memory_order_acquire);
    int64_t fixed = atomic_load_explicit(&fixed_at, memory_order_relaxed);
    int64_t now = fixed ? fixed : lm_real_ms();

    if (offset && !fixed)
        now += atomic_load_explicit(offset, memory_order_relaxed);
    return now + atomic_load_explicit(&moved_by, memory_order_relaxed);
}

lm_code lm_clock_open(const char *path, lm_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *map;

    if (fd < 0)
        return lm_fail(err, LM_INVALID, "clock file %s: %s", path, strerror(errno));
    if (fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof(int64_t)) {
        close(fd);
        return lm_fail(err, LM_INVALID, "clock file %s: not a file of 8 bytes", path);
    }
    map = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        return lm_fail(err, LM_INVALID, "clock file %s: %s", path, strerror(errno));
    atomic_store_explicit(&shared_offset, map, memory_order_release);
    return LM_OK;
}

/* The futex is the low half of the offset, which any move of less than 49 days changes. */
bool lm_clock_wait_moved(int64_t *seen, int64_t timeout_ms)
{
    const _Atomic int64_t *offset = atomic_load_explicit(&shared_offset, memory_order_acquire);
    struct timespec timeout = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000};
    int64_t is;

    if (!offset) {
        lm_sleep_ms(timeout_ms);
        return false;
    }
    is = atomic_load(offset);
    if (is == *seen) {
        syscall(SYS_futex, offset, FUTEX_WAIT, (uint32_t)is, &timeout, NULL, 0);
        is = atomic_load(offset);
    }
    if (is == *seen)
        return false;
    *seen = is;
    return true;
}

void lm_clock_test_set(int64_t at_ms)
{
    atomic_store(&fixed_at, at_ms);
    atomic_store(&moved_by, 0);
}

void lm_clock_test_advance(int64_t by_ms)
{
    atomic_fetch_add(&moved_by, by_ms);
}

bool lm_clock_test_stands_still(void)
{
    return atomic_load(&fixed_at) != 0;
}

void lm_sleep_ms(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    if (ms <= 0)
        return;
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        ;
}

struct utc {
    int64_t days;
    int year, month, day, hour, minute, second, ms;
};

static struct utc utc_at(int64_t at_ms)
{
    struct utc u = {.days = at_ms / day_ms};
    int64_t rest = at_ms % day_ms;

    if (rest < 0) {
        u.days--;
        rest += day_ms;
    }
    lm_civil_from_days(u.days, &u.year, &u.month, &u.day);
    u.hour = (int)(rest / 3600000);
    u.minute = (int)(rest / 60000 % 60);
    u.second = (int)(rest / 1000 % 60);
    u.ms = (int)(rest % 1000);
    return u;
}

const char *lm_rfc3339(int64_t at_ms, char out[LM_RFC3339_SIZE])
{
    struct utc u = utc_at(at_ms);
    int n = snprintf(out, LM_RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", u.year, u.month,
                     u.day, u.hour, u.minute, u.second, u.ms);

    LM_ASSERT(n > 0 && n < LM_RFC3339_SIZE); /* the widest year of an int64 has 10 characters */
    return out;
}

const char *lm_rfc5322_date(int64_t at_ms, char out[LM_RFC3339_SIZE + 8])
{
    static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct utc u = utc_at(at_ms);
    int n = snprintf(out, LM_RFC3339_SIZE + 8, "%s, %02d %s %04d %02d:%02d:%02d +0000",
                     weekdays[(u.days % 7 + 7) % 7], u.day, months[u.month - 1], u.year, u.hour,
                     u.minute, u.second);

    LM_ASSERT(n > 0 && n < LM_RFC3339_SIZE + 8);
    return out;
}

/* Reads exactly `digits` digits off *s into *out, which must lie within [low, high]. */
static bool take_number(lm_str *s, size_t digits, int low, int high, int *out)
{
    int value = 0;

    if (s->n < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    *s = (lm_str){s->p + digits, s->n - digits};
    *out = value;
    return value >= low && value <= high;
}

static bool take_one_of(lm_str *s, const char *chars)
{
    if (s->n == 0 || s->p[0] == '\0' || !strchr(chars, s->p[0]))
        return false;
    *s = (lm_str){s->p + 1, s->n - 1};
    return true;
}

/* ".123456" if there is one; what is finer than a millisecond is cut. */
static bool take_fraction(lm_str *s, int *ms)
{
    int scale = 100;

    *ms = 0;
    if (!take_one_of(s, "."))
        return true;
    if (s->n == 0 || s->p[0] < '0' || s->p[0] > '9')
        return false;
    for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; scale /= 10) {
        *ms += (s->p[0] - '0') * scale;
        *s = (lm_str){s->p + 1, s->n - 1};
    }
    return true;
}

static bool take_offset(lm_str *s, int *minutes_east)
{
    bool is_west = s->n > 0 && s->p[0] == '-';
    int hours, minutes;

    *minutes_east = 0;
    if (take_one_of(s, "Zz"))
        return true;
    if (!take_one_of(s, "+-") || !take_number(s, 2, 0, 23, &hours) || !take_one_of(s, ":") ||
        !take_number(s, 2, 0, 59, &minutes))
        return false;
    *minutes_east = (is_west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

bool lm_rfc3339_parse(lm_str s, int64_t *at_ms)
{
    int year, month, day, back_year, back_month, back_day, hour, minute, second, ms, east;
    int64_t days;

    if (!take_number(&s, 4, 0, 9999, &year) || !take_one_of(&s, "-") ||
        !take_number(&s, 2, 1, 12, &month) || !take_one_of(&s, "-") ||
        !take_number(&s, 2, 1, 31, &day) || !take_one_of(&s, "Tt "))
        return false;
    if (!take_number(&s, 2, 0, 23, &hour) || !take_one_of(&s, ":") ||
        !take_number(&s, 2, 0, 59, &minute) || !take_one_of(&s, ":") ||
        !take_number(&s, 2, 0, 60, &second) || !take_fraction(&s, &ms) || !take_offset(&s, &east))
        return false;
    days = lm_days_from_civil(year, month, day);
    lm_civil_from_days(days, &back_year, &back_month, &back_day);
    if (s.n != 0 || back_day != day) /* the 30th of February came back as March */
        return false;
    *at_ms = days * day_ms + ((hour * 60 + minute - east) * 60 + second) * (int64_t)1000 + ms;
    return true;
}

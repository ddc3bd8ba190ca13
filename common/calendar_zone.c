/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: loaded once, kept for ever; local time at an instant, and the instant of a local time. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "common/arena.h"
#include "common/calendar_tzif.h"
#include "common/str.h"

#define ZONE_FOLDER "/usr/share/zoneinfo"

enum { LONGEST_NAME = 64, LARGEST_FILE = 64 << 10, CACHE_LIMIT = 64 << 20 };

static const int64_t day_ms = 86400 * 1000;

struct lm_zone {
    struct lm_zone *next;
    const char *name;
    struct tz_data tz;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct lm_arena *cache; /* of the process; some 600 zones exist, 5 KiB each */
static struct lm_zone *zones;

/* A name, not a path: Europe/Amsterdam, Etc/GMT+1. */
static bool is_zone_name(const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n > LONGEST_NAME || name[0] == '/')
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        bool is_alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!is_alnum && !strchr("_+-/", c))
            return false;
    }
    return true;
}

static lm_code no_such_zone(const char *name, lm_err *err)
{
    return lm_fail(err, LM_INVALID, "no time zone is called '%.*s'; Europe/Amsterdam is one",
                   LONGEST_NAME, name);
}

static lm_code load(const char *name, struct lm_zone **out, lm_err *err)
{
    static char bytes[LARGEST_FILE]; /* under the mutex */
    char path[sizeof(ZONE_FOLDER) + LONGEST_NAME + 2];
    struct lm_zone *zone;
    FILE *f;
    size_t n;

    snprintf(path, sizeof(path), ZONE_FOLDER "/%s", name);
    f = fopen(path, "rbe");
    if (!f)
        return errno == ENOENT || errno == ENOTDIR
                   ? no_such_zone(name, err)
                   : lm_fail(err, LM_INVALID, "%s: %s", path, strerror(errno));
    n = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    if (n < 4 ||
        memcmp(bytes, "TZif", 4) != 0) /* a folder, or one of the tables beside the zones */
        return no_such_zone(name, err);
    zone = LM_NEW(cache, struct lm_zone);
    if (lm_tzif_parse(cache, (lm_str){bytes, n}, &zone->tz, err))
        return lm_wrap(err, "%s", path);
    zone->name = lm_arena_strdup(cache, name);
    zone->next = zones;
    zones = zone;
    *out = zone;
    return LM_OK;
}

lm_code lm_zone_get(const char *name, const struct lm_zone **out, lm_err *err)
{
    lm_code code = LM_OK;
    struct lm_zone *zone;

    if (!name || !is_zone_name(name))
        return no_such_zone(name ? name : "", err);
    pthread_mutex_lock(&mutex);
    if (!cache)
        cache = lm_arena_new(CACHE_LIMIT);
    for (zone = zones; zone && strcmp(zone->name, name) != 0; zone = zone->next)
        ;
    if (!zone)
        code = load(name, &zone, err);
    *out = zone;
    pthread_mutex_unlock(&mutex);
    return code;
}

/* Division that rounds down, also before 1970. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a - floor_div(a, b) * b;
}

struct lm_civil lm_civil_at(const struct lm_zone *zone, int64_t at_ms)
{
    struct lm_civil c = {.offset_s = lm_tz_offset(&zone->tz, floor_div(at_ms, 1000))};
    int64_t local = at_ms + c.offset_s * (int64_t)1000;
    int64_t days = floor_div(local, day_ms), rest = floor_mod(local, day_ms);

    lm_civil_from_days(days, &c.year, &c.month, &c.day);
    c.hour = (int)(rest / 3600000);
    c.minute = (int)(rest / 60000 % 60);
    c.second = (int)(rest / 1000 % 60);
    c.ms = (int)(rest % 1000);
    c.weekday = (int)floor_mod(days + 3, 7) + 1; /* 1970-01-01: Thursday */
    return c;
}

int64_t lm_civil_to_ms(const struct lm_zone *zone, const struct lm_civil *c)
{
    int64_t days = lm_days_from_civil(c->year, c->month, c->day);
    int64_t local_s = days * 86400 + c->hour * (int64_t)3600 + c->minute * 60 + c->second;
    /* No zone changes twice within two days: these are the offsets before and after. */
    int before = lm_tz_offset(&zone->tz, local_s - 86400),
        after = lm_tz_offset(&zone->tz, local_s + 86400);
    int64_t at_s = local_s - before;

    /*
     * Of a doubled hour `before` gives the first. In a gap neither fits, and `before` moves the time
     * forward by the gap. So `after` counts only when it fits and `before` does not.
     */
    if (lm_tz_offset(&zone->tz, at_s) != before &&
        lm_tz_offset(&zone->tz, local_s - after) == after)
        at_s = local_s - after;
    return at_s * 1000 + c->ms;
}

static int64_t midnight(const struct lm_zone *zone, int64_t at_ms, int days_later)
{
    struct lm_civil c = lm_civil_at(zone, at_ms);

    return lm_civil_to_ms(
        zone, &(struct lm_civil){.year = c.year, .month = c.month, .day = c.day + days_later});
}

int64_t lm_day_start(const struct lm_zone *zone, int64_t at_ms)
{
    return midnight(zone, at_ms, 0);
}

int64_t lm_day_next(const struct lm_zone *zone, int64_t at_ms)
{
    return midnight(zone, at_ms, 1);
}

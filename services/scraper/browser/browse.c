/* SPDX-License-Identifier: Apache-2.0 */
/* A page through a browser: a place among those at once, a process, a door, a visit. */
#include "services/scraper/browser/browser.h"

#include <pthread.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/metrics.h"
#include "common/str.h"
#include "services/scraper/browser/visit.h"
#include "services/scraper/fetch/polite.h"

enum { PLACE_WAIT_MS = 60000, LOOK_MS = 200, SAID_BYTES = 64 << 20, ESCAPED = 3 };

struct scraper_browser_settings scraper_browser_settings;

lm_code scraper_browser_check(lm_err *err)
{
    const struct scraper_browser_settings *s = &scraper_browser_settings;

    if (strcmp(s->sandbox, "own") != 0 && strcmp(s->sandbox, "container") != 0)
        return lm_fail(err, LM_INVALID, "scraper.browser_sandbox is own or container");
    if (s->uid < 1 || s->uid > INT32_MAX)
        return lm_fail(err, LM_INVALID, "scraper.browser_uid is the number of a user, not root's");
    if (s->at_once < 1)
        return lm_fail(err, LM_INVALID,
                       "scraper.browsers is at least 1; to have none set "
                       "scraper.browser to nothing");
    return LM_OK;
}

lm_code scraper_browser_find(lm_err *err)
{
    const char *program = scraper_browser_settings.program;

    if (program && *program && access(program, X_OK) == 0)
        return LM_OK;
    return lm_fail(err, LM_UNAVAILABLE,
                   "there is no browser at scraper.browser ('%s'): install the package chromium",
                   program ? program : "");
}

/* ---- a place ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t n_running;

static bool take_place(void)
{
    bool is_free;

    pthread_mutex_lock(&lock);
    is_free = n_running < scraper_browser_settings.at_once;
    n_running += is_free;
    pthread_mutex_unlock(&lock);
    return is_free;
}

static void leave_place(void)
{
    pthread_mutex_lock(&lock);
    n_running--;
    pthread_mutex_unlock(&lock);
}

static lm_code wait_place(struct lm_ctx *ctx, const struct scraper_wait *wait, lm_err *err)
{
    int64_t deadline = lm_mono_ms() + lm_ctx_left_ms(ctx, PLACE_WAIT_MS), told_at = lm_mono_ms();

    while (!take_place()) {
        if (lm_mono_ms() >= deadline) {
            lm_fail(err, LM_LIMITED, "all browsers are taken (scraper.browsers)");
            err->retry_after_ms = PLACE_WAIT_MS;
            return err->code;
        }
        lm_sleep_ms(LOOK_MS);
        if (wait && lm_mono_ms() - told_at >= 1000) {
            told_at = lm_mono_ms();
            if (wait->on_wait(ctx, wait->arg, err))
                return err->code;
        }
    }
    return LM_OK;
}

/* ---- a page ---- */

/* All of a page, in the arena that it ends with. */
struct browsing {
    struct scraper_launched browser;
    struct scraper_visit visit;
    bool has_place, is_talking;
};

/* The browser first: its connections end with it, so that the door has nothing to wait for. */
static void end(void *arg)
{
    struct browsing *b = arg;

    scraper_launch_end(&b->browser);
    if (b->visit.door)
        scraper_door_close(b->visit.door);
    if (b->is_talking)
        scraper_devtools_fini(&b->visit.devtools);
    if (b->has_place)
        leave_place();
    b->is_talking = b->has_place = false;
}

static lm_code open_door(struct lm_ctx *ctx, struct browsing *b, lm_err *err)
{
    struct scraper_door_for what = {.listener = b->browser.listener,
                                    .proxy = b->visit.what->proxy,
                                    .deadline_ms = b->visit.deadline_ms,
                                    .most_bytes = scraper_browser_settings.traffic_bytes,
                                    .is_checking_uid = !b->browser.is_own,
                                    .uid = b->browser.uid};

    b->browser.listener = -1;
    return scraper_door_open(ctx, &what, &b->visit.door, err);
}

static lm_code browse(struct lm_ctx *ctx, const struct scraper_browse *what, struct browsing *b,
                      struct lm_http_response *res, lm_err *err)
{
    struct scraper_visit *v = &b->visit;

    *v = (struct scraper_visit){.ctx = ctx, .what = what, .browser = &b->browser};
    v->told_at = v->looked_at = lm_mono_ms();
    v->deadline_ms = v->told_at + lm_ctx_left_ms(ctx, scraper_browser_settings.timeout_ms);
    if (lm_http_asked_url(ctx->arena, what->url, &v->url, err) ||
        scraper_launch(ctx, &b->browser, err) || open_door(ctx, b, err))
        return err->code;
    scraper_devtools_init(&v->devtools, b->browser.to, b->browser.from,
                          ESCAPED * what->max_bytes + (1 << 20), SAID_BYTES);
    b->is_talking = true;
    return scraper_visit(v, res, err);
}

static void measure(lm_code code, int64_t took_ms)
{
    lm_metric_add(lm_counter("lm_scraper_browser_pages_total", "Pages through a browser", "result",
                             code ? lm_code_name(code) : "good"),
                  1);
    lm_metric_observe_us(lm_histogram("lm_scraper_browser_seconds", "A page through a browser",
                                      NULL, NULL),
                         took_ms * 1000);
}

lm_code scraper_browse(struct lm_ctx *ctx, const struct scraper_browse *what,
                       struct lm_http_response *res, lm_err *err)
{
    struct browsing *b = LM_NEW(ctx->arena, struct browsing);
    int64_t start;

    LM_ASSERT(!ctx->tx);
    *res = (struct lm_http_response){.status = 0};
    if (scraper_browser_find(err) || wait_place(ctx, what->wait, err))
        return err->code;
    b->has_place = true;
    b->browser = (struct scraper_launched){.to = -1, .from = -1, .listener = -1};
    lm_arena_defer(ctx->arena, end, b);
    start = lm_mono_ms();
    browse(ctx, what, b, res, err);
    end(b);
    res->took_ms = lm_mono_ms() - start;
    measure(err->code, res->took_ms);
    return err->code;
}

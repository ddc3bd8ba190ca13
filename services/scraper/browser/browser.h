/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_H
#define SCRAPER_BROWSER_H

#include "common/http.h"
#include "services/scraper/fetch/fetch.h"

/*
 * Pages that scripts draw: what a headless Chromium makes of them. Each page gets a browser of its own, which sees
 * nothing and is gone afterwards: another uid (where we are root), no environment and no files of ours, namespaces in
 * which there is no network but the door (door.h), Chromium's own sandbox, limits on memory, processes, files, bytes
 * and time. It costs a second or two, so it is for pages that cannot be read otherwise.
 *
 * What the page itself asks for (scripts, data) belongs to the page: robots.txt is not asked about it, and it takes no
 * turn; all of it together is limited in bytes. Where the page as a whole goes to another one, by a redirect or by a
 * script, that is asked about like any redirect. Frames, pictures, icons, films and fonts are left out.
 *
 * It is spoken to through a pipe (DevTools, --remote-debugging-pipe) and not started with --dump-dom, which says
 * neither the status nor where the page ended, waits by a clock instead of for rest, and stops at an alert().
 */
struct scraper_browser_settings {
    const char *program;
    const char *sandbox; /* own, container */
    const char *dir;
    int64_t uid;
    int64_t at_once;
    int64_t timeout_ms;
    uint64_t memory_bytes;
    uint64_t traffic_bytes; /* of a page, both ways */
};
extern struct scraper_browser_settings scraper_browser_settings;
/* LM_INVALID names the key. */
LM_MUST_USE lm_code scraper_browser_check(lm_err *err);

/* Is there one to start? LM_UNAVAILABLE says how to get it. */
LM_MUST_USE lm_code scraper_browser_find(lm_err *err);

struct scraper_browse {
    const char *url;
    const char *proxy; /* or NULL */
    size_t max_bytes;  /* of the page as it stands in the end */
    const struct scraper_wait *wait;
    /* Asked before the page as a whole goes elsewhere; what it returns but LM_OK ends it. */
    lm_code (*may_follow)(struct lm_ctx *ctx, const char *url, void *arg, lm_err *err);
    void *arg;
};
/*
 * The page once it has come to rest, as UTF-8; status, and of the headers what caches and waits need, are those of its
 * document. Never in a transaction; one job thread. All of it is in ctx->arena.
 *
 * Errors:  LM_UNAVAILABLE: no browser, no answer, it broke; LM_LIMITED: others use it; LM_DEADLINE; LM_TOO_LARGE:
 *          page, traffic or memory; LM_FORBIDDEN: a local address; LM_INVALID: a download, windows without end, no
 *          web page; what wait and may_follow say.
 */
LM_MUST_USE lm_code scraper_browse(struct lm_ctx *ctx, const struct scraper_browse *what,
                                   struct lm_http_response *res, lm_err *err);

/* ---- shell.c; pure ---- */

/*
 * Is there nothing on the page but scripts that would draw it? Little text, no data for programs, and an empty place
 * to draw into or a note that it needs JavaScript. A challenge or a block is none: that is an answer.
 */
bool scraper_is_shell(struct lm_arena *a, lm_str body, lm_str content_type);

#endif

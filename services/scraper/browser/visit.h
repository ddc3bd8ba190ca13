/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_VISIT_H
#define SCRAPER_BROWSER_VISIT_H

#include "services/scraper/browser/browser.h"
#include "services/scraper/browser/devtools.h"
#include "services/scraper/browser/door.h"
#include "services/scraper/browser/launch.h"

/* A page in a browser that was started for it: what is said to it, and what is made of what it says. */

enum {
    SCRAPER_ID_BYTES = 72,
    SCRAPER_VISIT_URL_BYTES = 8192, /* a longer one is not gone to */
    SCRAPER_HEADER_BYTES = 512,
};

/* A document, as far as it has come. */
struct scraper_document {
    char loader[SCRAPER_ID_BYTES];
    int status; /* 0: it has not answered */
    char content_type[SCRAPER_HEADER_BYTES], cache_control[SCRAPER_HEADER_BYTES],
        vary[SCRAPER_HEADER_BYTES];
    int64_t retry_after_ms;
    bool is_error_page; /* of the browser: nothing could be loaded */
    bool has_loaded, is_quiet;
    int64_t parsed_at; /* its text was there; 0: not yet */
};

struct scraper_visit {
    struct lm_ctx *ctx;
    const struct scraper_browse *what;
    const char *url; /* as it is asked */
    struct scraper_launched *browser;
    struct scraper_door *door;
    struct scraper_devtools devtools;
    int64_t deadline_ms, looked_at, told_at;
    char session[SCRAPER_ID_BYTES], target[SCRAPER_ID_BYTES];
    struct scraper_document document;
    char gone_to[SCRAPER_VISIT_URL_BYTES]; /* the last document that was asked for */
    char net_error[80];
    bool is_download;
    int n_documents, n_windows;
    /* What waits for leave to go elsewhere, or to be shut, until the message it came in has gone. */
    char asks[SCRAPER_ID_BYTES], asks_for[SCRAPER_VISIT_URL_BYTES], window[SCRAPER_ID_BYTES];
    bool is_denied, has_dialog, has_crashed;
};

/* ---- events.c ---- */

/* Takes an event in; decides nothing and sends nothing. Pure but for the visit. */
void scraper_visit_hear(struct scraper_visit *v, const struct scraper_message *event);

/* ---- visit.c ---- */

/* From the first word to the page; `v` with all that stands above its session. */
LM_MUST_USE lm_code scraper_visit(struct scraper_visit *v, struct lm_http_response *res,
                                  lm_err *err);

#endif

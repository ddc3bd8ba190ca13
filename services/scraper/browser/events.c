/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser tells of its page, as it happens. */
#include <stdio.h>

#include "common/clock.h"
#include "common/str.h"
#include "services/scraper/browser/visit.h"

/* What does not fit is left out: no id of a browser and no header we read is that long. */
static void keep(char *to, size_t size, lm_str s)
{
    bool fits = s.n > 0 && s.n < size && lm_str_chr(s, '\0', 0) < 0;

    memcpy(to, fits ? s.p : "", fits ? s.n : 0);
    to[fits ? s.n : 0] = '\0';
}
#define KEEP(to, s) keep((to), sizeof(to), (s))

/* The frame of the page itself has the id of its target. */
static bool is_main(const struct scraper_visit *v, lm_str frame)
{
    return lm_str_eqz(frame, v->target);
}

static void on_paused(struct scraper_visit *v, const struct lm_jval *p)
{
    lm_str url = lm_jstr(p, "request.url");
    bool is_document = lm_str_eqz(lm_jstr(p, "resourceType"), "Document");

    KEEP(v->asks, lm_jstr(p, "requestId"));
    KEEP(v->asks_for, url);
    v->is_denied = !is_document || !is_main(v, lm_jstr(p, "frameId")) ||
                   !lm_str_eqz(lm_jstr(p, "request.method"), "GET") || !*v->asks_for;
}

/* Names of headers come in the site's spelling. */
static lm_str header(const struct lm_jval *headers, const char *name)
{
    for (size_t i = 0; headers->type == LM_J_OBJ && i < headers->n; i++) {
        if (lm_str_ieqz(headers->keys[i], name))
            return headers->items[i].str;
    }
    return (lm_str){NULL, 0};
}

static void on_response(struct scraper_visit *v, const struct lm_jval *p)
{
    const struct lm_jval *headers = lm_jget(p, "response.headers");
    struct scraper_document *d = &v->document;
    int64_t retry_after_s;

    if (!lm_str_eqz(lm_jstr(p, "type"), "Document") || !is_main(v, lm_jstr(p, "frameId")))
        return;
    *d = (struct scraper_document){.status = (int)lm_jint(p, "response.status", 0)};
    KEEP(d->loader, lm_jstr(p, "loaderId"));
    KEEP(d->content_type, lm_jstr(p, "response.mimeType"));
    KEEP(d->cache_control, header(headers, "cache-control"));
    KEEP(d->vary, header(headers, "vary"));
    if (lm_str_int(header(headers, "retry-after"), &retry_after_s) && retry_after_s > 0)
        d->retry_after_ms = LM_MIN(retry_after_s, (int64_t)INT32_MAX) * 1000;
}

static void on_failed(struct scraper_visit *v, const struct lm_jval *p)
{
    if (lm_str_eqz(lm_jstr(p, "type"), "Document"))
        KEEP(v->net_error, lm_jstr(p, "errorText"));
}

static void on_navigated(struct scraper_visit *v, const struct lm_jval *p)
{
    lm_str unreachable = lm_jstr(p, "frame.unreachableUrl");
    struct scraper_document *d = &v->document;

    if (!is_main(v, lm_jstr(p, "frame.id")))
        return;
    if (!lm_str_eqz(lm_jstr(p, "frame.loaderId"), d->loader)) /* about:blank, an error page */
        *d = (struct scraper_document){.status = unreachable.n ? d->status : 0};
    KEEP(d->loader, lm_jstr(p, "frame.loaderId"));
    d->is_error_page = unreachable.n > 0;
}

static void on_lifecycle(struct scraper_visit *v, const struct lm_jval *p)
{
    lm_str name = lm_jstr(p, "name");
    struct scraper_document *d = &v->document;

    if (!is_main(v, lm_jstr(p, "frameId")) || !lm_str_eqz(lm_jstr(p, "loaderId"), d->loader))
        return;
    if (lm_str_eqz(name, "DOMContentLoaded"))
        d->parsed_at = lm_mono_ms();
    else if (lm_str_eqz(name, "load"))
        d->has_loaded = true;
    else if (lm_str_eqz(name, "networkIdle"))
        d->is_quiet = true;
}

static void on_target(struct scraper_visit *v, const struct lm_jval *p)
{
    if (!lm_str_eqz(lm_jstr(p, "targetInfo.type"), "page") || !lm_jstr(p, "targetInfo.openerId").n)
        return;
    v->n_windows++;
    KEEP(v->window, lm_jstr(p, "targetInfo.targetId"));
}

static void on_download(struct scraper_visit *v, const struct lm_jval *p)
{
    (void)p;
    v->is_download = true;
}

static void on_dialog(struct scraper_visit *v, const struct lm_jval *p)
{
    (void)p;
    v->has_dialog = true;
}

static void on_crash(struct scraper_visit *v, const struct lm_jval *p)
{
    (void)p;
    v->has_crashed = true;
}

void scraper_visit_hear(struct scraper_visit *v, const struct scraper_message *event)
{
    static const struct {
        const char *method;
        void (*hear)(struct scraper_visit *v, const struct lm_jval *params);
    } events[] = {
        {"Fetch.requestPaused", on_paused},         {"Network.responseReceived", on_response},
        {"Network.loadingFailed", on_failed},       {"Page.frameNavigated", on_navigated},
        {"Page.lifecycleEvent", on_lifecycle},      {"Page.javascriptDialogOpening", on_dialog},
        {"Browser.downloadWillBegin", on_download}, {"Target.targetCreated", on_target},
        {"Target.targetCrashed", on_crash},         {"Inspector.targetCrashed", on_crash},
        {"Target.detachedFromTarget", on_crash},
    };

    for (size_t i = 0; i < LM_COUNT(events); i++) {
        if (lm_str_eqz(event->method, events[i].method))
            events[i].hear(v, event->params);
    }
}

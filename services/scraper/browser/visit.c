/* SPDX-License-Identifier: Apache-2.0 */
/* A page in a browser: opened, waited for until it rests, and read. */
#include "services/scraper/browser/visit.h"

#include <stdio.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/service.h"
#include "common/str.h"
#include "common/text.h"

enum {
    SLICE_MS = 100,
    LOOK_MS = 250,       /* at its memory */
    TELL_MS = 1000,      /* whoever waits */
    REST_MOST_MS = 8000, /* behind its text: a page that polls for ever never rests */
    MOST_DOCUMENTS = 6,  /* as redirects are followed: five */
    MOST_WINDOWS = 8,
    READ_TRIES = 3,
    PARAMS_BYTES = 32 << 10,
};

/* ---- limits ---- */

static lm_code look(struct scraper_visit *v, lm_err *err)
{
    const struct scraper_browser_settings *s = &scraper_browser_settings;

    if (scraper_door_is_over_limit(v->door))
        return lm_fail(err, LM_TOO_LARGE, "the page loads more than %llu MiB",
                       (unsigned long long)(s->traffic_bytes >> 20));
    if (v->has_crashed)
        return lm_fail(err, LM_UNAVAILABLE, "the page broke the browser");
    if (v->n_windows > MOST_WINDOWS)
        return lm_fail(err, LM_INVALID, "the page opens windows without end");
    if (v->is_download && !v->document.status)
        return lm_fail(err, LM_INVALID, "it is a download, no page");
    if (lm_mono_ms() - v->looked_at < LOOK_MS)
        return LM_OK;
    v->looked_at = lm_mono_ms();
    if (scraper_members_memory(v->browser->pid) > s->memory_bytes)
        return lm_fail(err, LM_TOO_LARGE, "the page takes more than %llu MiB of memory",
                       (unsigned long long)(s->memory_bytes >> 20));
    return LM_OK;
}

static lm_code check(struct scraper_visit *v, lm_err *err)
{
    const struct scraper_wait *wait = v->what->wait;
    int64_t now = lm_mono_ms();

    if (lm_proc_is_stopping(v->ctx->proc))
        return lm_fail(err, LM_UNAVAILABLE, "the scraper stops; the page is for the next one");
    if (now >= v->deadline_ms)
        return lm_fail(err, LM_DEADLINE,
                       v->document.status ? "the page did not come to rest in time"
                                          : "the site did not answer the browser in time");
    if (wait && now - v->told_at >= TELL_MS) {
        v->told_at = now;
        if (wait->on_wait(v->ctx, wait->arg, err))
            return err->code;
    }
    return look(v, err);
}

/* ---- talk ---- */

/* Targets are the browser's own business, the rest is the page's. */
static lm_code send(struct scraper_visit *v, const char *method, lm_str params, int64_t *id,
                    lm_err *err)
{
    bool is_of_browser = lm_str_starts(lm_str_z(method), LM_STR("Target.")) || !*v->session;

    return scraper_devtools_send(&v->devtools, is_of_browser ? NULL : v->session, method, params,
                                 id, err);
}

/* With one text, that of a browser or a page: {"name":"…"rest}. */
static lm_code send_text(struct scraper_visit *v, const char *method, const char *name,
                         const char *text, const char *rest, lm_err *err)
{
    struct lm_arena_mark mark = lm_arena_mark(v->ctx->arena);
    struct lm_buf b = lm_buf_in(v->ctx->arena, PARAMS_BYTES);
    int64_t ignored;

    lm_buf_printf(&b, "{\"%s\":", name);
    lm_buf_json(&b, lm_str_z(text));
    lm_buf_printf(&b, "%s}", rest);
    send(v, method, lm_buf_str(&b), &ignored, err);
    lm_arena_rewind(v->ctx->arena, mark);
    return err->code;
}

/* The page as a whole wants to go somewhere; everything else that was stopped is not to be loaded. */
static lm_code decide(struct scraper_visit *v, lm_err *err)
{
    char asks[SCRAPER_ID_BYTES];

    memcpy(asks, v->asks, sizeof(asks));
    *v->asks = '\0';
    if (v->is_denied)
        return send_text(v, "Fetch.failRequest", "requestId", asks,
                         ",\"errorReason\":\"BlockedByClient\"", err);
    if (++v->n_documents > MOST_DOCUMENTS)
        return lm_fail(err, LM_INVALID, "the page goes elsewhere more than %d times",
                       MOST_DOCUMENTS - 1);
    if (v->n_documents > 1 && v->what->may_follow &&
        v->what->may_follow(v->ctx, v->asks_for, v->what->arg, err))
        return err->code;
    memcpy(v->gone_to, v->asks_for, sizeof(v->gone_to));
    return send_text(v, "Fetch.continueRequest", "requestId", asks, "", err);
}

/* What events have left to do, one at a time, since each leaves one thing at most. */
static lm_code act(struct scraper_visit *v, lm_err *err)
{
    int64_t ignored;

    if (*v->asks && decide(v, err))
        return err->code;
    if (v->has_dialog) {
        v->has_dialog = false;
        if (send(v, "Page.handleJavaScriptDialog", LM_STR("{\"accept\":false}"), &ignored, err))
            return err->code;
    }
    if (*v->window) {
        if (send_text(v, "Target.closeTarget", "targetId", v->window, "", err))
            return err->code;
        *v->window = '\0';
    }
    return LM_OK;
}

/* One message at most. *answer is the one to command `id` if that was it; it stays in the arena. */
static lm_code hear(struct scraper_visit *v, int64_t id, struct scraper_message *answer,
                    bool *is_answered, lm_err *err)
{
    struct lm_arena_mark mark = lm_arena_mark(v->ctx->arena);
    struct scraper_message m;
    lm_str text;

    *is_answered = false;
    if (check(v, err) ||
        scraper_devtools_receive(&v->devtools, v->ctx->arena, SLICE_MS, &text, err) || !text.p)
        return err->code;
    if (scraper_message_parse(v->ctx->arena, text, &m, err))
        return err->code;
    if (m.id != 0 && m.id == id) {
        *answer = m;
        *is_answered = true;
        return LM_OK;
    }
    scraper_visit_hear(v, &m);
    lm_arena_rewind(v->ctx->arena, mark);
    return act(v, err);
}

static lm_code call(struct scraper_visit *v, const char *method, lm_str params,
                    struct scraper_message *answer, lm_err *err)
{
    bool is_answered = false;
    int64_t id;

    if (send(v, method, params, &id, err))
        return err->code;
    while (!is_answered) {
        if (hear(v, id, answer, &is_answered, err))
            return err->code;
    }
    return LM_OK;
}

/* A call that a browser of this age knows; `path` of its answer, an id, goes into `out`. */
static lm_code ask(struct scraper_visit *v, const char *method, lm_str params, const char *path,
                   char *out, lm_err *err)
{
    struct scraper_message answer;
    lm_str text;

    if (call(v, method, params, &answer, err))
        return err->code;
    text = lm_jstr(answer.result, path);
    if (answer.problem.p || (out && (!text.n || text.n >= SCRAPER_ID_BYTES)))
        return lm_fail(err, LM_UNAVAILABLE, "the browser does not do %s: %.*s", method,
                       LM_FMT(answer.problem));
    if (out) {
        memcpy(out, text.p, text.n);
        out[text.n] = '\0';
    }
    return LM_OK;
}

/* ---- open ---- */

/* A context of its own keeps what pages store in memory, where it is limited. */
static lm_code open_target(struct scraper_visit *v, lm_err *err)
{
    struct lm_arena *a = v->ctx->arena;
    char context[SCRAPER_ID_BYTES], session[SCRAPER_ID_BYTES];

    if (ask(v, "Target.createBrowserContext", LM_STR("{}"), "browserContextId", context, err) ||
        ask(v, "Browser.setDownloadBehavior",
            lm_str_z(lm_arena_printf(a,
                                     "{\"behavior\":\"deny\",\"eventsEnabled\":true,"
                                     "\"browserContextId\":\"%s\"}",
                                     context)),
            "", NULL, err) ||
        ask(v, "Target.setDiscoverTargets", LM_STR("{\"discover\":true}"), "", NULL, err) ||
        ask(v, "Target.createTarget",
            lm_str_z(lm_arena_printf(a, "{\"url\":\"about:blank\",\"browserContextId\":\"%s\"}",
                                     context)),
            "targetId", v->target, err) ||
        ask(v, "Target.attachToTarget",
            lm_str_z(lm_arena_printf(a, "{\"targetId\":\"%s\",\"flatten\":true}", v->target)),
            "sessionId", session, err))
        return err->code;
    memcpy(v->session, session, sizeof(session));
    return LM_OK;
}

static lm_code prepare(struct scraper_visit *v, lm_err *err)
{
    static const struct {
        const char *method, *params;
    } steps[] = {
        {"Page.enable", "{}"},
        {"Page.setLifecycleEventsEnabled", "{\"enabled\":true}"},
        {"Network.enable", "{\"maxTotalBufferSize\":0,\"maxResourceBufferSize\":0}"},
        {"Fetch.enable",
         "{\"patterns\":[{\"resourceType\":\"Document\"},{\"resourceType\":\"Image\"},{\"resourceType\":\"Other\"},"
         "{\"resourceType\":\"Media\"},{\"resourceType\":\"Font\"}]}"},
    };

    for (size_t i = 0; i < LM_COUNT(steps); i++) {
        if (ask(v, steps[i].method, lm_str_z(steps[i].params), "", NULL, err))
            return err->code;
    }
    return LM_OK;
}

/* What the browser could not load. What the door said about it comes first. */
static lm_code not_loaded(struct scraper_visit *v, lm_str net_error, lm_err *err)
{
    struct lm_url url = {.host = {NULL, 0}};

    if (lm_url_parse(lm_str_z(v->gone_to), &url) && scraper_door_said(v->door, url.host, err))
        return lm_wrap(err, "browser");
    return lm_fail(err, LM_UNAVAILABLE, "browser: %.*s: %.*s", LM_FMT(url.host), LM_FMT(net_error));
}

static lm_code navigate(struct scraper_visit *v, lm_err *err)
{
    struct lm_buf b = lm_buf_in(v->ctx->arena, PARAMS_BYTES);
    struct scraper_message answer;
    lm_str problem;

    lm_buf_appendz(&b, "{\"url\":");
    lm_buf_json(&b, lm_str_z(v->url));
    lm_buf_char(&b, '}');
    if (b.failed)
        return lm_fail(err, LM_INVALID, "the URL is too long for a browser");
    if (call(v, "Page.navigate", lm_buf_str(&b), &answer, err))
        return err->code;
    problem = answer.problem.p ? answer.problem : lm_jstr(answer.result, "errorText");
    if (!problem.n || v->document.status >= 400)
        return LM_OK;
    if (v->is_download || lm_jbool(answer.result, "isDownload"))
        return lm_fail(err, LM_INVALID, "it is a download, no page");
    return not_loaded(v, problem, err);
}

/* ---- rest ---- */

static bool is_at_rest(const struct scraper_document *d)
{
    return d->is_error_page || (d->has_loaded && d->is_quiet) ||
           (d->parsed_at && lm_mono_ms() - d->parsed_at >= REST_MOST_MS);
}

static lm_code wait_for_rest(struct scraper_visit *v, lm_err *err)
{
    struct scraper_message ignored;
    bool is_answered;

    while (!is_at_rest(&v->document)) {
        if (hear(v, -1, &ignored, &is_answered, err))
            return err->code;
    }
    if (v->document.is_error_page && v->document.status < 400)
        return not_loaded(v, lm_str_z(v->net_error), err);
    return LM_OK;
}

/* ---- read ---- */

/* In a world of its own, where the page's scripts have not changed what things mean. */
static lm_code read_once(struct scraper_visit *v, struct scraper_message *answer, lm_err *err)
{
    struct lm_arena *a = v->ctx->arena;
    int64_t world;

    if (call(v, "Page.createIsolatedWorld",
             lm_str_z(lm_arena_printf(a, "{\"frameId\":\"%s\"}", v->target)), answer, err))
        return err->code;
    world = lm_jint(answer->result, "executionContextId", 0);
    return call(
        v, "Runtime.evaluate",
        lm_str_z(lm_arena_printf(
            a,
            "{\"contextId\":%lld,\"returnByValue\":true,\"expression\":\"(() => {"
            "const h = document.documentElement;"
            "return {url: location.href, html: h ? (document.doctype ? '<!DOCTYPE html>' : '')"
            " + h.outerHTML.slice(0, %zu).toWellFormed() : ''};})()\"}",
            (long long)world, v->what->max_bytes + 1)),
        answer, err);
}

/* As it was asked for, where the test world is asked otherwise. */
static lm_str shown_url(struct scraper_visit *v, lm_str url)
{
    const lm_str plain = LM_STR("http://");
    ptrdiff_t fragment = lm_str_chr(url, '#', 0);
    bool is_secure = lm_str_istarts(lm_str_z(v->what->url), LM_STR("https://")) &&
                     !lm_str_istarts(lm_str_z(v->url), LM_STR("https://"));

    url = fragment < 0 ? url : lm_str_sub(url, 0, (size_t)fragment);
    if (!is_secure || !lm_str_istarts(url, plain))
        return url;
    return lm_str_z(
        lm_arena_printf(v->ctx->arena, "https://%.*s", LM_FMT(lm_str_sub(url, plain.n, url.n))));
}

static void add_header(struct lm_http_header *list, size_t *n, const char *name, const char *value)
{
    if (*value)
        list[(*n)++] = (struct lm_http_header){lm_str_z(name), lm_str_z(value)};
}

static lm_code take_page(struct scraper_visit *v, const struct scraper_message *answer,
                         struct lm_http_response *res, lm_err *err)
{
    const struct scraper_document *d = &v->document;
    struct lm_http_header *headers = LM_NEW_ARRAY(v->ctx->arena, struct lm_http_header, 2);
    lm_str url = lm_jstr(answer->result, "result.value.url");
    bool is_web = lm_str_starts(url, LM_STR("http://")) || lm_str_starts(url, LM_STR("https://"));

    *res = (struct lm_http_response){.status = d->status, .retry_after_ms = d->retry_after_ms};
    res->url = is_web ? shown_url(v, url) : lm_str_z(v->what->url);
    if (d->is_error_page) /* an answer of 400 and above without a word */
        return LM_OK;
    if (!is_web || !d->status)
        return lm_fail(err, LM_INVALID, "the page went where there is no web page");
    res->body = lm_jstr(answer->result, "result.value.html");
    if (res->body.n > v->what->max_bytes)
        return lm_fail(err, LM_TOO_LARGE, "the page is larger than %zu bytes", v->what->max_bytes);
    res->content_type = LM_STR("text/html; charset=utf-8");
    add_header(headers, &res->n_headers, "cache-control", d->cache_control);
    add_header(headers, &res->n_headers, "vary", d->vary);
    res->headers = headers;
    return LM_OK;
}

/* The page may go elsewhere in the very moment; then it is waited for once more. */
static lm_code read_page(struct scraper_visit *v, struct lm_http_response *res, lm_err *err)
{
    struct scraper_message answer;

    for (int i = 0; i < READ_TRIES; i++) {
        if (wait_for_rest(v, err) || read_once(v, &answer, err))
            return err->code;
        if (!answer.problem.p && lm_jstr(answer.result, "result.value.html").p)
            return take_page(v, &answer, res, err);
    }
    return lm_fail(err, LM_UNAVAILABLE, "the page cannot be read: %.*s", LM_FMT(answer.problem));
}

lm_code scraper_visit(struct scraper_visit *v, struct lm_http_response *res, lm_err *err)
{
    if (open_target(v, err) || prepare(v, err) || navigate(v, err))
        return err->code;
    return read_page(v, res, err);
}

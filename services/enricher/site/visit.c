/* SPDX-License-Identifier: Apache-2.0 */
/* A visit to a company's site: robots.txt, the home page, and what it leads to. */
#include "services/enricher/site/visit.h"

#include "common/arena.h"
#include "common/http.h"
#include "common/job.h"
#include "common/platforms.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/enricher.h"
#include "services/enricher/site/links.h"

enum { USUAL_PATHS = 6 };

static lm_code get(struct lm_ctx *ctx, lm_str url, struct lm_http_response *res, lm_err *err)
{
    struct lm_http_request req = {
        .url = lm_arena_strz(ctx->arena, url),
        .timeout_ms = enricher_settings.fetch_timeout_ms,
        .max_bytes = enricher_settings.max_page_bytes,
    };

    return lm_http_send(ctx, &req, res, err);
}

static lm_code judge_status(const struct lm_http_response *res, lm_err *err)
{
    if (res->status < 400)
        return LM_OK;
    if (res->status == 429) {
        lm_fail(err, LM_LIMITED, "the site answered 429");
        err->retry_after_ms = res->retry_after_ms;
        return err->code;
    }
    return lm_fail(err,
                   res->status >= 500   ? LM_UNAVAILABLE
                   : res->status == 403 ? LM_FORBIDDEN
                                        : LM_NOT_FOUND,
                   "the site answered %d", res->status);
}

static bool is_html(lm_str content_type)
{
    return !content_type.n || lm_str_ifind(content_type, LM_STR("html"), 0) >= 0;
}

/* Adds a page to the site; LM_INVALID when it is none. */
static lm_code add_page(struct lm_ctx *ctx, const struct lm_http_response *res,
                        struct enricher_site *site, lm_err *err)
{
    struct enricher_page *page = &site->pages[site->n];
    const lm_node *root;

    if (judge_status(res, err))
        return err->code;
    if (!is_html(res->content_type))
        return lm_fail(err, LM_INVALID, "the site answered something that is no page");
    if (lm_html_parse(ctx->arena, res->body, res->content_type, &root, err))
        return err->code;
    page->url = res->url;
    enricher_outline_make(ctx->arena, root, &page->outline);
    site->n++;
    return LM_OK;
}

/* No rules (NULL) when there is no such file; an error when the site cannot be reached at all. */
static lm_code read_robots(struct lm_ctx *ctx, lm_str origin, const struct lm_robots **out,
                           lm_err *err)
{
    struct lm_robots_file file;

    *out = NULL;
    if (lm_robots_fetch(ctx, origin, enricher_settings.fetch_timeout_ms, NULL, &file, err))
        return err->code;
    if (file.state == LM_ROBOTS_UNREACHABLE) {
        lm_fail(err, LM_UNAVAILABLE, "%s", file.why);
        err->retry_after_ms = file.retry_after_ms;
        return err->code;
    }
    if (file.state == LM_ROBOTS_RULES)
        *out = lm_robots_parse(ctx->arena, file.text, lm_robots_agent());
    return LM_OK;
}

static bool is_allowed(const struct lm_robots *robots, lm_str url)
{
    return lm_robots_check(robots, url).is_allowed;
}

static lm_code open_at(struct lm_ctx *ctx, lm_str url, struct enricher_site *site, lm_err *err)
{
    struct lm_http_response res;

    if (read_robots(ctx, url, &site->robots, err))
        return err->code;
    if (!is_allowed(site->robots, url))
        return lm_fail(err, LM_FORBIDDEN, "robots.txt of the site asks not to be read");
    if (get(ctx, url, &res, err) || add_page(ctx, &res, site, err))
        return err->code;
    site->bytes = res.body.n;
    /* Of shop.example.nl too, mail goes to example.nl. */
    site->domain = lm_domain_registrable(lm_domain_normalize(ctx->arena, res.url));
    if (!lm_domain_is_own(site->domain))
        return lm_fail(err, LM_INVALID, "the site leads to a platform");
    return LM_OK;
}

lm_code enricher_site_open(struct lm_ctx *ctx, lm_str domain, struct enricher_site *out,
                           lm_err *err)
{
    lm_code rc = LM_UNAVAILABLE;

    for (const char *const *scheme = enricher_settings.schemes; *scheme; scheme++) {
        char *url = lm_arena_printf(ctx->arena, "%s://%.*s/", *scheme, LM_FMT(domain));

        memset(out, 0, sizeof(*out));
        lm_err_clear(err);
        rc = open_at(ctx, lm_str_z(url), out, err);
        /* What is not served by one scheme may be by the next; what was answered is the answer. */
        if (rc == LM_OK || (rc != LM_UNAVAILABLE && rc != LM_DEADLINE))
            break;
    }
    return rc ? lm_wrap(err, "%.*s", LM_FMT(domain)) : LM_OK;
}

static bool is_known(const struct enricher_site *site, lm_str url)
{
    for (int i = 0; i < site->n; i++) {
        if (lm_str_eq(site->pages[i].url, url))
            return true;
    }
    return false;
}

/* LM_OK also when the page is not to be had; an error when the visit is to be tried again. */
static lm_code visit(struct lm_ctx *ctx, struct enricher_site *site, const struct enricher_visit *v,
                     bool *found, lm_err *err)
{
    struct lm_http_response res;
    lm_code rc;

    *found = false;
    if (!is_allowed(site->robots, v->url) || is_known(site, v->url))
        return LM_OK;
    rc = get(ctx, v->url, &res, err);
    if (rc == LM_OK && !enricher_url_is_of(ctx->arena, res.url, site->domain))
        return LM_OK;
    if (rc == LM_OK && is_known(site, res.url))
        return LM_OK;
    if (rc == LM_OK)
        rc = add_page(ctx, &res, site, err);
    if (rc == LM_OK) {
        site->bytes += res.body.n;
        *found = true;
    } else if (v->is_linked && v->kind == ENRICHER_PAGE_TEAM && lm_code_is_later(rc)) {
        return lm_wrap(err, "page of people");
    }
    lm_err_clear(err);
    return LM_OK;
}

lm_code enricher_site_read(struct lm_ctx *ctx, struct enricher_site *site, lm_err *err)
{
    struct enricher_visit v[ENRICHER_VISITS_MAX];
    bool has_kind[ENRICHER_PAGE_KINDS] = {false};
    size_t n = enricher_visits_plan(ctx->arena, &site->pages[0].outline, site->pages[0].url, v,
                                    LM_COUNT(v));
    int most = (int)LM_MIN(enricher_settings.max_pages, (int64_t)ENRICHER_SITE_PAGES), guesses = 0;

    for (size_t i = 0; i < n && site->n < most && site->bytes < enricher_settings.max_site_bytes;
         i++) {
        bool found;

        /* Paths nobody linked to: one of a kind is enough, and not too many tries. */
        if (!v[i].is_linked && (has_kind[v[i].kind] || guesses++ >= USUAL_PATHS))
            continue;
        if (lm_job_progress(ctx, (int64_t)i + 1, (int64_t)n, err) ||
            visit(ctx, site, &v[i], &found, err))
            return err->code;
        has_kind[v[i].kind] |= found;
    }
    return LM_OK;
}

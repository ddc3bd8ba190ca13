/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a search reads: page after page, each saved before the next is asked for, so that a run which failed goes on
 * where it stopped; then the pages of single companies.
 */
#include "common/arena.h"
#include "common/job.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/browser/browser.h"
#include "services/scraper/fetch/fetch.h"
#include "services/scraper/scraper.h"
#include "services/scraper/search/search.h"
#include "services/scraper/store.h"

enum { PAGE_MEMORY = 64 << 20, MOST_ERRORS = 20 };

static lm_code say_progress(struct lm_ctx *ctx, void *arg, lm_err *err)
{
    const struct scraper_search *s = arg;

    return lm_job_progress(ctx, s->row->pages_done + s->row->details_done, 0, err);
}

/* ---- in memory of its own ---- */

/*
 * A page is ten times as large as what is kept of it, and a search reads hundreds. What `read` leaves in `out` is
 * copied out, the rest goes.
 */
struct apart {
    lm_code (*read)(struct lm_ctx *ctx, struct scraper_search *s, void *arg, lm_err *err);
    void (*copy)(struct lm_arena *to, void *arg);
};

static lm_code read_apart(struct lm_ctx *ctx, struct scraper_search *s, const struct apart *how,
                          void *arg, lm_err *err)
{
    struct lm_arena *const whole = ctx->arena, *const own = lm_arena_new(PAGE_MEMORY);
    volatile lm_code rc;

    ctx->arena = own;
    if (!lm_arena_guard(own))
        rc = how->read(ctx, s, arg, err);
    else
        rc = lm_fail(err, LM_TOO_LARGE, "the page takes more than %d MiB", PAGE_MEMORY >> 20);
    ctx->arena = whole;
    if (rc == LM_OK)
        how->copy(whole, arg);
    lm_arena_free(own);
    return rc;
}

static lm_str copied(struct lm_arena *a, lm_str s)
{
    return s.p ? lm_arena_dup(a, s) : s;
}

static void copy_found(struct lm_arena *a, struct scraper_found *f)
{
    f->key = copied(a, f->key);
    f->url = copied(a, f->url);
    f->company = (Lm__Company *)lm_pb_copy(a, &f->company->base);
}

/* ---- pages that scripts draw ---- */

/*
 * The answer could not be read, `err` says why. Is it but the shell of a page, then `fetched` is afterwards that page, to
 * be read once more. Without a browser `err` says what is missing.
 */
static lm_code draw_shell(struct lm_ctx *ctx, struct scraper_search *s,
                          const struct scraper_request *request, struct scraper_fetched *fetched,
                          bool *is_drawn, lm_err *err)
{
    const struct scraper_wait wait = {say_progress, s};
    lm_err lack = LM_ERR_INIT;

    *is_drawn = false;
    if (!scraper_is_to_draw(ctx->arena, s->source, request, fetched))
        return err->code;
    if (scraper_browser_find(&lack))
        return lm_wrap(err, "drawn by scripts, and %s", lack.message);
    lm_err_clear(err);
    *is_drawn = scraper_fetch_drawn(ctx, s->source, request, &wait, fetched, err) == LM_OK;
    return err->code;
}

/* ---- a page of the list ---- */

struct list_page {
    struct scraper_page_at at;
    lm_str after;
    struct lm_arena *whole;
    lm_str asked; /* the URL, in `whole`: for the note of a page that cannot be read */
    struct scraper_page page;
};

/* What people may see of a URL: where a key is needed, it may stand in the query. */
static lm_str shown_url(const struct scraper_source *source, lm_str url)
{
    ptrdiff_t query = source->needs_key ? lm_str_chr(url, '?', 0) : -1;

    return query < 0 ? url : lm_str_sub(url, 0, (size_t)query);
}

/* Company ids come with the row that is kept; protobuf wants the field filled when it is packed. */
static void complete(struct scraper_page *page)
{
    static char none[] = "";

    for (size_t i = 0; i < page->n; i++) {
        if (!page->found[i].company->id)
            page->found[i].company->id = none;
    }
}

/* Entries, and nothing of any of them: they have other names now. */
static bool has_none_read(const struct scraper_page *page, const lm_err *err)
{
    return err->code == LM_OK && page->n_cards > 0 && page->n + page->n_over == 0;
}

/* It is the page that is strange, and not only what came in its place: a wall, an error of the server. */
static bool is_unreadable(const struct scraper_page *page, const struct scraper_answer *answer,
                          const lm_err *err)
{
    if (err->code)
        return !page->is_blocked && answer->status < 400;
    return has_none_read(page, err);
}

/*
 * What the page was worth. One with nothing on it, where the search has seen nothing yet, is kept for a look: either
 * there is nothing, or the page has changed. `err` is what parse() said, and stays.
 */
static lm_code judge_list(struct lm_ctx *ctx, const struct scraper_search *s,
                          const struct list_page *p, const struct scraper_fetched *fetched,
                          lm_err *err)
{
    const struct scraper_worth worth = {err->code, p->page.n_cards > 0};
    const struct scraper_seen seen = {
        .url = p->asked,
        .content_type = scraper_storable(fetched->answer.content_type),
        .body = fetched->answer.body,
        .is_unreadable = is_unreadable(&p->page, &fetched->answer, err)};
    bool is_bare = err->code == LM_UNAVAILABLE || has_none_read(&p->page, err) ||
                   (err->code == LM_OK && !worth.has_cards && s->row->cards_count == 0);
    lm_err own = LM_ERR_INIT;

    if (scraper_fetched_judge(ctx, s->source, fetched, worth, &own) ||
        (is_bare && scraper_health_keep_page(ctx, s->source->name, &seen, &own)))
        *err = own;
    return err->code;
}

static void parse_list(struct lm_ctx *ctx, const struct scraper_search *s,
                       const struct scraper_query *q, struct scraper_fetched *fetched,
                       struct list_page *p, lm_err *err)
{
    p->page = (struct scraper_page){.n = 0};
    fetched->answer.filters = q->filters;
    if (s->source->parse(ctx->arena, q, &fetched->answer, &p->page, err) == LM_OK)
        complete(&p->page);
}

static lm_code fetch_list(struct lm_ctx *ctx, struct scraper_search *s, void *arg, lm_err *err)
{
    struct list_page *p = arg;
    const struct scraper_wait wait = {say_progress, s};
    struct scraper_query q = {
        .filters = scraper_filters_of(s->row),
        .page = p->at.page,
        .after = p->after,
    };
    struct scraper_request request = {.body = {NULL, 0}};
    struct scraper_fetched fetched;
    bool is_drawn;

    if ((size_t)p->at.keyword < s->row->n_keywords)
        q.keyword = lm_str_z(s->row->keywords[p->at.keyword]);
    if (s->source->request(ctx->arena, &q, &request, err))
        return err->code;
    p->asked = lm_arena_dup(p->whole, shown_url(s->source, request.url));
    if (scraper_fetch(ctx, s->source, &request, &wait, &fetched, err))
        return err->code;
    parse_list(ctx, s, &q, &fetched, p, err);
    /* One that says it has nothing says so to programs as well, however little it says. */
    if (err->code == LM_UNAVAILABLE) {
        if (draw_shell(ctx, s, &request, &fetched, &is_drawn, err) && fetched.is_drawn)
            return err->code;
        if (is_drawn)
            parse_list(ctx, s, &q, &fetched, p, err);
    }
    return judge_list(ctx, s, p, &fetched, err);
}

static void copy_list(struct lm_arena *a, void *arg)
{
    struct list_page *p = arg;
    struct scraper_found *found = LM_NEW_ARRAY(a, struct scraper_found, p->page.n);

    for (size_t i = 0; i < p->page.n; i++) {
        found[i] = p->page.found[i];
        copy_found(a, &found[i]);
    }
    p->page.found = found;
    p->page.next = copied(a, p->page.next);
}

static void add_error(struct lm_ctx *ctx, Scraper__ScrapeJob *row, const char *url,
                      const lm_err *why)
{
    Scraper__PageError *e = LM_NEW(ctx->arena, Scraper__PageError);
    Scraper__PageError **grown = LM_NEW_ARRAY(ctx->arena, Scraper__PageError *, row->n_errors + 1);

    row->error_count++;
    if (row->n_errors == MOST_ERRORS)
        return;
    scraper__page_error__init(e);
    e->url = lm_arena_strdup(ctx->arena, url);
    e->code = lm_arena_strdup(ctx->arena, lm_code_name(why->code));
    e->message = lm_arena_strdup(ctx->arena, why->message);
    for (size_t i = 0; i < row->n_errors; i++)
        grown[i] = row->errors[i];
    grown[row->n_errors++] = e;
    row->errors = grown;
}

/* Vacancies are counted first, and companies with a page of their own wait for what it says. */
static bool is_kept_at_once(const struct scraper_source *source)
{
    return !source->counts_vacancies && !source->detail_request;
}

static lm_code save_list(struct lm_ctx *ctx, struct scraper_search *s, const struct list_page *p,
                         lm_err *err)
{
    if (scraper_search_take(ctx, s->row->id, &s->row, err))
        return err->code;
    s->row->pages_done++;
    s->row->cards_count += (int32_t)p->page.n_cards;
    if (scraper_page_save(ctx, s->row->id, p->at, &p->page, err) ||
        (is_kept_at_once(s->source) &&
         scraper_search_keep(ctx, s->row, p->page.found, p->page.n, err)) ||
        scraper_search_save(ctx, s->row, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* ---- a page that cannot be read ---- */

/* What no other attempt changes is the page's own fault: noted, and the rest goes on. */
static bool is_of_the_page(lm_code code)
{
    return code == LM_TOO_LARGE || code == LM_INVALID || code == LM_NOT_FOUND ||
           code == LM_FORBIDDEN; /* robots.txt */
}

static lm_code note_page(struct lm_ctx *ctx, struct scraper_search *s, struct list_page *p,
                         const lm_err *why, lm_err *err)
{
    p->page = (struct scraper_page){.n = 0};
    if (scraper_search_take(ctx, s->row->id, &s->row, err))
        return err->code;
    add_error(ctx, s->row, lm_arena_strz(ctx->arena, p->asked), why);
    s->row->pages_done++;
    if (scraper_page_save(ctx, s->row->id, p->at, &p->page, err) ||
        scraper_search_save(ctx, s->row, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* ---- all pages ---- */

static lm_code read_new(struct lm_ctx *ctx, struct scraper_search *s, struct list_page *p,
                        lm_err *err)
{
    static const struct apart how = {fetch_list, copy_list};
    int64_t total = (int64_t)LM_MAX(s->row->n_keywords, (size_t)1) * s->row->max_pages;
    lm_err why = LM_ERR_INIT;

    if (lm_job_progress(ctx, s->row->pages_done, total, err))
        return err->code;
    if (read_apart(ctx, s, &how, p, &why) == LM_OK)
        return save_list(ctx, s, p, err);
    if (is_of_the_page(why.code) && p->asked.n)
        return note_page(ctx, s, p, &why, err);
    *err = why;
    return lm_wrap(err, "%s page %d of keyword %d", s->source->name, p->at.page + 1,
                   p->at.keyword + 1);
}

/* One page, unless an earlier run has read it; *next is what the one behind it is asked with. */
static lm_code read_page(struct lm_ctx *ctx, struct scraper_search *s, struct scraper_page_at at,
                         lm_str after, lm_str *next, lm_err *err)
{
    struct list_page p = {.at = at, .after = after, .whole = ctx->arena};
    bool is_known;

    if (scraper_page_known(ctx, s->row->id, at, &is_known, next, err))
        return err->code;
    if (is_known)
        return LM_OK;
    if (read_new(ctx, s, &p, err))
        return err->code;
    *next = p.page.next;
    return LM_OK;
}

static lm_code read_lists(struct lm_ctx *ctx, struct scraper_search *s, lm_err *err)
{
    int n = (int)LM_MAX(s->row->n_keywords, (size_t)1);

    for (int keyword = 0; keyword < n; keyword++) {
        lm_str after = {NULL, 0}, next = {NULL, 0};

        for (int page = 0; page < s->row->max_pages && (page == 0 || after.n); page++) {
            if (read_page(ctx, s, (struct scraper_page_at){keyword, page}, after, &next, err))
                return err->code;
            after = next;
        }
    }
    return LM_OK;
}

/* ---- pages of single companies ---- */

static lm_code fetch_detail(struct lm_ctx *ctx, struct scraper_search *s, void *arg, lm_err *err)
{
    const struct scraper_wait wait = {say_progress, s};
    struct scraper_request request = {.body = {NULL, 0}};
    struct scraper_found *found = arg;
    struct scraper_fetched fetched;
    struct scraper_worth worth = {.has_cards = true};
    lm_err own = LM_ERR_INIT;
    bool is_drawn;

    if (s->source->detail_request(ctx->arena, found, &request, err))
        return err->code;
    if (!request.url.n)
        return LM_OK;
    if (scraper_fetch(ctx, s->source, &request, &wait, &fetched, err))
        return err->code;
    fetched.answer.filters = scraper_filters_of(s->row);
    worth.code = s->source->detail_parse(ctx->arena, &fetched.answer, found, err);
    if (worth.code == LM_UNAVAILABLE) {
        if (draw_shell(ctx, s, &request, &fetched, &is_drawn, err) && fetched.is_drawn)
            return err->code;
        fetched.answer.filters = scraper_filters_of(s->row);
        if (is_drawn)
            worth.code = s->source->detail_parse(ctx->arena, &fetched.answer, found, err);
    }
    if (scraper_fetched_judge(ctx, s->source, &fetched, worth, &own))
        *err = own;
    return err->code;
}

static void copy_detail(struct lm_arena *a, void *arg)
{
    copy_found(a, arg);
}

static lm_code save_detail(struct lm_ctx *ctx, struct scraper_search *s,
                           const struct scraper_found *found, const lm_err *why, lm_err *err)
{
    if (scraper_search_take(ctx, s->row->id, &s->row, err))
        return err->code;
    s->row->details_done++;
    if (why->code && why->code != LM_NOT_FOUND)
        add_error(ctx, s->row, found->url.n ? lm_arena_strz(ctx->arena, found->url) : "", why);
    s->row->dropped_count += found->is_outside;
    if (scraper_found_save(ctx, s->row->id, found, err) ||
        (!found->is_outside && scraper_search_keep(ctx, s->row, found, 1, err)) ||
        scraper_search_save(ctx, s->row, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

static lm_code read_details(struct lm_ctx *ctx, struct scraper_search *s, lm_err *err)
{
    static const struct apart how = {fetch_detail, copy_detail};
    struct scraper_found found;
    bool is_there;

    for (;;) {
        lm_err why = LM_ERR_INIT;

        if (scraper_found_next(ctx, s->row->id, &found, &is_there, err) || !is_there)
            return err->code;
        if (read_apart(ctx, s, &how, &found, &why) && !is_of_the_page(why.code)) {
            *err = why;
            return lm_wrap(err, "%s, a company's own page", s->source->name);
        }
        if (save_detail(ctx, s, &found, &why, err))
            return err->code;
    }
}

lm_code scraper_search_read(struct lm_ctx *ctx, struct scraper_search *s, lm_err *err)
{
    if (read_lists(ctx, s, err))
        return err->code;
    return s->source->detail_request ? read_details(ctx, s, err) : LM_OK;
}

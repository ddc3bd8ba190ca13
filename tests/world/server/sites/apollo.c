/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Apollo's search for organisations: those with one of the tags in their trade or topics, one of the places, and a size
 * within one of the ranges. The only key it knows is "world".
 */
#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "tests/world/model/words.h"
#include "tests/world/server/sites.h"

enum { MOST_PER_PAGE = 100 };

static bool has_tag(const struct world_company *c, lm_str tag)
{
    const char *const texts[] = {c->sector->industry, c->sector->branche, c->topics[0],
                                 c->topics[1]};

    for (size_t i = 0; i < LM_COUNT(texts); i++)
        if (lm_str_ifind(lm_str_z(texts[i]), tag, 0) >= 0)
            return true;
    return false;
}

/* "Utrecht, Netherlands", or the whole country. */
static bool is_in(const struct world_company *c, lm_str place)
{
    return lm_str_ieqz(place, "netherlands") || lm_str_istarts(place, lm_str_z(c->town->name));
}

static bool is_within(const struct world_company *c, lm_str range)
{
    int64_t least, most;
    lm_str first;

    return lm_str_split(&range, ',', &first) && lm_str_int(first, &least) &&
           lm_str_int(range, &most) && c->employees >= least && c->employees <= most;
}

/* No list: everybody; else one entry must hold. */
static bool holds(const struct world_company *c, const struct lm_jval *list,
                  bool (*is_so)(const struct world_company *c, lm_str entry))
{
    for (size_t i = 0; list->type == LM_J_ARR && i < list->n; i++)
        if (is_so(c, lm_jstr(&list->items[i], "")))
            return true;
    return list->type != LM_J_ARR || list->n == 0;
}

static bool matches(const struct world_company *c, const struct lm_jval *root)
{
    return holds(c, lm_jget(root, "q_organization_keyword_tags"), has_tag) &&
           holds(c, lm_jget(root, "organization_locations"), is_in) &&
           holds(c, lm_jget(root, "organization_num_employees_ranges"), is_within);
}

static void put(struct lm_buf *b, const char *before, const char *text)
{
    lm_buf_appendz(b, before);
    lm_buf_json(b, lm_str_z(text));
}

static void write_organization(const struct world_company *c, struct lm_buf *b)
{
    lm_buf_printf(b, "{\"id\":\"5e66b6381e05b4%010u\"", c->index);
    put(b, ",\"name\":", c->spellings[0]);
    lm_buf_printf(b, ",\"website_url\":\"http://%s\",\"primary_domain\":\"%s\"", c->entry,
                  c->entry);
    put(b, ",\"phone\":", c->phone);
    put(b, ",\"industry\":", c->sector->industry);
    put(b, ",\"street_address\":", c->street);
    put(b, ",\"postal_code\":", c->postal_code);
    put(b, ",\"city\":", c->town->name);
    lm_buf_printf(
        b, ",\"country\":\"Netherlands\",\"founded_year\":%u,\"estimated_num_employees\":%u}",
        c->founded, c->employees);
}

static void search(const struct world *w, const struct lm_jval *root, struct world_reply *reply)
{
    int64_t per_page = LM_MAX(lm_jint(root, "per_page", 10), 1), page = lm_jint(root, "page", 1),
            n = 0;
    int64_t first = (LM_MAX(page, 1) - 1) * LM_MIN(per_page, (int64_t)MOST_PER_PAGE), written = 0;
    struct world_company c;

    per_page = LM_MIN(per_page, (int64_t)MOST_PER_PAGE);
    lm_buf_appendz(&reply->body, "{\"breadcrumbs\":[],\"accounts\":[],\"organizations\":[");
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        if (!matches(&c, root))
            continue;
        if (n >= first && n < first + per_page) {
            lm_buf_appendz(&reply->body, written++ ? "," : "");
            write_organization(&c, &reply->body);
        }
        n++;
    }
    lm_buf_printf(&reply->body,
                  "],\"pagination\":{\"page\":%lld,\"per_page\":%lld,\"total_entries\":%lld,"
                  "\"total_pages\":%lld}}",
                  (long long)page, (long long)per_page, (long long)n,
                  (long long)((n + per_page - 1) / per_page));
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    lm_err err = LM_ERR_INIT;
    struct lm_jval *root;

    reply->content_type = "application/json; charset=utf-8";
    if (!lm_str_eqz(req->path, "/api/v1/mixed_companies/search")) {
        reply->status = 404;
    } else if (!lm_str_eqz(world_header(req, "x-api-key"), "world")) {
        reply->status = 401;
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(&reply->body, "Invalid access credentials.");
    } else if (!lm_str_eqz(req->method, "POST") ||
               lm_json_parse(req->arena, req->body, &root, &err)) {
        reply->status = 422;
        lm_buf_appendz(&reply->body, "{\"error\":\"The body is not valid.\"}");
    } else {
        search(state, root, reply);
    }
}

static void refuse(struct world_reply *reply)
{
    reply->status = 429;
    reply->header = "Retry-After: 1";
    reply->content_type = "application/json; charset=utf-8";
    lm_buf_appendz(
        &reply->body,
        "{\"message\":\"{\\\"message\\\":\\\"The maximum number of api calls allowed for "
        "mixed_companies/search is 400 times per hour.\\\"}\"}");
}

const struct world_site world_site_apollo = {
    .hosts = (const char *const[]){"api.apollo.example", NULL},
    .settings =
        (const char *const[]){"LM_SCRAPER_APOLLO_URL=http://api.apollo.example/api/v1",
                              "LM_SCRAPER_APOLLO_KEY=world", "LM_SCRAPER_APOLLO_DELAY=0ms", NULL},
    .searches = (const char *const[]){"{\"source\":\"APOLLO\",\"filters\":{\"industries\":"
                                      "[\"software\"],\"employee_ranges\":[\"1-10\",\"11-50\"],"
                                      "\"country\":\"NL\"},\"max_pages\":3}",
                                      NULL},
    .serve = serve,
    .refuse = refuse,
};

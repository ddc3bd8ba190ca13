/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Google Places, the New API and the legacy one: companies whose name or trade has all words of the query, in the town
 * behind " in ". Twenty a page, sixty in all. The only key it knows is "world".
 */
#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "tests/world/model/words.h"
#include "tests/world/server/sites.h"

enum { PAGE = 20, MOST = 60 };

static const char key[] = "world";

static bool has_word(const struct world_company *c, lm_str word)
{
    return lm_str_ifind(lm_str_z(c->name), word, 0) >= 0 ||
           lm_str_ifind(lm_str_z(c->sector->industry), word, 0) >= 0 ||
           lm_str_ifind(lm_str_z(c->sector->branche), word, 0) >= 0;
}

static bool matches(const struct world_company *c, lm_str query)
{
    ptrdiff_t in = lm_str_find(query, LM_STR(" in "), 0);
    lm_str words = in < 0 ? query : lm_str_sub(query, 0, (size_t)in), word;

    if (in >= 0 && !lm_str_ieqz(lm_str_sub(query, (size_t)in + 4, query.n), c->town->name))
        return false;
    while (lm_str_split(&words, ' ', &word))
        if (word.n && !has_word(c, word))
            return false;
    return true;
}

/* Calls `write` for up to a page of hits from `start` on; returns where the next page begins, 0 at the end. */
static unsigned each_hit(const struct world *w, lm_str query, unsigned start,
                         void (*write)(const struct world_company *c, struct lm_buf *out),
                         struct lm_buf *out)
{
    struct world_company c;
    unsigned n = 0;

    for (unsigned i = 0; i < w->n_companies && n < LM_MIN(start + PAGE + 1, (unsigned)MOST); i++) {
        world_company(w, i, &c);
        if (!matches(&c, query))
            continue;
        if (n >= start && n < start + PAGE) {
            lm_buf_appendz(out, n > start ? "," : "");
            write(&c, out);
        }
        n++;
    }
    return n > start + PAGE ? start + PAGE : 0;
}

/* "t20" */
static unsigned start_of(lm_str token)
{
    uint64_t start = 0;

    if (token.n < 2 || !lm_str_uint(lm_str_sub(token, 1, token.n), &start))
        return 0;
    return (unsigned)LM_MIN(start, (uint64_t)MOST);
}

/* ---- the New API ---- */

static void put(struct lm_buf *b, const char *before, const char *text)
{
    lm_buf_appendz(b, before);
    lm_buf_json(b, lm_str_z(text));
}

static void write_components(struct lm_buf *b, const struct world_company *c, const char *longer,
                             const char *shorter)
{
    const char *const rows[][3] = {{"locality", c->town->name, c->town->name},
                                   {"administrative_area_level_1", c->town->region,
                                    c->town->region_code},
                                   {"country", "Nederland", "NL"},
                                   {"postal_code", c->postal_code, c->postal_code}};

    for (size_t i = 0; i < LM_COUNT(rows); i++) {
        lm_buf_printf(b, "%s{\"%s\":", i ? "," : "", longer);
        lm_buf_json(b, lm_str_z(rows[i][1]));
        lm_buf_printf(b, ",\"%s\":", shorter);
        lm_buf_json(b, lm_str_z(rows[i][2]));
        lm_buf_printf(b, ",\"types\":[\"%s\",\"political\"]}", rows[i][0]);
    }
}

static void write_new(const struct world_company *c, struct lm_buf *b)
{
    lm_buf_printf(b, "{\"id\":\"ChIJworld%06u\"", c->index);
    put(b, ",\"displayName\":{\"languageCode\":\"nl\",\"text\":", c->spellings[0]);
    put(b, "},\"formattedAddress\":", c->street);
    b->n--; /* within the same string */
    lm_buf_printf(b, ", %s %s, Nederland\",\"addressComponents\":[", c->postal_code, c->town->name);
    write_components(b, c, "longText", "shortText");
    put(b, "],\"nationalPhoneNumber\":", c->phone);
    lm_buf_printf(
        b,
        ",\"websiteUri\":\"http://%s/\",\"googleMapsUri\":\"https://maps.google.example/?cid=%u\"",
        c->entry, c->index);
    put(b, ",\"primaryTypeDisplayName\":{\"text\":", c->sector->industry);
    lm_buf_appendz(b, "},\"types\":[\"point_of_interest\",\"establishment\"],"
                      "\"businessStatus\":\"OPERATIONAL\"}");
}

static void fail_new(struct world_reply *reply, int status, const char *name, const char *message)
{
    reply->status = status;
    lm_buf_printf(&reply->body, "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"%s\"}}",
                  status, message, name);
}

static void serve_new(const struct world *w, const struct world_request *req,
                      struct world_reply *reply)
{
    struct lm_jval *root;
    lm_err err = LM_ERR_INIT;
    unsigned next;

    if (!lm_str_eqz(world_header(req, "X-Goog-Api-Key"), key)) {
        fail_new(reply, 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.");
        return;
    }
    if (!world_header(req, "X-Goog-FieldMask").n ||
        lm_json_parse(req->arena, req->body, &root, &err) || !lm_jstr(root, "textQuery").n) {
        fail_new(reply, 400, "INVALID_ARGUMENT",
                 "FieldMask and textQuery are required parameters.");
        return;
    }
    lm_buf_appendz(&reply->body, "{\"places\":[");
    next = each_hit(w, lm_jstr(root, "textQuery"), start_of(lm_jstr(root, "pageToken")), write_new,
                    &reply->body);
    lm_buf_char(&reply->body, ']');
    if (next)
        lm_buf_printf(&reply->body, ",\"nextPageToken\":\"t%u\"", next);
    lm_buf_char(&reply->body, '}');
}

/* ---- the legacy API ---- */

static void write_legacy(const struct world_company *c, struct lm_buf *b)
{
    lm_buf_printf(b, "{\"place_id\":\"ChIJworld%06u\"", c->index);
    put(b, ",\"name\":", c->spellings[0]);
    put(b, ",\"formatted_address\":", c->town->name);
    lm_buf_appendz(b, ",\"types\":[\"point_of_interest\",\"establishment\"]}");
}

static void serve_search(const struct world *w, const struct world_request *req,
                         struct world_reply *reply)
{
    unsigned next;

    lm_buf_appendz(&reply->body, "{\"html_attributions\":[],\"results\":[");
    next = each_hit(w, world_query(req, "query"), start_of(world_query(req, "pagetoken")),
                    write_legacy, &reply->body);
    lm_buf_char(&reply->body, ']');
    if (next)
        lm_buf_printf(&reply->body, ",\"next_page_token\":\"t%u\"", next);
    lm_buf_appendz(&reply->body, ",\"status\":\"OK\"}");
}

static void serve_details(const struct world *w, const struct world_request *req,
                          struct world_reply *reply)
{
    const lm_str before = LM_STR("ChIJworld");
    lm_str id = world_query(req, "place_id");
    struct world_company c;
    uint64_t i;

    if (!lm_str_starts(id, before) || !lm_str_uint(lm_str_sub(id, before.n, id.n), &i) ||
        i >= w->n_companies) {
        lm_buf_appendz(&reply->body, "{\"status\":\"NOT_FOUND\"}");
        return;
    }
    world_company(w, (unsigned)i, &c);
    lm_buf_appendz(&reply->body, "{\"result\":{\"address_components\":[");
    write_components(&reply->body, &c, "long_name", "short_name");
    put(&reply->body, "],\"formatted_phone_number\":", c.phone);
    lm_buf_printf(&reply->body, ",\"website\":\"http://%s/\"},\"status\":\"OK\"}", c.entry);
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    const struct world *w = state;

    reply->content_type = "application/json; charset=UTF-8";
    if (lm_str_eqz(req->path, "/v1/places:searchText"))
        serve_new(w, req, reply);
    else if (!lm_str_starts(req->path, LM_STR("/maps/api/place/")))
        reply->status = 404;
    else if (!lm_str_eqz(world_query(req, "key"), key))
        lm_buf_appendz(&reply->body, "{\"results\":[],\"status\":\"REQUEST_DENIED\","
                                     "\"error_message\":\"The provided API key is invalid.\"}");
    else if (lm_str_eqz(req->path, "/maps/api/place/textsearch/json"))
        serve_search(w, req, reply);
    else
        serve_details(w, req, reply);
}

static void refuse(struct world_reply *reply)
{
    reply->content_type = "application/json; charset=UTF-8";
    reply->header = "Retry-After: 1";
    fail_new(reply, 429, "RESOURCE_EXHAUSTED",
             "Quota exceeded for quota metric 'SearchTextRequest'.");
}

const struct world_site world_site_google_places = {
    .hosts = (const char *const[]){"places.googleapis.example", "maps.googleapis.example", NULL},
    .settings =
        (const char *const[]){"LM_SCRAPER_GOOGLE_PLACES_URL=http://places.googleapis.example",
                              "LM_SCRAPER_GOOGLE_PLACES_LEGACY_URL=http://maps.googleapis.example",
                              "LM_SCRAPER_GOOGLE_PLACES_KEY=world",
                              "LM_SCRAPER_GOOGLE_PLACES_DELAY=0ms", NULL},
    .searches = (const char *const[]){"{\"source\":\"GOOGLE_PLACES\",\"filters\":{\"category\":"
                                      "\"software\",\"country\":\"NL\"},\"max_pages\":3}",
                                      NULL},
    .serve = serve,
    .refuse = refuse,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Google Places: companies of a trade in a town. The New API says all in its list, for the fields that are asked for;
 * the legacy one has phone and site in the details of each place, and says in its body what went wrong, with status 200.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/sources/sources.h"

enum { PAGE_SIZE = 20, MOST_PLACES = 60, LONGEST_REQUEST = 8192 };

static struct scraper_site site;
static const char *api, *legacy_url;

const struct lm_config_key scraper_config_google_places[] = {
    SCRAPER_SITE("google_places", &site, "https://places.googleapis.com", "2s"),
    SCRAPER_SITE_KEY("google_places", &site),
    LM_CFG_STR("scraper.google_places_api", &api, "new",
               "new, or legacy: Places API as it was, for projects that have no other"),
    LM_CFG_STR("scraper.google_places_legacy_url", &legacy_url, "https://maps.googleapis.com",
               "where the legacy API is"),
    LM_CFG_END,
};

static bool is_legacy(void)
{
    return api && strcmp(api, "legacy") == 0;
}

static lm_code check(lm_err *err)
{
    if (strcmp(api, "new") != 0 && strcmp(api, "legacy") != 0)
        return lm_fail(err, LM_INVALID, "scraper.google_places_api is new or legacy, not '%s'",
                       api);
    return LM_OK;
}

/* ---- what is asked ---- */

/* "bakkerij biologisch in Utrecht": what people would type. */
static lm_code query_text(struct lm_arena *a, const struct scraper_query *q, lm_str *out,
                          lm_err *err)
{
    const char *category = q->filters->category, *location = q->filters->location;
    struct lm_buf text = lm_buf_in(a, LONGEST_REQUEST);

    if (!(category && *category) && !q->keyword.n)
        return lm_fail_field(err, "filters.category",
                             "is needed where there are no keywords: a trade, like bakery");
    if (category && *category)
        lm_buf_appendz(&text, category);
    if (q->keyword.n)
        lm_buf_printf(&text, "%s%.*s", text.n ? " " : "", LM_FMT(q->keyword));
    if (location && *location)
        lm_buf_printf(&text, " in %s", location);
    *out = lm_buf_str(&text);
    return LM_OK;
}

static void request_legacy(struct lm_arena *a, const struct scraper_query *q, lm_str text,
                           struct scraper_request *out)
{
    struct lm_buf url = lm_buf_in(a, LONGEST_REQUEST);

    lm_buf_printf(&url, "%s/maps/api/place/textsearch/json?query=", legacy_url);
    lm_buf_percent(&url, text);
    if (q->filters->country) {
        lm_buf_appendz(&url, "&region=");
        lm_buf_percent(&url, lm_text_fold(a, lm_str_z(q->filters->country)));
    }
    if (q->after.n) {
        lm_buf_appendz(&url, "&pagetoken=");
        lm_buf_percent(&url, q->after);
    }
    lm_buf_appendz(&url, "&key=");
    lm_buf_percent(&url, lm_str_z(site.key));
    out->url = lm_buf_str(&url);
}

/* What is not in the mask is not sent, and not paid for. */
#define FIELDS                                                                                     \
    "nextPageToken,places.id,places.displayName,places.formattedAddress,places.addressComponents," \
    "places.internationalPhoneNumber,places.nationalPhoneNumber,places.websiteUri,"                \
    "places.googleMapsUri,places.primaryType,places.primaryTypeDisplayName,places.types,"          \
    "places.businessStatus"

static void request_new(struct lm_arena *a, const struct scraper_query *q, lm_str text,
                        struct scraper_request *out)
{
    struct lm_buf body = lm_buf_in(a, LONGEST_REQUEST);
    const char **headers = LM_NEW_ARRAY(a, const char *, 4);

    lm_buf_appendz(&body, "{\"textQuery\":");
    lm_buf_json(&body, text);
    lm_buf_printf(&body, ",\"pageSize\":%d", PAGE_SIZE);
    if (q->filters->country) {
        lm_buf_appendz(&body, ",\"regionCode\":");
        lm_buf_json(&body, lm_str_z(q->filters->country));
    }
    if (q->after.n) {
        lm_buf_appendz(&body, ",\"pageToken\":");
        lm_buf_json(&body, q->after);
    }
    lm_buf_char(&body, '}');
    headers[0] = "Content-Type: application/json";
    headers[1] = "X-Goog-FieldMask: " FIELDS;
    headers[2] = lm_arena_printf(a, "X-Goog-Api-Key: %s", site.key);
    out->url = lm_str_z(lm_arena_printf(a, "%s/v1/places:searchText", site.url));
    out->body = lm_buf_str(&body);
    out->headers = headers;
}

static lm_code request(struct lm_arena *a, const struct scraper_query *q,
                       struct scraper_request *out, lm_err *err)
{
    lm_str text;

    if (query_text(a, q, &text, err))
        return err->code;
    if (is_legacy())
        request_legacy(a, q, text, out);
    else
        request_new(a, q, text, out);
    return LM_OK;
}

/* ---- what went wrong ---- */

static lm_code refuse_key(lm_str why, lm_err *err)
{
    return lm_fail(err, LM_FORBIDDEN, "Google refuses scraper.google_places_key: %.*s",
                   LM_FMT(lm_utf8_cut(why, 200)));
}

/* `is_next`: a page token was sent, which is not valid in its first moments. */
static lm_code judge_legacy(const struct lm_jval *root, bool is_next, lm_err *err)
{
    lm_str status = lm_jstr(root, "status"), why = lm_jstr(root, "error_message");

    if (lm_str_eqz(status, "OK") || lm_str_eqz(status, "ZERO_RESULTS"))
        return LM_OK;
    if (lm_str_eqz(status, "OVER_QUERY_LIMIT") || lm_str_eqz(status, "OVER_DAILY_LIMIT"))
        return lm_fail(err, LM_LIMITED, "Google: %.*s", LM_FMT(status));
    if (lm_str_eqz(status, "REQUEST_DENIED"))
        return refuse_key(why.n ? why : status, err);
    if (lm_str_eqz(status, "NOT_FOUND"))
        return lm_fail(err, LM_NOT_FOUND, "Google no longer has this place");
    if (lm_str_eqz(status, "INVALID_REQUEST") && !is_next)
        return lm_fail(err, LM_UNPROCESSABLE, "Google does not take this search: %.*s",
                       LM_FMT(lm_utf8_cut(why, 200)));
    return lm_fail(err, LM_UNAVAILABLE, "Google: the answer says '%.*s'",
                   LM_FMT(lm_utf8_cut(status, 40)));
}

static lm_code judge_new(const struct lm_jval *root, int status, lm_err *err)
{
    lm_str name = lm_jstr(root, "error.status"), why = lm_jstr(root, "error.message");

    if (status < 400 && lm_jget(root, "error")->type == LM_J_NULL)
        return LM_OK;
    if (lm_str_eqz(name, "RESOURCE_EXHAUSTED") || lm_str_ifind(why, LM_STR("rateLimit"), 0) >= 0)
        return lm_fail(err, LM_LIMITED, "Google: the limit of requests is reached");
    /* A wrong key is a bad request to them. */
    if (status == 401 || status == 403 || lm_str_find(why, LM_STR("API key"), 0) >= 0)
        return refuse_key(why.n ? why : name, err);
    if (status == 404)
        return lm_fail(err, LM_NOT_FOUND,
                       "Google has no such address: check scraper.google_places_url");
    return lm_fail(err, LM_UNPROCESSABLE, "Google does not take this search: %.*s",
                   LM_FMT(lm_utf8_cut(why, 200)));
}

/* ---- addresses ---- */

/* The New API has longText and shortText, the legacy one long_name and short_name. */
static lm_str component_of(const struct lm_jval *place, const char *type, bool is_short)
{
    const struct lm_jval *all = lm_jget(place, "addressComponents");

    if (all->type != LM_J_ARR)
        all = lm_jget(place, "address_components");
    for (size_t i = 0; all->type == LM_J_ARR && i < all->n; i++) {
        const struct lm_jval *types = lm_jget(&all->items[i], "types");

        for (size_t k = 0; types->type == LM_J_ARR && k < types->n; k++) {
            lm_str text;

            if (!lm_str_eqz(lm_jstr(&types->items[k], ""), type))
                continue;
            text = lm_jstr(&all->items[i], is_short ? "shortText" : "longText");
            return text.n ? text : lm_jstr(&all->items[i], is_short ? "short_name" : "long_name");
        }
    }
    return (lm_str){NULL, 0};
}

static lm_str street(struct lm_arena *a, const struct lm_jval *place, lm_str country)
{
    lm_str road = component_of(place, "route", false);
    lm_str number = component_of(place, "street_number", false);
    bool is_number_first =
        country.n == 2 && strstr(" US GB CA AU IN FR IE SG ", lm_arena_strz(a, country));

    if (!road.n || !number.n)
        return road;
    return lm_str_z(is_number_first
                        ? lm_arena_printf(a, "%.*s %.*s", LM_FMT(number), LM_FMT(road))
                        : lm_arena_printf(a, "%.*s %.*s", LM_FMT(road), LM_FMT(number)));
}

/* The parts where Google gives them; else the whole, which is taken apart like that of any other source. */
static void read_address(struct lm_arena *a, const struct lm_jval *place, Lm__Company *c)
{
    lm_str country = component_of(place, "country", true);
    lm_str city = component_of(place, "locality", false);
    lm_str whole = lm_jstr(place, "formattedAddress");

    if (!city.n)
        city = component_of(place, "postal_town", false); /* in Great Britain */
    c->address = scraper_text(a, street(a, place, country));
    if (!c->address)
        c->address = scraper_text(a, whole.n ? whole : lm_jstr(place, "formatted_address"));
    c->postal_code = scraper_text(a, component_of(place, "postal_code", false));
    c->country = scraper_text(a, country);
    c->city = scraper_text(a, city);
}

/* ---- places ---- */

/* "Softwarebedrijf", else the first of its types that says more than that it is a place: "software_company". */
static lm_str type_of(struct lm_arena *a, const struct lm_jval *place)
{
    const struct lm_jval *types = lm_jget(place, "types");
    lm_str type = lm_jstr(place, "primaryTypeDisplayName.text");
    char *p;

    if (type.n)
        return type;
    type = lm_jstr(place, "primaryType");
    for (size_t i = 0; !type.n && types->type == LM_J_ARR && i < types->n; i++) {
        lm_str one = lm_jstr(&types->items[i], "");

        if (!lm_str_eqz(one, "point_of_interest") && !lm_str_eqz(one, "establishment"))
            type = one;
    }
    p = lm_arena_strz(a, type);
    for (size_t i = 0; i < type.n; i++)
        p[i] = p[i] == '_' ? ' ' : p[i];
    return (lm_str){p, type.n};
}

static bool is_gone(const struct lm_jval *place)
{
    lm_str status = lm_jstr(place, "businessStatus");

    if (!status.n)
        status = lm_jstr(place, "business_status");
    return lm_str_eqz(status, "CLOSED_PERMANENTLY");
}

static void add(struct lm_arena *a, const struct lm_jval *place, lm_str key, lm_str name,
                struct scraper_page *page)
{
    struct scraper_found *f;

    name = lm_text_squeeze(a, name);
    page->n_over += is_gone(place);
    if (!key.n || !name.n || is_gone(place))
        return;
    f = scraper_page_add(a, page, MOST_PLACES);
    f->key = key;
    f->company->name = scraper_text(a, name);
    f->company->industry_words = scraper_text(a, type_of(a, place));
    read_address(a, place, f->company);
}

static void add_new(struct lm_arena *a, const struct lm_jval *place, struct scraper_page *page)
{
    size_t n = page->n;
    struct scraper_found *f;
    lm_str phone = lm_jstr(place, "internationalPhoneNumber");

    add(a, place, lm_jstr(place, "id"), lm_jstr(place, "displayName.text"), page);
    if (page->n == n)
        return;
    f = &page->found[n];
    f->url = lm_jstr(place, "googleMapsUri");
    f->company->phone = scraper_text(a, phone.n ? phone : lm_jstr(place, "nationalPhoneNumber"));
    f->company->website_url = scraper_text(a, lm_jstr(place, "websiteUri"));
}

static lm_code read_root(struct lm_arena *a, const struct scraper_answer *in, struct lm_jval **root,
                         lm_err *err)
{
    if (lm_json_parse(a, in->body, root, err) || (*root)->type != LM_J_OBJ)
        return lm_fail(err, LM_UNAVAILABLE, "Google: the answer (%d) is no JSON object",
                       in->status);
    return LM_OK;
}

static lm_code parse(struct lm_arena *a, const struct scraper_query *q,
                     const struct scraper_answer *in, struct scraper_page *out, lm_err *err)
{
    const struct lm_jval *places;
    struct lm_jval *root;

    if (read_root(a, in, &root, err))
        return err->code;
    if (is_legacy() ? judge_legacy(root, q->after.n > 0, err) : judge_new(root, in->status, err))
        return err->code;
    places = lm_jget(root, is_legacy() ? "results" : "places");
    out->n_cards = places->type == LM_J_ARR ? LM_MIN(places->n, (size_t)MOST_PLACES) : 0;
    for (size_t i = 0; i < out->n_cards; i++) {
        const struct lm_jval *place = &places->items[i];

        if (is_legacy())
            add(a, place, lm_jstr(place, "place_id"), lm_jstr(place, "name"), out);
        else
            add_new(a, place, out);
    }
    out->next = lm_jstr(root, is_legacy() ? "next_page_token" : "nextPageToken");
    return LM_OK;
}

/* ---- details, of the legacy API ---- */

static lm_code detail_request(struct lm_arena *a, const struct scraper_found *of,
                              struct scraper_request *out, lm_err *err LM_UNUSED)
{
    struct lm_buf url = lm_buf_in(a, LONGEST_REQUEST);

    if (!is_legacy())
        return LM_OK;
    lm_buf_printf(&url, "%s/maps/api/place/details/json?place_id=", legacy_url);
    lm_buf_percent(&url, of->key);
    lm_buf_appendz(&url, "&fields=international_phone_number,formatted_phone_number,website,url,"
                         "address_component,business_status&key=");
    lm_buf_percent(&url, lm_str_z(site.key));
    out->url = lm_buf_str(&url);
    return LM_OK;
}

static lm_code detail_parse(struct lm_arena *a, const struct scraper_answer *in,
                            struct scraper_found *of, lm_err *err)
{
    const struct lm_jval *place;
    struct lm_jval *root;
    lm_str phone;

    if (read_root(a, in, &root, err) || judge_legacy(root, false, err))
        return err->code;
    place = lm_jget(root, "result");
    phone = lm_jstr(place, "international_phone_number");
    of->company->phone =
        scraper_text(a, phone.n ? phone : lm_jstr(place, "formatted_phone_number"));
    of->company->website_url = scraper_text(a, lm_jstr(place, "website"));
    of->url = lm_jstr(place, "url").n ? lm_jstr(place, "url") : of->url;
    if (lm_jget(place, "address_components")->type == LM_J_ARR)
        read_address(a, place, of->company);
    return LM_OK;
}

static const char *const filters[] = {"location", "category", "country", NULL};

const struct scraper_source scraper_source_google_places = {
    .name = "google_places",
    .id = LM__SOURCE__GOOGLE_PLACES,
    .title = "Google Places",
    .description = "Google Places: companies of a trade in a town, with phone and site",
    .filters = filters,
    .keywords = SCRAPER__KEYWORDS__KEYWORDS_OPTIONAL,
    .is_api = true,
    .needs_key = true,
    .sees_errors = true,
    .site = &site,
    .config = scraper_config_google_places,
    .check = check,
    .request = request,
    .parse = parse,
    .detail_request = detail_request,
    .detail_parse = detail_parse,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/router.h"

#include "common/str.h"

lm_str gateway_api_path(lm_str path)
{
    static const char *const prefixes[] = {"/api/v1", "/api"};

    for (size_t i = 0; i < LM_COUNT(prefixes); i++) {
        size_t n = strlen(prefixes[i]);

        if (lm_str_starts(path, lm_str_z(prefixes[i])) && path.n > n && path.p[n] == '/')
            return lm_str_sub(path, n, path.n);
    }
    return (lm_str){NULL, 0};
}

/* The parts between the slashes; 0: too many, or an empty one. */
static size_t cut(lm_str path, lm_str out[GATEWAY_SEGMENTS])
{
    lm_str rest = lm_str_sub(path, 1, path.n);
    size_t n = 0;
    lm_str part;

    while (lm_str_split(&rest, '/', &part)) {
        if (!part.n || n == GATEWAY_SEGMENTS)
            return 0;
        out[n++] = part;
    }
    return n;
}

static bool matches(const struct lm_route *r, const lm_str *segments, size_t n)
{
    if (r->n_segments != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!r->segments[i].is_param && !lm_str_eqz(segments[i], r->segments[i].text))
            return false;
    }
    return true;
}

static void allow_method(char allow[GATEWAY_ALLOW_SIZE], const char *method)
{
    size_t n = strlen(allow);

    if (!strstr(allow, method))
        snprintf(allow + n, GATEWAY_ALLOW_SIZE - n, "%s%s", n ? ", " : "", method);
}

lm_code gateway_route_find(lm_str method, lm_str api_path, struct gateway_match *out,
                           char allow[GATEWAY_ALLOW_SIZE], lm_err *err)
{
    size_t n = cut(api_path, out->segments);

    out->route = NULL;
    allow[0] = '\0';
    /* The table is in the order in which rows win, so the first is right; a hundred rows are few. */
    for (size_t i = 0; n && i < lm_routes_n; i++) {
        const struct lm_route *r = &lm_routes[i];

        if (!matches(r, out->segments, n))
            continue;
        if (lm_str_eqz(method, r->method)) {
            out->route = r;
            return LM_OK;
        }
        allow_method(allow, r->method);
    }
    if (allow[0])
        return lm_fail(err, LM_METHOD, "this path takes %s", allow);
    return lm_fail(err, LM_NOT_FOUND, "nothing has this path; /api/docs lists what there is");
}

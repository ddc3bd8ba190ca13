/* SPDX-License-Identifier: Apache-2.0 */
/* Data that pages hold for search engines. */
#include "services/enricher/page/json_ld.h"

#include "common/arena.h"
#include "common/str.h"

enum { MOST_OBJECTS = 4000 };

bool enricher_json_ld_is(const struct lm_jval *v, const char *type)
{
    const struct lm_jval *own = lm_jget(v, "@type");

    if (own->type == LM_J_STR)
        return lm_str_eqz(own->str, type);
    for (size_t i = 0; own->type == LM_J_ARR && i < own->n; i++) {
        if (lm_str_eqz(own->items[i].str, type))
            return true;
    }
    return false;
}

/* Keys below which an organization's own people and places stand. Not author, review, customer. */
static bool leads_on(lm_str key)
{
    static const char *const keys[] = {
        "@graph",     "employee",   "employees", "member",          "members", "founder",
        "founders",   "mainEntity", "item",      "itemListElement", "about",   "organization",
        "department", "publisher",  "worksFor",  "mainEntityOfPage"};

    for (size_t i = 0; i < LM_COUNT(keys); i++) {
        if (lm_str_eqz(key, keys[i]))
            return true;
    }
    return false;
}

/* A queue of what is still to be looked at, so that depth costs nothing and order is that of the page. */
struct queue {
    const struct lm_jval **v;
    size_t n;
};

static void put(struct queue *q, const struct lm_jval *v)
{
    if (q->n < MOST_OBJECTS && (v->type == LM_J_OBJ || v->type == LM_J_ARR))
        q->v[q->n++] = v;
}

static void walk(struct lm_arena *a, const struct lm_jval *top, const char *type,
                 void (*found)(void *arg, const struct lm_jval *v), void *arg)
{
    struct queue q = {.v = LM_NEW_ARRAY(a, const struct lm_jval *, MOST_OBJECTS)};

    put(&q, top);
    for (size_t i = 0; i < q.n; i++) {
        const struct lm_jval *v = q.v[i];

        if (v->type == LM_J_OBJ && enricher_json_ld_is(v, type))
            found(arg, v);
        for (size_t k = 0; k < v->n; k++) {
            if (v->type == LM_J_ARR || leads_on(v->keys[k]))
                put(&q, &v->items[k]);
        }
    }
}

void enricher_json_ld_each(struct lm_arena *a, const lm_node *root, const char *type,
                           void (*found)(void *arg, const struct lm_jval *v), void *arg)
{
    for (const lm_node *n = NULL; (n = LM_HTML_EACH(root, n, .tag = "script", .attr = "type"));) {
        lm_err ignored = LM_ERR_INIT;
        struct lm_jval *v;

        if (!lm_str_ieqz(lm_str_trim(lm_html_attr(n, "type")), "application/ld+json"))
            continue;
        if (lm_json_parse(a, lm_str_trim(lm_html_raw(a, n)), &v, &ignored) == LM_OK)
            walk(a, v, type, found, arg);
    }
}

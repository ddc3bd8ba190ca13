/* SPDX-License-Identifier: Apache-2.0 */
/* The page of /api/docs: the generated openapi.json as something to read. Made once, at the start. */
#include "common/buf.h"
#include "common/json.h"
#include "common/str.h"
#include "gen/routes.lm.h"
#include "services/gateway/http/exchange.h"

enum { TREE_BYTES = 64 << 20, PAGE_BYTES = 4 << 20 };

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "color:#1b1f24}code{font-size:.9em}summary{cursor:pointer;padding:.3em 0}"
    ".m{display:inline-block;width:4.5em;font-weight:600}.GET{color:#0a6}.POST{color:#06c}"
    ".PUT,.PATCH{color:#a60}.DELETE{color:#c22}.r{color:#667;font-size:.85em}"
    "table{border-collapse:collapse;margin:.5em 0 1em 1em}td,th{text-align:left;padding:.15em 1em "
    ".15em 0;vertical-align:top}th{color:#667;font-weight:500}details>div{margin-left:1em}";

/* Keys have dots and slashes in them, so lm_jget's paths do not reach them. */
static const struct lm_jval *child(const struct lm_jval *v, const char *key)
{
    for (size_t i = 0; v && v->type == LM_J_OBJ && i < v->n; i++) {
        if (lm_str_eqz(v->keys[i], key))
            return &v->items[i];
    }
    return NULL;
}

static lm_str text_of(const struct lm_jval *v, const char *key)
{
    const struct lm_jval *c = child(v, key);

    return c ? c->str : (lm_str){NULL, 0};
}

/* "#/components/schemas/lm.Lead" is "lm.Lead". */
static lm_str ref_name(const struct lm_jval *schema)
{
    lm_str ref = text_of(schema, "$ref");
    size_t at = ref.n;

    while (at > 0 && ref.p[at - 1] != '/')
        at--;
    return lm_str_sub(ref, at, ref.n);
}

static void put_type(struct lm_buf *b, const struct lm_jval *schema)
{
    const struct lm_jval *items = child(schema, "items");
    lm_str ref = ref_name(schema);

    if (items) {
        lm_buf_appendz(b, "list of ");
        put_type(b, items);
    } else if (ref.n) {
        lm_buf_appendz(b, "<a href=\"#");
        lm_buf_html(b, ref);
        lm_buf_appendz(b, "\">");
        lm_buf_html(b, ref);
        lm_buf_appendz(b, "</a>");
    } else {
        lm_str format = text_of(schema, "format");

        lm_buf_html(b, format.n ? format : text_of(schema, "type"));
    }
}

static void put_rules(struct lm_buf *b, const struct lm_jval *schema)
{
    static const struct {
        const char *key, *label;
    } rules[] = {
        {"default", "default"},    {"minimum", "from"},      {"maximum", "to"},
        {"minLength", "at least"}, {"maxLength", "at most"}, {"minItems", "items from"},
        {"maxItems", "items to"},  {"pattern", "pattern"},
    };

    for (size_t i = 0; i < LM_COUNT(rules); i++) {
        const struct lm_jval *v = child(schema, rules[i].key);

        if (!v)
            continue;
        lm_buf_printf(b, "%s ", rules[i].label);
        lm_buf_html(b, v->type == LM_J_BOOL ? (v->b ? LM_STR("true") : LM_STR("false")) : v->str);
        lm_buf_char(b, ' ');
    }
    lm_buf_html(b, text_of(schema, "description"));
}

static bool is_required(const struct lm_jval *schema, lm_str name)
{
    const struct lm_jval *required = child(schema, "required");

    for (size_t i = 0; required && required->type == LM_J_ARR && i < required->n; i++) {
        if (lm_str_eq(required->items[i].str, name))
            return true;
    }
    return false;
}

static void put_row(struct lm_buf *b, lm_str name, bool required, const struct lm_jval *schema)
{
    lm_buf_appendz(b, "<tr><td><code>");
    lm_buf_html(b, name);
    lm_buf_appendz(b, required ? "</code> *</td><td>" : "</code></td><td>");
    put_type(b, schema);
    lm_buf_appendz(b, "</td><td class=\"r\">");
    put_rules(b, schema);
    lm_buf_appendz(b, "</td></tr>");
}

static void put_schema(struct lm_buf *b, lm_str name, const struct lm_jval *schema)
{
    const struct lm_jval *properties = child(schema, "properties");
    const struct lm_jval *values = child(schema, "enum");

    lm_buf_appendz(b, "<h3 id=\"");
    lm_buf_html(b, name);
    lm_buf_appendz(b, "\"><code>");
    lm_buf_html(b, name);
    lm_buf_appendz(b, "</code></h3><p>");
    lm_buf_html(b, text_of(schema, "description"));
    lm_buf_appendz(b, "</p>");
    for (size_t i = 0; values && values->type == LM_J_ARR && i < values->n; i++) {
        lm_buf_appendz(b, i ? ", <code>" : "<p><code>");
        lm_buf_html(b, values->items[i].str);
        lm_buf_appendz(b, "</code>");
    }
    if (!properties || properties->type != LM_J_OBJ)
        return;
    lm_buf_appendz(b, "<table>");
    for (size_t i = 0; i < properties->n; i++)
        put_row(b, properties->keys[i], is_required(schema, properties->keys[i]),
                &properties->items[i]);
    lm_buf_appendz(b, "</table>");
}

static void put_parameters(struct lm_buf *b, const struct lm_jval *operation)
{
    const struct lm_jval *list = child(operation, "parameters");
    bool any = false;

    for (size_t i = 0; list && list->type == LM_J_ARR && i < list->n; i++) {
        const struct lm_jval *p = &list->items[i];
        const struct lm_jval *schema = child(p, "schema");
        const struct lm_jval *required = child(p, "required");

        if (!schema)
            continue;
        lm_buf_appendz(b, any ? "" : "<table>");
        any = true;
        put_row(b, text_of(p, "name"), required && required->b, schema);
    }
    lm_buf_appendz(b, any ? "</table>" : "");
}

/* The schema of the first (and only) content of a body or an answer. */
static const struct lm_jval *content_schema(const struct lm_jval *holder)
{
    const struct lm_jval *content = child(holder, "content");

    return content && content->type == LM_J_OBJ && content->n ? child(&content->items[0], "schema")
                                                              : NULL;
}

static void put_operation(struct lm_buf *b, lm_str path, lm_str method,
                          const struct lm_jval *operation)
{
    const struct lm_jval *body = content_schema(child(operation, "requestBody"));
    const struct lm_jval *answers = child(operation, "responses");
    char name[8] = "";

    for (size_t i = 0; i < method.n && i + 1 < sizeof(name); i++)
        name[i] = (char)(method.p[i] & ~0x20); /* ASCII letters only */
    lm_buf_printf(b, "<details><summary><span class=\"m %s\">%s</span><code>/api", name, name);
    lm_buf_html(b, path);
    lm_buf_appendz(b, "</code> ");
    lm_buf_html(b, text_of(operation, "operationId"));
    lm_buf_appendz(b, " <span class=\"r\">");
    lm_buf_html(b,
                text_of(operation, "x-role").n ? text_of(operation, "x-role") : LM_STR("no login"));
    lm_buf_appendz(b, "</span></summary><div><p>");
    lm_buf_html(b, text_of(operation, "description"));
    lm_buf_appendz(b, "</p>");
    put_parameters(b, operation);
    if (body) {
        lm_buf_appendz(b, "<p>Body: ");
        put_type(b, body);
        lm_buf_appendz(b, "</p>");
    }
    for (size_t i = 0; answers && i < answers->n; i++) {
        const struct lm_jval *schema = content_schema(&answers->items[i]);

        if (!schema)
            continue;
        lm_buf_appendz(b, "<p>");
        lm_buf_html(b, answers->keys[i]);
        lm_buf_appendz(b, ": ");
        put_type(b, schema);
        lm_buf_appendz(b, "</p>");
    }
    lm_buf_appendz(b, "</div></details>");
}

static bool has_tag(const struct lm_jval *operation, lm_str tag)
{
    const struct lm_jval *tags = child(operation, "tags");

    return tags && tags->type == LM_J_ARR && tags->n && lm_str_eq(tags->items[0].str, tag);
}

static void put_tag(struct lm_buf *b, const struct lm_jval *root, lm_str tag)
{
    const struct lm_jval *paths = child(root, "paths");

    lm_buf_appendz(b, "<h2>");
    lm_buf_html(b, tag);
    lm_buf_appendz(b, "</h2>");
    for (size_t i = 0; paths && i < paths->n; i++) {
        const struct lm_jval *methods = &paths->items[i];

        for (size_t k = 0; methods->type == LM_J_OBJ && k < methods->n; k++) {
            if (has_tag(&methods->items[k], tag))
                put_operation(b, paths->keys[i], methods->keys[k], &methods->items[k]);
        }
    }
}

static void put_page(struct lm_buf *b, const struct lm_jval *root)
{
    const struct lm_jval *tags = child(root, "tags");
    const struct lm_jval *schemas = child(child(root, "components"), "schemas");

    lm_buf_printf(b,
                  "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                  "name=\"viewport\" content=\"width=device-width\"><title>LeadMachine API</title>"
                  "<style>%s</style></head><body><h1>LeadMachine API</h1><p>",
                  style);
    lm_buf_html(b, text_of(child(root, "info"), "description"));
    lm_buf_appendz(b, "</p><p>For machines: <a href=\"/api/openapi.json\">openapi.json</a>.</p>");
    for (size_t i = 0; tags && tags->type == LM_J_ARR && i < tags->n; i++)
        put_tag(b, root, text_of(&tags->items[i], "name"));
    lm_buf_appendz(b, "<h2>Types</h2>");
    for (size_t i = 0; schemas && i < schemas->n; i++)
        put_schema(b, schemas->keys[i], &schemas->items[i]);
    lm_buf_appendz(b, "</body></html>\n");
}

lm_code gateway_docs_make(struct lm_arena *a, lm_str *out, lm_err *err)
{
    struct lm_arena *scratch = lm_arena_new(TREE_BYTES);
    struct lm_jval *root;
    struct lm_buf b;

    lm_buf_init(&b, PAGE_BYTES);
    if (lm_json_parse(scratch, (lm_str){lm_openapi_json, lm_openapi_json_n}, &root, err) == LM_OK) {
        put_page(&b, root);
        if (b.failed)
            lm_fail(err, LM_TOO_LARGE, "the page of /api/docs");
        else
            *out = lm_arena_dup(a, lm_buf_str(&b));
    }
    lm_buf_fini(&b);
    lm_arena_free(scratch);
    return err->code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Pages as trees of libxml2. */
#include "common/html.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/html_internal.h"
#include "common/str.h"
#include "common/text.h"

static void free_doc(void *doc)
{
    xmlFreeDoc(doc);
}

lm_code lm_html_parse(struct lm_arena *a, lm_str body, lm_str content_type, const lm_node **root,
                      lm_err *err)
{
    htmlDocPtr doc;

    if (lm_html_read(a, body, content_type, NULL, NULL, &doc, err))
        return err->code;
    if (doc)
        lm_arena_defer(a, free_doc, doc);
    *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!*root)
        return lm_fail(err, LM_INVALID, "the page of %zu bytes has no HTML in it", body.n);
    return LM_OK;
}

static const lm_node *first_element(const lm_node *n)
{
    while (n && n->type != XML_ELEMENT_NODE)
        n = n->next;
    return n;
}

const lm_node *lm_html_skip(const lm_node *top, const lm_node *at)
{
    while (at && at != top) {
        const lm_node *next = first_element(at->next);

        if (next)
            return next;
        at = at->parent;
    }
    return NULL;
}

const lm_node *lm_html_next(const lm_node *top, const lm_node *at)
{
    const lm_node *child;

    if (!at)
        return top;
    child = first_element(at->children);
    return child ? child : lm_html_skip(top, at);
}

const lm_node *lm_html_parent(const lm_node *n)
{
    return n->parent && n->parent->type == XML_ELEMENT_NODE ? n->parent : NULL;
}

lm_str lm_html_tag(const lm_node *n)
{
    return lm_str_z((const char *)n->name);
}

lm_str lm_html_attr(const lm_node *n, const char *name)
{
    for (const xmlAttr *attr = n->properties; attr; attr = attr->next) {
        if (strcmp((const char *)attr->name, name) != 0)
            continue;
        /* The HTML parser makes one text node of a value, entities already read. */
        if (attr->children && attr->children->content)
            return lm_str_z((const char *)attr->children->content);
        return LM_STR("");
    }
    return (lm_str){NULL, 0};
}

bool lm_html_has_class(const lm_node *n, const char *word)
{
    lm_str all = lm_html_attr(n, "class");
    size_t i = 0;

    while (i < all.n) {
        size_t from;

        while (i < all.n && strchr(" \t\r\n\f", all.p[i]))
            i++;
        for (from = i; i < all.n && !strchr(" \t\r\n\f", all.p[i]);)
            i++;
        if (i > from && lm_str_eqz(lm_str_sub(all, from, i), word))
            return true;
    }
    return false;
}

bool lm_html_is(const lm_node *n, const struct lm_html_want *want)
{
    lm_str value;

    if (want->tag && strcmp((const char *)n->name, want->tag) != 0)
        return false;
    if (want->class_name && !lm_html_has_class(n, want->class_name))
        return false;
    if (!want->attr)
        return true;
    value = lm_html_attr(n, want->attr);
    return value.p && (!want->value || lm_str_eqz(value, want->value));
}

const lm_node *lm_html_find(const lm_node *top, const lm_node *at, const struct lm_html_want *want)
{
    if (!top)
        return NULL;
    for (at = lm_html_next(top, at); at; at = lm_html_next(top, at)) {
        if (lm_html_is(at, want))
            return at;
    }
    return NULL;
}

static bool is_in(lm_str tag, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lm_str_eqz(tag, list[i]))
            return true;
    }
    return false;
}

bool lm_html_is_block(lm_str tag)
{
    static const char *const blocks[] = {
        "p",       "div",     "li",         "ul",         "ol",      "dl",    "dt",     "dd",
        "td",      "th",      "tr",         "br",         "table",   "tbody", "thead",  "h1",
        "h2",      "h3",      "h4",         "h5",         "h6",      "hr",    "header", "footer",
        "nav",     "section", "article",    "aside",      "main",    "body",  "figure", "form",
        "address", "caption", "blockquote", "figcaption", "summary", "html",  "pre",    "option",
        "select",  "details", "fieldset"};

    return is_in(tag, blocks, LM_COUNT(blocks));
}

bool lm_html_is_silent(lm_str tag)
{
    static const char *const list[] = {"script", "style", "template", "noscript", "svg"};

    return is_in(tag, list, LM_COUNT(list));
}

/* Down into the first child unless it is refused, then on, then up; every element left is told. */
void lm_html_visit(const lm_node *top, const struct lm_html_visitor *v, void *arg)
{
    const lm_node *n = top;

    for (;;) {
        if (n->type == XML_ELEMENT_NODE && v->enter(arg, n) && n->children) {
            n = n->children;
            continue;
        }
        if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content)
            v->piece(arg, n->parent, lm_str_z((const char *)n->content));
        for (;;) {
            if (n->type == XML_ELEMENT_NODE)
                v->leave(arg, n);
            if (n == top)
                return;
            if (n->next)
                break;
            n = n->parent;
        }
        n = n->next;
    }
}

static void blank_at_block(void *arg, const lm_node *n)
{
    if (lm_html_is_block(lm_html_tag(n)))
        lm_text_squeeze_into(arg, LM_STR(" "));
}

static bool enter_text(void *arg, const lm_node *n)
{
    if (lm_html_is_silent(lm_html_tag(n)))
        return false;
    blank_at_block(arg, n);
    return true;
}

static void append_piece(void *arg, const lm_node *parent LM_UNUSED, lm_str text)
{
    lm_text_squeeze_into(arg, text);
}

lm_str lm_html_text(struct lm_arena *a, const lm_node *n)
{
    static const struct lm_html_visitor reader = {enter_text, append_piece, blank_at_block};
    struct lm_buf text = lm_buf_in(a, SIZE_MAX);

    lm_html_visit(n, &reader, &text);
    return lm_str_trim(lm_buf_str(&text));
}

lm_str lm_html_raw(struct lm_arena *a, const lm_node *n)
{
    struct lm_buf text = lm_buf_in(a, SIZE_MAX);

    for (const lm_node *c = n->children; c; c = c->next) {
        if (c->content)
            lm_buf_appendz(&text, (const char *)c->content);
    }
    return lm_buf_str(&text);
}

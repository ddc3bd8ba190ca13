/* SPDX-License-Identifier: Apache-2.0 */
/* A page as a reader sees it. One walk over the tree. */
#include "services/enricher/page/outline.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"

enum { PARTS = 64, MOST_LINES = 20000 };

struct maker {
    struct lm_arena *arena;
    struct enricher_outline *o;
    size_t cap_elems, cap_lines, cap_links;
    int current; /* the element we are in */
    /* The line being read. */
    struct lm_buf text;
    int begins_in;
    struct {
        size_t from;
        int elem;
    } parts[PARTS];
    int n_parts;
    int first_link; /* of this line */
};

/* Does one of the words of a class or id begin like one of the list's? "teamMember card" has team, member, card. */
static bool speaks_of(lm_str text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < text.n; i++) {
        bool begins = i == 0 || !isalpha((unsigned char)text.p[i - 1]) ||
                      (isupper((unsigned char)text.p[i]) && islower((unsigned char)text.p[i - 1]));

        for (size_t k = 0; begins && k < n; k++) {
            if (lm_str_istarts(lm_str_sub(text, i, text.n), lm_str_z(words[k])))
                return true;
        }
    }
    return false;
}

static unsigned place_of_class(lm_str text)
{
    static const char *const nav[] = {"nav",    "menu",   "breadcrumb", "footer",
                                      "cookie", "topbar", "masthead",   "sitemap"};
    static const char *const quote[] = {"testimonial", "review", "quote", "customer",
                                        "klant",       "client", "blog",  "comment"};
    static const char *const people[] = {"team",     "member",     "person",  "people",
                                         "employee", "staff",      "profile", "medewerker",
                                         "collega",  "leadership", "bestuur", "crew",
                                         "mensen",   "founder"};
    static const char *const title[] = {"title",   "role", "position",    "function",
                                        "functie", "job",  "designation", "rol"};
    unsigned place = 0;

    if (!text.n)
        return 0;
    place |= speaks_of(text, nav, LM_COUNT(nav)) ? ENRICHER_IN_NAV : 0;
    place |= speaks_of(text, quote, LM_COUNT(quote)) ? ENRICHER_IN_QUOTE : 0;
    place |= speaks_of(text, people, LM_COUNT(people)) ? ENRICHER_IN_PEOPLE : 0;
    place |= speaks_of(text, title, LM_COUNT(title)) ? ENRICHER_IN_TITLE : 0;
    return place;
}

static unsigned place_of_tag(const struct maker *m, lm_str tag, int parent)
{
    static const char *const nav[] = {"nav", "footer", "form", "select", "button", "option"};

    for (size_t i = 0; i < LM_COUNT(nav); i++) {
        if (lm_str_eqz(tag, nav[i]))
            return ENRICHER_IN_NAV;
    }
    /* A page's header; an article's or a card's own holds its heading. */
    if (lm_str_eqz(tag, "header") && parent >= 0 && lm_str_eqz(m->o->elems[parent].tag, "body"))
        return ENRICHER_IN_NAV;
    return lm_str_eqz(tag, "blockquote") || lm_str_eqz(tag, "q") || lm_str_eqz(tag, "cite")
               ? ENRICHER_IN_QUOTE
               : 0;
}

static int push_elem(struct maker *m, const lm_node *n)
{
    struct enricher_outline *o = m->o;
    struct enricher_elem e = {.parent = m->current, .tag = lm_html_tag(n), .first = o->n_lines};
    unsigned own = place_of_class(lm_html_attr(n, "class")) |
                   place_of_class(lm_html_attr(n, "id")) | place_of_tag(m, e.tag, e.parent);

    if (e.parent >= 0) {
        e.depth = o->elems[e.parent].depth + 1;
        e.place = o->elems[e.parent].place & ~(unsigned)ENRICHER_IN_TITLE;
    }
    /* What is called main is no navigation, even in a header that was never closed; a body's class says nothing. */
    if (lm_str_eqz(e.tag, "main"))
        e.place &= ~(unsigned)ENRICHER_IN_NAV;
    if (!lm_str_eqz(e.tag, "body") && !lm_str_eqz(e.tag, "html"))
        e.place |= own;
    o->elems =
        lm_arena_grow(m->arena, o->elems, (size_t)o->n_elems, &m->cap_elems, sizeof(*o->elems));
    o->elems[o->n_elems] = e;
    return o->n_elems++;
}

static int block_around(const struct enricher_outline *o, int elem)
{
    while (elem > 0 && !lm_html_is_block(o->elems[elem].tag))
        elem = o->elems[elem].parent;
    return elem;
}

static void set_parts(struct maker *m, struct enricher_line *line)
{
    lm_str raw = lm_buf_str(&m->text);

    line->parts = LM_NEW_ARRAY(m->arena, struct enricher_part, (size_t)m->n_parts);
    for (int i = 0; i < m->n_parts; i++) {
        size_t to = i + 1 < m->n_parts ? m->parts[i + 1].from : raw.n;
        lm_str text = lm_text_squeeze(m->arena, lm_str_sub(raw, m->parts[i].from, to));

        if (text.n)
            line->parts[line->n_parts++] = (struct enricher_part){text, m->parts[i].elem};
    }
}

static int heading_of(const struct enricher_outline *o, int elem)
{
    lm_str tag = o->elems[elem].tag;

    return tag.n == 2 && tag.p[0] == 'h' && tag.p[1] >= '1' && tag.p[1] <= '6' ? tag.p[1] - '0' : 0;
}

static void end_line(struct maker *m)
{
    struct enricher_outline *o = m->o;
    struct enricher_line line = {.text = lm_text_squeeze(m->arena, lm_buf_str(&m->text))};

    if (line.text.n && o->n_lines < MOST_LINES) {
        line.elem = block_around(o, m->begins_in);
        line.place = o->elems[m->begins_in].place | o->elems[line.elem].place;
        line.heading = heading_of(o, line.elem);
        set_parts(m, &line);
        o->lines =
            lm_arena_grow(m->arena, o->lines, (size_t)o->n_lines, &m->cap_lines, sizeof(*o->lines));
        o->lines[o->n_lines++] = line;
        m->first_link = o->n_links;
    }
    lm_buf_clear(&m->text);
    m->n_parts = 0;
}

static void add_link(struct maker *m, const lm_node *n)
{
    struct enricher_outline *o = m->o;
    lm_str href = lm_str_trim(lm_html_attr(n, "href"));

    if (!href.n || href.p[0] == '#')
        return;
    o->links =
        lm_arena_grow(m->arena, o->links, (size_t)o->n_links, &m->cap_links, sizeof(*o->links));
    o->links[o->n_links++] = (struct enricher_link){
        .href = href,
        .text = lm_html_text(m->arena, n),
        .line = o->n_lines,
        .elem = m->current,
        .place = o->elems[m->current].place,
    };
}

static bool enter(void *arg, const lm_node *n)
{
    struct maker *m = arg;
    lm_str tag = lm_html_tag(n);

    if (lm_html_is_block(tag))
        end_line(m);
    m->current = push_elem(m, n);
    if (lm_str_eqz(tag, "a"))
        add_link(m, n);
    return !(lm_str_eqz(tag, "script") || lm_str_eqz(tag, "style") || lm_str_eqz(tag, "noscript") ||
             lm_str_eqz(tag, "template") || lm_str_eqz(tag, "svg") || lm_str_eqz(tag, "head"));
}

static void piece(void *arg, const lm_node *parent LM_UNUSED, lm_str text)
{
    struct maker *m = arg;

    if (!lm_str_trim(text).n) {
        lm_buf_char(&m->text, ' ');
        return;
    }
    if (m->n_parts == 0)
        m->begins_in = m->current;
    if (m->n_parts < PARTS && (m->n_parts == 0 || m->parts[m->n_parts - 1].elem != m->current)) {
        m->parts[m->n_parts].from = m->text.n;
        m->parts[m->n_parts++].elem = m->current;
    }
    lm_buf_append(&m->text, text);
}

static void leave(void *arg, const lm_node *n)
{
    struct maker *m = arg;

    if (lm_html_is_block(lm_html_tag(n)))
        end_line(m);
    m->o->elems[m->current].last = m->o->n_lines;
    m->current = m->o->elems[m->current].parent;
}

static void read_head(struct lm_arena *a, const lm_node *root, struct enricher_outline *o)
{
    const lm_node *title = LM_HTML_FIND(root, .tag = "title");
    const lm_node *about =
        LM_HTML_FIND(root, .tag = "meta", .attr = "name", .value = "description");

    o->lang = lm_html_attr(root, "lang");
    if (title)
        o->title = lm_html_text(a, title);
    if (about)
        o->description = lm_text_squeeze(a, lm_html_attr(about, "content"));
}

void enricher_outline_make(struct lm_arena *a, const lm_node *root, struct enricher_outline *out)
{
    static const struct lm_html_visitor visitor = {enter, piece, leave};
    struct maker *m = LM_NEW(a, struct maker);

    *out = (struct enricher_outline){.root = root};
    m->arena = a;
    m->o = out;
    m->current = -1;
    m->text = lm_buf_in(a, SIZE_MAX);
    lm_html_visit(root, &visitor, m);
    read_head(a, root, out);
}

int enricher_outline_common(const struct enricher_outline *o, int elem, int other)
{
    while (elem != other) {
        if (o->elems[elem].depth >= o->elems[other].depth)
            elem = o->elems[elem].parent;
        else
            other = o->elems[other].parent;
    }
    return elem;
}

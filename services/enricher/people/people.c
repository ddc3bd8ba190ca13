/* SPDX-License-Identifier: Apache-2.0 */
/* Who works at a company, from the text of a page. people.h says what counts as a person. */
#include "services/enricher/people/people.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/address/contact.h"
#include "services/enricher/people/name.h"

enum {
    SCOPE_LINES = 14,    /* of one card; more is a section of the page */
    FOLLOWING_LINES = 8, /* that belong to a heading in a flat page */
    MOST_CANDIDATES = 400,
};

/* A line that reads as a name. */
struct candidate {
    int line;
    struct enricher_name name;
    lm_str title; /* from the same line */
    int from, to; /* lines that speak of this person */
    int home;     /* the element that is theirs alone; -1: none */
    int depth;    /* of what the name shares with its neighbours; -1: nothing */
    bool is_flat; /* no card: the lines that follow count */
};

struct finder {
    struct lm_arena *arena;
    const struct enricher_outline *page;
    struct candidate *v;
    int n;
};

/* ---- names ---- */

/* What separates a name from a function in one line. */
static const char *const separators[] = {
    ", ", " - ", " \xe2\x80\x93 ", " \xe2\x80\x94 ", " | ", " / ",
    ": ", " (",  " \xc2\xb7 ",     " \xe2\x80\xa2 "};

static lm_str without_edges(lm_str s)
{
    for (;;) {
        s = lm_str_trim(s);
        if (s.n && strchr(",;:.-|/()", s.p[0]))
            s = lm_str_sub(s, 1, s.n);
        else if (s.n && strchr(",;:-|/()", s.p[s.n - 1]))
            s = lm_str_sub(s, 0, s.n - 1);
        else if (lm_str_starts(s, LM_STR("\xe2\x80\x93")) ||
                 lm_str_starts(s, LM_STR("\xe2\x80\x94")))
            s = lm_str_sub(s, 3, s.n);
        else if (lm_str_ends(s, LM_STR("\xe2\x80\x93")) || lm_str_ends(s, LM_STR("\xe2\x80\x94")))
            s = lm_str_sub(s, 0, s.n - 3);
        else
            return s;
    }
}

/* "Algemeen directeur. " and "directeur) - 030 123" are functions with something behind them. */
static lm_str as_title(struct lm_arena *a, lm_str text)
{
    lm_str title = without_edges(text);
    ptrdiff_t close = lm_str_chr(title, ')', 0);

    if (close > 0 && lm_str_chr(title, '(', 0) < 0)
        title = without_edges(lm_str_sub(title, 0, (size_t)close));

    if (title.n && title.p[title.n - 1] == '.')
        title = without_edges(lm_str_sub(title, 0, title.n - 1));
    return enricher_title_is(a, title) ? title : (lm_str){NULL, 0};
}

/* "Name, function", "function: Name": both halves must be what they should. */
static bool read_both(struct lm_arena *a, lm_str text, struct candidate *c)
{
    for (size_t k = 0; k < LM_COUNT(separators); k++) {
        lm_str separator = lm_str_z(separators[k]);
        ptrdiff_t at = lm_str_find(text, separator, 0);
        lm_str left, right;

        if (at <= 0)
            continue;
        left = without_edges(lm_str_sub(text, 0, (size_t)at));
        right = lm_str_sub(text, (size_t)at + separator.n, text.n);
        c->title = as_title(a, right);
        if (c->title.n && enricher_name_parse(a, left, &c->name))
            return true;
        c->title = as_title(a, left);
        if (c->title.n && enricher_name_parse(a, without_edges(right), &c->name))
            return true;
    }
    c->title = (lm_str){NULL, 0};
    return false;
}

/* A name in its own element (<strong>, <span>, <a>) within the line, its function in what is beside it. */
static bool read_parts(const struct finder *f, const struct enricher_line *line,
                       struct candidate *c)
{
    for (int i = 0; i < line->n_parts && i < 3; i++) {
        if (!enricher_name_parse(f->arena, without_edges(line->parts[i].text), &c->name) &&
            !read_both(f->arena, line->parts[i].text, c))
            continue;
        for (int k = 0; k < line->n_parts && !c->title.n; k++) {
            if (k != i)
                c->title = as_title(f->arena, line->parts[k].text);
        }
        return c->title.n || line->n_parts <= 4;
    }
    c->title = (lm_str){NULL, 0};
    return false;
}

static bool read_candidate(const struct finder *f, int i, struct candidate *c)
{
    const struct enricher_line *line = &f->page->lines[i];

    *c = (struct candidate){.line = i, .from = i, .to = i + 1};
    if (line->place & (ENRICHER_IN_NAV | ENRICHER_IN_QUOTE) || line->text.n > 400)
        return false;
    /* First the elements, for a style sheet may set apart what stands here as "Bram VosCTO". */
    return (line->n_parts > 1 && read_parts(f, line, c)) ||
           enricher_name_parse(f->arena, without_edges(line->text), &c->name) ||
           read_both(f->arena, line->text, c);
}

static void find_candidates(struct finder *f)
{
    struct candidate c;

    f->v = LM_NEW_ARRAY(f->arena, struct candidate, MOST_CANDIDATES);
    for (int i = 0; i < f->page->n_lines && f->n < MOST_CANDIDATES; i++) {
        if (read_candidate(f, i, &c))
            f->v[f->n++] = c;
    }
}

/* ---- what belongs to a name ---- */

static int elem_of(const struct finder *f, int line)
{
    return f->page->lines[line].elem;
}

/* The depth at which this name and its neighbours still share an element. */
static int shared_depth(const struct finder *f, int i)
{
    int depth = -1;

    for (int k = i - 1; k <= i + 1; k += 2) {
        int common;

        if (k < 0 || k >= f->n)
            continue;
        common =
            enricher_outline_common(f->page, elem_of(f, f->v[i].line), elem_of(f, f->v[k].line));
        depth = LM_MAX(depth, f->page->elems[common].depth);
    }
    return depth;
}

/*
 * The largest element around the name that holds no other name and is no whole section: its card or row.
 * In a flat page that is the heading alone, and what follows up to the next one is taken.
 */
static void find_scope(const struct finder *f, int i)
{
    struct candidate *c = &f->v[i];
    const struct enricher_elem *elems = f->page->elems;
    int next = i + 1 < f->n ? f->v[i + 1].line : f->page->n_lines;

    c->depth = shared_depth(f, i);
    c->home = -1;
    for (int e = elem_of(f, c->line); e >= 0 && elems[e].depth > c->depth; e = elems[e].parent) {
        if (elems[e].last - elems[e].first > SCOPE_LINES || lm_str_eqz(elems[e].tag, "body"))
            break;
        c->home = e;
    }
    if (c->home >= 0) {
        c->from = elems[c->home].first;
        c->to = elems[c->home].last;
    }
    c->is_flat = c->to - c->from <= 1;
    if (!c->is_flat)
        return;
    for (c->to = c->line + 1; c->to < next && c->to - c->line <= FOLLOWING_LINES; c->to++) {
        const struct enricher_line *line = &f->page->lines[c->to];
        int own = f->page->lines[c->line].heading;

        if (line->heading && (!own || line->heading <= own))
            break;
        /* Beyond the container that the names share, another part of the page begins. */
        if (elems[enricher_outline_common(f->page, line->elem, elem_of(f, c->line))].depth <
            c->depth)
            break;
    }
}

/* A short line right behind the name in a card of people, when no word of it is known: "Kraanbaas". */
static lm_str unknown_title(const struct finder *f, const struct candidate *c, int i)
{
    const struct enricher_line *line = &f->page->lines[i];
    bool says_so = f->page->elems[line->elem].place & ENRICHER_IN_TITLE;

    if (i != c->line + 1 || !(line->place & ENRICHER_IN_PEOPLE) || line->text.n > 60 ||
        lm_text_words(line->text) > (says_so ? 8u : 4u))
        return (lm_str){NULL, 0};
    for (size_t k = 0; k < line->text.n; k++) {
        if (strchr("@.!?:0123456789", line->text.p[k]))
            return (lm_str){NULL, 0};
    }
    return says_so ? line->text : (lm_str){NULL, 0};
}

static lm_str find_title(const struct finder *f, const struct candidate *c)
{
    lm_str title = c->title;

    for (int i = c->line + 1; i < c->to && i <= c->line + 4 && !title.n; i++) {
        title = as_title(f->arena, f->page->lines[i].text);
        for (int k = 0; k < f->page->lines[i].n_parts && !title.n && f->page->lines[i].n_parts > 1;
             k++)
            title = as_title(f->arena, f->page->lines[i].parts[k].text);
        if (!title.n)
            title = unknown_title(f, c, i);
    }
    for (int i = c->line - 1; i >= c->from && i >= c->line - 2 && !title.n; i--)
        title = as_title(f->arena, f->page->lines[i].text);
    return title;
}

/* Letters of the name in the local part: whose address it is when a card has several. */
static bool is_address_of(struct lm_arena *a, const struct enricher_name *name, lm_str email)
{
    lm_str local = lm_text_fold(a, enricher_email_local(email));
    lm_str key = enricher_name_key(a, name->first, name->last), word;
    bool found = false;

    while (lm_str_split(&key, ' ', &word))
        found |= word.n >= 3 && lm_str_find(local, word, 0) >= 0;
    return found;
}

static void take_email(const struct finder *f, const struct candidate *c, lm_str email,
                       struct enricher_person *p)
{
    if (!email.n || enricher_email_is_generic(email))
        return;
    if (!p->email.n ||
        (!is_address_of(f->arena, &c->name, p->email) && is_address_of(f->arena, &c->name, email)))
        p->email = email;
}

static bool is_inside(const struct finder *f, int elem, int outer)
{
    return enricher_outline_common(f->page, elem, outer) == outer;
}

/*
 * In the card; in a flat page, in the lines that follow the name. A link without text (a picture) stands
 * before the line that comes next, which may be the next name: then it is ours unless it stands in that.
 */
static bool is_link_of(const struct finder *f, const struct candidate *c,
                       const struct enricher_link *link)
{
    int common;

    if (c->home >= 0 && is_inside(f, link->elem, c->home))
        return true;
    if (!c->is_flat || link->line < c->from || link->line > c->to)
        return false;
    if (link->line < c->to)
        return true;
    common = enricher_outline_common(f->page, link->elem, elem_of(f, c->line));
    return !link->text.n && f->page->elems[common].depth >= c->depth &&
           (c->to == f->page->n_lines || !is_inside(f, link->elem, elem_of(f, c->to)));
}

static void read_links(const struct finder *f, const struct candidate *c, struct enricher_person *p)
{
    for (int k = 0; k < f->page->n_links; k++) {
        const struct enricher_link *link = &f->page->links[k];

        if (!is_link_of(f, c, link))
            continue;
        take_email(f, c, enricher_email_of_link(f->arena, link->href), p);
        if (!p->phone.n)
            p->phone = enricher_phone_of_link(f->arena, link->href);
        if (!p->linkedin_url.n)
            p->linkedin_url = enricher_linkedin_person(f->arena, link->href);
    }
}

static void read_text(const struct finder *f, const struct candidate *c, struct enricher_person *p)
{
    for (int i = c->from; i < c->to; i++) {
        lm_str text = f->page->lines[i].text;

        for (size_t at = 0; at < text.n && text.n < 2000;)
            take_email(f, c, enricher_email_next(f->arena, text, &at), p);
        if (!p->phone.n && text.n < 200)
            p->phone = enricher_phone_in(f->arena, text);
    }
}

/* ---- a person ---- */

static int confidence_of(const struct enricher_person *p, int of_name)
{
    return LM_MIN(100, of_name + (p->job_title.n && of_name < 80 ? 20 : 0) + (p->email.n ? 10 : 0) +
                           (p->linkedin_url.n ? 10 : 0));
}

static bool read_person(const struct finder *f, const struct candidate *c, lm_str url,
                        struct enricher_person *p)
{
    bool is_shown_as_person =
        c->name.is_known && f->page->lines[c->line].place & ENRICHER_IN_PEOPLE;

    *p = (struct enricher_person){
        .first_name = c->name.first,
        .last_name = c->name.last,
        .job_title = find_title(f, c),
        .source_url = url,
    };
    read_links(f, c, p);
    read_text(f, c, p);
    /* An address that is nobody's in particular does not make a heading a person. */
    if (p->email.n && !p->job_title.n && !p->linkedin_url.n &&
        !is_address_of(f->arena, &c->name, p->email))
        p->email = (lm_str){NULL, 0};
    p->is_decision_maker = p->job_title.n && enricher_title_decides(f->arena, p->job_title);
    p->confidence = confidence_of(p, 60);
    return p->job_title.n || p->email.n || p->linkedin_url.n || is_shown_as_person;
}

void enricher_people_find(struct lm_arena *a, const struct enricher_outline *page, lm_str url,
                          struct enricher_people *people)
{
    struct finder f = {.arena = a, .page = page};
    struct enricher_person p;

    enricher_people_from_json_ld(a, page, url, people);
    find_candidates(&f);
    for (int i = 0; i < f.n; i++) {
        find_scope(&f, i);
        if (read_person(&f, &f.v[i], url, &p))
            enricher_people_add(a, people, &p);
    }
}

/* ---- the list ---- */

static void take(lm_str *to, lm_str from)
{
    if (!to->n)
        *to = from;
}

void enricher_people_add(struct lm_arena *a, struct enricher_people *people,
                         const struct enricher_person *p)
{
    lm_str key = enricher_name_key(a, p->first_name, p->last_name);

    if (!p->last_name.n || !key.n)
        return;
    for (size_t i = 0; i < people->n; i++) {
        struct enricher_person *known = &people->v[i];

        if (!lm_str_eq(enricher_name_key(a, known->first_name, known->last_name), key))
            continue;
        take(&known->job_title, p->job_title);
        take(&known->email, p->email);
        take(&known->phone, p->phone);
        take(&known->linkedin_url, p->linkedin_url);
        known->is_decision_maker =
            known->job_title.n && enricher_title_decides(a, known->job_title);
        known->confidence =
            LM_MAX(known->confidence, LM_MAX(p->confidence, confidence_of(known, 60)));
        return;
    }
    if (people->n < ENRICHER_PEOPLE_MAX)
        people->v[people->n++] = *p;
}

void enricher_people_sort(struct enricher_people *people)
{
    /* By insertion: the order of those who are alike stays, and there are few. */
    for (size_t i = 1; i < people->n; i++) {
        struct enricher_person p = people->v[i];
        size_t k = i;

        for (; k > 0; k--) {
            const struct enricher_person *before = &people->v[k - 1];

            if (before->is_decision_maker > p.is_decision_maker ||
                (before->is_decision_maker == p.is_decision_maker &&
                 before->confidence >= p.confidence))
                break;
            people->v[k] = people->v[k - 1];
        }
        people->v[k] = p;
    }
}

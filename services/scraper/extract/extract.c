/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a matcher over a page: which card is open, what is being read, and what came of it. */
#include "services/scraper/extract/extract.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/html.h"
#include "common/html_stream.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/extract/matcher.h"

enum {
    MOST_READ = 128,  /* values under way at a time */
    MOST_FOUND = 128, /* selectors that end at one element */
    NAMES = 128,      /* remembered of a page; a power of two */
    NOTHING_YET = UINT32_MAX
};

enum { MEMORY = 4 << 20 }; /* of all rules; a table of fifty takes 200 kB */

struct scraper_extractor {
    struct lm_arena *arena; /* holds this, too */
    const struct scraper_rule *rules;
    size_t n_rules;
    struct matcher matcher;
};

/* A name of the page, looked up once: its pointer is the same wherever it stands. */
struct name {
    const char *name;
    const struct matcher_entry *entry;
    bool is_block, is_silent;
};

/* An open element. */
struct element {
    struct matcher_bits bits;
    bool is_block, is_silent;
};

/* A value whose element is open. */
struct reading {
    unsigned rule, rank;
    size_t from, depth;
};

struct value {
    lm_str text;
    unsigned rank;
};

struct run {
    const struct scraper_extractor *x;
    struct lm_arena *a;
    struct scraper_cards *out;
    size_t most;
    struct name tags[NAMES], attrs[NAMES];
    struct element open[LM_HTML_DEPTH + 1];
    size_t depth, card_depth; /* 0: no card is open */
    struct reading reading[MOST_READ];
    size_t n_reading;
    struct lm_buf text; /* squeezed; what is being read has places in it, and is in it once */
    struct value *card, *page;
    bool is_full;
};

/* ---- values ---- */

static struct value *value_of(struct run *r, unsigned rule)
{
    return r->x->rules[rule].kind == SCRAPER_FIELD ? &r->card[rule] : &r->page[rule];
}

static void keep(struct run *r, unsigned rule, unsigned rank, lm_str text)
{
    struct value *v = value_of(r, rule);
    char *copy;

    text = lm_utf8_cut(lm_str_trim(text), SCRAPER_MOST_VALUE);
    if (!text.n || rank >= v->rank)
        return;
    copy = lm_arena_try_alloc(r->a, text.n);
    if (!copy) {
        r->is_full = true;
        return;
    }
    memcpy(copy, text.p, text.n);
    *v = (struct value){{copy, text.n}, rank};
}

static void keep_attribute(struct run *r, unsigned rule, unsigned rank, lm_str value)
{
    size_t from = r->text.n;

    lm_text_squeeze_into(&r->text, lm_utf8_cut(value, SCRAPER_MOST_VALUE));
    keep(r, rule, rank, lm_str_sub(lm_buf_str(&r->text), from, r->text.n));
    lm_buf_cut(&r->text, from);
}

/* The text of an element is had at its end. One around it that is at least as good has all of it. */
static void begin_reading(struct run *r, unsigned rule, unsigned rank)
{
    for (size_t i = 0; i < r->n_reading; i++) {
        if (r->reading[i].rule == rule && r->reading[i].rank <= rank)
            return;
    }
    if (r->n_reading < MOST_READ)
        r->reading[r->n_reading++] = (struct reading){rule, rank, r->text.n, r->depth};
}

static void end_reading(struct run *r)
{
    while (r->n_reading > 0 && r->reading[r->n_reading - 1].depth == r->depth) {
        const struct reading *reading = &r->reading[--r->n_reading];

        keep(r, reading->rule, reading->rank,
             lm_str_sub(lm_buf_str(&r->text), reading->from, r->text.n));
    }
    if (r->n_reading == 0)
        lm_buf_clear(&r->text);
}

/* Those that have all they may hold end early, so that a page which is one value leaves room for the others. */
static void end_long_ones(struct run *r)
{
    size_t n = 0, from;

    for (; n < r->n_reading && r->text.n - r->reading[n].from > SCRAPER_MOST_VALUE; n++)
        keep(r, r->reading[n].rule, r->reading[n].rank,
             lm_str_sub(lm_buf_str(&r->text), r->reading[n].from, r->text.n));
    r->n_reading -= n;
    memmove(r->reading, r->reading + n, r->n_reading * sizeof(*r->reading));
    from = r->n_reading ? r->reading[0].from : r->text.n;
    memmove(r->text.p, r->text.p + from, r->text.n - from);
    lm_buf_cut(&r->text, r->text.n - from);
    for (size_t i = 0; i < r->n_reading; i++)
        r->reading[i].from -= from;
}

/* ---- cards ---- */

static void clear(const struct run *r, struct value *values)
{
    for (size_t i = 0; i < r->x->n_rules; i++)
        values[i] = (struct value){{NULL, 0}, NOTHING_YET};
}

static void begin_card(struct run *r)
{
    if (r->card_depth)
        return;
    r->card_depth = r->depth;
    clear(r, r->card);
}

static void end_card(struct run *r)
{
    struct scraper_cards *out = r->out;
    size_t n = r->x->n_rules;
    lm_str *values;

    r->card_depth = 0;
    out->n_all++;
    if (out->n == r->most)
        return;
    values = lm_arena_try_alloc(r->a, n * sizeof(*values));
    if (!values) {
        r->is_full = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        values[i] = r->card[i].text;
    out->cards[out->n++] = values;
}

/* ---- the page ---- */

static struct name *name_of(struct run *r, struct name *names, enum matcher_kind kind,
                            const char *name)
{
    struct name *n = &names[((uintptr_t)name >> 3 ^ (uintptr_t)name >> 10) % NAMES];
    lm_str text;

    if (n->name == name)
        return n;
    text = lm_str_z(name);
    n->name = name;
    n->entry = matcher_find(&r->x->matcher, kind, NULL, text);
    n->is_block = kind == MATCHER_TAG && lm_html_is_block(text);
    n->is_silent = kind == MATCHER_TAG && lm_html_is_silent(text);
    return n;
}

static const struct matcher_entry *attr_entry(void *arg, const char *name)
{
    struct run *r = arg;

    return name_of(r, r->attrs, MATCHER_ATTR, name)->entry;
}

static void take(struct run *r, const struct matcher_path *path, const char *const *attrs)
{
    enum scraper_rule_kind kind = r->x->rules[path->rule].kind;
    struct value *v = value_of(r, path->rule);

    if (kind == SCRAPER_CARD || (kind == SCRAPER_FIELD && !r->card_depth) || path->rank >= v->rank)
        return;
    if (kind == SCRAPER_MARK)
        *v = (struct value){LM_STR(""), 0};
    else if (path->attr.p)
        keep_attribute(r, path->rule, path->rank, matcher_attr(attrs, path->attr));
    else
        begin_reading(r, path->rule, path->rank);
}

static void put_blank_at_block(struct run *r, bool is_block)
{
    if (is_block && r->n_reading > 0)
        lm_text_squeeze_into(&r->text, LM_STR(" "));
}

static void on_open(void *arg, const char *tag, const char *const *attrs)
{
    struct run *r = arg;
    const struct name *name = name_of(r, r->tags, MATCHER_TAG, tag);
    const struct matcher_element e = {name->entry, attrs, attr_entry, r};
    const struct element *parent = &r->open[r->depth];
    struct element *self = &r->open[++r->depth];
    const struct matcher_path *paths = r->x->matcher.paths;
    unsigned found[MOST_FOUND];
    size_t n;

    *self = (struct element){parent->bits, name->is_block, parent->is_silent || name->is_silent};
    put_blank_at_block(r, name->is_block);
    n = matcher_run(&r->x->matcher, &e, &parent->bits, &self->bits, found, MOST_FOUND);
    for (size_t i = 0; i < n; i++) {
        if (r->x->rules[paths[found[i]].rule].kind == SCRAPER_CARD)
            begin_card(r);
    }
    for (size_t i = 0; i < n; i++)
        take(r, &paths[found[i]], attrs);
}

static void on_text(void *arg, lm_str piece)
{
    struct run *r = arg;

    if (r->n_reading == 0 || r->open[r->depth].is_silent)
        return;
    lm_text_squeeze_into(&r->text, piece);
    if (r->text.n > 2 * (size_t)SCRAPER_MOST_VALUE)
        end_long_ones(r);
}

static void on_close(void *arg)
{
    struct run *r = arg;

    put_blank_at_block(r, r->open[r->depth].is_block);
    end_reading(r);
    if (r->card_depth == r->depth)
        end_card(r);
    r->depth--;
}

static struct run *run_new(const struct scraper_extractor *x, struct lm_arena *a, size_t most,
                           struct scraper_cards *out)
{
    struct run *r = LM_NEW(a, struct run);

    r->x = x;
    r->a = a;
    r->out = out;
    r->most = most;
    r->card = LM_NEW_ARRAY(a, struct value, x->n_rules);
    r->page = LM_NEW_ARRAY(a, struct value, x->n_rules);
    clear(r, r->card);
    clear(r, r->page);
    *out = (struct scraper_cards){.cards = LM_NEW_ARRAY(a, lm_str *, most),
                                  .page = LM_NEW_ARRAY(a, lm_str, x->n_rules)};
    return r;
}

lm_code scraper_extract(const struct scraper_extractor *x, struct lm_arena *a, lm_str body,
                        lm_str content_type, size_t most, struct scraper_cards *out, lm_err *err)
{
    LM_ASSERT(x); /* its rules were never read: scraper_sources_check */
    static const struct lm_html_handler handler = {on_open, on_text, on_close};
    struct run *r = run_new(x, a, most, out);
    lm_code rc;

    lm_buf_init(&r->text, 4 * (size_t)SCRAPER_MOST_VALUE);
    rc = lm_html_stream(a, body, content_type, &handler, r, err);
    lm_buf_fini(&r->text);
    if (rc)
        return rc;
    if (r->is_full)
        return lm_fail(err, LM_TOO_LARGE, "the page yields more than may be kept of it");
    for (size_t i = 0; i < x->n_rules; i++)
        out->page[i] = r->page[i].text;
    return LM_OK;
}

/* ---- rules ---- */

/* The setting that fills the rule in. */
static const char *key_of(const struct lm_config_key *config, const struct scraper_rule *rule)
{
    for (; config && config->name; config++) {
        if (config->target == &rule->text)
            return config->name;
    }
    return "rule";
}

static lm_code check_kind(const struct scraper_rule *rule, const struct rule *parsed,
                          const char *key, lm_err *err)
{
    for (size_t i = 0; rule->kind == SCRAPER_CARD && i < parsed->n_paths; i++) {
        if (parsed->paths[i].attr.p || parsed->paths[i].rank > 0)
            return lm_fail(err, LM_INVALID,
                           "%s: a card is an element: separate several forms by commas, without | "
                           "and @",
                           key);
    }
    return LM_OK;
}

static lm_code compile(struct scraper_extractor *x, const struct lm_config_key *config, lm_err *err)
{
    struct rule *parsed = LM_NEW_ARRAY(x->arena, struct rule, x->n_rules);
    const char **keys = LM_NEW_ARRAY(x->arena, const char *, x->n_rules);

    for (size_t i = 0; i < x->n_rules; i++) {
        const char *text = lm_arena_strdup(x->arena, x->rules[i].text ? x->rules[i].text : "");

        keys[i] = key_of(config, &x->rules[i]);
        if (rule_parse(x->arena, keys[i], lm_str_z(text), &parsed[i], err) ||
            check_kind(&x->rules[i], &parsed[i], keys[i], err))
            return err->code;
    }
    return matcher_make(x->arena, parsed, keys, x->n_rules, &x->matcher, err);
}

lm_code scraper_extractor_set(struct scraper_extractor **x, const struct scraper_rule *rules,
                              size_t n, const struct lm_config_key *config, lm_err *err)
{
    struct lm_arena *arena = lm_arena_new(MEMORY);
    struct scraper_extractor *made = LM_NEW(arena, struct scraper_extractor);

    *made = (struct scraper_extractor){.arena = arena, .rules = rules, .n_rules = n};
    if (compile(made, config, err)) {
        lm_arena_free(arena);
        return err->code;
    }
    if (*x)
        lm_arena_free((*x)->arena);
    *x = made;
    return LM_OK;
}

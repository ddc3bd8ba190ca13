/* SPDX-License-Identifier: Apache-2.0 */
/* What rules mean, on pages good and bad. */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/html.h"
#include "common/text.h"
#include "services/scraper/extract/extract.h"

enum { CARD, FIELD, PAGE, MARK, RULES, MOST = 4 };

static struct scraper_rule rules[RULES] = {
    [CARD] = {.kind = SCRAPER_CARD},
    [FIELD] = {.kind = SCRAPER_FIELD},
    [PAGE] = {.kind = SCRAPER_PAGE},
    [MARK] = {.kind = SCRAPER_MARK},
};
static const struct lm_config_key config[] = {
    LM_CFG_STR("x.card", &rules[CARD].text, "", ""),
    LM_CFG_STR("x.field", &rules[FIELD].text, "", ""),
    LM_CFG_END,
};

static const struct scraper_extractor *make(struct lm_test *t, const char *card, const char *field)
{
    static struct scraper_extractor *x;

    rules[CARD].text = card;
    rules[FIELD].text = field;
    assert_ok(scraper_extractor_set(&x, rules, RULES, config, &t->err), &t->err);
    return x;
}

static struct scraper_cards extract(struct lm_test *t, const struct scraper_extractor *x,
                                    lm_str page)
{
    struct scraper_cards cards;

    assert_ok(scraper_extract(x, t->arena, page, (lm_str){NULL, 0}, MOST, &cards, &t->err),
              &t->err);
    return cards;
}

/* Each field rule against the one card of its page: the value, or NULL for none. */
static void selectors_mean_what_they_say(void **state)
{
    static const struct {
        const char *field, *html, *value;
    } cases[] = {
        {"b", "<b>x</b>", "x"},
        {"B", "<b>x</b>", "x"},
        {"*", "<i>x</i>", "x"},
        {"i", "<b>x</b>", NULL},
        {".w", "<b class='v w'>x</b>", "x"},
        {".w", "<b class='\n\tw '>x</b>", "x"},
        {".w", "<b class=ww>x</b>", NULL},
        {".W", "<b class=w>x</b>", NULL},
        {"i.w", "<b class=w>x</b>", NULL},
        {".v.w", "<b class='w v'>x</b>", "x"},
        {".v.w", "<b class=w>x</b>", NULL},
        {"#w", "<b id=w>x</b>", "x"},
        {"[k]", "<b k>x</b>", "x"},
        {"[K]", "<b k=1>x</b>", "x"},
        {"[k=1]", "<b k=1>x</b>", "x"},
        {"[k=1]", "<b k=12>x</b>", NULL},
        {"[k='']", "<b k=''>x</b>", "x"},
        {"[k='a, b|c]']", "<b k='a, b|c]'>x</b>", "x"},
        {"[ k = \"1\" ]", "<b k=1>x</b>", "x"},
        {"[k=a][l=b]", "<b k=a l=b>x</b>", "x"},
        {"[k=a][l=b]", "<b k=a l=c>x</b>", NULL},
        {"[class=w]", "<b class=w>x</b>", "x"},
        {"[class*=pan]", "<b class='the-CompanyName'>x</b>", "x"},
        {"[class*=PAN]", "<b class='the-companyName'>x</b>", "x"},
        {"[class*=pan]", "<b class='panama'>x</b>", "x"},
        {"[class*=pan]", "<b class='pa-an'>x</b>", NULL},
        {"[class*=p]", "<b class='p'>x</b>", "x"},
        {"[k^=Vol]", "<b k='volgende'>x</b>", "x"},
        {"[k^=ol]", "<b k='volgende'>x</b>", NULL},
        {"p b", "<p><i><b>x</b></i></p>", "x"},
        {"p b", "<p></p><b>x</b>", NULL},
        {"p i b", "<p><i><b>x</b></i></p>", "x"},
        {"i p b", "<p><i><b>x</b></i></p>", NULL},
        {"p p", "<p>x</p>", NULL},
        {".l .l b", "<div class=l><div class=l><b>x</b></div></div>", "x"},
        {"section.out b", "<b>x</b>", "x"},
        {"a@href", "<a href='/u?a=1&amp;b=2'>x</a>", "/u?a=1&b=2"},
        {"a@HREF", "<a href=' /u\n'>x</a>", "/u"},
        {"a@href", "<a href>x</a>", NULL},
        {"a @href", "<a>x</a><a href=y>x</a>", "y"},
        {"div@data-id", "", "7"},
        {"i, b", "<b>x</b><i>y</i>", "x"},
        {"i | b", "<b>x</b><i>y</i>", "y"},
        {"i | b", "<b>x</b><i> </i>", "x"},
        {"i | b", "<b>x <i>y</i></b>", "y"},
        {"b | i", "<b>x <i>y</i></b>", "x y"},
        {"u|i|b", "<b>x</b><i>y</i>", "y"},
        {"b", "<b></b><b>&nbsp;</b><b>x</b><b>y</b>", "x"},
        {"p", "<p>Jan<br>de&nbsp; <b>V</b>ries<style>.x{}</style><script>1</script></p>",
         "Jan de Vries"},
        {"p", "<p>M&uuml;ller &amp; Zonen &#x2014; <!-- c -->5",
         "M\xc3\xbcller & Zonen \xe2\x80\x94 5"},
        {"p", "<p>a<noscript>b</noscript><svg><title>c</title></svg>d", "ad"},
        {"", "<b>x</b>", NULL},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const struct scraper_extractor *x = make(t, "div.card", cases[i].field);
        const char *page =
            lm_arena_printf(t->arena,
                            "<section class=out><div class='card' data-id=7>%s</div></section>",
                            cases[i].html);
        struct scraper_cards cards = extract(t, x, lm_str_z(page));

        assert_int_equal(cards.n, 1);
        if (!lm_str_eq(cards.cards[0][FIELD], lm_str_z(cases[i].value)))
            fail_msg("%s of %s: '%.*s', not '%s'", cases[i].field, cases[i].html,
                     LM_FMT(cards.cards[0][FIELD]), cases[i].value);
    }
}

static void text_is_that_of_a_tree(void **state)
{
    static const char *const pages[] = {
        "<div>a <b>b</b>c<ul><li>d<li>e</ul>f</div>",
        "<div>a<table><tr><td>b<td>c</table></div>",
        "<div>\xc2\xa0"
        "a\xe2\x80\x83 b<p>c<p>d<h1>e</h1><span> f</span></div>",
        "<div>a<template>b</template><option>c<option>d</div>",
    };
    struct lm_test *t = *state;
    const struct scraper_extractor *x = make(t, "div", "div");
    const lm_node *root;

    for (size_t i = 0; i < LM_COUNT(pages); i++) {
        struct scraper_cards cards = extract(t, x, lm_str_z(pages[i]));

        assert_ok(lm_html_parse(t->arena, lm_str_z(pages[i]), (lm_str){NULL, 0}, &root, &t->err),
                  &t->err);
        assert_int_equal(cards.n, 1);
        assert_true(lm_str_eq(cards.cards[0][FIELD],
                              lm_html_text(t->arena, LM_HTML_FIND(root, .tag = "div"))));
    }
}

static void cards_are_counted_kept_to_the_limit_and_never_nested(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_extractor *x = make(t, "li.a, div.b", "b");
    struct scraper_cards cards = extract(
        t, x,
        LM_STR("<b>0</b><ul><li class=a><b>1</b><div class=b><b>2</b></div><li class=a><li class=a>"
               "<b>3</b></ul><div class=b><b>4</b></div><div class=b><b>5</b></div>"));

    assert_int_equal(cards.n_all, 5);
    assert_int_equal(cards.n, MOST);
    assert_str(cards.cards[0][FIELD], "1");
    assert_null(cards.cards[1][FIELD].p);
    assert_str(cards.cards[2][FIELD], "3");
    assert_str(cards.cards[3][FIELD], "4");
}

static void a_page_has_values_and_marks(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_extractor *x;
    struct scraper_cards cards;

    rules[PAGE].text = "a[rel=next]@href | nav a.next@href";
    rules[MARK].text = "[class*=no-result], #none";
    x = make(t, "div", "b");
    cards = extract(t, x, LM_STR("<div><b>1</b></div><p id=none><nav><a class=next href=/2>2</a>"));
    assert_str(cards.page[PAGE], "/2");
    assert_non_null(cards.page[MARK].p);
    cards = extract(t, x, LM_STR("<div><b>1</b><a href=/3 rel=next></a></div>"));
    assert_str(cards.page[PAGE], "/3");
    assert_null(cards.page[MARK].p);
    rules[PAGE].text = rules[MARK].text = NULL;
}

static void errors_name_the_setting_and_the_place(void **state)
{
    static const struct {
        const char *card, *field, *message;
    } cases[] = {
        {"div", "a >b", "x.field, at character 3 ('>b')"},
        {"div", "a,", "x.field, at character 3"},
        {"div", "| a", "x.field, at character 1"},
        {"div", "a[href", "x.field, at character 7"},
        {"div", "a[href~=x]", "x.field, at character 7"},
        {"div", "a[b='c]", "x.field, at character 8"},
        {"div", "a[b*='']", "x.field, at character 8"},
        {"div", "a.", "x.field, at character 3"},
        {"div", "a@", "x.field, at character 3"},
        {"div", "a@b c", "x.field, at character 5"},
        {"div", "a:first", "x.field, at character 2"},
        {"div", "a b c d e f g h i", "x.field, at character 17"},
        {"div", ".a.b.c.d.e.f.g.h.i", "more is asked"},
        {"div | p", "a", "x.card: a card is an element"},
        {"div@id", "a", "x.card: a card is an element"},
    };
    struct lm_test *t = *state;
    struct scraper_extractor *x = NULL;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_err_clear(&t->err);
        rules[CARD].text = cases[i].card;
        rules[FIELD].text = cases[i].field;
        assert_code(scraper_extractor_set(&x, rules, RULES, config, &t->err), LM_INVALID, &t->err);
        if (!strstr(t->err.message, cases[i].message))
            fail_msg("'%s' is said of '%s'", t->err.message, cases[i].field);
    }
}

/* ---- bad pages ---- */

static lm_str repeated(struct lm_test *t, const char *begin, const char *part, size_t n,
                       const char *end)
{
    struct lm_buf b = lm_buf_in(t->arena, 16 << 20);

    lm_buf_appendz(&b, begin);
    for (size_t i = 0; i < n; i++)
        lm_buf_appendz(&b, part);
    lm_buf_appendz(&b, end);
    return lm_buf_str(&b);
}

/* Each attribute another: libxml2 would compare every two of them. */
static lm_str attributes(struct lm_test *t, const char *begin, int n)
{
    struct lm_buf b = lm_buf_in(t->arena, 16 << 20);

    lm_buf_appendz(&b, begin);
    for (int i = 0; i < n; i++)
        lm_buf_printf(&b, " a%d", i);
    return lm_buf_str(&b);
}

static void what_stands_before_the_trouble_is_read(void **state)
{
    const char *card = "<div class=card><b>x</b></div>";
    struct lm_test *t = *state;
    const struct scraper_extractor *x = make(t, ".card", "b");
    const lm_str pages[] = {
        repeated(t, card, "<div>", 100000, "deep"),
        repeated(t, card, "<i><b>", 100000, "</i>"),
        repeated(t, card, "</i></u>", 100000, ""),
        repeated(t, card, "<a ", 1, ""),
        attributes(t, "<div class=card><b>x</b></div><a", 300000),
        repeated(t, card, "<!-- ", 100000, ""),
        repeated(t, card, "&#", 100000, ""),
        repeated(t, card, "&", 100000, "amp"),
        repeated(t, card, "<p title='", 1, "\">no end"),
        repeated(t, card, "<script>", 100000, ""),
        repeated(t, card, "<table><tr><td>", 100000, ""),
        repeated(t, card, "\xff\xfe\x80", 1000, ""),
        lm_str_z("<div class=card><b>x"),
        lm_str_z("<div class=card><b>x</b><a href='"),
        lm_str_z("<div class=card>\xe9<b>x</b></div>"),
        {"<div class=card>\0<b>\0x\0</b>\0</div>", 34},
    };

    for (size_t i = 0; i < LM_COUNT(pages); i++) {
        struct scraper_cards cards = extract(t, x, pages[i]);

        if (cards.n != 1 || !lm_str_eqz(cards.cards[0][FIELD], "x"))
            fail_msg("page %zu: %zu cards", i, cards.n);
    }
}

/* 500,000 words of class that a rule speaks of, and the other one it asks for is not there. */
static void endless_words_of_a_class_are_looked_at_once(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_extractor *x = make(t, "div", ".w.v");
    struct scraper_cards cards = extract(
        t, x, repeated(t, "<div><b class='", "w ", 500000, "'>x</b><b class='v w'>y</b></div>"));

    assert_str(cards.cards[0][FIELD], "y");
}

static void a_page_of_nothing_has_no_cards(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_extractor *x = make(t, ".card", "b");

    assert_int_equal(extract(t, x, LM_STR("")).n_all, 0);
    assert_int_equal(extract(t, x, LM_STR("<!-- x -->")).n_all, 0);
    assert_int_equal(extract(t, x, LM_STR("{\"json\": true}")).n_all, 0);
}

static void reads_other_charsets(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_extractor *x = make(t, "div", "b");
    struct scraper_cards cards;

    assert_ok(scraper_extract(x, t->arena, LM_STR("<div><b>caf\xe9</b></div>"),
                              LM_STR("text/html; charset=windows-1252"), MOST, &cards, &t->err),
              &t->err);
    assert_str(cards.cards[0][FIELD], "caf\xc3\xa9");
    cards = extract(t, x, LM_STR("<meta charset=utf-8><div><b>caf\xe9</b></div>"));
    assert_true(lm_utf8_valid(cards.cards[0][FIELD]));
}

static void a_value_is_cut_and_the_others_are_read_on(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_extractor *x;
    struct scraper_cards cards;

    rules[PAGE].text = "body";
    x = make(t, ".card", "b");
    cards = extract(
        t, x, repeated(t, "<p>", "\xc3\xa9\xc3\xa9 ", 100000, "<div class=card><b>x</b></div>"));
    rules[PAGE].text = NULL;
    assert_str(cards.cards[0][FIELD], "x");
    assert_in_range(cards.page[PAGE].n, SCRAPER_MOST_VALUE - 5, SCRAPER_MOST_VALUE);
    assert_true(lm_utf8_valid(cards.page[PAGE]));
}

static void more_than_the_arena_has_is_too_large(void **state)
{
    struct lm_test *t = *state;
    struct lm_arena *small = lm_arena_new(256 << 10);
    const struct scraper_extractor *x = make(t, "div", "b");
    struct scraper_cards cards;
    lm_str page = repeated(t, "<div><b>", "12345 7890", 2000, "</b></div>");

    page = repeated(t, "", lm_arena_strz(t->arena, page), 20, "");
    assert_code(scraper_extract(x, small, page, (lm_str){NULL, 0}, 200, &cards, &t->err),
                LM_TOO_LARGE, &t->err);
    lm_arena_free(small);
}

LM_TEST_MAIN(LM_TEST(selectors_mean_what_they_say), LM_TEST(text_is_that_of_a_tree),
             LM_TEST(cards_are_counted_kept_to_the_limit_and_never_nested),
             LM_TEST(a_page_has_values_and_marks), LM_TEST(errors_name_the_setting_and_the_place),
             LM_TEST(what_stands_before_the_trouble_is_read),
             LM_TEST(endless_words_of_a_class_are_looked_at_once),
             LM_TEST(a_page_of_nothing_has_no_cards), LM_TEST(reads_other_charsets),
             LM_TEST(a_value_is_cut_and_the_others_are_read_on),
             LM_TEST(more_than_the_arena_has_is_too_large))

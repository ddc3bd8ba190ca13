/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/html.h"
#include "common/html_stream.h"

static const lm_node *parse(struct lm_test *t, const char *html)
{
    const lm_node *root;

    assert_ok(lm_html_parse(t->arena, lm_str_z(html), (lm_str){NULL, 0}, &root, &t->err), &t->err);
    return root;
}

static void finds_by_tag_class_and_attribute(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root = parse(
        t,
        "<div class='a card-x'>1</div><p class=' x card '>2</p><p data-id=7>3</p><a disabled>4</a>");

    assert_str(lm_html_text(t->arena, LM_HTML_FIND(root, .class_name = "card")), "2");
    assert_str(lm_html_text(t->arena,
                            LM_HTML_FIND(root, .tag = "p", .attr = "data-id", .value = "7")),
               "3");
    assert_non_null(lm_html_attr(LM_HTML_FIND(root, .tag = "a", .attr = "disabled"), "disabled").p);
    assert_null(LM_HTML_FIND(root, .tag = "p", .attr = "data-id", .value = "8"));
    assert_null(lm_html_attr(root, "nosuch").p);
}

static void walks_each_match_in_document_order(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root = parse(t, "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><li>d");
    int n = 0;

    for (const lm_node *li = NULL; (li = LM_HTML_EACH(root, li, .tag = "li"));)
        n++;
    assert_int_equal(n, 4);
}

static void stays_below_the_top_it_was_given(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root = parse(t, "<div id=x><b>in</b></div><i>out</i>");
    const lm_node *top = LM_HTML_FIND(root, .tag = "div");

    assert_non_null(LM_HTML_FIND(top, .tag = "b"));
    assert_null(LM_HTML_FIND(top, .tag = "i"));
    assert_null(lm_html_skip(top, top));
}

static void gives_text_as_people_read_it(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root = parse(
        t,
        "<div>Jan<br>de&nbsp; <b>V</b>ries<style>.x{}</style><script>1</script><!-- c --></div><p>CEO &amp; <i>co</i>");

    assert_str(lm_html_text(t->arena, root), "Jan de Vries CEO & co");
}

static void reads_the_charset_of_header_and_page(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root;

    assert_ok(lm_html_parse(t->arena, LM_STR("<p>caf\xe9"),
                            LM_STR("text/html; charset=windows-1252"), &root, &t->err),
              &t->err);
    assert_str(lm_html_text(t->arena, root), "caf\xc3\xa9");
    assert_ok(lm_html_parse(t->arena, LM_STR("<meta charset='iso-8859-15'><p>\xa4"),
                            (lm_str){NULL, 0}, &root, &t->err),
              &t->err);
    assert_str(lm_html_text(t->arena, root), "\xe2\x82\xac");
    /* What the header says counts before what the page says of itself. */
    assert_ok(lm_html_parse(t->arena, LM_STR("<meta charset='windows-1252'><p>\xc3\xa9"),
                            LM_STR("text/html; charset=utf-8"), &root, &t->err),
              &t->err);
    assert_str(lm_html_text(t->arena, root), "\xc3\xa9");
}

static void copes_with_broken_and_very_deep_pages(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf deep = lm_buf_in(t->arena, 4 << 20);
    const lm_node *root, *n = NULL;
    int count = 0;

    assert_str(lm_html_text(t->arena,
                            parse(t, "<table><tr><td>a<td>b</b></p><tr><td class=x id=>c")),
               "a b c");
    for (int i = 0; i < 200000; i++)
        lm_buf_appendz(&deep, "<div>");
    if (lm_html_parse(t->arena, lm_buf_str(&deep), (lm_str){NULL, 0}, &root, &t->err) == LM_OK) {
        while ((n = lm_html_next(root, n)))
            count++;
        assert_in_range(count, 1, 200000);
        assert_str(lm_html_text(t->arena, root), "");
    }
}

/* A tag of 300,000 attributes, which libxml2 would compare each with each: minutes. */
static void ends_a_page_of_endless_attributes(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf page = lm_buf_in(t->arena, 4 << 20);
    const lm_node *root;

    lm_buf_appendz(&page, "<p>before</p><a");
    for (int i = 0; i < 300000; i++)
        lm_buf_printf(&page, " a%d", i);
    assert_ok(lm_html_parse(t->arena, lm_buf_str(&page), (lm_str){NULL, 0}, &root, &t->err),
              &t->err);
    assert_str(lm_html_text(t->arena, root), "before");
}

static void reads_on_behind_a_nul(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root;

    assert_ok(lm_html_parse(t->arena, (lm_str){"<p>a\0</p>\0<p>b", 15}, (lm_str){NULL, 0}, &root,
                            &t->err),
              &t->err);
    assert_str(lm_html_text(t->arena, root), "a b");
}

/* ---- the stream ---- */

struct told {
    struct lm_buf text;
    const char *first_b; /* the name, as it stood the first time */
    int depth, deepest, n_b_elsewhere;
};

static void on_open(void *arg, const char *tag, const char *const *attrs)
{
    struct told *told = arg;

    lm_buf_printf(&told->text, "<%s", tag);
    for (; attrs && *attrs; attrs += 2)
        lm_buf_printf(&told->text, " %s=%s", attrs[0], attrs[1] ? attrs[1] : "-");
    lm_buf_appendz(&told->text, ">");
    told->depth++;
    told->deepest = LM_MAX(told->deepest, told->depth);
    if (strcmp(tag, "b") == 0) {
        told->first_b = told->first_b ? told->first_b : tag;
        told->n_b_elsewhere += told->first_b != tag;
    }
}

static void on_text(void *arg, lm_str piece)
{
    lm_buf_append(&((struct told *)arg)->text, piece);
}

static void on_close(void *arg)
{
    struct told *told = arg;

    lm_buf_appendz(&told->text, "/");
    told->depth--;
    assert_true(told->depth >= 0);
}

static struct told stream(struct lm_test *t, lm_str page)
{
    static const struct lm_html_handler handler = {on_open, on_text, on_close};
    struct told told = {.depth = 0};

    lm_buf_init(&told.text, 16 << 20);
    assert_ok(lm_html_stream(t->arena, page, (lm_str){NULL, 0}, &handler, &told, &t->err), &t->err);
    assert_int_equal(told.depth, 0);
    return told;
}

static void streams_elements_and_text(void **state)
{
    static const struct {
        const char *page, *told;
    } cases[] = {
        {"<P Class='x' hidden>a&amp;<br>b", "<html><body><p class=x hidden=->a&<br>/b///"},
        {"<ul><li>a<li>b</ul><script>c</script><style>d</style>",
         "<html><body><ul><li>a/<li>b//<script>/<style>///"},
        {"<b>x", "<html><body><b>x///"},
        {"<b>x</b><i ", "<html><body><b>x/<i>///"},
        {"", ""},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct told told = stream(t, lm_str_z(cases[i].page));

        assert_str(lm_buf_str(&told.text), cases[i].told);
        lm_buf_fini(&told.text);
    }
}

static void a_name_is_the_same_pointer_on_the_whole_page(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf page = lm_buf_in(t->arena, 1 << 20);
    struct told told;

    for (int i = 0; i < 5000; i++)
        lm_buf_printf(&page, "<b a%d=1>x</b><t%d>", i % 100, i % 1000);
    told = stream(t, lm_buf_str(&page));
    assert_non_null(told.first_b);
    assert_int_equal(told.n_b_elsewhere, 0);
    lm_buf_fini(&told.text);
}

static void closes_all_that_a_cut_page_has_opened(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf deep = lm_buf_in(t->arena, 4 << 20);
    struct told told;

    for (int i = 0; i < 100000; i++)
        lm_buf_appendz(&deep, "<div>");
    told = stream(t, lm_buf_str(&deep));
    assert_int_equal(told.deepest, LM_HTML_DEPTH);
    lm_buf_fini(&told.text);
}

static void says_that_nothing_is_no_page(void **state)
{
    struct lm_test *t = *state;
    const lm_node *root;

    assert_code(lm_html_parse(t->arena, LM_STR(""), (lm_str){NULL, 0}, &root, &t->err), LM_INVALID,
                &t->err);
    assert_code(lm_html_parse(t->arena, LM_STR("<!-- x -->"), (lm_str){NULL, 0}, &root, &t->err),
                LM_INVALID, &t->err);
}

LM_TEST_MAIN(LM_TEST(finds_by_tag_class_and_attribute), LM_TEST(walks_each_match_in_document_order),
             LM_TEST(stays_below_the_top_it_was_given), LM_TEST(gives_text_as_people_read_it),
             LM_TEST(reads_the_charset_of_header_and_page),
             LM_TEST(copes_with_broken_and_very_deep_pages),
             LM_TEST(ends_a_page_of_endless_attributes), LM_TEST(reads_on_behind_a_nul),
             LM_TEST(streams_elements_and_text),
             LM_TEST(a_name_is_the_same_pointer_on_the_whole_page),
             LM_TEST(closes_all_that_a_cut_page_has_opened), LM_TEST(says_that_nothing_is_no_page))

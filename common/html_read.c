/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds pages to libxml2. It pulls them in pieces of 4 kB: its push parser keeps twice the page (a start tag or a
 * script waits until it is whole), its parser of memory begins with a copy, and neither is faster.
 */
#include <libxml/parserInternals.h>
#include <pthread.h>

#include "common/charset.h"
#include "common/html_internal.h"
#include "common/str.h"

enum {
    META_WITHIN = 2048, /* browsers look for a meta charset in the first 1,024 bytes */
    MOST_ATTRIBUTES = 500
};

static const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                           HTML_PARSE_NONET | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC;

static void init_parser(void)
{
    xmlInitParser();
}

/* <meta charset="x"> and <meta http-equiv=… content="text/html; charset=x"> look alike from here. */
static lm_str meta_charset(lm_str body)
{
    lm_str head = lm_str_sub(body, 0, META_WITHIN);
    ptrdiff_t at = lm_str_ifind(head, LM_STR("charset="), 0);
    size_t end;

    if (at < 0)
        return (lm_str){NULL, 0};
    head = lm_str_sub(head, (size_t)at + 8, head.n);
    if (head.n && (head.p[0] == '"' || head.p[0] == '\''))
        head = lm_str_sub(head, 1, head.n);
    for (end = 0; end < head.n && !strchr(" \"'/>;", head.p[end]);)
        end++;
    return lm_str_sub(head, 0, end);
}

struct feed {
    lm_str rest;
    htmlParserCtxtPtr parser;
};

/* A NUL would end the page for libxml2; browsers pass over it. */
static void blank_nuls(char *p, size_t n)
{
    for (char *nul = p; (nul = memchr(nul, '\0', n - (size_t)(nul - p)));)
        *nul = ' ';
}

/*
 * libxml2 compares each attribute of a tag with all before it, so endless ones take hours: where a tag has had too
 * many (two places each), the page ends.
 */
static int feed_piece(void *arg, char *out, int room)
{
    struct feed *f = arg;
    size_t n = LM_MIN((size_t)room, f->rest.n);

    if (n == 0 || f->parser->maxatts > 2 * MOST_ATTRIBUTES)
        return 0;
    memcpy(out, f->rest.p, n);
    blank_nuls(out, n);
    f->rest = lm_str_sub(f->rest, n, f->rest.n);
    return (int)n;
}

/* False: out of memory. */
static bool open_feed(struct feed *f)
{
    xmlParserInputBufferPtr buffer =
        xmlParserInputBufferCreateIO(feed_piece, NULL, f, XML_CHAR_ENCODING_NONE);
    xmlParserInputPtr input =
        buffer ? xmlNewIOInputStream(f->parser, buffer, XML_CHAR_ENCODING_NONE) : NULL;

    return input && inputPush(f->parser, input) >= 0;
}

static void parse(struct feed *f, const htmlSAXHandler *sax, void *arg, htmlDocPtr *doc)
{
    htmlParserCtxtPtr parser = f->parser;

    if (sax)
        *parser->sax = *sax;
    parser->_private = arg;
    htmlCtxtUseOptions(parser, options);
    parser->charset = XML_CHAR_ENCODING_UTF8;
    if (open_feed(f))
        htmlParseDocument(parser);
    *doc = parser->myDoc;
    parser->myDoc = NULL;
}

lm_code lm_html_read(struct lm_arena *a, lm_str body, lm_str content_type,
                     const htmlSAXHandler *sax, void *arg, htmlDocPtr *doc, lm_err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    lm_str charset = lm_charset_of_type(content_type);
    struct feed f = {.rest = body};

    *doc = NULL;
    if (body.n > INT32_MAX)
        return lm_fail(err, LM_TOO_LARGE, "a page of %zu bytes", body.n);
    pthread_once(&once, init_parser);
    if (!charset.p)
        charset = meta_charset(body);
    f.rest = lm_charset_to_utf8(a, body, charset);
    f.parser = htmlNewParserCtxt();
    if (!f.parser)
        return lm_fail(err, LM_TOO_LARGE, "no memory for a page");
    parse(&f, sax, arg, doc);
    htmlFreeParserCtxt(f.parser);
    return LM_OK;
}

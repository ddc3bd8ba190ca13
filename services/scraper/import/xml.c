/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/xml.h"

#include <libxml/parser.h>
#include <pthread.h>

#include "common/arena.h"
#include "common/str.h"

enum { ATTRS = 32 };

struct scraper_xml {
    const struct scraper_xml_handler *handler;
    void *arg;
    xmlParserCtxtPtr parser;
    bool has_dtd;
};

lm_str scraper_xml_attr(const struct scraper_xml_attr *attrs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(attrs[i].name, name) == 0)
            return attrs[i].value;
    }
    return (lm_str){NULL, 0};
}

/* ---- what the library calls ---- */

/* Five pointers an attribute: name, prefix, URI, and where its value begins and ends. */
static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix LM_UNUSED,
                     const xmlChar *uri LM_UNUSED, int n_spaces LM_UNUSED,
                     const xmlChar **spaces LM_UNUSED, int n_attrs, int n_defaulted LM_UNUSED,
                     const xmlChar **v)
{
    struct scraper_xml *x = ctx;
    struct scraper_xml_attr attrs[ATTRS];
    size_t n = (size_t)LM_MIN(n_attrs, (int)ATTRS);

    for (size_t i = 0; i < n; i++) {
        attrs[i].name = (const char *)v[5 * i];
        attrs[i].value =
            (lm_str){(const char *)v[5 * i + 3], (size_t)(v[5 * i + 4] - v[5 * i + 3])};
    }
    x->handler->start(x->arg, (const char *)name, attrs, n);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix LM_UNUSED,
                   const xmlChar *uri LM_UNUSED)
{
    struct scraper_xml *x = ctx;

    if (x->handler->end)
        x->handler->end(x->arg, (const char *)name);
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
    struct scraper_xml *x = ctx;

    if (x->handler->text)
        x->handler->text(x->arg, (lm_str){(const char *)text, (size_t)n});
}

/* Workbooks have none; entities are declared there. */
static void on_dtd(void *ctx, const xmlChar *name LM_UNUSED, const xmlChar *public_id LM_UNUSED,
                   const xmlChar *system_id LM_UNUSED)
{
    struct scraper_xml *x = ctx;

    x->has_dtd = true;
    xmlStopParser(x->parser);
}

static void on_message(void *ctx LM_UNUSED, const char *fmt LM_UNUSED, ...)
{
}

/* ---- open, feed ---- */

static void free_parser(void *arg)
{
    struct scraper_xml *x = arg;

    xmlFreeParserCtxt(x->parser);
}

static void init(void)
{
    xmlInitParser();
}

struct scraper_xml *scraper_xml_open(struct lm_arena *a, const struct scraper_xml_handler *handler,
                                     void *arg)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .internalSubset = on_dtd,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .cdataBlock = on_text,
                         .error = on_message,
                         .warning = on_message};
    struct scraper_xml *x = LM_NEW(a, struct scraper_xml);

    pthread_once(&once, init);
    x->handler = handler;
    x->arg = arg;
    x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
    LM_ASSERT(x->parser);
    lm_arena_defer(a, free_parser, x);
    xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    return x;
}

lm_code scraper_xml_feed(struct scraper_xml *x, lm_str piece, bool is_end, lm_err *err)
{
    int rc = xmlParseChunk(x->parser, piece.p ? piece.p : "", (int)piece.n, is_end);

    if (x->has_dtd)
        return lm_fail(err, LM_INVALID,
                       "the workbook holds a DTD, which no workbook has: it is refused");
    if (rc != XML_ERR_OK && (!x->parser->wellFormed || is_end))
        return lm_fail(err, LM_INVALID, "the workbook is damaged: its XML ends or breaks (%d)", rc);
    return LM_OK;
}

lm_code scraper_xml_read(struct lm_arena *a, const struct scraper_zip *zip, lm_str entry,
                         const struct scraper_xml_handler *handler, void *arg, lm_err *err)
{
    struct scraper_unzip *u;
    struct scraper_xml *x;
    bool is_end = false;
    lm_str piece;

    if (scraper_unzip_open(a, zip, entry, &u, err) || !u)
        return err->code;
    x = scraper_xml_open(a, handler, arg);
    while (!is_end) {
        if (scraper_unzip_next(u, &piece, &is_end, err) || scraper_xml_feed(x, piece, is_end, err))
            return lm_wrap(err, "%.*s", LM_FMT(entry));
    }
    return LM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Pages as streams: libxml2's calls, with a limit of depth. */
#include "common/html_stream.h"

#include <libxml/parser.h>

#include "common/html_internal.h"

struct stream {
    const struct lm_html_handler *handler;
    void *arg;
    int n_open;
};

static void close_one(struct stream *s)
{
    if (s->n_open == 0)
        return;
    s->n_open--;
    s->handler->close(s->arg);
}

static void on_open(void *ctx, const xmlChar *tag, const xmlChar **attrs)
{
    htmlParserCtxtPtr parser = ctx;
    struct stream *s = parser->_private;

    /* At each end tag libxml2 looks through all that is open; its own tree ends at the same depth. */
    if (s->n_open == LM_HTML_DEPTH) {
        xmlStopParser(parser);
        return;
    }
    s->n_open++;
    s->handler->open(s->arg, (const char *)tag, (const char *const *)attrs);
}

static void on_close(void *ctx, const xmlChar *tag LM_UNUSED)
{
    close_one(((htmlParserCtxtPtr)ctx)->_private);
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
    const struct stream *s = ((htmlParserCtxtPtr)ctx)->_private;

    s->handler->text(s->arg, (lm_str){(const char *)text, (size_t)n});
}

/* Of scripts and styles. */
static void on_raw(void *ctx LM_UNUSED, const xmlChar *text LM_UNUSED, int n LM_UNUSED)
{
}

lm_code lm_html_stream(struct lm_arena *a, lm_str body, lm_str content_type,
                       const struct lm_html_handler *handler, void *arg, lm_err *err)
{
    static const htmlSAXHandler sax = {
        .startElement = on_open,
        .endElement = on_close,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_raw,
    };
    struct stream s = {handler, arg, 0};
    htmlDocPtr none;

    if (lm_html_read(a, body, content_type, &sax, &s, &none, err))
        return err->code;
    /* A page that is cut off for its depth leaves elements open, and a tag that its end cuts off is forgotten. */
    while (s.n_open > 0)
        close_one(&s);
    return LM_OK;
}

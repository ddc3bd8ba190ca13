/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_XML_H
#define SCRAPER_XML_H

#include "services/scraper/import/zip.h"

/*
 * The XML of workbooks, as libxml2's push parser tells it: no tree, no DTD, no entities but the five, no network.
 * Handlers run inside the library: they must not take from an arena, and collect into an lm_buf.
 */
struct scraper_xml_attr {
    const char *name; /* without its prefix */
    lm_str value;
};
struct scraper_xml_handler {
    void (*start)(void *arg, const char *name, const struct scraper_xml_attr *attrs, size_t n);
    void (*end)(void *arg, const char *name); /* may be NULL, as may text */
    void (*text)(void *arg, lm_str text);     /* a text may come in pieces */
};
/* {NULL, 0} when there is no such attribute. */
lm_str scraper_xml_attr(const struct scraper_xml_attr *attrs, size_t n, const char *name);

struct scraper_xml;
struct scraper_xml *scraper_xml_open(struct lm_arena *a, const struct scraper_xml_handler *handler,
                                     void *arg);
/* LM_INVALID: no XML, or with a DTD. */
LM_MUST_USE lm_code scraper_xml_feed(struct scraper_xml *x, lm_str piece, bool is_end, lm_err *err);
/* A whole entry; nothing happens when it is not there. */
LM_MUST_USE lm_code scraper_xml_read(struct lm_arena *a, const struct scraper_zip *zip,
                                     lm_str entry, const struct scraper_xml_handler *handler,
                                     void *arg, lm_err *err);

#endif

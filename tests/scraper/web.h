/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_TEST_WEB_H
#define SCRAPER_TEST_WEB_H

#include "tests/lm_test.h"

/*
 * A web server for tests of searches, on 127.0.0.73 and a free port: a thread a connection, one request each. It also
 * takes requests as a proxy gets them (path is then the whole URL).
 */
struct web_request {
    lm_str path; /* with query, as sent */
    lm_str head; /* all of it, with the request line */
};
struct web_reply {
    int status;          /* 200 */
    const char *headers; /* "Name: value\r\n…" besides Content-Length; may be NULL */
    lm_str body;
    int64_t drip_ms; /* a byte of the body at a time, this far apart; 0: all at once */
};
/* On a thread of its own for each request. What `reply` points to lives as long as the test. */
typedef void (*web_handler)(const struct web_request *request, struct web_reply *reply);

/* Starts it, allows its address in http.private_networks, and returns its URL, "http://127.0.0.73:port". */
const char *web_start(web_handler handler);
void web_stop(void);

/*
 * scraper.browser_sandbox for tests with a browser: "own", where this machine allows what Chromium's sandbox needs; in a
 * chroot or a container it may not, then "container", which is said.
 */
const char *web_browser_sandbox(void);

/* The value of a header of a request; {NULL, 0} when it has none. */
lm_str web_header(const struct web_request *request, const char *name);

#endif

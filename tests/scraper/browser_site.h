/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRAPER_BROWSER_SITE_H
#define TEST_SCRAPER_BROWSER_SITE_H

#include "tests/scraper/web.h"

#include <stdatomic.h>

/*
 * A site for a browser, for web_start: pages that scripts draw, and pages that have no end, take all memory, open
 * windows, go elsewhere (/to?URL by HTTP, /goes?URL by script) or try to reach what they must not.
 */
void browser_site_answer(const struct web_request *request, struct web_reply *reply);
extern char browser_site_agent[128];   /* of the last request */
extern atomic_int browser_site_frames; /* how often a frame was asked for */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_ROBOTS_H
#define LM_ROBOTS_H

#include "common/ctx.h"

/* robots.txt: what a site asks of robots. Source: RFC 9309; Crawl-delay, which it leaves out, as in wide use. */

/* ---- what a file says; pure ---- */

struct lm_robots; /* rules for one robot; lives in the arena, points into the text */

/*
 * All groups that name `agent` ("LeadMachine") as one, or else those of *. Reads the first 500 KiB; whatever is no rule
 * is passed over. Time and memory are linear in the text.
 *
 * Memory:  `text` must live as long as the rules.
 */
struct lm_robots *lm_robots_parse(struct lm_arena *a, lm_str text, lm_str agent);

struct lm_robots_verdict {
    bool is_allowed;
    lm_str rule; /* the line that decided, as written: "Disallow: /x"; {NULL, 0}: none did */
};
/*
 * The longest rule that matches decides, Allow before Disallow of the same length; /robots.txt itself is always
 * allowed. `url` is absolute, or a path with its query; NULL rules allow everything. Takes a step a byte of the rules,
 * and one a byte of the URL for each rule with a * in it.
 */
struct lm_robots_verdict lm_robots_check(const struct lm_robots *r, lm_str url);

/* What the site asks to wait between two requests; 0: nothing. A week at most. */
int64_t lm_robots_delay_ms(const struct lm_robots *r);

/* ---- asking for it ---- */

enum lm_robots_state {
    LM_ROBOTS_RULES,       /* there is a file */
    LM_ROBOTS_NONE,        /* there is none (4xx, redirects without end): everything is allowed */
    LM_ROBOTS_UNREACHABLE, /* 5xx, 429, no answer: nothing is allowed until it can be asked */
};
struct lm_robots_file {
    enum lm_robots_state state;
    lm_str text;            /* of LM_ROBOTS_RULES, in ctx->arena */
    const char *why;        /* of LM_ROBOTS_UNREACHABLE, for people */
    bool is_answered;       /* by the site, whatever it said */
    int64_t retry_after_ms; /* of LM_ROBOTS_UNREACHABLE; 0: not given */
};
/*
 * Asks the host of `url` for its file, five redirects away at most. I/O, never in a transaction. `timeout_ms` and
 * `proxy` (may be NULL) as of lm_http_request. Errors: LM_INVALID (the URL), LM_FORBIDDEN (its address is private); that a site does not answer is
 * none.
 */
LM_MUST_USE lm_code lm_robots_fetch(struct lm_ctx *ctx, lm_str url, int64_t timeout_ms,
                                    const char *proxy, struct lm_robots_file *out, lm_err *err);

/* The name that robots.txt may call us by: the setting http.robot. */
lm_str lm_robots_agent(void);

#endif

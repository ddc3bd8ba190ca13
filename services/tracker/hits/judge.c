/* SPDX-License-Identifier: Apache-2.0 */
#include "services/tracker/hits/judge.h"

#include "common/str.h"

enum {
    SCANNER_WITHIN_MS = 2000, /* nobody opens a mail that quickly; receivers' scanners do */
    LINKS_WITHIN_MS = 1000,   /* nor follows two links in a second */
};

/* Parts of user agents of programs; a list that grows. */
static const char *const programs[] = {
    "bot",
    "crawler",
    "spider",
    "curl/",
    "wget/",
    "python-",
    "go-http-client",
    "java/",
    "libwww",
    "headless",
    "preview",
    "scanner",
    "safelinks",
    "barracuda",
    "proofpoint",
    "mimecast",
    "symantec",
    "trendmicro",
    "urldefense",
    "monitoring",
    "facebookexternalhit",
    "slack",
    "whatsapp",
    "telegram",
    "bingpreview",
    "google-read",
    "yahoo! slurp",
    "httpclient",
};

static bool is_program(lm_str agent)
{
    if (agent.n == 0)
        return true; /* no mail program and no browser is silent */
    for (size_t i = 0; i < LM_COUNT(programs); i++) {
        if (lm_str_ifind(agent, lm_str_z(programs[i]), 0) >= 0)
            return true;
    }
    return false;
}

bool tracker_hit_is_machine(const struct tracker_hit *hit, const struct tracker_seen *seen)
{
    /* Apple's privacy proxy says just this, and fetches whether or not somebody reads. */
    if (lm_str_eqz(hit->user_agent, "Mozilla/5.0"))
        return true;
    /* Gmail's proxy fetches when the mail is opened, once; what it fetches later is its cache. */
    if (lm_str_ifind(hit->user_agent, LM_STR("GoogleImageProxy"), 0) >= 0)
        return hit->is_click || seen->human_opens > 0;
    if (is_program(hit->user_agent))
        return true;
    if (hit->at - seen->sent_at < SCANNER_WITHIN_MS)
        return true;
    return hit->is_click && seen->last_click_at != 0 &&
           hit->at - seen->last_click_at < LINKS_WITHIN_MS && seen->last_click_url.n > 0 &&
           !lm_str_eq(hit->url, seen->last_click_url);
}

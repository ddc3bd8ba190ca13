/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that many share. Two lists and a comparison by label. */
#include "common/platforms.h"

#include "common/str.h"

static const char *const mail_providers[] = {
    "gmail.com",    "googlemail.com", "hotmail.com",    "hotmail.nl", "outlook.com", "outlook.nl",
    "live.com",     "live.nl",        "msn.com",        "yahoo.com",  "yahoo.nl",    "icloud.com",
    "me.com",       "mac.com",        "protonmail.com", "proton.me",  "gmx.net",     "gmx.com",
    "gmx.de",       "web.de",         "aol.com",        "mail.com",   "ziggo.nl",    "kpnmail.nl",
    "kpnplanet.nl", "xs4all.nl",      "hetnet.nl",      "planet.nl",  "home.nl",     "upcmail.nl",
    "casema.nl",    "tele2.nl",       "chello.nl",      "quicknet.nl"};

static const char *const platforms[] = {
    "linkedin.com",  "facebook.com", "twitter.com", "x.com",           "instagram.com",
    "youtube.com",   "github.com",   "gitlab.com",  "bitbucket.org",   "medium.com",
    "wordpress.com", "wix.com",      "wixsite.com", "squarespace.com", "weebly.com",
    "blogspot.com",  "tumblr.com",   "indeed.com",  "google.com",      "kvk.nl",
    "tiktok.com",    "pinterest.com"};

/* `domain` is `whole` or ends with a dot and it. */
static bool is_below(lm_str domain, lm_str whole)
{
    if (!lm_str_ends(domain, whole))
        return false;
    return domain.n == whole.n || domain.p[domain.n - whole.n - 1] == '.';
}

static bool is_listed(lm_str domain, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_below(domain, lm_str_z(list[i])))
            return true;
    }
    return false;
}

bool lm_domain_is_mail_provider(lm_str domain)
{
    return is_listed(domain, mail_providers, LM_COUNT(mail_providers));
}

bool lm_domain_is_platform(lm_str domain)
{
    return is_listed(domain, platforms, LM_COUNT(platforms));
}

bool lm_domain_is_own(lm_str domain)
{
    return domain.n && !lm_domain_is_mail_provider(domain) && !lm_domain_is_platform(domain);
}

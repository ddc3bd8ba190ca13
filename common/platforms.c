/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that many share. Two lists and a comparison by label. */
#include "common/platforms.h"

#include "common/str.h"

static const char *const mail_providers[] = {
    "163.com",        "aol.com",       "arcor.de",       "bluewin.ch",   "btinternet.com",
    "caiway.nl",      "casema.nl",     "chello.at",      "chello.nl",    "duck.com",
    "fastmail.com",   "free.fr",       "freeler.nl",     "freenet.de",   "gmail.com",
    "gmx.at",         "gmx.ch",        "gmx.com",        "gmx.de",       "gmx.net",
    "googlemail.com", "hetnet.nl",     "hey.com",        "home.nl",      "hotmail.be",
    "hotmail.com",    "hotmail.co.uk", "hotmail.de",     "hotmail.fr",   "hotmail.it",
    "hotmail.nl",     "icloud.com",    "kpnmail.nl",     "kpnplanet.nl", "laposte.net",
    "libero.it",      "live.be",       "live.com",       "live.co.uk",   "live.fr",
    "live.nl",        "mac.com",       "mail.com",       "mail.ru",      "me.com",
    "msn.com",        "online.nl",     "orange.fr",      "outlook.be",   "outlook.com",
    "outlook.de",     "outlook.fr",    "outlook.nl",     "planet.nl",    "pm.me",
    "proton.me",      "protonmail.ch", "protonmail.com", "qq.com",       "quicknet.nl",
    "rediffmail.com", "scarlet.be",    "seznam.cz",      "sfr.fr",       "skynet.be",
    "solcon.nl",      "t-online.de",   "tele2.nl",       "telenet.be",   "telfort.nl",
    "tutanota.com",   "upcmail.nl",    "versatel.nl",    "wanadoo.fr",   "web.de",
    "wxs.nl",         "xs4all.nl",     "yahoo.com",      "yahoo.co.in",  "yahoo.co.uk",
    "yahoo.de",       "yahoo.fr",      "yahoo.nl",       "yandex.com",   "yandex.ru",
    "zeelandnet.nl",  "ziggo.nl",      "zonnet.nl"};

/* Whoever has a page there has no domain; shops and sites below a public suffix (myshopify.com) do. */
static const char *const platforms[] = {
    "apollo.io",      "bit.ly",          "bitbucket.org", "blogspot.com",  "business.site",
    "crunchbase.com", "dealroom.co",     "facebook.com",  "fb.com",        "fb.me",
    "g.page",         "github.com",      "gitlab.com",    "glassdoor.com", "goo.gl",
    "google.com",     "google.nl",       "indeed.com",    "instagram.com", "justdial.com",
    "kvk.nl",         "linkedin.com",    "linktr.ee",     "lnkd.in",       "medium.com",
    "pinterest.com",  "squarespace.com", "t.co",          "t.me",          "techleap.nl",
    "tiktok.com",     "trustpilot.com",  "tumblr.com",    "twitter.com",   "wa.me",
    "weebly.com",     "wix.com",         "wixsite.com",   "wordpress.com", "x.com",
    "yelp.com",       "youtu.be",        "youtube.com"};

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
        size_t length = strlen(list[i]);

        /* Of a million domains of an import hardly one goes on behind the first letter. */
        if (length <= domain.n && list[i][0] == domain.p[domain.n - length] &&
            is_below(domain, (lm_str){list[i], length}))
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

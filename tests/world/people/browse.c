/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/browse.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/str.h"

enum { URL_LIMIT = 8192, TIMEOUT_MS = 5000 };

/* Mail programs and browsers that people had in 2025, as they name themselves. */
static const char *const agents[] = {
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.10.0",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0.5495; ms-office)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
};

struct browser {
    CURL *curl;
    struct curl_slist *via;
};

static size_t drop(char *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

struct browser *browser_new(const char *via)
{
    struct browser *b = calloc(1, sizeof(*b));
    char everything[300];

    LM_ASSERT(b);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    b->curl = curl_easy_init();
    LM_ASSERT(b->curl);
    curl_easy_setopt(b->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(b->curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(b->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, drop);
    if (via) {
        snprintf(everything, sizeof(everything), "::%s", via);
        b->via = curl_slist_append(NULL, everything);
        curl_easy_setopt(b->curl, CURLOPT_CONNECT_TO, b->via);
    }
    return b;
}

void browser_free(struct browser *b)
{
    if (!b)
        return;
    curl_easy_cleanup(b->curl);
    curl_slist_free_all(b->via);
    curl_global_cleanup();
    free(b);
}

lm_code browser_get(struct browser *b, lm_str url, lm_str who, lm_err *err)
{
    char terminated[URL_LIMIT];
    CURLcode failed;
    long status = 0;

    if (url.n >= sizeof(terminated))
        return lm_fail(err, LM_INVALID, "a URL of %zu bytes", url.n);
    snprintf(terminated, sizeof(terminated), "%.*s", LM_FMT(url));
    curl_easy_setopt(b->curl, CURLOPT_URL, terminated);
    curl_easy_setopt(b->curl, CURLOPT_USERAGENT, agents[lm_str_hash(who) % LM_COUNT(agents)]);
    failed = curl_easy_perform(b->curl);
    if (failed)
        return lm_fail(err, LM_UNAVAILABLE, "%s: %s", terminated, curl_easy_strerror(failed));
    curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 400)
        return lm_fail(err, LM_UNAVAILABLE, "%s: status %ld", terminated, status);
    return LM_OK;
}

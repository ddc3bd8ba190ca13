/* SPDX-License-Identifier: Apache-2.0 */
#include "services/tracker/imap.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/str.h"

enum {
    KEPT_MAX = 32,
    KEPT_FOR_MS =
        5 * 60 * 1000, /* servers close idle sessions after half an hour at the earliest */
    ANSWER_LIMIT = 64 << 10,
    MAIL_LIMIT = 1 << 20,
};

struct tracker_imap {
    CURL *curl;
    char key[600]; /* of the connection cache: server and user */
    char url[300];
    bool is_tls_required;
    int64_t timeout_ms, kept_at;
};

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static struct tracker_imap *kept[KEPT_MAX];

static void discard(struct tracker_imap *imap)
{
    if (!imap)
        return;
    curl_easy_cleanup(imap->curl);
    free(imap);
}

/* Takes the kept connection of this account, if there is a fresh one. */
static struct tracker_imap *take_kept(const char *key)
{
    struct tracker_imap *found = NULL;

    pthread_mutex_lock(&kept_lock);
    for (size_t i = 0; i < KEPT_MAX && !found; i++) {
        if (kept[i] && strcmp(kept[i]->key, key) == 0) {
            found = kept[i];
            kept[i] = NULL;
        }
    }
    pthread_mutex_unlock(&kept_lock);
    if (found && lm_mono_ms() - found->kept_at > KEPT_FOR_MS) {
        discard(found);
        found = NULL;
    }
    return found;
}

struct tracker_imap *tracker_imap_open(const struct tracker_imap_account *account)
{
    char key[sizeof(((struct tracker_imap *)0)->key)];
    struct tracker_imap *imap;

    snprintf(key, sizeof(key), "%s %s", account->url, account->user);
    imap = take_kept(key);
    if (!imap) {
        imap = calloc(1, sizeof(*imap));
        LM_ASSERT(imap != NULL);
        imap->curl = curl_easy_init();
        LM_ASSERT(imap->curl != NULL);
        snprintf(imap->key, sizeof(imap->key), "%s", key);
        snprintf(imap->url, sizeof(imap->url), "%s", account->url);
    }
    curl_easy_setopt(imap->curl, CURLOPT_USERNAME, account->user);
    curl_easy_setopt(imap->curl, CURLOPT_PASSWORD, account->password);
    imap->is_tls_required = account->is_tls_required;
    imap->timeout_ms = account->timeout_ms;
    return imap;
}

void tracker_imap_close(struct tracker_imap *imap, bool is_good)
{
    struct tracker_imap *dropped;
    size_t place = 0;

    if (!is_good) {
        discard(imap);
        return;
    }
    imap->kept_at = lm_mono_ms();
    pthread_mutex_lock(&kept_lock);
    /* A free place, else that of the one kept longest. */
    for (size_t i = 1; i < KEPT_MAX && kept[place]; i++) {
        if (!kept[i] || kept[i]->kept_at < kept[place]->kept_at)
            place = i;
    }
    dropped = kept[place];
    kept[place] = imap;
    pthread_mutex_unlock(&kept_lock);
    discard(dropped);
}

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
    struct lm_buf *b = arg;

    lm_buf_append(b, (lm_str){data, size * n});
    return b->failed ? 0 : size * n;
}

/* One command: the mailbox or message of `path`, and what to ask (NULL: the message itself). */
static lm_code perform(struct lm_ctx *ctx, struct tracker_imap *imap, const char *path,
                       const char *command, struct lm_buf *out, lm_err *err)
{
    char url[400];
    CURLcode rc;

    snprintf(url, sizeof(url), "%s/%s", imap->url, path);
    curl_easy_setopt(imap->curl, CURLOPT_URL, url);
    curl_easy_setopt(imap->curl, CURLOPT_CUSTOMREQUEST, command);
    curl_easy_setopt(imap->curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(imap->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(imap->curl, CURLOPT_USE_SSL,
                     imap->is_tls_required ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
    curl_easy_setopt(imap->curl, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(imap->curl, CURLOPT_TIMEOUT_MS, (long)lm_ctx_left_ms(ctx, imap->timeout_ms));
    curl_easy_setopt(imap->curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(imap->curl, CURLOPT_WRITEDATA, out);
    rc = curl_easy_perform(imap->curl);
    if (rc == CURLE_OK)
        return LM_OK;
    if (rc == CURLE_WRITE_ERROR && out->failed)
        return lm_fail(err, LM_TOO_LARGE, "IMAP answer of more than %zu bytes", out->limit);
    if (rc == CURLE_LOGIN_DENIED)
        return lm_fail(err, LM_UNAUTHORIZED,
                       "IMAP login refused; check user and password of the mailbox");
    return lm_fail(err, rc == CURLE_OPERATION_TIMEDOUT ? LM_DEADLINE : LM_UNAVAILABLE, "IMAP: %s",
                   curl_easy_strerror(rc));
}

static bool number_after(lm_str text, const char *word, int64_t *out)
{
    ptrdiff_t at = lm_str_ifind(text, lm_str_z(word), 0);
    size_t from, to;

    if (at < 0)
        return false;
    from = (size_t)at + strlen(word);
    for (to = from; to < text.n && text.p[to] >= '0' && text.p[to] <= '9';)
        to++;
    return lm_str_int(lm_str_sub(text, from, to), out);
}

bool tracker_imap_parse_status(lm_str text, struct tracker_imap_box *out)
{
    return number_after(text, "UIDVALIDITY ", &out->uid_validity) &&
           number_after(text, "UIDNEXT ", &out->uid_next);
}

lm_code tracker_imap_status(struct lm_ctx *ctx, struct tracker_imap *imap,
                            struct tracker_imap_box *out, lm_err *err)
{
    struct lm_buf b;
    bool is_good;

    lm_buf_init(&b, ANSWER_LIMIT);
    /*
     * On a kept connection the inbox is still selected, and STATUS of a selected mailbox may tell what was
     * (RFC 3501 6.3.10): NOOP lets the server take notice of what came since.
     */
    if (perform(ctx, imap, "INBOX", "NOOP", &b, err) ||
        perform(ctx, imap, "", "STATUS INBOX (UIDNEXT UIDVALIDITY)", &b, err)) {
        lm_buf_fini(&b);
        return err->code;
    }
    is_good = tracker_imap_parse_status(lm_buf_str(&b), out);
    lm_buf_fini(&b);
    return is_good ? LM_OK
                   : lm_fail(err, LM_UNAVAILABLE, "IMAP: no UIDNEXT in the answer to STATUS");
}

lm_code tracker_imap_search(struct lm_ctx *ctx, struct tracker_imap *imap, int64_t after,
                            size_t max, int64_t **out, size_t *n, lm_err *err)
{
    char command[64];
    struct lm_buf b;
    lm_str rest, word;

    *n = 0;
    *out = LM_NEW_ARRAY(ctx->arena, int64_t, max + 1);
    /* "n:*" always finds the last one, also when its UID is below n; filtered here. */
    snprintf(command, sizeof(command), "UID SEARCH UID %" PRId64 ":*", after + 1);
    lm_buf_init(&b, ANSWER_LIMIT);
    if (perform(ctx, imap, "INBOX", command, &b, err)) {
        lm_buf_fini(&b);
        return err->code;
    }
    for (rest = lm_buf_str(&b); lm_str_split(&rest, ' ', &word) && *n < max;) {
        int64_t uid;

        if (lm_str_int(lm_str_trim(word), &uid) && uid > after)
            (*out)[(*n)++] = uid;
    }
    lm_buf_fini(&b);
    return LM_OK;
}

lm_code tracker_imap_fetch(struct lm_ctx *ctx, struct tracker_imap *imap, int64_t uid, lm_str *out,
                           lm_err *err)
{
    char path[64];
    struct lm_buf b;
    lm_code code;

    snprintf(path, sizeof(path), "INBOX/;UID=%" PRId64, uid);
    lm_buf_init(&b, MAIL_LIMIT);
    code = perform(ctx, imap, path, NULL, &b, err);
    if (code == LM_OK)
        *out = lm_arena_dup(ctx->arena, lm_buf_str(&b));
    lm_buf_fini(&b);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "services/mailer/smtp.h"

#include <curl/curl.h>

#include "common/str.h"

struct transfer {
    const struct mailer_smtp *smtp;
    struct mailer_smtp_result *out;
    size_t sent;
    bool has_begun;   /* the first byte was given to curl */
    bool was_refused; /* by hand_over */
};

enum mailer_smtp_end mailer_smtp_classify(int code, const char *enhanced)
{
    /* 5.7.x and 4.7.x speak of us: policy, authentication, reputation. */
    bool is_policy = lm_str_starts(lm_str_sub(lm_str_z(enhanced), 1, 8), LM_STR(".7."));
    bool is_login = code == 530 || code == 534 || code == 535 || code == 538;

    if (code >= 200 && code < 300)
        return MAILER_SMTP_ACCEPTED;
    if (is_login || (is_policy && code >= 400))
        return MAILER_SMTP_MAILBOX;
    if (code >= 500 && code < 600)
        return MAILER_SMTP_REFUSED;
    return MAILER_SMTP_LATER;
}

/* Reply lines: keeps the enhanced status code of the last one, "550 5.1.1 …". */
static size_t on_reply(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    lm_str line = {data, size * n};
    lm_str word;

    t->out->enhanced[0] = '\0';
    if (line.n > 4) {
        line = lm_str_sub(line, 4, line.n);
        if (lm_str_split(&line, ' ', &word) && word.n >= 5 && word.n < sizeof(t->out->enhanced) &&
            word.p[1] == '.' && (word.p[0] == '2' || word.p[0] == '4' || word.p[0] == '5'))
            snprintf(t->out->enhanced, sizeof(t->out->enhanced), "%.*s", LM_FMT(word));
    }
    return size * n;
}

static size_t on_read(char *into, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    size_t room = size * n;
    size_t left;

    if (!t->has_begun) {
        if (t->smtp->hand_over(t->smtp->arg, &t->out->err) != LM_OK) {
            t->was_refused = true;
            return CURL_READFUNC_ABORT;
        }
        t->has_begun = true;
    }
    left = t->smtp->message.n - t->sent;
    if (room > left)
        room = left;
    memcpy(into, t->smtp->message.p + t->sent, room);
    t->sent += room;
    return room;
}

static void set_up(CURL *curl, struct transfer *t, struct curl_slist *to, char *url,
                   const char *from)
{
    const struct mailer_smtp *smtp = t->smtp;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     smtp->tls == MAILER_TLS_REQUIRED ? (long)CURLUSESSL_ALL
                                                      : (long)CURLUSESSL_TRY);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 15000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)smtp->timeout_ms);
    if (smtp->user && smtp->password) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, smtp->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, smtp->password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, t);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_reply);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
}

static void judge(struct transfer *t, CURLcode rc, int code)
{
    struct mailer_smtp_result *out = t->out;

    out->code = code;
    if (rc == CURLE_OK) {
        out->end = MAILER_SMTP_ACCEPTED;
        return;
    }
    if (t->was_refused) {
        out->end = MAILER_SMTP_ABORTED;
        return;
    }
    if (code >= 400)
        out->end = mailer_smtp_classify(code, out->enhanced);
    else if (rc == CURLE_LOGIN_DENIED)
        out->end = MAILER_SMTP_MAILBOX;
    else
        out->end = t->has_begun ? MAILER_SMTP_UNKNOWN : MAILER_SMTP_LATER;
    lm_fail(&out->err, rc == CURLE_OPERATION_TIMEDOUT ? LM_DEADLINE : LM_UNAVAILABLE,
            "SMTP %d %s: %s", code, out->enhanced, curl_easy_strerror(rc));
}

void mailer_smtp_send(const struct mailer_smtp *smtp, struct mailer_smtp_result *out)
{
    struct transfer t = {.smtp = smtp, .out = out};
    CURL *curl = curl_easy_init();
    char url[512], from[320], to[320];
    struct curl_slist *recipients;
    CURLcode rc;
    long code = 0;

    LM_ASSERT(curl != NULL);
    memset(out, 0, sizeof(*out));
    /* The path of an SMTP URL is the name in EHLO. */
    snprintf(url, sizeof(url), "%s/%s", smtp->url, smtp->hello);
    snprintf(from, sizeof(from), "<%s>", smtp->from);
    snprintf(to, sizeof(to), "<%s>", smtp->to);
    recipients = curl_slist_append(NULL, to);
    LM_ASSERT(recipients != NULL);
    set_up(curl, &t, recipients, url, from);
    rc = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    judge(&t, rc, (int)code);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
}

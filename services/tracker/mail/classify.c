/* SPDX-License-Identifier: Apache-2.0 */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/tracker/mail/mail.h"

/* Folded; a subject or an own line that begins with (or, for wishes, is about) one of these. */
static const char *const away_subjects[] = {
    "out of office",
    "out of the office",
    "automatic reply",
    "auto reply",
    "autoreply",
    "auto-reply",
    "automatisch antwoord",
    "automatische beantwoording",
    "afwezig",
    "afwezigheid",
    "niet aanwezig",
    "vakantie",
    "abwesenheit",
    "abwesend",
    "automatische antwort",
    "absence",
    "reponse automatique",
    "on holiday",
    "on leave",
    "annual leave",
    "met verlof",
};
static const char *const away_words[] = {
    "out of office",      "out of the office", "ben ik afwezig",  "ik ben afwezig",
    "met vakantie",       "op vakantie",       "annual leave",    "ben ik niet aanwezig",
    "ik ben er niet",     "terug op kantoor",  "ik ben terug op", "limited access to email",
    "beperkt bereikbaar", "nicht im buro",
};
static const char *const leave_words[] = {
    "unsubscribe",     "afmelden",          "uitschrijven",
    "schrijf mij uit", "meld mij af",       "geen mail meer",
    "geen mails meer", "geen e-mails meer", "stop met mailen",
    "remove me",       "take me off",       "stop emailing",
    "stop mailing",    "do not contact",    "don't contact",
    "no more emails",  "niet meer mailen",  "verwijder mij",
    "abmelden",        "desinscrire",       "geen interesse en niet meer",
};

static bool holds_any(lm_str text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lm_str_find(text, lm_str_z(list[i]), 0) >= 0)
            return true;
    }
    return false;
}

static bool is_report(const struct tracker_mail *m)
{
    bool by_type = lm_str_ieqz(m->content_type, "multipart/report") &&
                   lm_str_ieqz(m->report_type, "delivery-status");
    bool by_sender = m->has_null_sender && lm_str_istarts(m->from_email, LM_STR("mailer-daemon@"));

    return by_type || m->report_status.n > 0 || by_sender;
}

static bool is_automatic(const struct tracker_mail *m)
{
    if (m->auto_submitted.n > 0 && !lm_str_istarts(m->auto_submitted, LM_STR("no")))
        return true;
    return m->has_auto_header || m->has_null_sender || lm_str_ieqz(m->precedence, "auto_reply") ||
           lm_str_ieqz(m->precedence, "bulk") || lm_str_ieqz(m->precedence, "junk");
}

Tracker__ReplyClass tracker_mail_classify(struct lm_arena *a, const struct tracker_mail *m)
{
    lm_str subject = lm_text_fold(a, m->subject);
    lm_str words = lm_text_fold(a, tracker_mail_own_words(a, m->body_text));
    bool is_away = holds_any(subject, away_subjects, LM_COUNT(away_subjects));

    if (m->is_feedback_report)
        return TRACKER__REPLY_CLASS__COMPLAINT;
    if (is_report(m)) {
        bool is_delay = lm_str_ieqz(m->report_action, "delayed") ||
                        lm_str_starts(m->report_status, LM_STR("4."));

        return is_delay ? TRACKER__REPLY_CLASS__DELAY : TRACKER__REPLY_CLASS__BOUNCE;
    }
    if (is_automatic(m))
        return is_away || holds_any(words, away_words, LM_COUNT(away_words))
                   ? TRACKER__REPLY_CLASS__OUT_OF_OFFICE
                   : TRACKER__REPLY_CLASS__AUTOMATIC;
    if (is_away)
        return TRACKER__REPLY_CLASS__OUT_OF_OFFICE;
    if (holds_any(subject, leave_words, LM_COUNT(leave_words)) ||
        (words.n < 400 && holds_any(words, leave_words, LM_COUNT(leave_words))))
        return TRACKER__REPLY_CLASS__UNSUBSCRIBE;
    return TRACKER__REPLY_CLASS__REPLY;
}

bool tracker_mail_is_hard_bounce(const struct tracker_mail *m)
{
    /* 5.2.2 full today; 5.7.x our fault; 5.1.1, 5.1.10, 5.2.1 and the rest of class 5: dead. */
    return lm_str_starts(m->report_status, LM_STR("5.")) &&
           !lm_str_eqz(m->report_status, "5.2.2") &&
           !lm_str_starts(m->report_status, LM_STR("5.7."));
}

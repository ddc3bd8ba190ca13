/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracker decides what came back: opens, clicks, replies, bounces.
 *
 * Calls      hits from the gateways' spools; figures, history, replies (proto/tracker.proto).
 * Consumes   deliveries (what was sent, so that hits and answers find their message) and mailboxes
 *            (where answers arrive) of the mailer.
 * Works on   check_inbox: what is new in one inbox, read over IMAP by UID, understood, matched by
 *            In-Reply-To, References, then sender. resolve_hits: taken-in hits are judged (people
 *            or machines) and counted at their message.
 * Alone      without the mailer nothing new is known and hits wait for ten minutes; without an
 *            IMAP server the inbox keeps its error and is asked again at the next poll.
 * Never      trusts what a mail or a hit says of itself; keeps nothing of strangers' mail but its
 *            identity; counts a hit twice (a segment's position moves with its hits).
 */
#include "common/secret.h"
#include "common/service_internal.h"
#include "gen/tracker.lm.h"
#include "services/tracker/mail/mail.h"
#include "services/tracker/store.h"
#include "services/tracker/tracker.h"

static const struct lm_config_key config[] = {
    LM_CFG_SECRET_("secrets.key", &tracker_settings.secret_key, "",
                   "64 hex digits; the mailer sealed the passwords of mailboxes with it"),
    LM_CFG_STR("tracker.tls", &tracker_settings.tls, "required",
               "IMAP with TLS: required, or offered"),
    LM_CFG_MS("tracker.imap_poll", &tracker_settings.imap_poll_ms, "60s",
              "looking into the inboxes"),
    LM_CFG_MS("tracker.imap_timeout", &tracker_settings.imap_timeout_ms, "30s", "one IMAP command"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    return lm_secret_key_check(tracker_settings.secret_key, err)
               ? err->code
               : lm_settings_tls("tracker.tls", tracker_settings.tls, err);
}

static const struct lm_periodic periodics[] = {
    {"inboxes", &tracker_settings.imap_poll_ms, tracker_poll_inboxes},
    {NULL, NULL, NULL},
};

static lm_code start(struct lm_proc *proc, lm_err *err)
{
    (void)proc;
    (void)err;
    tracker_mail_init();
    return LM_OK;
}

int main(int argc, char **argv)
{
    static const struct lm_service tracker = {
        .name = "tracker",
        .config = config,
        .sql = tracker_sql,
        .calls = tracker_calls,
        .events = tracker_events,
        .jobs = tracker_jobs,
        .periodics = periodics,
        .check = check,
        .schema_at_least = 1,
        .start = start,
    };
    return lm_service_main(argc, argv, &tracker);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailer decides when and how a message leaves, and to whom nothing is sent.
 *
 * Calls      sending on and off, its settings, mailboxes, the queue, suppressions, opt-outs
 *            (proto/mailer.proto).
 * Consumes   released and cancelled messages and stopped sequences (personalizer), replies and
 *            bounces (tracker). A reply, bounce, opt-out or complaint stops what waits for that
 *            person before anything else happens.
 * Works on   pump_mailbox: one turn of one mailbox. Window, cap with warm-up, gap, throttle of the
 *            recipient's domain, suppression and stop are checked in the transaction that claims
 *            the message; the hand-over is a compare-and-set on that claim.
 * Alone      while tracker or personalizer is silent for 30 s, or owes an event for 2 s, nothing
 *            leaves: an answer could be among what was not heard.
 * Never      sends twice by itself: what was handed over without an answer is UNCERTAIN and waits
 *            for a person. Never sends to the world while a tenant is in dry-run, which is the
 *            default: the message goes to a Maildir, by the same path. Never keeps an address that
 *            opted out, only its hash.
 */
#include "common/links.h"
#include "common/secret.h"
#include "common/service_internal.h"
#include "common/str.h"
#include "gen/mailer.lm.h"
#include "services/mailer/mailer.h"
#include "services/mailer/work.h"

static const struct lm_config_key config[] = {
    LM_CFG_STR("mailer.public_url", &mailer_settings.public_url, "http://127.0.0.1:8080",
               "where recipients reach the gateway; stands in every mail"),
    LM_CFG_SECRET_("tracking.key", &mailer_settings.tracking_key, "",
                   "signs links and opt-out tokens; the gateway has the same"),
    LM_CFG_SECRET_("secrets.key", &mailer_settings.secret_key, "",
                   "64 hex digits; seals passwords of mailboxes; the tracker has the same"),
    LM_CFG_STR("mailer.maildir", &mailer_settings.maildir, "maildir", "where dry-run mail goes"),
    LM_CFG_STR("mailer.hello", &mailer_settings.hello, "localhost", "our host name in EHLO"),
    LM_CFG_STR("mailer.tls", &mailer_settings.tls, "required", "STARTTLS: required, or offered"),
    LM_CFG_STR("mailer.live_phrase", &mailer_settings.live_phrase, "send for real",
               "what an admin types to leave dry-run"),
    LM_CFG_STR("mailer.dkim_selector", &mailer_settings.dkim_selector, "mail",
               "selector of the DKIM record that the check-list looks up"),
    LM_CFG_MS("mailer.smtp_timeout", &mailer_settings.smtp_timeout_ms, "60s", "one SMTP session"),
    LM_CFG_MS("mailer.lease", &mailer_settings.lease_ms, "2m",
              "a claim without an end is taken back after"),
    LM_CFG_MS("mailer.sweep", &mailer_settings.sweep_ms, "5s", "looking for such claims"),
    LM_CFG_END,
};

static lm_code check(lm_err *err)
{
    lm_str url = lm_str_z(mailer_settings.public_url);

    if (lm_link_key_check(mailer_settings.tracking_key, err) ||
        lm_secret_key_check(mailer_settings.secret_key, err) ||
        lm_settings_tls("mailer.tls", mailer_settings.tls, err))
        return err->code;
    if (!lm_str_istarts(url, LM_STR("http://")) && !lm_str_istarts(url, LM_STR("https://")))
        return lm_fail(err, LM_INVALID, "mailer.public_url is '%s'; it begins with https://",
                       mailer_settings.public_url);
    return LM_OK;
}

static const struct lm_periodic periodics[] = {
    {"sweep", &mailer_settings.sweep_ms, mailer_sweep},
    {NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    static const struct lm_service mailer = {
        .name = "mailer",
        .config = config,
        .sql = mailer_sql,
        .calls = mailer_calls,
        .events = mailer_events,
        .jobs = mailer_jobs,
        .periodics = periodics,
        .check = check,
        .schema_at_least = 2,
    };
    return lm_service_main(argc, argv, &mailer);
}

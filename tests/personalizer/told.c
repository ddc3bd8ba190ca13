/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/personalizer/told.h"

#include "common/links.h"

void tell_lead(struct lm_pgtest *t, int64_t version, const char *email)
{
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;
    Lm__Company company = LM__COMPANY__INIT;
    Lm__Lead lead = LM__LEAD__INIT;

    company.id = (char *)COMPANY;
    company.name = (char *)"Acme B.V.";
    company.industry = (char *)"Software";
    company.has_version = true;
    company.version = 1;
    lead.id = (char *)LEAD;
    lead.company_id = company.id;
    lead.first_name = (char *)"Anna";
    lead.last_name = (char *)"de Vries";
    lead.email = (char *)email;
    lead.language = (char *)"nl";
    lead.has_version = true;
    lead.version = version;
    ev.lead = &lead;
    ev.company = &company;
    ev.has_email = email != NULL;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, version});
}

void tell_score(struct lm_pgtest *t, int64_t version, int score)
{
    Scorer__LeadScored ev = SCORER__LEAD_SCORED__INIT;
    Scorer__Score s = SCORER__SCORE__INIT;

    s.lead_id = (char *)LEAD;
    s.company_id = (char *)COMPANY;
    s.score = score;
    s.classification = LM__CLASSIFICATION__WARM;
    s.qualified = score >= 60;
    s.has_version = true;
    s.version = version;
    ev.score = &s;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, version});
}

void tell_delivery(struct lm_pgtest *t, int step, Mailer__DeliveryStatus status, int64_t version,
                   int64_t sent_at)
{
    Mailer__DeliveryChanged ev = MAILER__DELIVERY_CHANGED__INIT;
    Mailer__Delivery d = MAILER__DELIVERY__INIT;

    d.id = (char *)ANY_ID;
    d.message_id = (char *)lm_pgtest_text(t, "SELECT id FROM message WHERE step = %d", step);
    d.lead_id = (char *)LEAD;
    d.status = status;
    d.has_sent_at = d.has_version = true;
    d.sent_at = sent_at;
    d.version = version;
    ev.delivery = &d;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, d.id, version});
}

void tell_refusal(struct lm_pgtest *t, int step)
{
    Mailer__DeliveryChanged ev = MAILER__DELIVERY_CHANGED__INIT;
    Mailer__Delivery d = MAILER__DELIVERY__INIT;

    d.id = (char *)ANY_ID;
    d.message_id = (char *)lm_pgtest_text(t, "SELECT id FROM message WHERE step = %d", step);
    d.lead_id = (char *)LEAD;
    d.status = MAILER__DELIVERY_STATUS__DELIVERY_FAILED;
    d.has_version = d.has_is_synthetic = d.is_synthetic = true;
    d.version = 2;
    ev.delivery = &d;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, d.id, d.version});
}

void tell_reply(struct lm_pgtest *t, Tracker__ReplyClass class)
{
    Tracker__ReplyReceived ev = TRACKER__REPLY_RECEIVED__INIT;
    Tracker__Reply r = TRACKER__REPLY__INIT;

    r.id = (char *)ANY_ID;
    r.lead_id = (char *)LEAD;
    r.received_at = NOW;
    r.class_ = class;
    ev.reply = &r;
    ev.version = 1;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, ANY_ID, 1});
}

void tell_bounce(struct lm_pgtest *t, bool is_hard)
{
    Tracker__BounceReceived ev = TRACKER__BOUNCE_RECEIVED__INIT;

    ev.lead_id = (char *)LEAD;
    ev.is_hard = is_hard;
    ev.received_at = NOW;
    ev.version = 1;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, 1});
}

void tell_judgement(struct lm_pgtest *t, bool disqualified, int64_t version)
{
    Gateway__LeadJudged ev = GATEWAY__LEAD_JUDGED__INIT;

    ev.lead_id = (char *)LEAD;
    ev.disqualified = disqualified;
    ev.user_id = (char *)LM_PGTEST_USER;
    ev.version = version;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, version});
}

void tell_suppression(struct lm_pgtest *t)
{
    Mailer__SuppressionChanged ev = MAILER__SUPPRESSION_CHANGED__INIT;
    Mailer__Suppression s = MAILER__SUPPRESSION__INIT;
    char hash[LM_HASH_SIZE];

    lm_address_hash(t->base.arena, LM_STR(" ANNA@acme.nl.example"), hash);
    s.id = (char *)ANY_ID;
    s.address_hash = hash;
    s.reason = (char *)"opt_out";
    ev.suppression = &s;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, ANY_ID, 1});
}

void tell_archived(struct lm_pgtest *t)
{
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;
    Lm__Company company = LM__COMPANY__INIT;

    company.id = (char *)COMPANY;
    company.name = (char *)"Acme";
    company.has_version = company.has_status = true;
    company.version = 2;
    company.status = LM__COMPANY_STATUS__COMPANY_ARCHIVED;
    ev.company = &company;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, COMPANY, 2});
}

void tell_company(struct lm_pgtest *t, const char *id, const char *merged_id, bool no_mailing)
{
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;
    Lm__Company company = LM__COMPANY__INIT;
    char *merged = (char *)merged_id;

    company.id = (char *)id;
    company.name = (char *)"Acme";
    company.has_version = company.has_no_mailing = true;
    company.version = 2;
    company.no_mailing = no_mailing;
    company.merged_ids = &merged;
    company.n_merged_ids = merged != NULL;
    ev.company = &company;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, id, 2});
}

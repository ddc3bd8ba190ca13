/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_STATUS_H
#define GATEWAY_STATUS_H

#include "common/base.h"
#include "gen/gateway.pb-c.h"

/*
 * The status that people see, as a function of the latest fact of each source. Sources have logs of
 * their own, so a reply may be known before the mail it answers: nothing here looks at the order in
 * which facts came, or at the status before. Pure.
 */

/* What the sources say of a lead. Zero means: has not spoken. */
struct gateway_lead_facts {
    bool is_enriched; /* the enricher knows the person */
    bool has_email;
    bool is_scored;
    bool is_qualified;
    int sequence_status; /* personalizer.SequenceStatus, 0: no sequence */
    int emails_sent;
    int64_t replied_at, bounced_at, opted_out_at;
    bool is_disqualified; /* a person's decision */
};
/* The highest value that holds (lm.LeadStatus, lowest to highest). */
Lm__LeadStatus gateway_lead_status(const struct gateway_lead_facts *f);

/*
 * `judged` is the scraper's word (NEW, DISQUALIFIED, ARCHIVED), `researched` the enricher's; 0 when
 * one has not spoken. A person's decision, which the scraper keeps, stands above research.
 */
Lm__CompanyStatus gateway_company_status(int judged, int researched);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/views/status.h"

#include "gen/personalizer.pb-c.h"

Lm__LeadStatus gateway_lead_status(const struct gateway_lead_facts *f)
{
    if (f->is_disqualified)
        return LM__LEAD_STATUS__DISQUALIFIED;
    if (f->opted_out_at)
        return LM__LEAD_STATUS__OPTED_OUT;
    if (f->bounced_at)
        return LM__LEAD_STATUS__BOUNCED;
    if (f->replied_at)
        return LM__LEAD_STATUS__REPLIED;
    if (f->sequence_status == PERSONALIZER__SEQUENCE_STATUS__FINISHED)
        return LM__LEAD_STATUS__COMPLETED;
    if (f->emails_sent > 0)
        return LM__LEAD_STATUS__CONTACTED;
    if (f->sequence_status)
        return LM__LEAD_STATUS__SEQUENCED;
    if (f->is_qualified)
        return LM__LEAD_STATUS__QUALIFIED;
    if (f->is_scored)
        return LM__LEAD_STATUS__SCORED;
    if (!f->is_enriched)
        return LM__LEAD_STATUS__NEW;
    return f->has_email ? LM__LEAD_STATUS__ENRICHED : LM__LEAD_STATUS__NO_EMAIL;
}

Lm__CompanyStatus gateway_company_status(int judged, int researched)
{
    if (judged == LM__COMPANY_STATUS__COMPANY_DISQUALIFIED ||
        judged == LM__COMPANY_STATUS__COMPANY_ARCHIVED)
        return (Lm__CompanyStatus)judged;
    return researched ? (Lm__CompanyStatus)researched : LM__COMPANY_STATUS__COMPANY_NEW;
}

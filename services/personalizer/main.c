/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The personalizer decides what is said, in which order.
 *
 * DESCRIPTION
 *   Keeps what is known of each reader (enricher.LeadEnriched, scorer.LeadScored, the company's
 *   facts). Once a lead is qualified and has an address, job write_sequence writes its four messages
 *   with the built-in writer (write/) and tells personalizer.SequenceChanged and MessageChanged. A
 *   message waits for a reviewer unless the tenant approves by itself; the first is released on its
 *   approval, the next when mailer.DeliveryChanged says that the one before was delivered (flow.c).
 *
 * WHAT STOPS A SEQUENCE
 *   An answer, an opt-out, a complaint, a hard bounce, a suppression: for good, whichever comes
 *   first, and also before the lead itself is known. A message that could not be sent. A person's
 *   decision against the lead or its company; taken back, the sequence waits to be resumed. A
 *   person's pause. Out-of-office notes stop nothing.
 *
 * WHEN A NEIGHBOUR IS AWAY
 *   Nothing waits: facts come late, and messages with them. The personalizer calls nobody.
 *
 * NEVER
 *   Releases what nobody approved. Changes the words of a message that is with the mailer. Writes a
 *   second sequence to a lead.
 */
#include "gen/personalizer.lm.h"
#include "services/personalizer/store.h"

static const struct lm_config_key config[] = {LM_CFG_END};

int main(int argc, char **argv)
{
    static const struct lm_service personalizer = {
        .name = "personalizer",
        .config = config,
        .sql = personalizer_sql,
        .calls = personalizer_calls,
        .events = personalizer_events,
        .jobs = personalizer_jobs,
        .schema_at_least = 2,
    };
    return lm_service_main(argc, argv, &personalizer);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "gen/personalizer.pb-c.h"
#include "services/gateway/views/status.h"

/* What each source may say, as a change to the facts. */
static void enriched(struct gateway_lead_facts *f)
{
    f->is_enriched = f->has_email = true;
}
static void scored(struct gateway_lead_facts *f)
{
    f->is_scored = true;
}
static void qualified(struct gateway_lead_facts *f)
{
    f->is_scored = f->is_qualified = true;
}
static void sequenced(struct gateway_lead_facts *f)
{
    f->sequence_status = PERSONALIZER__SEQUENCE_STATUS__ACTIVE;
}
static void sent(struct gateway_lead_facts *f)
{
    f->emails_sent = 1;
}
static void finished(struct gateway_lead_facts *f)
{
    f->sequence_status = PERSONALIZER__SEQUENCE_STATUS__FINISHED;
}
static void replied(struct gateway_lead_facts *f)
{
    f->replied_at = 5;
}
static void bounced(struct gateway_lead_facts *f)
{
    f->bounced_at = 5;
}
static void opted_out(struct gateway_lead_facts *f)
{
    f->opted_out_at = 5;
}
static void disqualified(struct gateway_lead_facts *f)
{
    f->is_disqualified = true;
}

/* In the order of the values: each alone, and with any of those before it, gives this status. */
static const struct {
    void (*say)(struct gateway_lead_facts *f);
    Lm__LeadStatus status;
} facts[] = {
    {enriched, LM__LEAD_STATUS__ENRICHED},   {scored, LM__LEAD_STATUS__SCORED},
    {qualified, LM__LEAD_STATUS__QUALIFIED}, {sequenced, LM__LEAD_STATUS__SEQUENCED},
    {sent, LM__LEAD_STATUS__CONTACTED},      {finished, LM__LEAD_STATUS__COMPLETED},
    {replied, LM__LEAD_STATUS__REPLIED},     {bounced, LM__LEAD_STATUS__BOUNCED},
    {opted_out, LM__LEAD_STATUS__OPTED_OUT}, {disqualified, LM__LEAD_STATUS__DISQUALIFIED},
};
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

static void takes_the_highest_of_every_set_of_facts(void **state)
{
    (void)state;
    for (unsigned set = 1; set < 1u << FACTS; set++) {
        struct gateway_lead_facts f = {0};
        Lm__LeadStatus wanted = LM__LEAD_STATUS__NEW;

        for (unsigned i = 0; i < FACTS; i++) {
            if (set & 1u << i) {
                facts[i].say(&f);
                wanted = facts[i].status;
            }
        }
        assert_int_equal(gateway_lead_status(&f), wanted);
    }
}

/* Sources write only columns of their own, so an order of arrival is an order of assignments. */
static void does_not_depend_on_the_order_of_arrival(void **state)
{
    static const unsigned per_source[] = {0, 2, 3, 4, 6}; /* one source each */
    enum { N = sizeof(per_source) / sizeof(per_source[0]) };
    unsigned order[N] = {0, 1, 2, 3, 4};
    unsigned counter[N] = {0};

    (void)state;
    for (unsigned i = 0; i < N;) { /* Heap's algorithm, all 120 orders */
        struct gateway_lead_facts f = {0};

        for (unsigned k = 0; k < N; k++)
            facts[per_source[order[k]]].say(&f);
        assert_int_equal(gateway_lead_status(&f), LM__LEAD_STATUS__REPLIED);
        while (i < N && counter[i] >= i)
            counter[i++] = 0;
        if (i < N) {
            unsigned j = i % 2 ? counter[i] : 0;
            unsigned keep = order[j];
            order[j] = order[i];
            order[i] = keep;
            counter[i]++;
            i = 1;
        }
    }
}

static void tells_a_stub_from_a_person_without_an_address(void **state)
{
    struct gateway_lead_facts stub = {0};
    struct gateway_lead_facts person = {.is_enriched = true};

    (void)state;
    assert_int_equal(gateway_lead_status(&stub), LM__LEAD_STATUS__NEW);
    assert_int_equal(gateway_lead_status(&person), LM__LEAD_STATUS__NO_EMAIL);
}

static void keeps_a_persons_decision_over_research(void **state)
{
    (void)state;
    assert_int_equal(gateway_company_status(LM__COMPANY_STATUS__COMPANY_DISQUALIFIED,
                                            LM__COMPANY_STATUS__COMPANY_ENRICHED),
                     LM__COMPANY_STATUS__COMPANY_DISQUALIFIED);
    assert_int_equal(gateway_company_status(LM__COMPANY_STATUS__COMPANY_NEW,
                                            LM__COMPANY_STATUS__COMPANY_NO_CONTACT),
                     LM__COMPANY_STATUS__COMPANY_NO_CONTACT);
    assert_int_equal(gateway_company_status(0, 0), LM__COMPANY_STATUS__COMPANY_NEW);
}

LM_TEST_MAIN(LM_TEST(takes_the_highest_of_every_set_of_facts),
             LM_TEST(does_not_depend_on_the_order_of_arrival),
             LM_TEST(tells_a_stub_from_a_person_without_an_address),
             LM_TEST(keeps_a_persons_decision_over_research))

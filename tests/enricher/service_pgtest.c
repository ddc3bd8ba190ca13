/* SPDX-License-Identifier: Apache-2.0 */
/* The enricher on a real database: companies and people come as events, people are kept once. */
#include "tests/pg/drive.h" /* first: cmocka */

#include <stdlib.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/dns.h"
#include "common/erase.h"
#include "gen/enricher.lm.h"
#include "services/enricher/store.h"

static const struct lm_service enricher = {
    .name = "enricher",
    .sql = enricher_sql,
    .calls = enricher_calls,
    .events = enricher_events,
    .jobs = enricher_jobs,
};

#define COMPANY  "0190bbbb-0000-7000-8000-000000000001"
#define COMPANY2 "0190bbbb-0000-7000-8000-000000000002"
#define LEAD     "0190aaaa-0000-7000-8000-000000000001"

static char *text(const char *z)
{
    return (char *)(uintptr_t)z;
}

static Lm__Company company(const char *id, int64_t version, const char *name, Lm__Source source)
{
    Lm__Company c = LM__COMPANY__INIT;

    c.id = text(id);
    c.name = text(name);
    c.has_version = c.has_source = c.has_status = true;
    c.version = version;
    c.source = source;
    c.status = LM__COMPANY_STATUS__COMPANY_NEW;
    return c;
}

static void tell_company(struct lm_pgtest *t, Lm__Company *c)
{
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    ev.company = c;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, c->id, c->version});
}

static void tell_contact(struct lm_pgtest *t, Lm__Company *c, const char *email)
{
    Scraper__ContactFound ev = SCRAPER__CONTACT_FOUND__INIT;
    Lm__Lead lead = LM__LEAD__INIT;

    lead.id = text(LEAD);
    lead.company_id = c->id;
    lead.first_name = text("Anna");
    lead.last_name = text("de Vries");
    lead.job_title = text("CFO");
    lead.email = text(email);
    ev.lead = &lead;
    ev.company = c;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, 1});
}

static int64_t told(struct lm_pgtest *t, const char *type)
{
    return lm_pgtest_int(t,
                         "SELECT (SELECT count(*) FROM event_new WHERE type = 'enricher.%1$s')"
                         " + (SELECT count(*) FROM event WHERE type = 'enricher.%1$s')",
                         type);
}

static int64_t jobs(struct lm_pgtest *t)
{
    return lm_pgtest_int(t, "SELECT count(*) FROM job");
}

static void every_statement_fits_the_schema(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void a_company_is_researched_when_its_site_may_be_another(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(COMPANY, 1, "...", LM__SOURCE__INDEED);

    tell_company(t, &c);
    assert_int_equal(jobs(t), 1);
    lm_pgtest_sql(t, "DELETE FROM job");
    c.version = 2;
    c.has_open_vacancies = true;
    c.open_vacancies = 9; /* not a reason */
    tell_company(t, &c);
    assert_int_equal(jobs(t), 0);
    c.version = 3;
    c.status = LM__COMPANY_STATUS__COMPANY_DISQUALIFIED;
    tell_company(t, &c);
    assert_int_equal(jobs(t), 0);
    c.version = 4;
    c.status = LM__COMPANY_STATUS__COMPANY_NEW; /* taken up again */
    tell_company(t, &c);
    assert_int_equal(jobs(t), 1);
    /* An older event changes nothing any more. */
    c.version = 2;
    c.name = text("Oud");
    tell_company(t, &c);
    assert_string_equal(lm_pgtest_text(t, "SELECT name FROM company"), "...");
}

static void a_company_without_a_trace_has_no_contact_and_says_why(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(COMPANY, 1, "...", LM__SOURCE__INDEED);
    Enricher__EnrichCompanyRequest again = ENRICHER__ENRICH_COMPANY_REQUEST__INIT;
    ProtobufCMessage *out;

    tell_company(t, &c);
    lm_pgtest_work(t);
    assert_string_equal(lm_pgtest_text(t, "SELECT status FROM company"), "COMPANY_NO_CONTACT");
    assert_string_equal(lm_pgtest_text(t, "SELECT error FROM company"),
                        "there is no domain, and the name suggests none");
    assert_int_equal(told(t, "CompanyEnriched"), 1);
    again.company_id = text(COMPANY);
    assert_ok(lm_pgtest_call(t, "EnrichCompany", &again.base, &out), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT version FROM company"), 2);
}

/* No name server answers: three more tries, then the company says so and the job is dead, not done. */
static void a_network_that_is_down_is_tried_again_and_then_told(void **state)
{
    static const struct lm_config_key *const tables[] = {lm_dns_config, NULL};
    struct lm_pgtest *t = *state;
    Lm__Company c = company(COMPANY, 1, "Acme", LM__SOURCE__INDEED);

    setenv("LM_DNS_SERVERS", "127.0.0.74:9", 1);
    assert_ok(lm_config_load(NULL, tables, &t->base.err), &t->base.err);
    lm_clock_test_set(lm_real_ms());
    c.domain = text("acme.example");
    tell_company(t, &c);
    for (int attempt = 1; attempt < 4; attempt++) {
        lm_pgtest_work(t);
        lm_pgtest_await(
            t, attempt,
            "SELECT attempts FROM job WHERE state = 'ready' AND last_error IS NOT NULL");
        assert_string_equal(lm_pgtest_text(t, "SELECT status FROM company"), "COMPANY_NEW");
        lm_clock_test_advance(lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job") - lm_clock_ms() +
                              1);
    }
    lm_pgtest_await(t, 1, "SELECT count(*) FROM job WHERE state = 'dead'");
    lm_clock_test_set(0);
    assert_string_equal(lm_pgtest_text(t, "SELECT status FROM company"), "COMPANY_NO_CONTACT");
    assert_int_equal(told(t, "CompanyEnriched"), 1);
}

static void somebody_told_twice_is_one_lead_and_one_event(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(COMPANY, 1, "Abrento TechCorp", LM__SOURCE__SYNTHETIC);

    c.domain = text("abrento.com.example");
    tell_company(t, &c);
    assert_int_equal(jobs(t), 0); /* nobody researches an invented company */
    tell_contact(t, &c, "anna@abrento.com.example");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM lead"), 1);
    assert_int_equal(told(t, "LeadEnriched"), 1);
    assert_int_equal(told(t, "CompanyEnriched"), 1);
    assert_string_equal(lm_pgtest_text(t,
                                       "SELECT id || email_state || is_decision_maker FROM lead"),
                        LEAD "EMAIL_GUESStrue");
}

static void an_erased_person_does_not_come_back(void **state)
{
    const lm_str keys[] = {LM_STR("anna@abrento.com.example")};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Lm__Company c = company(COMPANY, 1, "Abrento TechCorp", LM__SOURCE__SYNTHETIC);

    assert_ok(lm_tx_begin(ctx, &t->base.err), &t->base.err);
    assert_ok(lm_erase_person(ctx, COMPANY2, keys, 1, &t->base.err), &t->base.err);
    assert_ok(lm_tx_commit(ctx, &t->base.err), &t->base.err);
    tell_contact(t, &c, "Anna@abrento.com.example");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM lead"), 0);
    assert_int_equal(told(t, "LeadEnriched"), 0);
}

static void people_go_over_when_their_company_goes_up_in_another(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CompanyMerged ev = SCRAPER__COMPANY_MERGED__INIT;
    Scraper__CompanyUnmerged back = SCRAPER__COMPANY_UNMERGED__INIT;
    Enricher__CreateLeadRequest create = ENRICHER__CREATE_LEAD_REQUEST__INIT;
    Lm__Company a = company(COMPANY, 1, "Abrento", LM__SOURCE__SYNTHETIC),
                b = company(COMPANY2, 1, "Abrento TechCorp", LM__SOURCE__SYNTHETIC);

    tell_company(t, &b);
    tell_contact(t, &a, "anna@abrento.com.example");
    ev.company_id = text(COMPANY);
    ev.into_company_id = text(COMPANY2);
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, COMPANY, 2});
    assert_string_equal(lm_pgtest_text(t, "SELECT company_id FROM lead"), COMPANY2);
    assert_int_equal(told(t, "LeadEnriched"), 2);
    assert_string_equal(lm_pgtest_text(t, "SELECT judged FROM company WHERE id = '" COMPANY "'"),
                        "COMPANY_ARCHIVED");
    /* Somebody who is found for the other now stays there when it is undone; who came with it goes back. */
    create.company_id = text(COMPANY2);
    create.first_name = text("Bert");
    create.last_name = text("Smit");
    assert_ok(lm_pgtest_call(t, "CreateLead", &create.base, NULL), &t->base.err);
    back.company_id = text(COMPANY);
    back.from_company_id = text(COMPANY2);
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&back.base, COMPANY, 3});
    assert_string_equal(
        lm_pgtest_text(
            t, "SELECT string_agg(first_name || ' ' || company_id, ', ' ORDER BY first_name)"
               " FROM lead"),
        "Anna " COMPANY ", Bert " COMPANY2);
}

static void a_person_adds_and_changes_a_lead(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(COMPANY, 1, "Acme", LM__SOURCE__SYNTHETIC);
    Enricher__CreateLeadRequest create = ENRICHER__CREATE_LEAD_REQUEST__INIT;
    Enricher__UpdateLeadRequest update = ENRICHER__UPDATE_LEAD_REQUEST__INIT;
    ProtobufCMessage *out;

    tell_company(t, &c);
    create.company_id = text(COMPANY);
    create.first_name = text("Ren\xc3\xa9");
    create.last_name = text("Smit");
    create.email = text("Rene@Acme.example");
    create.job_title = text("Directeur");
    assert_ok(lm_pgtest_call(t, "CreateLead", &create.base, &out), &t->base.err);
    assert_string_equal(((Lm__Lead *)out)->email, "rene@acme.example");
    assert_int_equal(((Lm__Lead *)out)->email_state, LM__EMAIL_STATE__EMAIL_VERIFIED);
    assert_true(((Lm__Lead *)out)->is_decision_maker);
    create.first_name = text("Rene"); /* the same person without the accent */
    assert_code(lm_pgtest_call(t, "CreateLead", &create.base, &out), LM_CONFLICT, &t->base.err);
    update.lead_id = text(lm_pgtest_text(t, "SELECT id FROM lead"));
    update.has_linkedin_posts_30d = true;
    update.linkedin_posts_30d = 4;
    assert_ok(lm_pgtest_call(t, "UpdateLead", &update.base, &out), &t->base.err);
    assert_int_equal(((Lm__Lead *)out)->version, 2);
    assert_string_equal(((Lm__Lead *)out)->email, "rene@acme.example");
    assert_int_equal(told(t, "LeadEnriched"), 2);
}

LM_PGTEST_MAIN(enricher, LM_PGTEST(every_statement_fits_the_schema),
               LM_PGTEST(a_company_is_researched_when_its_site_may_be_another),
               LM_PGTEST(a_company_without_a_trace_has_no_contact_and_says_why),
               LM_PGTEST(a_network_that_is_down_is_tried_again_and_then_told),
               LM_PGTEST(somebody_told_twice_is_one_lead_and_one_event),
               LM_PGTEST(an_erased_person_does_not_come_back),
               LM_PGTEST(people_go_over_when_their_company_goes_up_in_another),
               LM_PGTEST(a_person_adds_and_changes_a_lead))

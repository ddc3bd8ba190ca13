/* SPDX-License-Identifier: Apache-2.0 */
/* The scorer on a real database: facts come as events, scores go as events. */
#include "tests/pg/drive.h" /* first: cmocka */

#include "common/arena.h"
#include "gen/scorer.lm.h"
#include "services/scorer/scorer.h"
#include "services/scorer/store.h"

static const struct lm_service scorer = {
    .name = "scorer",
    .sql = scorer_sql,
    .calls = scorer_calls,
    .events = scorer_events,
    .jobs = scorer_jobs,
};

#define LEAD    "0190aaaa-0000-7000-8000-000000000001"
#define LEAD2   "0190aaaa-0000-7000-8000-000000000002"
#define COMPANY "0190bbbb-0000-7000-8000-000000000001"

static Lm__Company company(int64_t version, char *industry)
{
    Lm__Company c = LM__COMPANY__INIT;

    c.id = (char *)COMPANY;
    c.name = (char *)"Acme";
    c.industry = industry;
    c.has_employee_count = true;
    c.employee_count = 30;
    c.location = (char *)"Utrecht";
    c.has_version = true;
    c.version = version;
    return c;
}

static void tell_company(struct lm_pgtest *t, Lm__Company *c)
{
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    ev.company = c;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, c->id, c->version});
}

static void tell_lead(struct lm_pgtest *t, const char *id, int64_t version, Lm__Company *c)
{
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;
    Lm__Lead lead = LM__LEAD__INIT;

    lead.id = (char *)id;
    lead.company_id = c->id;
    lead.has_version = true;
    lead.version = version;
    ev.lead = &lead;
    ev.company = c;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, id, version});
}

static void tell_site(struct lm_pgtest *t, int64_t version, const char *industry)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;

    ev.company_id = (char *)COMPANY;
    ev.status = LM__COMPANY_STATUS__COMPANY_ENRICHED;
    ev.version = version;
    ev.industry = (char *)industry;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, COMPANY, version});
}

static int64_t events(struct lm_pgtest *t)
{
    return lm_pgtest_int(t,
                         "SELECT (SELECT count(*) FROM event_new) + (SELECT count(*) FROM event)");
}

static const Scorer__Score *score(struct lm_pgtest *t, const char *lead_id)
{
    Scorer__LeadRequest in = SCORER__LEAD_REQUEST__INIT;
    ProtobufCMessage *out;

    in.lead_id = (char *)lead_id;
    assert_ok(lm_pgtest_call(t, "GetScore", &in.base, &out), &t->base.err);
    return (Scorer__Score *)out;
}

static void every_statement_fits_the_schema(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void a_lead_is_scored_once_however_often_it_is_told(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(1, (char *)"Software");
    const Scorer__Score *s;
    int sum = 0;

    tell_lead(t, LEAD, 1, &c);
    lm_pgtest_work(t);
    tell_lead(t, LEAD, 1, &c);
    lm_pgtest_work(t);
    assert_int_equal(events(t), 1);

    s = score(t, LEAD);
    assert_int_equal(s->score, 30 + 25 + 0 + 0 + 10);
    assert_int_equal(s->classification, LM__CLASSIFICATION__WARM);
    assert_true(s->qualified);
    assert_int_equal(s->n_breakdown, 5);
    for (size_t i = 0; i < s->n_breakdown; i++)
        sum += s->breakdown[i]->points;
    assert_int_equal(sum, s->score);
    assert_int_equal(s->version, 1);
}

static void facts_count_in_any_order_of_the_logs(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company old = company(1, NULL), new = company(2, (char *)"Software");

    /* The scraper's second version comes before the enricher's event that holds the first. */
    tell_company(t, &new);
    tell_lead(t, LEAD, 1, &old);
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65);
    tell_company(t, &old);
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65);
    assert_int_equal(events(t), 1);
}

static void the_companys_own_pages_fill_what_the_source_did_not_say(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(1, NULL);

    tell_site(t, 5, "SaaS");
    tell_lead(t, LEAD, 1, &c);
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65);
    tell_site(t, 6, "Bouw");
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65 - 25 + 7);
    tell_site(t, 5, "SaaS");
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65 - 25 + 7);
}

/* Our list calls it financial services, which is only related; its own word is what we look for. */
static void the_words_of_the_source_count_beside_our_list(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(1, (char *)"financial_services");

    tell_lead(t, LEAD, 1, &c);
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65 - 25 + 15);
    c.industry_words = (char *)"Fintech";
    c.version = 2;
    tell_company(t, &c);
    lm_pgtest_work(t);
    assert_int_equal(score(t, LEAD)->score, 65);
}

static void a_change_of_the_company_scores_all_its_leads(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Company c = company(1, (char *)"Software"), away = company(2, (char *)"Software");

    tell_lead(t, LEAD, 1, &c);
    tell_lead(t, LEAD2, 1, &c);
    lm_pgtest_work(t);
    assert_true(score(t, LEAD2)->qualified);
    away.has_status = true;
    away.status = LM__COMPANY_STATUS__COMPANY_ARCHIVED;
    tell_company(t, &away);
    lm_pgtest_work(t);
    assert_false(score(t, LEAD)->qualified);
    assert_false(score(t, LEAD2)->qualified);
    assert_int_equal(events(t), 4);
}

static void make_leads(struct lm_pgtest *t, int n)
{
    lm_pgtest_sql(
        t, "INSERT INTO company_fact (tenant_id, company_id, version, industry, employee_count)"
           " VALUES ('" LM_PGTEST_TENANT "', '" COMPANY "', 1, 'Software', 30)");
    lm_pgtest_sql(t,
                  "INSERT INTO lead_fact SELECT '" LM_PGTEST_TENANT
                  "', gen_random_uuid(), 1, '" COMPANY "', false, NULL FROM generate_series(1, %d)",
                  n);
}

static lm_code set_growth_only(struct lm_pgtest *t, int growth, int industry)
{
    Scorer__ScoreConfig in = SCORER__SCORE_CONFIG__INIT;
    Scorer__Weights w = SCORER__WEIGHTS__INIT;

    w.has_company_size = w.has_industry = w.has_growth = w.has_activity = w.has_location = true;
    w.company_size = w.activity = w.location = 0;
    w.growth = growth;
    w.industry = industry;
    in.weights = &w;
    return lm_pgtest_call(t, "SetScoreConfig", &in.base, NULL);
}

static void a_new_profile_scores_everything_again_in_pages(void **state)
{
    struct lm_pgtest *t = *state;

    scorer_settings.page_size = 7;
    make_leads(t, 50);
    assert_ok(set_growth_only(t, 0, 100), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM score WHERE points = 100"), 50);
    assert_int_equal(events(t), 50);

    /* the same again: nothing is written, nothing is told */
    assert_ok(set_growth_only(t, 0, 100), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT max(version) FROM score"), 1);
    assert_int_equal(events(t), 50);

    assert_ok(set_growth_only(t, 100, 0), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(
        lm_pgtest_int(t, "SELECT count(*) FROM score WHERE points = 0 AND version = 2"), 50);
    assert_int_equal(events(t), 100);
    scorer_settings.page_size = 1000;
}

static void a_batch_scores_no_more_than_its_limit(void **state)
{
    struct lm_pgtest *t = *state;
    Scorer__ScoreBatchRequest in = SCORER__SCORE_BATCH_REQUEST__INIT;

    scorer_settings.page_size = 4;
    make_leads(t, 30);
    in.has_limit = true;
    in.limit = 10;
    assert_ok(lm_pgtest_call(t, "ScoreBatch", &in.base, NULL), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM score"), 10);
    scorer_settings.page_size = 1000;
}

static void a_profile_that_makes_no_sense_is_refused(void **state)
{
    struct lm_pgtest *t = *state;

    assert_code(set_growth_only(t, 60, 50), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "weights");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM score_config"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 0);
}

static void a_profile_says_what_sources_can_be_searched_by(void **state)
{
    struct lm_pgtest *t = *state;
    Scorer__GetProfileRequest in = SCORER__GET_PROFILE_REQUEST__INIT;
    Scorer__ScoreConfig config = SCORER__SCORE_CONFIG__INIT;
    char *bakery = (char *)"bakery";
    ProtobufCMessage *out;
    const Scorer__Profile *p;

    in.profile_id = (char *)"default";
    assert_ok(lm_pgtest_call(t, "GetProfile", &in.base, &out), &t->base.err);
    p = (const Scorer__Profile *)out;
    assert_string_equal(p->industries[0], "software");
    assert_string_equal(p->employee_ranges[0], "11-50");
    assert_string_equal(p->country, "NL");
    config.target_industries = &bakery;
    config.n_target_industries = 1;
    assert_ok(lm_pgtest_call(t, "SetScoreConfig", &config.base, &out), &t->base.err);
    assert_ok(lm_pgtest_call(t, "GetProfile", &in.base, &out), &t->base.err);
    p = (const Scorer__Profile *)out;
    assert_int_equal(p->n_industries, 1);
    assert_string_equal(p->industries[0], "bakery");
    assert_int_equal(p->version, 1);
    in.profile_id = (char *)"another";
    assert_code(lm_pgtest_call(t, "GetProfile", &in.base, &out), LM_NOT_FOUND, &t->base.err);
}

static void a_lead_nobody_knows_is_not_found(void **state)
{
    struct lm_pgtest *t = *state;
    Scorer__LeadRequest in = SCORER__LEAD_REQUEST__INIT;

    in.lead_id = (char *)LEAD;
    assert_code(lm_pgtest_call(t, "GetScore", &in.base, NULL), LM_NOT_FOUND, &t->base.err);
    assert_code(lm_pgtest_call(t, "CalculateScore", &in.base, NULL), LM_NOT_FOUND, &t->base.err);
}

static void a_score_on_demand_and_the_figures_over_all(void **state)
{
    struct lm_pgtest *t = *state;
    Scorer__LeadRequest in = SCORER__LEAD_REQUEST__INIT;
    Scorer__GetScoreStatsRequest none = SCORER__GET_SCORE_STATS_REQUEST__INIT;
    ProtobufCMessage *out;
    const Scorer__ScoreStats *stats;

    make_leads(t, 3);
    in.lead_id = (char *)lm_pgtest_text(t, "SELECT min(lead_id::text) FROM lead_fact");
    assert_ok(lm_pgtest_call(t, "CalculateScore", &in.base, &out), &t->base.err);
    assert_int_equal(((Scorer__Score *)out)->score, 57);
    assert_ok(lm_pgtest_call(t, "GetScoreStats", &none.base, &out), &t->base.err);
    stats = (Scorer__ScoreStats *)out;
    assert_int_equal(stats->scored, 1);
    assert_int_equal(stats->qualified, 0);
    assert_int_equal(stats->n_by_classification, 1);
    assert_string_equal(stats->by_classification[0]->value, "COOL");
}

LM_PGTEST_MAIN(scorer, LM_PGTEST(every_statement_fits_the_schema),
               LM_PGTEST(a_lead_is_scored_once_however_often_it_is_told),
               LM_PGTEST(facts_count_in_any_order_of_the_logs),
               LM_PGTEST(the_companys_own_pages_fill_what_the_source_did_not_say),
               LM_PGTEST(the_words_of_the_source_count_beside_our_list),
               LM_PGTEST(a_change_of_the_company_scores_all_its_leads),
               LM_PGTEST(a_new_profile_scores_everything_again_in_pages),
               LM_PGTEST(a_batch_scores_no_more_than_its_limit),
               LM_PGTEST(a_profile_that_makes_no_sense_is_refused),
               LM_PGTEST(a_profile_says_what_sources_can_be_searched_by),
               LM_PGTEST(a_lead_nobody_knows_is_not_found),
               LM_PGTEST(a_score_on_demand_and_the_figures_over_all))

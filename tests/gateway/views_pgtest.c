/* SPDX-License-Identifier: Apache-2.0 */
/* The views: kept by events in any order, read by lists, closed to other tenants. */
#include "tests/pg/drive.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/links.h"
#include "gen/gateway.lm.h"
#include "services/gateway/store.h"

#define NOW     INT64_C(1772438400000)
#define COMPANY "00000000-0000-7000-8000-000000000c01"
#define MERGED  "00000000-0000-7000-8000-000000000c02"
#define LEAD    "00000000-0000-7000-8000-000000001001"
#define MESSAGE "00000000-0000-7000-8000-00000000e001"

static const struct lm_service gateway = {
    .name = "gateway", .sql = gateway_sql, .calls = gateway_calls, .events = gateway_events};

/* ---- what happens to one lead, as the events of six services ---- */

static void company_event(struct lm_pgtest *t, const char *name, int64_t version)
{
    Lm__Company c = LM__COMPANY__INIT;
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    c.id = (char *)COMPANY;
    c.name = lm_arena_strdup(t->base.arena, name);
    c.domain = (char *)"bakkerij.example";
    c.has_version = c.has_created_at = true;
    c.version = version;
    c.created_at = NOW - 1000;
    c.merged_ids = (char *[]){(char *)MERGED};
    c.n_merged_ids = 1;
    ev.company = &c;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, COMPANY, version});
}

static void company(struct lm_pgtest *t)
{
    company_event(t, "Bakkerij Oost", 1);
}

static void research(struct lm_pgtest *t)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;

    ev.company_id = (char *)COMPANY;
    ev.status = LM__COMPANY_STATUS__COMPANY_ENRICHED;
    ev.phone = (char *)"+31101234567";
    ev.version = 1;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, COMPANY, 1});
}

static void person_event(struct lm_pgtest *t, const char *id, const char *last_name,
                         const char *email, int64_t created_at)
{
    Lm__Lead lead = LM__LEAD__INIT;
    Lm__Company c = LM__COMPANY__INIT;
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;

    lead.id = (char *)(uintptr_t)id;
    lead.company_id = c.id = (char *)COMPANY;
    lead.first_name = (char *)"Jan";
    lead.last_name = (char *)(uintptr_t)last_name;
    lead.email = (char *)(uintptr_t)email;
    lead.has_created_at = true;
    lead.created_at = created_at;
    c.name = (char *)"Bakkerij Oost";
    ev.lead = &lead;
    ev.company = &c;
    ev.has_email = email != NULL;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, id, 1});
}

static void person(struct lm_pgtest *t)
{
    person_event(t, LEAD, "de Vries", "Jan@Bakkerij.example", NOW - 500);
}

static void score_event(struct lm_pgtest *t, const char *id, int points, int64_t version)
{
    Scorer__Score s = SCORER__SCORE__INIT;
    Scorer__LeadScored ev = SCORER__LEAD_SCORED__INIT;

    s.lead_id = (char *)(uintptr_t)id;
    s.score = points;
    s.qualified = points >= 60;
    s.classification = points >= 75 ? LM__CLASSIFICATION__HOT : LM__CLASSIFICATION__COLD;
    ev.score = &s;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, id, version});
}

static void score(struct lm_pgtest *t)
{
    score_event(t, LEAD, 80, 1);
}

static void sequence(struct lm_pgtest *t)
{
    Personalizer__Sequence s = PERSONALIZER__SEQUENCE__INIT;
    Personalizer__SequenceChanged ev = PERSONALIZER__SEQUENCE_CHANGED__INIT;

    s.lead_id = (char *)LEAD;
    s.status = PERSONALIZER__SEQUENCE_STATUS__ACTIVE;
    s.has_started_at = true;
    s.started_at = NOW;
    ev.sequence = &s;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, 1});
}

static void message(struct lm_pgtest *t)
{
    Personalizer__Message m = PERSONALIZER__MESSAGE__INIT;
    Personalizer__MessageChanged ev = PERSONALIZER__MESSAGE_CHANGED__INIT;

    m.id = (char *)MESSAGE;
    m.lead_id = (char *)LEAD;
    m.step = LM__STEP__INITIAL;
    m.status = PERSONALIZER__MESSAGE_STATUS__SENT;
    m.subject = m.body_text = m.body_html = (char *)"hallo";
    ev.message = &m;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, MESSAGE, 4});
}

static void delivery(struct lm_pgtest *t)
{
    Mailer__Delivery d = MAILER__DELIVERY__INIT;
    Mailer__DeliveryChanged ev = MAILER__DELIVERY_CHANGED__INIT;

    d.id = (char *)"00000000-0000-7000-8000-00000000d001";
    d.message_id = (char *)MESSAGE;
    d.lead_id = (char *)LEAD;
    d.status = MAILER__DELIVERY_STATUS__DELIVERED;
    d.has_sent_at = true;
    d.sent_at = NOW + 10;
    ev.delivery = &d;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, d.id, 3});
}

static void engagement(struct lm_pgtest *t)
{
    Tracker__EngagementChanged ev = TRACKER__ENGAGEMENT_CHANGED__INIT;

    ev.message_id = (char *)MESSAGE;
    ev.lead_id = (char *)LEAD;
    ev.open_count = 2;
    ev.click_count = 1;
    ev.has_first_opened_at = true;
    ev.first_opened_at = NOW + 20;
    ev.version = 2;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, MESSAGE, 2});
}

static void reply(struct lm_pgtest *t)
{
    Tracker__Reply r = TRACKER__REPLY__INIT;
    Tracker__ReplyReceived ev = TRACKER__REPLY_RECEIVED__INIT;

    r.id = (char *)"00000000-0000-7000-8000-00000000f001";
    r.lead_id = (char *)LEAD;
    r.received_at = NOW + 30;
    r.class_ = TRACKER__REPLY_CLASS__REPLY;
    ev.reply = &r;
    ev.version = 1;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, r.id, 1});
}

static void suppression(struct lm_pgtest *t)
{
    Mailer__Suppression s = MAILER__SUPPRESSION__INIT;
    Mailer__SuppressionChanged ev = MAILER__SUPPRESSION_CHANGED__INIT;
    char hash[LM_HASH_SIZE];

    lm_address_hash(t->base.arena, LM_STR("jan@bakkerij.example"), hash);
    s.id = (char *)"00000000-0000-7000-8000-00000000a001";
    s.address_hash = hash;
    s.reason = (char *)"opt_out";
    s.has_created_at = true;
    s.created_at = NOW + 40;
    ev.suppression = &s;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, s.id, 1});
}

static void (*const story[])(struct lm_pgtest *t) = {
    company, research, person, score, sequence, message, delivery, engagement, reply, suppression};

/* ---- reading ---- */

static const char *json_of(struct lm_pgtest *t, const ProtobufCMessage *m)
{
    struct lm_buf b = lm_buf_in(t->base.arena, 1 << 20);

    lm_pb_to_json(m, &b);
    return lm_arena_strz(t->base.arena, lm_buf_str(&b));
}

static Gateway__LeadView *get_lead(struct lm_pgtest *t, const char *id)
{
    Gateway__GetLeadRequest in = GATEWAY__GET_LEAD_REQUEST__INIT;
    ProtobufCMessage *out = NULL;

    in.lead_id = (char *)(uintptr_t)id;
    assert_ok(lm_pgtest_call(t, "GetLead", &in.base, &out), &t->base.err);
    return (Gateway__LeadView *)out;
}

static Gateway__ListLeadsResponse *list(struct lm_pgtest *t, const Gateway__ListLeadsRequest *in)
{
    ProtobufCMessage *out = NULL;

    assert_ok(lm_pgtest_call(t, "ListLeads", &in->base, &out), &t->base.err);
    return (Gateway__ListLeadsResponse *)out;
}

static void forget_all(struct lm_pgtest *t)
{
    lm_pgtest_sql(t, "TRUNCATE company_view, lead_view, message_view, suppression_view");
}

/* ---- tests ---- */

static void knows_every_statement(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void shows_the_same_lead_whatever_the_order_of_arrival(void **state)
{
    struct lm_pgtest *t = *state;
    const char *wanted;
    unsigned seed = 1;

    lm_clock_test_set(NOW);
    for (size_t i = 0; i < LM_COUNT(story); i++)
        story[i](t);
    wanted = json_of(t, &get_lead(t, LEAD)->base);
    assert_non_null(strstr(wanted, "\"status\":\"OPTED_OUT\""));
    assert_non_null(strstr(wanted, "\"emails_sent\":1,\"open_count\":2,\"click_count\":1"));
    assert_non_null(strstr(wanted, "\"company_name\":\"Bakkerij Oost\""));
    for (int round = 0; round < 5; round++) {
        size_t order[LM_COUNT(story)];

        for (size_t i = 0; i < LM_COUNT(story); i++)
            order[i] = LM_COUNT(story) - 1 - i; /* backwards first, then shuffled */
        for (size_t i = LM_COUNT(story) - 1; round && i > 0; i--) {
            size_t j = (seed = seed * 1103515245u + 12345u) / 65536u % (i + 1);
            size_t keep = order[i];

            order[i] = order[j];
            order[j] = keep;
        }
        forget_all(t);
        for (size_t i = 0; i < LM_COUNT(story); i++)
            story[order[i]](t);
        assert_string_equal(json_of(t, &get_lead(t, LEAD)->base), wanted);
    }
}

static void leaves_a_row_alone_when_an_older_version_comes_late(void **state)
{
    struct lm_pgtest *t = *state;

    company(t);
    person(t);
    score_event(t, LEAD, 80, 5);
    score_event(t, LEAD, 20, 4);
    assert_int_equal(get_lead(t, LEAD)->icp_score, 80);
    company_event(t, "Bakkerij Nieuw", 3);
    company_event(t, "Bakkerij Oud", 2);
    assert_string_equal(get_lead(t, LEAD)->company_name, "Bakkerij Nieuw");
}

static void takes_the_owners_word_of_a_version_that_another_told_first(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__Lead lead = LM__LEAD__INIT;
    Lm__Company c = LM__COMPANY__INIT;
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;

    lead.id = (char *)LEAD;
    lead.company_id = c.id = (char *)COMPANY;
    c.name = (char *)"Bakkerij Oost";
    c.domain = (char *)"found-by-research.example";
    c.has_version = true;
    c.version = 2;
    ev.lead = &lead;
    ev.company = &c;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, LEAD, 1});
    assert_int_equal(
        lm_pgtest_int(t, "SELECT count(*) FROM company_view WHERE domain LIKE 'found%%'"), 1);
    company_event(t, "Bakkerij Oost BV", 2);
    assert_int_equal(lm_pgtest_int(t,
                                   "SELECT count(*) FROM company_view WHERE domain LIKE 'found%%'"
                                   " OR name <> 'Bakkerij Oost BV'"),
                     0);
}

static Gateway__CompanyView *company_view(struct lm_pgtest *t)
{
    Gateway__GetCompanyRequest in = GATEWAY__GET_COMPANY_REQUEST__INIT;
    ProtobufCMessage *out = NULL;

    in.company_id = (char *)COMPANY;
    assert_ok(lm_pgtest_call(t, "GetCompany", &in.base, &out), &t->base.err);
    return (Gateway__CompanyView *)out;
}

static void site_says(struct lm_pgtest *t, const char *industry, const char *words, int64_t version)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;

    ev.company_id = (char *)COMPANY;
    ev.status = LM__COMPANY_STATUS__COMPANY_ENRICHED;
    ev.industry = (char *)(uintptr_t)industry;
    ev.industry_words = (char *)(uintptr_t)words;
    ev.version = version;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, COMPANY, version});
}

/* Whoever told it, and before there were words: people filter by our list and read what was said. */
static void an_industry_is_of_the_list_with_its_words_beside(void **state)
{
    static const struct {
        const char *industry, *words, *listed, *said;
    } cases[] = {
        {"transport", "Koeriersdienst", "transport", "Koeriersdienst"},
        {"Bouwbedrijf", NULL, "construction", "Bouwbedrijf"},
        {NULL, "Van alles", "", "Van alles"},
        {"Van alles", NULL, "", "Van alles"},
        {NULL, NULL, "", ""},
    };
    struct lm_pgtest *t = *state;
    Gateway__GetCompanyRequest in = GATEWAY__GET_COMPANY_REQUEST__INIT;
    ProtobufCMessage *out;

    company(t);
    in.company_id = (char *)COMPANY;
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const Gateway__CompanyView *v;

        site_says(t, cases[i].industry, cases[i].words, (int64_t)i + 1);
        assert_string_equal(lm_pgtest_text(t, "SELECT coalesce(industry, '') FROM company_view"),
                            cases[i].listed);
        assert_ok(lm_pgtest_call(t, "GetCompany", &in.base, &out), &t->base.err);
        v = (const Gateway__CompanyView *)out;
        assert_string_equal(v->industry ? v->industry : "", cases[i].listed);
        assert_string_equal(v->industry_words ? v->industry_words : "", cases[i].said);
    }
}

static void hides_stubs_and_merged_companies(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CompanyMerged merged = SCRAPER__COMPANY_MERGED__INIT;
    Scraper__CompanyUnmerged unmerged = SCRAPER__COMPANY_UNMERGED__INIT;
    Gateway__ListLeadsRequest in = GATEWAY__LIST_LEADS_REQUEST__INIT;
    Gateway__ListCompaniesRequest all = GATEWAY__LIST_COMPANIES_REQUEST__INIT;
    ProtobufCMessage *out = NULL;

    score(t); /* nobody knows yet whose score it is */
    assert_int_equal(list(t, &in)->total, 0);
    company(t);
    assert_ok(lm_pgtest_call(t, "ListCompanies", &all.base, &out), &t->base.err);
    assert_int_equal(((Gateway__ListCompaniesResponse *)out)->n_items, 1);
    merged.company_id = (char *)COMPANY;
    merged.into_company_id = (char *)LEAD;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&merged.base, COMPANY, 2});
    assert_ok(lm_pgtest_call(t, "ListCompanies", &all.base, &out), &t->base.err);
    assert_int_equal(((Gateway__ListCompaniesResponse *)out)->n_items, 0);
    assert_int_equal(((Gateway__ListCompaniesResponse *)out)->total, 0);
    assert_string_equal(company_view(t)->merged_into_id, LEAD); /* who had its address is led on */
    unmerged.company_id = (char *)COMPANY;
    unmerged.from_company_id = (char *)LEAD;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&unmerged.base, COMPANY, 3});
    company_event(t, "Bakkerij Terug", 3);
    assert_ok(lm_pgtest_call(t, "ListCompanies", &all.base, &out), &t->base.err);
    assert_int_equal(((Gateway__ListCompaniesResponse *)out)->n_items, 1);
    assert_string_equal(((Gateway__ListCompaniesResponse *)out)->items[0]->name, "Bakkerij Terug");
    assert_null(company_view(t)->merged_into_id);
    assert_int_equal(company_view(t)->n_merged_ids, 1);
    assert_string_equal(company_view(t)->merged_ids[0], MERGED);
}

enum { MANY = 57 };

static char *lead_id(struct lm_pgtest *t, int i)
{
    return lm_arena_printf(t->base.arena, "00000000-0000-7000-8000-0000000%05d", 10000 + i);
}

static void make_many(struct lm_pgtest *t)
{
    company(t);
    for (int i = 0; i < MANY; i++) {
        char *name = lm_arena_printf(t->base.arena, "%s%02d", i % 2 ? "Öz" : "Bos", i % 10);

        /* Three at a time have one time of birth: the id decides between them. */
        person_event(t, lead_id(t, i), name, i % 3 ? "x@y.example" : NULL, NOW + i / 3);
        score_event(t, lead_id(t, i), i, 1);
    }
}

/* Follows `next` to the end; how many were there, each once. */
static int walk(struct lm_pgtest *t, Gateway__ListLeadsRequest *in)
{
    bool seen[MANY] = {false};
    int n = 0;

    do {
        Gateway__ListLeadsResponse *page = list(t, in);

        for (size_t i = 0; i < page->n_items; i++, n++) {
            int64_t k = 0;

            assert_true(lm_str_int(lm_str_z(page->items[i]->id + 31), &k));
            assert_false(seen[k - 10000]);
            seen[k - 10000] = true;
        }
        in->after = page->next;
    } while (in->after);
    return n;
}

static void pages_through_every_order_once_and_whole(void **state)
{
    static const Gateway__LeadOrder orders[] = {
        GATEWAY__LEAD_ORDER__NEWEST, GATEWAY__LEAD_ORDER__BEST, GATEWAY__LEAD_ORDER__NAME};
    struct lm_pgtest *t = *state;

    make_many(t);
    for (size_t i = 0; i < LM_COUNT(orders); i++) {
        Gateway__ListLeadsRequest in = GATEWAY__LIST_LEADS_REQUEST__INIT;

        in.limit = 7;
        in.has_order = true;
        in.order = orders[i];
        assert_int_equal(walk(t, &in), MANY);
        in.has_has_email = true;
        in.has_email = false;
        assert_int_equal(walk(t, &in), MANY / 3);
    }
}

static void filters_searches_and_counts(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__ListLeadsRequest in = GATEWAY__LIST_LEADS_REQUEST__INIT;
    Gateway__ListLeadsResponse *out;

    make_many(t);
    in.search = (char *)"OZ03 jan";
    assert_int_equal(list(t, &in)->total, 6); /* 3, 13, … 53 */
    assert_int_equal(walk(t, &in), 6);
    in.search = (char *)"oost ja"; /* the company's name, and the start of a word */
    assert_int_equal(list(t, &in)->total, MANY);
    in.search = (char *)"100%_";
    assert_int_equal(list(t, &in)->total, 0);
    in.search = NULL;
    in.has_min_score = true;
    in.min_score = 50;
    in.has_order = true;
    in.order = GATEWAY__LEAD_ORDER__BEST;
    out = list(t, &in);
    assert_int_equal(out->total, 7);
    assert_int_equal(out->items[0]->icp_score, 56);
    in.has_status_filter = true;
    in.status_filter = LM__LEAD_STATUS__REPLIED;
    assert_int_equal(list(t, &in)->total, 0);
}

static void answers_pages_by_number_too(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__ListLeadsRequest in = GATEWAY__LIST_LEADS_REQUEST__INIT;
    Gateway__ListLeadsResponse *out;

    make_many(t);
    in.has_page = in.has_page_size = true;
    in.page = 3;
    in.page_size = 20;
    out = list(t, &in);
    assert_int_equal(out->n_items, MANY - 40);
    assert_int_equal(out->page, 3);
    assert_int_equal(out->total, MANY);
    in.page = 501;
    assert_code(lm_pgtest_call(t, "ListLeads", &in.base, NULL), LM_INVALID, &t->base.err);
}

static void shows_nothing_to_another_tenant(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT2);
    struct gateway_lead_filter f = {.has_email = -1, .min_score = -1, .order = 'N'};
    Gateway__LeadView lead = GATEWAY__LEAD_VIEW__INIT;
    lm_err *err = &t->base.err;
    int64_t n = -1;

    make_many(t);
    assert_ok(gateway_leads_count(ctx, &f, &n, err), err);
    assert_int_equal(n, 0);
    f.n_patterns = gateway_search_patterns(ctx->arena, LM_STR("oost"), f.patterns);
    assert_ok(gateway_leads_count(ctx, &f, &n, err), err); /* the function that runs as the owner */
    assert_int_equal(n, 0);
    assert_code(gateway_lead_get(ctx, lead_id(t, 1), &lead, err), LM_NOT_FOUND, err);
}

static void lets_people_judge_and_tells_it_once(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__SetLeadStatusRequest in = GATEWAY__SET_LEAD_STATUS_REQUEST__INIT;
    const char *told = "SELECT count(*) FROM event_new WHERE type = 'gateway.LeadJudged'";

    company(t);
    person(t);
    score(t);
    in.lead_id = (char *)LEAD;
    in.status = LM__LEAD_STATUS__DISQUALIFIED;
    assert_ok(lm_pgtest_call(t, "SetLeadStatus", &in.base, NULL), &t->base.err);
    assert_ok(lm_pgtest_call(t, "SetLeadStatus", &in.base, NULL), &t->base.err);
    assert_int_equal(get_lead(t, LEAD)->status, LM__LEAD_STATUS__DISQUALIFIED);
    assert_int_equal(lm_pgtest_int(t, "%s", told), 1);
    reply(t); /* a fact, and yet the decision stands above it */
    assert_int_equal(get_lead(t, LEAD)->status, LM__LEAD_STATUS__DISQUALIFIED);
    in.status = LM__LEAD_STATUS__NEW;
    assert_ok(lm_pgtest_call(t, "SetLeadStatus", &in.base, NULL), &t->base.err);
    assert_int_equal(get_lead(t, LEAD)->status, LM__LEAD_STATUS__REPLIED);
    assert_int_equal(lm_pgtest_int(t, "%s", told), 2);
    in.status = LM__LEAD_STATUS__CONTACTED; /* nobody commands a fact */
    assert_code(lm_pgtest_call(t, "SetLeadStatus", &in.base, NULL), LM_CONFLICT, &t->base.err);
}

static void adds_up_figures(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__GetOverviewRequest in = GATEWAY__GET_OVERVIEW_REQUEST__INIT;
    ProtobufCMessage *out = NULL;
    Gateway__Overview *o;

    lm_clock_test_set(NOW);
    for (size_t i = 0; i < LM_COUNT(story); i++)
        story[i](t);
    assert_ok(lm_pgtest_call(t, "GetOverview", &in.base, &out), &t->base.err);
    o = (Gateway__Overview *)out;
    assert_int_equal(o->companies, 1);
    assert_int_equal(o->leads, 1);
    assert_int_equal(o->messages_written, 1);
    assert_int_equal(o->sent, 1);
    assert_int_equal(o->opened, 1);
    assert_int_equal(o->clicked, 1);
    assert_int_equal(o->replied, 1);
    assert_false(o->has_dry_run); /* no mailer can be asked here */
}

LM_PGTEST_MAIN(gateway, LM_PGTEST(knows_every_statement),
               LM_PGTEST(shows_the_same_lead_whatever_the_order_of_arrival),
               LM_PGTEST(leaves_a_row_alone_when_an_older_version_comes_late),
               LM_PGTEST(takes_the_owners_word_of_a_version_that_another_told_first),
               LM_PGTEST(an_industry_is_of_the_list_with_its_words_beside),
               LM_PGTEST(hides_stubs_and_merged_companies),
               LM_PGTEST(pages_through_every_order_once_and_whole),
               LM_PGTEST(filters_searches_and_counts), LM_PGTEST(answers_pages_by_number_too),
               LM_PGTEST(shows_nothing_to_another_tenant),
               LM_PGTEST(lets_people_judge_and_tells_it_once), LM_PGTEST(adds_up_figures))

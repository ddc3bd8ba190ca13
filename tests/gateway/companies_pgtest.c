/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever events come in whatever order: columns in memory say what SQL says, in every replica. */
#include "tests/gateway/companies.h"

#include "common/buf.h"
#include "common/json.h"
#include "services/gateway/columns/select.h"
#include "services/gateway/company.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

enum { ROUNDS = 12, EVENTS = 40 };

/* ---- many at a time ---- */

/* What is there when the scraper speaks: some companies that it told of before, some with research, leads, gone up. */
static void set_the_scene(struct lm_pgtest *t)
{
    lm_pgtest_sql(t, "DELETE FROM company_view; DELETE FROM lead_view; DELETE FROM company_change");
    companies_seed(5);
    for (unsigned i = 0; i < COMPANIES; i += 3)
        companies_change(t, i, i % 2 ? 9 : 1);
    for (unsigned i = 0; i < COMPANIES; i += 4)
        companies_research(t, i, 1);
    for (unsigned i = 0; i < COMPANIES; i += 5)
        companies_go_up(t, i, 1);
    for (unsigned i = 0; i < LEADS; i++)
        companies_lead(t, i, 1);
}

static void news_of_all(struct lm_pgtest *t, struct lm_pgtest_event *v)
{
    companies_seed(7);
    for (unsigned i = 0; i < COMPANIES; i++) {
        Lm__Company *c = LM_NEW(t->base.arena, Lm__Company);
        Scraper__CompanyChanged *ev = LM_NEW(t->base.arena, Scraper__CompanyChanged);

        companies_fill(t, i, 2, c);
        scraper__company_changed__init(ev);
        ev->company = c;
        v[i] = (struct lm_pgtest_event){&ev->base, c->id, 2};
    }
}

static const char *all_there_is(struct lm_pgtest *t)
{
    return lm_pgtest_text(
        t, "SELECT (SELECT string_agg((to_jsonb(v) - 'updated_at')::text, '\n' ORDER BY id)"
           "          FROM company_view v) ||"
           "       (SELECT string_agg(id || search_company, '\n' ORDER BY id) FROM lead_view) ||"
           "       (SELECT string_agg(DISTINCT company_id::text, ' ') FROM company_change)");
}

static void those_told_of_many_at_a_time_are_as_those_told_of_one_by_one(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_pgtest_event news[COMPANIES];
    const char *one_by_one;

    set_the_scene(t);
    news_of_all(t, news);
    for (size_t i = 0; i < COMPANIES; i++)
        lm_pgtest_deliver(t, &news[i]);
    one_by_one = all_there_is(t);
    set_the_scene(t);
    lm_pgtest_deliver_all(t, news, COMPANIES);
    assert_string_equal(all_there_is(t), one_by_one);
    assert_int_equal(lm_pgtest_int(t,
                                   "SELECT count(*) FROM company_view WHERE scraper_version = 9"),
                     COMPANIES / 6);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company_view WHERE is_listed"),
                     COMPANIES - COMPANIES / 5);
}

/* ---- facets ---- */

static const char *facet_text(struct lm_pgtest *t, Lm__Count *const *items, size_t n)
{
    struct lm_buf b = lm_buf_in(t->base.arena, 4096);

    for (size_t i = 0; i < n; i++)
        lm_buf_printf(&b, "%s=%lld,", items[i]->value, (long long)items[i]->count);
    return lm_buf_z(&b);
}

static const char *sql_counts(struct lm_pgtest *t, const char *value, const char *where,
                              const char *order)
{
    return lm_pgtest_text(
        t,
        "SELECT coalesce(string_agg(value || '=' || n || ',', '' ORDER BY %s), '')"
        "  FROM (SELECT coalesce(%s, '') AS value, count(*) AS n FROM company_view v"
        " WHERE " LISTED " AND %s GROUP BY 1) f",
        order, value, where);
}

static const char *sql_facet(struct lm_pgtest *t, const char *value, const char *where)
{
    return sql_counts(t, value, where, "n DESC, value COLLATE \"C\"");
}

static const char *sql_flag(struct lm_pgtest *t, const char *flag, const char *where)
{
    return sql_counts(t, lm_arena_printf(t->base.arena, "%s::text", flag), where, "value DESC");
}

static void compare(struct lm_pgtest *t, struct lm_proc *proc, int filter)
{
    const Gateway__CountCompaniesResponse *out = companies_count(t, proc, filter, NULL);
    const Gateway__CompanyFacets *f = out->facets;
    const char *where = companies_as_sql[filter];

    assert_int_equal(out->total,
                     lm_pgtest_int(t, "SELECT count(*) FROM company_view v WHERE " LISTED " AND %s",
                                   where));
    /* A facet that the filter speaks of is counted without that part: only the others are the same here. */
    if (!strstr(where, "country"))
        assert_string_equal(facet_text(t, f->country, f->n_country),
                            sql_facet(t, "country", where));
    if (!strstr(where, "industry"))
        assert_string_equal(facet_text(t, f->industry, f->n_industry),
                            sql_facet(t, "industry", where));
    assert_string_equal(facet_text(t, f->city, f->n_city), sql_facet(t, "city", where));
    if (filter == 2) /* its own part left out */
        assert_string_equal(facet_text(t, f->country, f->n_country),
                            sql_facet(t, "country", "status <> 6"));
    if (filter == 3) {
        assert_string_equal(facet_text(t, f->has_funding, f->n_has_funding),
                            sql_flag(t, "has_funding", "has_domain AND has_email"));
        return;
    }
    assert_string_equal(facet_text(t, f->has_phone, f->n_has_phone),
                        sql_flag(t, "has_phone", where));
}

static void columns_say_what_sql_says_in_every_replica(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_proc *procs[] = {lm_pgtest_proc(t), lm_pgtest_replica(t)};
    int64_t version = 1;

    for (int round = 0; round < ROUNDS; round++) {
        for (int k = 0; k < EVENTS; k++)
            companies_live(t, ++version);
        for (int filter = 0; filter < FILTERS; filter++)
            compare(t, procs[(round + filter) % 2], filter);
        if (round % 4 == 3)
            lm_pgtest_sql(t, "SELECT sweep_company_changes(1000)"); /* a table may fall behind */
    }
}

static void sees_what_a_long_transaction_commits_late(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_proc *replica = lm_pgtest_replica(t);
    struct lm_ctx *late = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    static const struct lm_sql move = {
        "move", "UPDATE company_view SET country = 'XX' WHERE tenant_id = $1 AND id = $2"};

    companies_change(t, 1, 1);
    companies_change(t, 2, 1);
    assert_ok(lm_tx_begin(late, &t->base.err), &t->base.err);
    assert_ok(lm_db_exec(late, &move, LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_ID(companies_id(t, 1))),
                         NULL, &t->base.err),
              &t->base.err);
    companies_change(t, 2, 2); /* a younger transaction is over before it */
    compare(t, replica, 0);
    companies_change(t, 2, 3);
    compare(t, replica, 0);
    assert_ok(lm_tx_commit(late, &t->base.err), &t->base.err);
    compare(t, replica, 0);
    assert_non_null(strstr(facet_text(t, companies_count(t, replica, 0, NULL)->facets->country,
                                      companies_count(t, replica, 0, NULL)->facets->n_country),
                           "XX=1,"));
}

/* ---- rows of an older rule ---- */

enum { MANY = 250 }; /* some pages */

static const char *views(struct lm_pgtest *t)
{
    return lm_pgtest_text(
        t, "SELECT string_agg(to_jsonb(v)::text, '\n' ORDER BY id) FROM company_view v");
}

static void shape_again(struct lm_pgtest *t)
{
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), NULL, 20000, 64 << 20);

    assert_ok(gateway_shape_again(ctx, &t->base.err), &t->base.err);
    lm_ctx_free(ctx);
}

/* As migration 0002 found it: what is listed has no facets; as research wrote it later: an industry in its words. */
static void forget_facets(struct lm_pgtest *t)
{
    lm_pgtest_sql(t, "UPDATE company_view SET shape = 0, sort_name = '', country = NULL,"
                     "       industry = CASE WHEN research IS NOT NULL THEN 'Zorg' END,"
                     "       city = NULL, has_domain = false, has_email = false, has_phone = false,"
                     "       employee_count = NULL, open_vacancies = NULL");
}

/* The event says when it came. */
static void undated_company_changes(struct lm_pgtest *t, unsigned i)
{
    Lm__Company c;
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    companies_fill(t, i, 3, &c);
    c.has_created_at = c.has_updated_at = false;
    ev.company = &c;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, c.id, 3});
}

static void rows_of_an_older_rule_get_their_facets(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_proc *replica = lm_pgtest_replica(t);
    const char *before, *versions;

    lm_pgtest_sql(t, "INSERT INTO tenant (tenant_id, slug, name) VALUES"
                     " ('" LM_PGTEST_TENANT "', 'one', 'One'), ('" LM_PGTEST_TENANT2
                     "', 'two', 'Two')");
    for (unsigned i = 0; i < MANY; i++)
        companies_change(t, i, 3);
    undated_company_changes(t, MANY);
    for (unsigned i = 0; i < MANY; i += 4)
        companies_research(t, i, 1);
    companies_go_up(t, 7, 1);
    companies_lead(t, 1, 1); /* of a company that nobody told of, perhaps */
    before = views(t);
    compare(t, replica, 0);
    forget_facets(t);
    compare(t, replica, 0);
    assert_string_not_equal(views(t), before);
    shape_again(t);
    assert_string_equal(views(t), before); /* and nothing else of them */
    compare(t, replica, 0);                /* others in memory know */
    versions =
        lm_pgtest_text(t, "SELECT string_agg(xmin::text, ' ' ORDER BY id) FROM company_view");
    shape_again(t);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(xmin::text, ' ' ORDER BY id) FROM company_view"),
        versions);
}

static void a_row_that_cannot_be_read_is_left_and_keeps_nobody_back(void **state)
{
    struct lm_pgtest *t = *state;
    const char *before;

    lm_pgtest_sql(t, "INSERT INTO tenant (tenant_id, slug, name) VALUES"
                     " ('" LM_PGTEST_TENANT "', 'one', 'One')");
    for (unsigned i = 0; i < COMPANIES; i++)
        companies_change(t, i, 1);
    before = lm_pgtest_text(t, "SELECT string_agg(sort_name, ' ' ORDER BY id) FROM company_view"
                               " WHERE id <> '00000000-0000-7000-8000-0000000c0005'");
    forget_facets(t);
    lm_pgtest_sql(t, "UPDATE company_view SET company = '\\xff'"
                     " WHERE id = '00000000-0000-7000-8000-0000000c0005'");
    shape_again(t);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(sort_name, ' ' ORDER BY id) FROM company_view"
                          " WHERE id <> '00000000-0000-7000-8000-0000000c0005'"),
        before);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company_view WHERE shape = 0"), 0);
}

/* Asks about another tenant while there is no room for two: the first one's table goes. */
static void forget_table(struct lm_pgtest *t)
{
    Gateway__CountCompaniesResponse out = GATEWAY__COUNT_COMPANIES_RESPONSE__INIT;
    Gateway__CountCompaniesRequest in = GATEWAY__COUNT_COMPANIES_REQUEST__INIT;
    uint64_t before = gateway_settings.columns_memory;

    gateway_settings.columns_memory = 100;
    assert_code(gateway_count_companies(lm_pgtest_ctx(t, LM_PGTEST_TENANT2), &in, &out,
                                        &t->base.err),
                LM_UNAVAILABLE, &t->base.err);
    lm_err_clear(&t->base.err);
    gateway_settings.columns_memory = before;
}

static void makes_room_for_tenants_that_are_asked_about(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);

    companies_change(t, 1, 1);
    assert_int_equal(companies_count(t, lm_pgtest_proc(t), 0, NULL)->total, 1);
    assert_true(gateway_companies_are_here(ctx));
    forget_table(t);
    assert_false(gateway_companies_are_here(ctx));
    assert_int_equal(companies_count(t, lm_pgtest_proc(t), 0, NULL)->total, 1);
}

static const char *stats(struct lm_pgtest *t)
{
    Gateway__GetCompanyStatsRequest in = GATEWAY__GET_COMPANY_STATS_REQUEST__INIT;
    struct lm_buf b = lm_buf_in(t->base.arena, 4096);
    ProtobufCMessage *out = NULL;

    assert_ok(lm_pgtest_call(t, "GetCompanyStats", &in.base, &out), &t->base.err);
    lm_pb_to_json(out, &b);
    return lm_buf_z(&b);
}

static void figures_are_the_same_from_memory(void **state)
{
    struct lm_pgtest *t = *state;
    const char *from_database;

    for (int64_t version = 1; version < 200; version++)
        companies_live(t, version);
    forget_table(t);
    from_database = stats(t);
    assert_non_null(strstr(from_database, "\"with_domain\":"));
    assert_false(gateway_companies_are_here(lm_pgtest_ctx(t, LM_PGTEST_TENANT)));
    companies_count(t, lm_pgtest_proc(t), 0, NULL);
    assert_true(gateway_companies_are_here(lm_pgtest_ctx(t, LM_PGTEST_TENANT)));
    assert_string_equal(stats(t), from_database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LM_PGTEST(those_told_of_many_at_a_time_are_as_those_told_of_one_by_one),
        LM_PGTEST(columns_say_what_sql_says_in_every_replica),
        LM_PGTEST(rows_of_an_older_rule_get_their_facets),
        LM_PGTEST(a_row_that_cannot_be_read_is_left_and_keeps_nobody_back),
        LM_PGTEST(sees_what_a_long_transaction_commits_late),
        LM_PGTEST(makes_room_for_tenants_that_are_asked_about),
        LM_PGTEST(figures_are_the_same_from_memory),
    };

    companies_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

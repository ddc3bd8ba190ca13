/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Companies as lists, filters, facets and files show them: whatever events come in whatever order,
 * columns in memory say what SQL says, in every replica; pages of every order are whole.
 */
#include "tests/pg/drive.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/json.h"
#include "gen/gateway.lm.h"
#include "services/gateway/columns/select.h"
#include "services/gateway/company.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

#define NOW INT64_C(1772438400000)

enum { COMPANIES = 60, LEADS = 90, ROUNDS = 12, EVENTS = 40 };

static const struct lm_service gateway = {
    .name = "gateway",
    .sql = gateway_sql,
    .calls = gateway_calls,
    .events = gateway_events,
    .events_many = gateway_events_many,
};

static uint64_t seed = 11;

static unsigned pick(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % n;
}

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* ---- what happens ---- */

static char *company_id(struct lm_pgtest *t, unsigned i)
{
    return lm_arena_printf(t->base.arena, "00000000-0000-7000-8000-0000000c%04u", i);
}

static char *lead_id(struct lm_pgtest *t, unsigned i)
{
    return lm_arena_printf(t->base.arena, "00000000-0000-7000-8000-0000000d%04u", i);
}

static const char *const countries[] = {NULL, "NL", "BE", "DE"};
static const char *const industries[] = {NULL, "Bouw", "IT"};
static const char *const cities[] = {NULL, "Utrecht", "Gent", "Köln", "Utrecht"};

static void fill_company(struct lm_pgtest *t, unsigned i, int64_t version, Lm__Company *c)
{
    lm__company__init(c);
    c->id = company_id(t, i);
    c->name = lm_arena_printf(t->base.arena, "%s %u BV", pick(2) ? "Bakkerij" : "De Öfen", i % 7);
    c->domain = pick(3) ? lm_arena_printf(t->base.arena, "company%u.example", i) : NULL;
    c->phone = pick(2) ? borrowed("+31101234567") : NULL;
    c->email = pick(4) == 0 ? borrowed("info@company.example") : NULL;
    c->country = borrowed(countries[pick(LM_COUNT(countries))]);
    c->industry = borrowed(industries[pick(LM_COUNT(industries))]);
    c->city = borrowed(cities[pick(LM_COUNT(cities))]);
    c->has_employee_count = pick(3) != 0;
    c->employee_count = (int32_t)pick(300);
    c->has_open_vacancies = pick(3) != 0;
    c->open_vacancies = (int32_t)pick(30);
    c->has_has_funding = true;
    c->has_funding = pick(5) == 0;
    c->has_source = c->has_status = c->has_version = c->has_created_at = true;
    c->source = pick(2) ? LM__SOURCE__KVK : LM__SOURCE__INDEED;
    c->status = pick(6) ? LM__COMPANY_STATUS__COMPANY_NEW : LM__COMPANY_STATUS__COMPANY_ARCHIVED;
    c->version = version;
    c->created_at = NOW + (int64_t)(i / 3) * 1000;
}

static void company_changes(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Lm__Company c;
    Scraper__CompanyChanged ev = SCRAPER__COMPANY_CHANGED__INIT;

    fill_company(t, i, version, &c);
    ev.company = &c;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, c.id, version});
}

static void company_goes_up(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Scraper__CompanyMerged ev = SCRAPER__COMPANY_MERGED__INIT;

    ev.company_id = company_id(t, i);
    ev.into_company_id = company_id(t, (i + 1) % COMPANIES);
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, ev.company_id, version});
}

static void research_comes(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;

    ev.company_id = company_id(t, i);
    ev.status =
        pick(2) ? LM__COMPANY_STATUS__COMPANY_ENRICHED : LM__COMPANY_STATUS__COMPANY_NO_CONTACT;
    ev.domain = borrowed("research.example");
    ev.email = pick(2) ? borrowed("hallo@research.example") : NULL;
    ev.industry = borrowed("Zorg");
    ev.has_employee_count = true;
    ev.employee_count = 5;
    ev.version = version;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, ev.company_id, version});
}

static void lead_comes(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Lm__Lead lead = LM__LEAD__INIT;
    Lm__Company c = LM__COMPANY__INIT;
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;

    lead.id = lead_id(t, i);
    lead.company_id = company_id(t, pick(COMPANIES));
    c.id = borrowed("00000000-0000-7000-8000-000000000000"); /* its picture says nothing here */
    c.name = borrowed("");
    ev.lead = &lead;
    ev.company = &c;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, lead.id, version});
}

static void score_comes(struct lm_pgtest *t, unsigned i, int64_t version)
{
    Scorer__Score s = SCORER__SCORE__INIT;
    Scorer__LeadScored ev = SCORER__LEAD_SCORED__INIT;

    s.lead_id = lead_id(t, i);
    s.score = (int32_t)pick(101);
    s.classification = LM__CLASSIFICATION__COLD;
    ev.score = &s;
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){&ev.base, s.lead_id, version});
}

static void something_happens(struct lm_pgtest *t, int64_t version)
{
    switch (pick(8)) {
    case 0:
        company_goes_up(t, pick(COMPANIES), version);
        return;
    case 1:
    case 2:
        research_comes(t, pick(COMPANIES), version);
        return;
    case 3:
        lead_comes(t, pick(LEADS), version);
        return;
    case 4:
        score_comes(t, pick(LEADS), version);
        return;
    default:
        company_changes(t, pick(COMPANIES), version);
    }
}

/* ---- many at a time ---- */

/* What is there when the scraper speaks: some companies that it told of before, some with research, leads, gone up. */
static void set_the_scene(struct lm_pgtest *t)
{
    lm_pgtest_sql(t, "DELETE FROM company_view; DELETE FROM lead_view; DELETE FROM company_change");
    seed = 5;
    for (unsigned i = 0; i < COMPANIES; i += 3)
        company_changes(t, i, i % 2 ? 9 : 1);
    for (unsigned i = 0; i < COMPANIES; i += 4)
        research_comes(t, i, 1);
    for (unsigned i = 0; i < COMPANIES; i += 5)
        company_goes_up(t, i, 1);
    for (unsigned i = 0; i < LEADS; i++)
        lead_comes(t, i, 1);
}

static void news_of_all(struct lm_pgtest *t, struct lm_pgtest_event *v)
{
    seed = 7;
    for (unsigned i = 0; i < COMPANIES; i++) {
        Lm__Company *c = LM_NEW(t->base.arena, Lm__Company);
        Scraper__CompanyChanged *ev = LM_NEW(t->base.arena, Scraper__CompanyChanged);

        fill_company(t, i, 2, c);
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

/* ---- filters, in both languages ---- */

static Gateway__ValueFilter *values(struct lm_pgtest *t, const char *first, const char *second,
                                    bool exclude)
{
    Gateway__ValueFilter *f = LM_NEW(t->base.arena, Gateway__ValueFilter);

    gateway__value_filter__init(f);
    f->values = LM_NEW_ARRAY(t->base.arena, char *, 2);
    f->values[f->n_values++] = borrowed(first);
    if (second)
        f->values[f->n_values++] = borrowed(second);
    f->has_exclude = true;
    f->exclude = exclude;
    return f;
}

static Gateway__NumberFilter *range(struct lm_pgtest *t, int from, int to)
{
    Gateway__NumberFilter *f = LM_NEW(t->base.arena, Gateway__NumberFilter);

    gateway__number_filter__init(f);
    f->has_from = from >= 0;
    f->from = from;
    f->has_to = to >= 0;
    f->to = to;
    return f;
}

#define LISTED "is_listed AND tenant_id = '" LM_PGTEST_TENANT "'"

enum { FILTERS = 7 };
static const char *const as_sql[FILTERS] = {
    "true",
    "country IN ('NL', 'BE')",
    "coalesce(country, '') NOT IN ('NL', '') AND status <> 6",
    "has_domain AND NOT has_funding AND has_email",
    "employee_count BETWEEN 10 AND 100",
    "open_vacancies >= 5 AND coalesce(industry, '') = ''",
    "EXISTS (SELECT 1 FROM lead_view l WHERE l.tenant_id = v.tenant_id AND l.company_id = v.id"
    " AND l.is_listed) AND source = 2",
};

static void as_message(struct lm_pgtest *t, int i, Gateway__CompanyFilters *f)
{
    gateway__company_filters__init(f);
    if (i == 1)
        f->country = values(t, "NL", "BE", false);
    if (i == 2) {
        f->country = values(t, "NL", "", true);
        f->status = values(t, "COMPANY_ARCHIVED", NULL, true);
    }
    f->has_has_domain = f->has_has_funding = f->has_has_email = i == 3;
    f->has_domain = f->has_email = true;
    f->has_funding = false;
    if (i == 4)
        f->employees = range(t, 10, 100);
    if (i == 5) {
        f->vacancies = range(t, 5, -1);
        f->industry = values(t, "", NULL, false);
    }
    f->has_has_leads = f->has_leads = i == 6;
    if (i == 6)
        f->source = values(t, "KVK", NULL, false);
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

static Gateway__CountCompaniesResponse *count(struct lm_pgtest *t, struct lm_proc *proc, int filter,
                                              const char *search)
{
    struct lm_ctx *ctx = lm_pgtest_ctx_of(t, proc, LM_PGTEST_TENANT);
    Gateway__CountCompaniesResponse *out = LM_NEW(t->base.arena, Gateway__CountCompaniesResponse);
    Gateway__CountCompaniesRequest in = GATEWAY__COUNT_COMPANIES_REQUEST__INIT;
    Gateway__CompanyFilters f;

    gateway__count_companies_response__init(out);
    as_message(t, filter, &f);
    in.filters = &f;
    in.search = borrowed(search);
    assert_ok(gateway_count_companies(ctx, &in, out, &t->base.err), &t->base.err);
    out = (Gateway__CountCompaniesResponse *)lm_pb_copy(t->base.arena, &out->base);
    lm_ctx_free(ctx);
    t->n_ctxs--; /* many of them */
    return out;
}

static void compare(struct lm_pgtest *t, struct lm_proc *proc, int filter)
{
    const Gateway__CountCompaniesResponse *out = count(t, proc, filter, NULL);
    const Gateway__CompanyFacets *f = out->facets;
    const char *where = as_sql[filter];

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
            something_happens(t, ++version);
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

    company_changes(t, 1, 1);
    company_changes(t, 2, 1);
    assert_ok(lm_tx_begin(late, &t->base.err), &t->base.err);
    assert_ok(lm_db_exec(late, &move, LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_ID(company_id(t, 1))),
                         NULL, &t->base.err),
              &t->base.err);
    company_changes(t, 2, 2); /* a younger transaction is over before it */
    compare(t, replica, 0);
    company_changes(t, 2, 3);
    compare(t, replica, 0);
    assert_ok(lm_tx_commit(late, &t->base.err), &t->base.err);
    compare(t, replica, 0);
    assert_non_null(strstr(facet_text(t, count(t, replica, 0, NULL)->facets->country,
                                      count(t, replica, 0, NULL)->facets->n_country),
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

    fill_company(t, i, 3, &c);
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
        company_changes(t, i, 3);
    undated_company_changes(t, MANY);
    for (unsigned i = 0; i < MANY; i += 4)
        research_comes(t, i, 1);
    company_goes_up(t, 7, 1);
    lead_comes(t, 1, 1); /* of a company that nobody told of, perhaps */
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
        company_changes(t, i, 1);
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

    company_changes(t, 1, 1);
    assert_int_equal(count(t, lm_pgtest_proc(t), 0, NULL)->total, 1);
    assert_true(gateway_companies_are_here(ctx));
    forget_table(t);
    assert_false(gateway_companies_are_here(ctx));
    assert_int_equal(count(t, lm_pgtest_proc(t), 0, NULL)->total, 1);
}

/* ---- lists ---- */

static Gateway__ListCompaniesResponse *list(struct lm_pgtest *t,
                                            const Gateway__ListCompaniesRequest *in)
{
    ProtobufCMessage *out = NULL;

    assert_ok(lm_pgtest_call(t, "ListCompanies", &in->base, &out), &t->base.err);
    return (Gateway__ListCompaniesResponse *)out;
}

static const char *walk(struct lm_pgtest *t, Gateway__ListCompaniesRequest *in, int64_t *total)
{
    struct lm_buf b = lm_buf_in(t->base.arena, 64 << 10);

    in->after = NULL;
    do {
        Gateway__ListCompaniesResponse *page = list(t, in);

        *total = page->total;
        for (size_t i = 0; i < page->n_items; i++)
            lm_buf_printf(&b, "%s,", page->items[i]->id + 32);
        in->after = page->next;
    } while (in->after);
    return lm_buf_z(&b);
}

static void every_order_comes_whole_under_every_filter(void **state)
{
    static const struct {
        Gateway__CompanyOrder order;
        const char *sql;
    } orders[] = {
        {GATEWAY__COMPANY_ORDER__BY_NEWEST, "v.created_at DESC, v.id DESC"},
        {GATEWAY__COMPANY_ORDER__BY_NAME, "v.sort_name, v.id"},
        {GATEWAY__COMPANY_ORDER__BY_VACANCIES, "coalesce(v.open_vacancies, -1) DESC, v.id DESC"},
        {GATEWAY__COMPANY_ORDER__BY_SCORE,
         "coalesce((SELECT max(icp_score) FROM lead_view l WHERE l.tenant_id = v.tenant_id"
         " AND l.company_id = v.id AND l.is_listed), -1) DESC, v.id DESC"},
    };
    struct lm_pgtest *t = *state;

    for (int64_t version = 1; version < 300; version++)
        something_happens(t, version);
    for (size_t i = 0; i < LM_COUNT(orders) * FILTERS; i++) {
        Gateway__ListCompaniesRequest in = GATEWAY__LIST_COMPANIES_REQUEST__INIT;
        const char *wanted, *where = as_sql[i % FILTERS];
        Gateway__CompanyFilters f;
        int64_t total;

        as_message(t, (int)(i % FILTERS), &f);
        in.filters = &f;
        in.has_order = true;
        in.order = orders[i / FILTERS].order;
        in.limit = 7;
        wanted = lm_pgtest_text(
            t,
            "SELECT coalesce(string_agg(right(v.id::text, 4) || ',', '' ORDER BY %s), '')"
            "  FROM company_view v WHERE " LISTED " AND %s",
            orders[i / FILTERS].sql, where);
        assert_string_equal(walk(t, &in, &total), wanted);
        assert_int_equal(total, strlen(wanted) / 5);
    }
}

static void finds_words_with_filters_and_old_names(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__ListCompaniesRequest in = GATEWAY__LIST_COMPANIES_REQUEST__INIT;
    Gateway__CompanyFilters f;
    int64_t total;

    for (unsigned i = 0; i < COMPANIES; i++)
        company_changes(t, i, 1);
    in.search = borrowed("bakkerij 3");
    for (int filter = 0; filter < FILTERS; filter++) {
        as_message(t, filter, &f);
        in.filters = &f;
        for (int order = 1; order <= 4; order++) {
            in.has_order = true;
            in.order = (Gateway__CompanyOrder)order;
            in.limit = 3;
            walk(t, &in, &total);
            assert_int_equal(total,
                             lm_pgtest_int(t,
                                           "SELECT count(*) FROM company_view v WHERE " LISTED
                                           " AND name LIKE 'Bakkerij 3%%' AND %s",
                                           as_sql[filter]));
        }
        assert_int_equal(count(t, lm_pgtest_proc(t), filter, "bakkerij 3")->total, total);
    }
    in = (Gateway__ListCompaniesRequest)GATEWAY__LIST_COMPANIES_REQUEST__INIT;
    in.search = borrowed("utrecht"); /* a city */
    walk(t, &in, &total);
    assert_int_equal(total, lm_pgtest_int(t, "SELECT count(*) FROM company_view v WHERE " LISTED
                                             " AND city = 'Utrecht'"));
    in.search = NULL;
    in.has_has_domain = true;
    in.has_domain = false;
    in.has_source_filter = true;
    in.source_filter = LM__SOURCE__KVK;
    walk(t, &in, &total);
    assert_int_equal(total, lm_pgtest_int(t, "SELECT count(*) FROM company_view v WHERE " LISTED
                                             " AND source = 2 AND NOT has_domain"));
}

static void refuses_a_status_that_is_none(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__ListCompaniesRequest in = GATEWAY__LIST_COMPANIES_REQUEST__INIT;
    Gateway__CompanyFilters f = GATEWAY__COMPANY_FILTERS__INIT;

    f.status = values(t, "NEWW", NULL, false);
    in.filters = &f;
    assert_code(lm_pgtest_call(t, "ListCompanies", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "filters.status.values");
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
        something_happens(t, version);
    forget_table(t);
    from_database = stats(t);
    assert_non_null(strstr(from_database, "\"with_domain\":"));
    assert_false(gateway_companies_are_here(lm_pgtest_ctx(t, LM_PGTEST_TENANT)));
    count(t, lm_pgtest_proc(t), 0, NULL);
    assert_true(gateway_companies_are_here(lm_pgtest_ctx(t, LM_PGTEST_TENANT)));
    assert_string_equal(stats(t), from_database);
}

/* ---- a file ---- */

static void writes_a_file_in_parts(void **state)
{
    struct lm_pgtest *t = *state;
    Gateway__ExportCompaniesRequest in = GATEWAY__EXPORT_COMPANIES_REQUEST__INIT;
    Gateway__CompanyColumn columns[] = {GATEWAY__COMPANY_COLUMN__COMPANY_NAME,
                                        GATEWAY__COMPANY_COLUMN__DOMAIN,
                                        GATEWAY__COMPANY_COLUMN__STATUS};
    struct lm_buf file = lm_buf_in(t->base.arena, 1 << 20);
    int parts = 0, lines = 0;

    lm_pgtest_sql(t, "SET session_replication_role = replica");
    for (unsigned i = 0; i < 3; i++)
        company_changes(t, i, 1);
    lm_pgtest_sql(
        t,
        "INSERT INTO company_view (tenant_id, id, scraper_version, company, name, status, is_listed,"
        " created_at, updated_at) SELECT tenant_id, gen_random_uuid(), 1, company, name, status, true,"
        " created_at - n * interval '1 second', updated_at FROM company_view, generate_series(1, 400) n");
    in.has_bom = in.bom = true;
    in.columns = columns;
    in.n_columns = LM_COUNT(columns);
    do {
        ProtobufCMessage *out = NULL;
        Gateway__ExportPart *part;

        assert_ok(lm_pgtest_call(t, "ExportCompanies", &in.base, &out), &t->base.err);
        part = (Gateway__ExportPart *)out;
        lm_buf_append(&file, (lm_str){(const char *)part->data.data, part->data.len});
        in.part = part->next;
        parts++;
    } while (in.part);
    assert_int_equal(parts, 3);
    assert_true(lm_str_starts(lm_buf_str(&file), LM_STR("\xef\xbb\xbfname,domain,status\r\n")));
    for (size_t i = 0; i < file.n; i++)
        lines += file.p[i] == '\n';
    assert_int_equal(lines, 1 + 3 + 1200);
    in.part = borrowed("7.nothing");
    assert_code(lm_pgtest_call(t, "ExportCompanies", &in.base, NULL), LM_INVALID, &t->base.err);
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
        LM_PGTEST(every_order_comes_whole_under_every_filter),
        LM_PGTEST(finds_words_with_filters_and_old_names),
        LM_PGTEST(refuses_a_status_that_is_none),
        LM_PGTEST(figures_are_the_same_from_memory),
        LM_PGTEST(writes_a_file_in_parts),
    };

    gateway_settings.columns_memory = 64 << 20;
    lm_clock_test_set(NOW);
    lm_pgtest_service = &gateway;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

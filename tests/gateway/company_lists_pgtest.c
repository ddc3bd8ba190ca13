/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of companies in every order and under every filter are whole; files of them too. */
#include "tests/gateway/companies.h"

#include "common/buf.h"

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
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
        companies_live(t, version);
    for (size_t i = 0; i < LM_COUNT(orders) * FILTERS; i++) {
        Gateway__ListCompaniesRequest in = GATEWAY__LIST_COMPANIES_REQUEST__INIT;
        const char *wanted, *where = companies_as_sql[i % FILTERS];
        Gateway__CompanyFilters f;
        int64_t total;

        companies_filter(t, (int)(i % FILTERS), &f);
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
        companies_change(t, i, 1);
    in.search = borrowed("bakkerij 3");
    for (int filter = 0; filter < FILTERS; filter++) {
        companies_filter(t, filter, &f);
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
                                           companies_as_sql[filter]));
        }
        assert_int_equal(companies_count(t, lm_pgtest_proc(t), filter, "bakkerij 3")->total, total);
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

    f.status = companies_values(t, "NEWW", NULL, false);
    in.filters = &f;
    assert_code(lm_pgtest_call(t, "ListCompanies", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "filters.status.values");
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
        companies_change(t, i, 1);
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
        LM_PGTEST(every_order_comes_whole_under_every_filter),
        LM_PGTEST(finds_words_with_filters_and_old_names),
        LM_PGTEST(refuses_a_status_that_is_none),
        LM_PGTEST(writes_a_file_in_parts),
    };

    companies_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

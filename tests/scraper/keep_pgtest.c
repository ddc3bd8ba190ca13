/* SPDX-License-Identifier: Apache-2.0 */
/* Companies on a real database: which are one and the same, and what is told of them. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include <pthread.h>

#include "common/arena.h"
#include "services/scraper/scraper.h"

static Lm__Company *found(struct lm_arena *a, const char *name, const char *domain)
{
    Lm__Company *c = LM_NEW(a, Lm__Company);

    lm__company__init(c);
    c->name = lm_arena_strdup(a, name);
    c->domain = domain ? lm_arena_strdup(a, domain) : NULL;
    c->has_source = true;
    c->source = LM__SOURCE__INDEED;
    return c;
}

static struct scraper_kept keep_in(struct lm_pgtest *t, struct lm_ctx *ctx, Lm__Company **v,
                                   size_t n)
{
    struct scraper_kept kept;
    lm_err *err = &t->base.err;

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(scraper_keep(ctx, v, n, &kept, err), err);
    assert_ok(lm_tx_commit(ctx, err), err);
    return kept;
}

static struct scraper_kept keep(struct lm_pgtest *t, Lm__Company **v, size_t n)
{
    return keep_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT), v, n);
}

static int64_t told(struct lm_pgtest *t, const char *type)
{
    return lm_pgtest_int(t, "SELECT count(*) FROM event_new WHERE type = 'scraper.%s'", type);
}

static void every_statement_fits_the_schema(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void one_name_in_several_spellings_is_one_company(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *first[] = {found(a, "TechFlow BV", NULL), found(a, "Bakkerij Oost", NULL)};
    Lm__Company *again[] = {found(a, "Tech Flow B.V.", "techflow.example"),
                            found(a, "Bakkerij West", NULL)};
    struct scraper_kept kept = keep(t, first, 2);

    assert_int_equal(kept.created, 2);
    kept = keep(t, again, 2);
    assert_int_equal(kept.merged, 1);
    assert_int_equal(kept.created, 1);
    assert_string_equal(again[0]->id, first[0]->id);
    assert_string_equal(again[0]->domain, "techflow.example");
    assert_int_equal(again[0]->version, 2);
    /* The same once more changes nothing and tells nobody. */
    assert_int_equal(
        keep(t, (Lm__Company *[]){found(a, "techflow", "techflow.example")}, 1).unchanged, 1);
    assert_int_equal(told(t, "CompanyChanged"), 4);
}

static void companies_with_two_domains_are_two_whatever_they_are_called(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *v[] = {found(a, "Jansen Software", "jansen.example"),
                        found(a, "Jansen Software", "jansen-software.example")};

    assert_int_equal(keep(t, v, 2).created, 2);
}

static void who_was_the_company_all_along_goes_up_in_it(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Lm__Company *v[] = {found(a, "Zilverpad Logistiek", NULL),
                        found(a, "ZPL Groep Nederland", "zilverpad.example")};
    Lm__Company *both = found(a, "Zilverpad Logistiek B.V.", "zilverpad.example");

    v[0]->location = lm_arena_strdup(a, "Ede");
    assert_int_equal(keep(t, v, 2).created, 2);
    assert_int_equal(keep(t, &both, 1).merged, 1);
    assert_string_equal(both->id, v[1]->id);
    assert_int_equal(both->n_merged_ids, 1);
    assert_string_equal(both->merged_ids[0], v[0]->id);
    assert_string_equal(both->location, "Ede");
    assert_int_equal(told(t, "CompanyMerged"), 1);
    assert_string_equal(lm_pgtest_text(t, "SELECT status FROM company WHERE id = '%s'", v[0]->id),
                        "COMPANY_ARCHIVED");
    /* What it was called goes on being its name. */
    v[0] = found(a, "Zilverpad Logistiek", NULL);
    assert_int_equal(keep(t, v, 1).unchanged, 1);
    assert_string_equal(v[0]->id, both->id);
}

static void tenants_know_nothing_of_each_others_companies(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;

    keep(t, (Lm__Company *[]){found(a, "Acme", "acme.example")}, 1);
    assert_int_equal(keep_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT2),
                             (Lm__Company *[]){found(a, "Acme", "acme.example")}, 1)
                         .created,
                     1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 2);
}

enum { RACERS = 4, RACED = 20 };
struct racer {
    pthread_t thread;
    struct lm_ctx *ctx;
    int created;
    lm_code rc;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    lm_err err = LM_ERR_INIT;

    for (int i = 0; i < RACED && r->rc == LM_OK; i++) {
        struct scraper_kept kept = {0};
        Lm__Company *c = found(r->ctx->arena,
                               lm_arena_printf(r->ctx->arena, "Merkwaardig %c%cbedrijf", 'a' + i,
                                               'a' + 3 * i % 26),
                               NULL);

        if (lm_tx_begin(r->ctx, &err) || scraper_keep(r->ctx, &c, 1, &kept, &err) ||
            lm_tx_commit(r->ctx, &err))
            r->rc = err.code;
        r->created += kept.created;
    }
    return NULL;
}

static void replicas_that_find_a_company_at_once_make_it_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct racer racers[RACERS] = {0};
    Lm__Company *alone[RACED];
    int created = 0;

    for (int i = 0; i < RACERS; i++)
        racers[i].ctx =
            lm_pgtest_ctx_of(t, i ? lm_pgtest_replica(t) : lm_pgtest_proc(t), LM_PGTEST_TENANT);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    for (int i = 0; i < RACERS; i++) {
        pthread_join(racers[i].thread, NULL);
        assert_int_equal(racers[i].rc, LM_OK);
        created += racers[i].created;
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), created);
    /* As many as one alone would have made. */
    for (int i = 0; i < RACED; i++)
        alone[i] = found(t->base.arena,
                         lm_arena_printf(t->base.arena, "Merkwaardig %c%cbedrijf", 'a' + i,
                                         'a' + 3 * i % 26),
                         NULL);
    assert_int_equal(keep_in(t, lm_pgtest_ctx(t, LM_PGTEST_TENANT2), alone, RACED).created,
                     created);
}

/* Replicas have the names in memory, each its own. */
static void a_replica_finds_what_another_has_added_since(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    struct lm_ctx *here = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct lm_ctx *there = lm_pgtest_ctx_of(t, lm_pgtest_replica(t), LM_PGTEST_TENANT);

    assert_int_equal(
        keep_in(t, here, (Lm__Company *[]){found(a, "Bakkerij Oost", NULL)}, 1).created, 1);
    assert_int_equal(
        keep_in(t, there, (Lm__Company *[]){found(a, "Slagerij Noorderzon", NULL)}, 1).created, 1);
    assert_int_equal(
        keep_in(t, here, (Lm__Company *[]){found(a, "Slagerij Noordezon", NULL)}, 1).created, 0);
    assert_int_equal(
        keep_in(t, there, (Lm__Company *[]){found(a, "Bakerij Oost", NULL)}, 1).created, 0);
}

static void a_name_that_was_rolled_back_is_found_by_nobody_and_hides_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct scraper_kept kept;
    lm_err *err = &t->base.err;
    Lm__Company *two[] = {found(a, "Drukkerij Zuid", NULL), found(a, "Drukerij Zuid", NULL)};

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(scraper_keep(ctx, two, 2, &kept, err), err);
    assert_int_equal(kept.created, 1); /* the transaction finds its own */
    lm_tx_rollback(ctx);
    two[0] = found(a, "Drukkerij Zuid", NULL);
    assert_int_equal(keep_in(t, ctx, two, 1).created, 1);
    two[0] = found(a, "Drukkerij Zuid", NULL);
    assert_int_equal(keep_in(t, ctx, two, 1).created, 0);
}

static void a_company_is_found_by_the_name_it_has_now(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    Scraper__UpdateCompanyRequest update = SCRAPER__UPDATE_COMPANY_REQUEST__INIT;
    Lm__Company *v[] = {found(a, "Garage Westerveld", NULL)};
    ProtobufCMessage *out;

    keep(t, v, 1);
    assert_int_equal(keep(t, v, 1).unchanged, 1); /* now the name is in memory */
    update.company_id = v[0]->id;
    update.name = (char *)(uintptr_t) "Autobedrijf Hazelhof";
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &update.base, &out), &t->base.err);
    v[0] = found(a, "Autobedrijf Hazelhof B.V.", NULL);
    assert_int_equal(keep(t, v, 1).created, 0);
    /* And its source goes on calling it as it did. */
    v[0] = found(a, "Garage Westerveld", NULL);
    assert_int_equal(keep(t, v, 1).unchanged, 1);
    assert_string_equal(v[0]->name, "Autobedrijf Hazelhof");
}

/* A name that nobody else has. */
#define LETTERS(number) "translate(md5(" number "), '0123456789', 'ghijklmnop')"

/* More than one page of them, and room for one tenant only: the other's are read again each time. */
static void all_names_are_read_however_many_and_make_room_for_others(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_arena *a = t->base.arena;
    struct lm_ctx *other = lm_pgtest_ctx(t, LM_PGTEST_TENANT2);

    lm_pgtest_sql(t,
                  "INSERT INTO company (tenant_id, id, version, name, name_norm, source, sources,"
                  " status, created_at, updated_at)"
                  " SELECT '" LM_PGTEST_TENANT "', gen_random_uuid(), 1, n, n, 'INDEED',"
                  " '{INDEED}', 'COMPANY_NEW', now(), now()"
                  "  FROM (SELECT " LETTERS("i::text") " FROM generate_series(1, 12001) i) x (n)");
    for (int i = 0; i < 2; i++) {
        const char *known = lm_pgtest_text(t, "SELECT " LETTERS("'%d'"), i ? 12001 : 1);
        Lm__Company *v[] = {found(a, lm_arena_printf(a, "%sx", known), NULL)};

        assert_int_equal(keep(t, v, 1).created, 0);
        v[0] = found(a, "Kapsalon Marja", NULL);
        assert_int_equal(keep_in(t, other, v, 1).created, i == 0);
    }
}

/* ---- operations ---- */

static void a_person_adds_changes_and_archives_a_company(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CreateCompanyRequest create = SCRAPER__CREATE_COMPANY_REQUEST__INIT;
    Scraper__UpdateCompanyRequest update = SCRAPER__UPDATE_COMPANY_REQUEST__INIT;
    Scraper__SetCompanyStatusRequest judge = SCRAPER__SET_COMPANY_STATUS_REQUEST__INIT;
    Scraper__CompanyRequest delete = SCRAPER__COMPANY_REQUEST__INIT;
    ProtobufCMessage *out;

    create.name = (char *)(uintptr_t) "Acme B.V.";
    create.website_url = (char *)(uintptr_t) "https://www.acme.example/over";
    assert_ok(lm_pgtest_call(t, "CreateCompany", &create.base, &out), &t->base.err);
    assert_string_equal(((Lm__Company *)out)->domain, "acme.example");
    assert_code(lm_pgtest_call(t, "CreateCompany", &create.base, &out), LM_CONFLICT, &t->base.err);
    update.company_id = judge.company_id = delete.company_id = ((Lm__Company *)out)->id;
    update.industry = (char *)(uintptr_t) "Bouw";
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &update.base, &out), &t->base.err);
    assert_string_equal(((Lm__Company *)out)->industry, "construction");
    assert_string_equal(((Lm__Company *)out)->industry_words, "Bouw");
    assert_string_equal(((Lm__Company *)out)->name, "Acme B.V.");
    assert_int_equal(((Lm__Company *)out)->version, 2);
    judge.new_status = LM__COMPANY_STATUS__COMPANY_ENRICHED;
    assert_code(lm_pgtest_call(t, "SetCompanyStatus", &judge.base, &out), LM_CONFLICT,
                &t->base.err);
    judge.new_status = LM__COMPANY_STATUS__COMPANY_DISQUALIFIED;
    assert_ok(lm_pgtest_call(t, "SetCompanyStatus", &judge.base, &out), &t->base.err);
    assert_ok(lm_pgtest_call(t, "DeleteCompany", &delete.base, &out), &t->base.err);
    assert_code(lm_pgtest_call(t, "DeleteCompany", &delete.base, &out), LM_CONFLICT, &t->base.err);
    assert_int_equal(told(t, "CompanyChanged"), 4);
}

static void one_decision_about_many_changes_those_it_may(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__SetCompanyStatusesRequest in = SCRAPER__SET_COMPANY_STATUSES_REQUEST__INIT;
    Lm__Company *v[] = {found(t->base.arena, "Aalbers", "a.example"),
                        found(t->base.arena, "Bosman", "b.example"),
                        found(t->base.arena, "Claassen", "c.example")};
    char *ids[4] = {(char *)(uintptr_t)LM_PGTEST_TENANT}; /* nobody's */
    static const struct {
        Lm__CompanyStatus to;
        int changed;
    } cases[] = {
        {LM__COMPANY_STATUS__COMPANY_DISQUALIFIED, 3},
        {LM__COMPANY_STATUS__COMPANY_DISQUALIFIED, 0},
        {LM__COMPANY_STATUS__COMPANY_NEW, 3},
        {LM__COMPANY_STATUS__COMPANY_ENRICHED, 0},
        {LM__COMPANY_STATUS__COMPANY_ARCHIVED, 3},
        {LM__COMPANY_STATUS__COMPANY_NEW, 0},
    };
    int told_before;

    keep(t, v, 3);
    for (size_t i = 0; i < 3; i++)
        ids[i + 1] = v[i]->id;
    in.ids = ids;
    in.n_ids = 4;
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        ProtobufCMessage *out;

        told_before = (int)told(t, "CompanyChanged");
        in.new_status = cases[i].to;
        assert_ok(lm_pgtest_call(t, "SetCompanyStatuses", &in.base, &out), &t->base.err);
        assert_int_equal(((Scraper__SetCompanyStatusesResponse *)out)->changed, cases[i].changed);
        assert_int_equal(told(t, "CompanyChanged") - told_before, cases[i].changed);
    }
    assert_int_equal(lm_pgtest_int(t,
                                   "SELECT count(*) FROM company WHERE status = 'COMPANY_ARCHIVED'"
                                   " AND version = 4"),
                     3);
}

static void an_import_says_what_became_of_each_row(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ImportCompaniesRequest in = SCRAPER__IMPORT_COMPANIES_REQUEST__INIT;
    lm_str csv = lm_test_fixture(&t->base, "scraper/companies.csv");
    Scraper__ImportResult *r;
    ProtobufCMessage *out;

    scraper_settings.import_max_bytes = 1 << 20;
    scraper_settings.import_keep_ms = INT32_MAX;
    in.body = (ProtobufCBinaryData){csv.n, (uint8_t *)(uintptr_t)csv.p};
    assert_ok(lm_pgtest_call(t, "ImportCompanies", &in.base, &out), &t->base.err);
    r = (Scraper__ImportResult *)out;
    assert_int_equal(r->rows, 6);
    assert_int_equal(r->created, 3);
    assert_int_equal(r->rejected, 3);
    assert_int_equal(r->errors[0]->row, 6);
    assert_ok(lm_pgtest_call(t, "ImportCompanies", &in.base, &out), &t->base.err);
    r = (Scraper__ImportResult *)out;
    assert_int_equal(r->created, 0);
    assert_int_equal(r->merged, 3);
    assert_int_equal(told(t, "CompanyChanged"), 3);
}

static void generated_leads_come_with_companies_and_only_once(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__GenerateLeadsRequest in = SCRAPER__GENERATE_LEADS_REQUEST__INIT;
    Scraper__GenerateLeadsResult *r;
    ProtobufCMessage *out;
    int64_t companies;

    assert_ok(lm_pgtest_call(t, "GenerateLeads", &in.base, &out), &t->base.err);
    r = (Scraper__GenerateLeadsResult *)out;
    assert_int_equal(r->count, 200);
    assert_int_equal(r->valid_emails, 200);
    assert_int_equal(r->valid_websites, 200);
    assert_int_equal(r->valid_linkedin, 200);
    assert_int_equal(r->n_by_industry, 6);
    assert_int_equal(told(t, "ContactFound"), 200);
    companies = lm_pgtest_int(t, "SELECT count(*) FROM company");
    assert_int_equal(told(t, "CompanyChanged"), companies);
    assert_ok(lm_pgtest_call(t, "GenerateLeads", &in.base, &out), &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), companies);
    assert_int_equal(
        lm_pgtest_int(
            t,
            "SELECT count(DISTINCT subject_id) FROM event_new WHERE type = 'scraper.ContactFound'"),
        200);
}

LM_PGTEST_MAIN(scraper, LM_PGTEST(every_statement_fits_the_schema),
               LM_PGTEST(one_name_in_several_spellings_is_one_company),
               LM_PGTEST(companies_with_two_domains_are_two_whatever_they_are_called),
               LM_PGTEST(who_was_the_company_all_along_goes_up_in_it),
               LM_PGTEST(tenants_know_nothing_of_each_others_companies),
               LM_PGTEST(replicas_that_find_a_company_at_once_make_it_once),
               LM_PGTEST(a_replica_finds_what_another_has_added_since),
               LM_PGTEST(a_name_that_was_rolled_back_is_found_by_nobody_and_hides_nothing),
               LM_PGTEST(a_company_is_found_by_the_name_it_has_now),
               LM_PGTEST(all_names_are_read_however_many_and_make_room_for_others),
               LM_PGTEST(a_person_adds_changes_and_archives_a_company),
               LM_PGTEST(one_decision_about_many_changes_those_it_may),
               LM_PGTEST(an_import_says_what_became_of_each_row),
               LM_PGTEST(generated_leads_come_with_companies_and_only_once))

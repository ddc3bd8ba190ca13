/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the rows of an import, from its suggestion to its undo. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/json.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "tests/scraper/imports.h"

/* ---- from suggestion to companies ---- */

static void a_list_becomes_companies(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ListImportRowsRequest rows = SCRAPER__LIST_IMPORT_ROWS_REQUEST__INIT;
    Scraper__ImportErrorsRequest errors = SCRAPER__IMPORT_ERRORS_REQUEST__INIT;
    char *id = import_upload(t, lm_str_z(import_list));
    const Scraper__ListImportRowsResponse *report;
    Scraper__Import *m = import_on(t, "GetImport", id);
    ProtobufCMessage *out;

    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_READY);
    assert_string_equal(m->format, "CSV");
    assert_string_equal(m->separator, ";");
    assert_string_equal(m->columns[1]->field, "website_url");
    assert_null(m->columns[4]->field);
    m = import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_DONE);
    assert_int_equal(m->counts->rows, 4);
    assert_int_equal(m->counts->created, 3);
    assert_int_equal(m->counts->rejected, 1);
    assert_int_equal(COMPANIES("true"), 3);
    assert_string_equal(COMPANY("city", "acme.example"), "Utrecht");
    assert_string_equal(COMPANY("source", "acme.example"), "IMPORT");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_new"
                                      " WHERE type = 'scraper.CompanyChanged'") +
                         lm_pgtest_int(t, "SELECT count(*) FROM event"
                                          " WHERE type = 'scraper.CompanyChanged'"),
                     3);
    rows.import_id = errors.import_id = id;
    rows.has_limit = true;
    rows.limit = 2;
    assert_ok(lm_pgtest_call(t, "ListImportRows", &rows.base, &out), &t->base.err);
    report = (Scraper__ListImportRowsResponse *)out;
    assert_int_equal(report->total, 4);
    assert_int_equal(report->n_items, 2);
    assert_int_equal(report->items[0]->row, 2);
    assert_non_null(report->items[0]->company_id);
    rows.has_after = true;
    rows.after = report->next;
    assert_ok(lm_pgtest_call(t, "ListImportRows", &rows.base, &out), &t->base.err);
    assert_int_equal(((Scraper__ListImportRowsResponse *)out)->items[1]->row, 5);
    rows.has_after = false;
    rows.has_result = true;
    rows.result = SCRAPER__ROW_RESULT__ROW_REJECTED;
    assert_ok(lm_pgtest_call(t, "ListImportRows", &rows.base, &out), &t->base.err);
    report = (Scraper__ListImportRowsResponse *)out;
    assert_int_equal(report->total, 1);
    assert_int_equal(report->n_items, 1);
    assert_string_equal(report->items[0]->field, "phone");
    assert_ok(lm_pgtest_call(t, "GetImportErrors", &errors.base, &out), &t->base.err);
    assert_str(((lm_str){(char *)((Scraper__ImportErrors *)out)->data.data,
                         ((Scraper__ImportErrors *)out)->data.len}),
               "\xef\xbb\xbfrow,field,message,Bedrijfsnaam,Website,Plaats,Telefoon,Omzet\r\n"
               "5,phone,\"phone is no telephone number: write it with its country, like "
               "+31 20 123 4567\",Fout BV,fout.example,Ede,veel,2\r\n");
    assert_null(((Scraper__ImportErrors *)out)->next);
    assert_code(import_refused(t, "PreviewImport", id), LM_CONFLICT, &t->base.err);
}

static int64_t told(struct lm_pgtest *t, const char *what, const char *id)
{
    return lm_pgtest_int(t,
                         "SELECT %s FROM (SELECT type, subject_id, version FROM event_new UNION ALL"
                         "                SELECT type, subject_id, version FROM event) e"
                         " WHERE type = 'scraper.ImportChanged' AND subject_id = '%s'",
                         what, id);
}

/* Each status, so that whoever watches need not ask; the last word is the last. */
static void what_becomes_of_an_import_is_told(void **state)
{
    struct lm_pgtest *t = *state;
    char *id = import_upload(t, lm_str_z(import_list));
    int64_t before = told(t, "count(*)", id);
    Scraper__Import *m;

    assert_true(before >= 3); /* made, complete, read */
    assert_int_equal(told(t, "max(version)", id), import_on(t, "GetImport", id)->version);
    m = import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_true(told(t, "count(*)", id) >= before + 2);
    assert_int_equal(told(t, "max(version)", id), m->version);
}

static void a_preview_says_what_would_happen_and_does_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__Import *m;
    char *id;

    import_execute(t,
                   import_upload(t, LM_STR("name,domain,city\nAcme,acme.example,Utrecht\n"
                                           "Bol,bol.example,\nCoco,coco.example,Ede\n")),
                   SCRAPER__IMPORT_STRATEGY__SKIP);
    id = import_upload(
        t, LM_STR("name,domain,city\nAcme,acme.example,Amersfoort\nBol,bol.example,Ede\n"
                  "Coco,coco.example,Ede\nDuo,duo.example,Ede\nDuo BV,duo.example,Ede\n"
                  "Duo,not a domain,x\nNieuw zonder domein,,Ede\n"));
    m = import_preview(t, id);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_PREVIEWED);
    assert_int_equal(m->counts->rows, 7);
    assert_int_equal(m->counts->conflicts, 1);
    assert_int_equal(m->counts->updated, 1);
    assert_int_equal(m->counts->unchanged, 1);
    assert_int_equal(m->counts->created, 2);
    assert_int_equal(m->counts->skipped, 1);
    assert_int_equal(m->counts->rejected, 1);
    assert_int_equal(m->n_errors, 1);
    assert_int_equal(m->errors[0]->row, 7);
    assert_int_equal(m->errors[0]->column, 2);
    assert_int_equal(COMPANIES("true"), 3);
    /* Once more, and then for good. */
    assert_int_equal(import_preview(t, id)->counts->rows, 7);
    m = import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->counts->rows, 7);
    assert_int_equal(m->counts->skipped, 4);
    assert_int_equal(COMPANIES("true"), 5);
}

static void strategies_treat_known_companies_as_they_say(void **state)
{
    static const char change[] =
        "name,domain,city,phone\nAcme Groep,acme.example,Ede,030 1234567\n";
    static const struct {
        Scraper__ImportStrategy strategy;
        const char *name, *city, *phone;
    } cases[] = {
        {SCRAPER__IMPORT_STRATEGY__SKIP, "Acme", "Utrecht", NULL},
        {SCRAPER__IMPORT_STRATEGY__FILL, "Acme", "Utrecht", "+31301234567"},
        {SCRAPER__IMPORT_STRATEGY__UPDATE, "Acme Groep", "Ede", "+31301234567"},
        {SCRAPER__IMPORT_STRATEGY__CREATE, "Acme", "Utrecht", NULL},
    };
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        Scraper__MapImportRequest map = SCRAPER__MAP_IMPORT_REQUEST__INIT;
        Scraper__Import *m;
        char *id;

        lm_pgtest_sql(t, "DELETE FROM company");
        import_execute(t, import_upload(t, LM_STR("name,domain,city\nAcme,acme.example,Utrecht\n")),
                       SCRAPER__IMPORT_STRATEGY__SKIP);
        id = import_upload(t, lm_str_z(change));
        map.import_id = id;
        map.country = text("NL");
        import_call(t, "MapImport", &map.base);
        m = import_execute(t, id, cases[i].strategy);
        assert_int_equal(m->counts->rejected, 0);
        assert_int_equal(m->counts->conflicts,
                         cases[i].strategy == SCRAPER__IMPORT_STRATEGY__CREATE);
        assert_int_equal(COMPANIES("true"), 1);
        assert_string_equal(COMPANY("name", "acme.example"), cases[i].name);
        assert_string_equal(COMPANY("city", "acme.example"), cases[i].city);
        if (cases[i].phone)
            assert_string_equal(COMPANY("phone", "acme.example"), cases[i].phone);
        else
            assert_int_equal(COMPANIES("phone IS NULL"), 1);
    }
}

static void names_tell_companies_where_domains_do_not(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__Import *m;

    import_execute(
        t,
        import_upload(t, LM_STR("name,domain\nZilverpad Logistiek,\nBakkerij Oost,oost.example\n")),
        SCRAPER__IMPORT_STRATEGY__FILL);
    m = import_execute(
        t,
        import_upload(t, LM_STR("name,domain\nZilverpad Logistiek B.V.,zilverpad.example\n"
                                "Bakkerij Oost BV,\nBakkerij Oost,anders.example\n"
                                "Nieuwe Naam,\nNieuwe Naam BV,\nNieuwe Naam,nieuw.example\n")),
        SCRAPER__IMPORT_STRATEGY__FILL);
    /* Zilverpad got its domain; one bakery is the known one, the other has another domain; three names are one. */
    assert_int_equal(m->counts->created, 2);
    assert_int_equal(m->counts->updated, 2);
    assert_int_equal(m->counts->unchanged, 2);
    assert_int_equal(COMPANIES("true"), 4);
    assert_string_equal(COMPANY("name", "zilverpad.example"), "Zilverpad Logistiek");
    assert_string_equal(COMPANY("name", "nieuw.example"), "Nieuwe Naam");
}

/* ---- undo ---- */

static void an_undo_takes_back_what_nobody_has_changed_since(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__UpdateCompanyRequest edit = SCRAPER__UPDATE_COMPANY_REQUEST__INIT;
    Scraper__Import *m;
    char *first, *second;

    first = import_upload(
        t, LM_STR("name,domain,city\nAcme,acme.example,Utrecht\nBol,bol.example,Ede\n"));
    import_execute(t, first, SCRAPER__IMPORT_STRATEGY__SKIP);
    second = import_upload(
        t, LM_STR("name,domain,city,industry\nAcme Groep,acme.example,Amersfoort,Bouw\n"
                  "Bol,bol.example,Assen,\nNieuw,nieuw.example,Ede,\n"
                  "Bewerkt,bewerkt.example,Ede,\nNieuw BV,nieuw.example,,Zorg\n"));
    m = import_execute(t, second, SCRAPER__IMPORT_STRATEGY__UPDATE);
    assert_int_equal(m->counts->created, 2);
    assert_int_equal(m->counts->updated, 3);
    /* a person changes one of the new ones, and one value of an updated one */
    edit.company_id = text(COMPANY("id", "bewerkt.example"));
    edit.industry = text("Handel");
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &edit.base, NULL), &t->base.err);
    edit.company_id = text(COMPANY("id", "acme.example"));
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &edit.base, NULL), &t->base.err);
    m = import_undo(t, second);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_UNDONE);
    assert_int_equal(m->counts->kept, 1);
    assert_string_equal(COMPANY("name", "acme.example"), "Acme");
    assert_string_equal(COMPANY("city", "acme.example"), "Utrecht");
    assert_string_equal(COMPANY("industry_words", "acme.example"), "Handel");
    assert_string_equal(COMPANY("city", "bol.example"), "Ede");
    assert_string_equal(COMPANY("status", "bewerkt.example"), "COMPANY_NEW");
    assert_int_equal(COMPANIES("is_undone AND status = 'COMPANY_ARCHIVED' AND domain IS NULL"), 1);
    assert_code(import_refused(t, "UndoImport", second), LM_CONFLICT, &t->base.err);
    /* The same list can be imported again. */
    m = import_execute(t, second, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->counts->created, 1);
    assert_string_equal(COMPANY("name", "nieuw.example"), "Nieuw");
}

/* ---- batches ---- */

static lm_str many(struct lm_pgtest *t, int n)
{
    struct lm_buf b = lm_buf_in(t->base.arena, 64 << 20);

    lm_buf_appendz(&b, "name,domain,city\n");
    for (int i = 0; i < n; i++)
        lm_buf_printf(&b, "Bedrijf nummer %d,nummer%d.example,%s\n", i, i, i % 100 ? "Ede" : "");
    return lm_buf_str(&b);
}

/* What the import itself said later of a company that it made is no change by somebody else. */
static void an_undo_takes_back_what_a_later_batch_has_added_to(void **state)
{
    enum { ROWS = 150 }; /* the first batch has 100 */
    struct lm_pgtest *t = *state;
    lm_str first = many(t, ROWS);
    struct lm_buf b = lm_buf_in(t->base.arena, 1 << 20);
    Scraper__Import *m;
    char *id;

    lm_buf_append(&b, first);
    lm_buf_appendz(&b, "Bedrijf nummer 0,nummer0.example,Zwolle\n"); /* it had no city */
    id = import_upload(t, lm_buf_str(&b));
    m = import_execute(t, id, SCRAPER__IMPORT_STRATEGY__FILL);
    assert_int_equal(m->counts->created, ROWS);
    assert_int_equal(m->counts->updated, 1);
    assert_string_equal(COMPANY("city", "nummer0.example"), "Zwolle");
    m = import_undo(t, id);
    assert_int_equal(m->counts->kept, 0);
    assert_int_equal(COMPANIES("NOT is_undone"), 0);
}

static void an_import_goes_on_behind_the_last_batch(void **state)
{
    enum { ROWS = 3500 };
    struct lm_pgtest *t = *state;
    char *id = import_upload(t, many(t, ROWS));
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;
    Scraper__Import *m;

    in.import_id = id;
    /* A company of the third batch cannot be stored, so that the batches before it are all there is. */
    lm_pgtest_sql(t,
                  "ALTER TABLE company ADD CONSTRAINT no CHECK (domain <> 'nummer2500.example')");
    import_call(t, "ExecuteImport", &in.base);
    lm_pgtest_await(t, 1, "SELECT count(*) FROM job WHERE state = 'dead'");
    m = import_on(t, "GetImport", id);
    assert_int_equal(m->counts->created, 2100);
    assert_int_equal(COMPANIES("true"), 2100);
    lm_pgtest_sql(t, "ALTER TABLE company DROP CONSTRAINT no");
    lm_pgtest_sql(t, "DELETE FROM job WHERE state = 'dead'");
    m = import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_DONE);
    assert_int_equal(m->counts->rows, ROWS);
    assert_int_equal(m->counts->created, ROWS);
    assert_int_equal(COMPANIES("true"), ROWS);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_batch"), 9);
    m = import_undo(t, id);
    assert_int_equal(m->counts->undone, ROWS);
    assert_int_equal(COMPANIES("NOT is_undone"), 0);
}

/* However busy the machine is, somebody can say something between two batches. */
static void slow_down(struct lm_pgtest *t)
{
    lm_pgtest_sql(t, "CREATE FUNCTION wait_a_little() RETURNS trigger LANGUAGE plpgsql AS"
                     " $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$");
    lm_pgtest_sql(t, "CREATE TRIGGER slow AFTER INSERT ON company FOR EACH STATEMENT"
                     " EXECUTE FUNCTION wait_a_little()");
}

static void a_cancelled_import_keeps_its_batches_and_can_go_on(void **state)
{
    enum { ROWS = 10000 }; /* ten seconds of batches, one of which is gone before it is cancelled */
    struct lm_pgtest *t = *state;
    char *id = import_upload(t, many(t, ROWS));
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;
    Scraper__Import *m;
    int64_t there;

    in.import_id = id;
    slow_down(t);
    import_call(t, "ExecuteImport", &in.base);
    lm_pgtest_await(t, 1, "SELECT least(count(*), 1) FROM company");
    import_on(t, "CancelImport", id);
    lm_pgtest_await(t, 0,
                    "SELECT count(*) FROM job WHERE kind = 'run_import' AND state = 'running'");
    lm_pgtest_sql(t, "DROP TRIGGER slow ON company; DELETE FROM job WHERE state = 'dead'");
    m = import_on(t, "GetImport", id);
    there = COMPANIES("true");
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_CANCELLED);
    assert_int_equal(m->counts->created, there);
    assert_true(there < ROWS);
    m = import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->counts->created, ROWS);
    assert_int_equal(COMPANIES("true"), ROWS);
}

static void a_small_file_is_imported_at_once_and_only_once(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ImportCompaniesRequest in = SCRAPER__IMPORT_COMPANIES_REQUEST__INIT;
    lm_str file = lm_str_z(import_list);
    Scraper__ImportResult *r;
    ProtobufCMessage *out;
    size_t half = file.n / 2;

    import_set_up();
    in.upload = text("77777777-7777-4777-8777-777777777777");
    in.has_offset = in.has_size_bytes = true;
    in.size_bytes = (int32_t)file.n;
    in.body = (ProtobufCBinaryData){half, (uint8_t *)(uintptr_t)file.p};
    assert_ok(lm_pgtest_call(t, "ImportCompanies", &in.base, &out), &t->base.err);
    assert_int_equal(COMPANIES("true"), 0);
    in.offset = (int32_t)half;
    in.body = (ProtobufCBinaryData){file.n - half, (uint8_t *)(uintptr_t)file.p + half};
    for (int i = 0; i < 2; i++) { /* the second is of somebody who never got the answer */
        assert_ok(lm_pgtest_call(t, "ImportCompanies", &in.base, &out), &t->base.err);
        r = (Scraper__ImportResult *)out;
        assert_int_equal(r->rows, 4);
        assert_int_equal(r->created, 3);
        assert_int_equal(r->rejected, 1);
        assert_string_equal(r->import_id, in.upload);
    }
    assert_int_equal(COMPANIES("true"), 3);
    /* One that cannot begin leaves nothing. */
    in = (Scraper__ImportCompaniesRequest)SCRAPER__IMPORT_COMPANIES_REQUEST__INIT;
    in.body = (ProtobufCBinaryData){8, (uint8_t *)text("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")};
    assert_code(lm_pgtest_call(t, "ImportCompanies", &in.base, NULL), LM_INVALID, &t->base.err);
    in.body = (ProtobufCBinaryData){8, (uint8_t *)text("x,y\n1,2\n")};
    assert_code(lm_pgtest_call(t, "ImportCompanies", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_piece"), 2);
}

LM_PGTEST_MAIN(scraper, LM_PGTEST(a_list_becomes_companies),
               LM_PGTEST(what_becomes_of_an_import_is_told),
               LM_PGTEST(a_preview_says_what_would_happen_and_does_nothing),
               LM_PGTEST(strategies_treat_known_companies_as_they_say),
               LM_PGTEST(names_tell_companies_where_domains_do_not),
               LM_PGTEST(an_undo_takes_back_what_nobody_has_changed_since),
               LM_PGTEST(an_undo_takes_back_what_a_later_batch_has_added_to),
               LM_PGTEST(an_import_goes_on_behind_the_last_batch),
               LM_PGTEST(a_cancelled_import_keeps_its_batches_and_can_go_on),
               LM_PGTEST(a_small_file_is_imported_at_once_and_only_once))

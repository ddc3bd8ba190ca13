/* SPDX-License-Identifier: Apache-2.0 */
/* An import from the first part of a file to its undo, through the service. */
#include "tests/pg/drive.h" /* first: cmocka */

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/json.h"
#include "gen/scraper.lm.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"
#include "tests/scraper/xlsx_make.h"

static const struct lm_service scraper = {
    .name = "scraper",
    .sql = scraper_sql,
    .calls = scraper_calls,
    .events = scraper_events,
    .jobs = scraper_jobs,
};

static void set_up(void)
{
    scraper_settings.import_max_bytes = 64 << 20;
    scraper_settings.import_keep_ms = INT32_MAX;
    scraper_settings.names_memory_bytes = 64 << 20;
    scraper_settings.home_country = "NL";
}

/* ---- steps ---- */

static char *text(const char *z)
{
    return (char *)(uintptr_t)z;
}

static Scraper__Import *called(struct lm_pgtest *t, const char *method, const ProtobufCMessage *in)
{
    ProtobufCMessage *out;

    assert_ok(lm_pgtest_call(t, method, in, &out), &t->base.err);
    return (Scraper__Import *)out;
}

static Scraper__Import *on(struct lm_pgtest *t, const char *method, const char *id)
{
    Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

    in.import_id = text(id);
    return called(t, method, &in.base);
}

static lm_code refused(struct lm_pgtest *t, const char *method, const char *id)
{
    Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

    in.import_id = text(id);
    return lm_pgtest_call(t, method, &in.base, NULL);
}

static char *created(struct lm_pgtest *t, int64_t size)
{
    Scraper__CreateImportRequest in = SCRAPER__CREATE_IMPORT_REQUEST__INIT;

    set_up();
    in.file_name = text("list.csv");
    in.size_bytes = size;
    return called(t, "CreateImport", &in.base)->id;
}

static char *hash_of(struct lm_pgtest *t, lm_str bytes)
{
    struct lm_buf b = lm_buf_in(t->base.arena, 100);
    uint8_t digest[LM_SHA256_SIZE];

    lm_sha256(bytes.p, bytes.n, digest);
    lm_buf_hex(&b, digest, sizeof(digest));
    return lm_arena_strdup(t->base.arena, lm_buf_z(&b));
}

/* A piece of a part whose bytes are `part`, as the gateway sends it. */
static lm_code put(struct lm_pgtest *t, const char *id, int number, lm_str part, size_t offset,
                   size_t n)
{
    Scraper__PutImportPartRequest in = SCRAPER__PUT_IMPORT_PART_REQUEST__INIT;
    lm_str piece = lm_str_sub(part, offset, offset + n);

    in.import_id = text(id);
    in.number = number;
    in.sha256 = hash_of(t, part);
    in.body = (ProtobufCBinaryData){piece.n, (uint8_t *)(uintptr_t)piece.p};
    in.has_offset = in.has_size_bytes = true;
    in.offset = (int32_t)offset;
    in.size_bytes = (int32_t)part.n;
    return lm_pgtest_call(t, "PutImportPart", &in.base, NULL);
}

static void put_all(struct lm_pgtest *t, const char *id, lm_str file)
{
    for (size_t part = 0; part * SCRAPER_PART_BYTES < file.n; part++) {
        lm_str bytes = lm_str_sub(file, part * SCRAPER_PART_BYTES, (part + 1) * SCRAPER_PART_BYTES);

        for (size_t at = 0; at < bytes.n; at += SCRAPER_PIECE_BYTES)
            assert_ok(put(t, id, (int)part + 1, bytes, at, SCRAPER_PIECE_BYTES), &t->base.err);
    }
}

/* Uploaded and looked at. */
static char *uploaded(struct lm_pgtest *t, lm_str file)
{
    char *id = created(t, (int64_t)file.n);

    put_all(t, id, file);
    lm_pgtest_work(t);
    return id;
}

static Scraper__Import *executed(struct lm_pgtest *t, const char *id,
                                 Scraper__ImportStrategy strategy)
{
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;

    in.import_id = text(id);
    in.has_strategy = true;
    in.strategy = strategy;
    called(t, "ExecuteImport", &in.base);
    lm_pgtest_work(t);
    return on(t, "GetImport", id);
}

static Scraper__Import *previewed(struct lm_pgtest *t, const char *id)
{
    on(t, "PreviewImport", id);
    lm_pgtest_work(t);
    return on(t, "GetImport", id);
}

static Scraper__Import *undone(struct lm_pgtest *t, const char *id)
{
    on(t, "UndoImport", id);
    lm_pgtest_work(t);
    return on(t, "GetImport", id);
}

#define COMPANIES(where) lm_pgtest_int(t, "SELECT count(*) FROM company WHERE " where)
#define COMPANY(column, domain) \
    lm_pgtest_text(t, "SELECT " column " FROM company WHERE domain = '" domain "'")

static const char list[] = "Bedrijfsnaam;Website;Plaats;Telefoon;Omzet\n"
                           "Acme BV;acme.example;Utrecht;030 1234567;5\n"
                           "Bol BV;www.bol.example;Ede;;7\n"
                           "Zonder domein;;Assen;;1\n"
                           "Fout BV;fout.example;Ede;geen;2\n";

/* ---- upload ---- */

static void parts_come_in_any_order_and_more_than_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_buf file = lm_buf_in(t->base.arena, 24 << 20);
    Scraper__Import *m;
    lm_str parts[3];
    char *id;

    lm_buf_appendz(&file, "name,domain\n");
    for (int i = 0; file.n < 2 * SCRAPER_PART_BYTES + 1000; i++)
        lm_buf_printf(&file, "\"%0900d\",no%d.example\n", i, i);
    for (size_t i = 0; i < 3; i++)
        parts[i] =
            lm_str_sub(lm_buf_str(&file), i * SCRAPER_PART_BYTES, (i + 1) * SCRAPER_PART_BYTES);
    id = created(t, (int64_t)file.n);
    m = on(t, "GetImport", id);
    assert_int_equal(m->part_bytes, SCRAPER_PART_BYTES);
    assert_int_equal(m->part_count, 3);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_UPLOADING);
    /* the end first; a part begun, left, and sent once more */
    assert_ok(put(t, id, 3, parts[2], 0, parts[2].n), &t->base.err);
    assert_ok(put(t, id, 1, parts[0], 0, SCRAPER_PIECE_BYTES), &t->base.err);
    m = on(t, "GetImport", id);
    assert_int_equal(m->n_parts, 1);
    assert_int_equal(m->parts[0]->number, 3);
    assert_ok(put(t, id, 3, parts[2], 0, parts[2].n), &t->base.err);
    put_all(t, id, lm_buf_str(&file));
    assert_int_equal(on(t, "GetImport", id)->n_parts, 3);
    lm_pgtest_work(t);
    m = on(t, "GetImport", id);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_READY);
    assert_int_equal(m->n_columns, 2);
    assert_string_equal(m->columns[1]->field, "domain");
}

static void wrong_bytes_are_refused_and_leave_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    lm_str file = lm_str_z(list), other = lm_arena_dup(t->base.arena, file);
    Scraper__PutImportPartRequest in = SCRAPER__PUT_IMPORT_PART_REQUEST__INIT;
    char *id = created(t, (int64_t)file.n);

    ((char *)(uintptr_t)other.p)[3] ^= 1;
    in.import_id = id;
    in.number = 1;
    in.sha256 = hash_of(t, file);
    in.body = (ProtobufCBinaryData){other.n, (uint8_t *)(uintptr_t)other.p};
    assert_code(lm_pgtest_call(t, "PutImportPart", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "sha256");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_piece"), 0);
    assert_code(put(t, id, 2, file, 0, file.n), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "number");
    assert_code(put(t, id, 1, lm_str_sub(file, 0, 10), 0, 10), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "body");
    assert_ok(put(t, id, 1, file, 0, file.n), &t->base.err);
}

static void a_file_over_the_limit_is_refused_at_once(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CreateImportRequest in = SCRAPER__CREATE_IMPORT_REQUEST__INIT;

    set_up();
    in.file_name = text("huge.csv");
    in.size_bytes = (int64_t)2 << 30;
    assert_code(lm_pgtest_call(t, "CreateImport", &in.base, NULL), LM_TOO_LARGE, &t->base.err);
    assert_true(lm_str_ifind(lm_str_z(t->base.err.message), LM_STR("scraper.import_max"), 0) > 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import"), 0);
}

static void what_is_no_list_fails_and_says_why(void **state)
{
    static const struct {
        lm_str bytes;
        const char *word;
    } cases[] = {{{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8}, ".xls"},
                 {{"PK\3\4 cut off", 12}, "damaged"}};
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        char *id = uploaded(t, cases[i].bytes);
        Scraper__Import *m = on(t, "GetImport", id);

        assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_FAILED);
        assert_true(lm_str_ifind(lm_str_z(m->error_message), lm_str_z(cases[i].word), 0) >= 0);
        assert_code(refused(t, "PreviewImport", id), LM_CONFLICT, &t->base.err);
    }
}

/* ---- from suggestion to companies ---- */

static void a_list_becomes_companies(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ListImportRowsRequest rows = SCRAPER__LIST_IMPORT_ROWS_REQUEST__INIT;
    Scraper__ImportErrorsRequest errors = SCRAPER__IMPORT_ERRORS_REQUEST__INIT;
    char *id = uploaded(t, lm_str_z(list));
    const Scraper__ListImportRowsResponse *report;
    Scraper__Import *m = on(t, "GetImport", id);
    ProtobufCMessage *out;

    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_READY);
    assert_string_equal(m->format, "CSV");
    assert_string_equal(m->separator, ";");
    assert_string_equal(m->columns[1]->field, "website_url");
    assert_null(m->columns[4]->field);
    m = executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
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
               "+31 20 123 4567\",Fout BV,fout.example,Ede,geen,2\r\n");
    assert_null(((Scraper__ImportErrors *)out)->next);
    assert_code(refused(t, "PreviewImport", id), LM_CONFLICT, &t->base.err);
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
    char *id = uploaded(t, lm_str_z(list));
    int64_t before = told(t, "count(*)", id);
    Scraper__Import *m;

    assert_true(before >= 3); /* made, complete, read */
    assert_int_equal(told(t, "max(version)", id), on(t, "GetImport", id)->version);
    m = executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_true(told(t, "count(*)", id) >= before + 2);
    assert_int_equal(told(t, "max(version)", id), m->version);
}

static void a_preview_says_what_would_happen_and_does_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__Import *m;
    char *id;

    executed(t,
             uploaded(t, LM_STR("name,domain,city\nAcme,acme.example,Utrecht\n"
                                "Bol,bol.example,\nCoco,coco.example,Ede\n")),
             SCRAPER__IMPORT_STRATEGY__SKIP);
    id = uploaded(t, LM_STR("name,domain,city\nAcme,acme.example,Amersfoort\nBol,bol.example,Ede\n"
                            "Coco,coco.example,Ede\nDuo,duo.example,Ede\nDuo BV,duo.example,Ede\n"
                            "Duo,not a domain,x\nNieuw zonder domein,,Ede\n"));
    m = previewed(t, id);
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
    assert_int_equal(previewed(t, id)->counts->rows, 7);
    m = executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
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
        executed(t, uploaded(t, LM_STR("name,domain,city\nAcme,acme.example,Utrecht\n")),
                 SCRAPER__IMPORT_STRATEGY__SKIP);
        id = uploaded(t, lm_str_z(change));
        map.import_id = id;
        map.country = text("NL");
        called(t, "MapImport", &map.base);
        m = executed(t, id, cases[i].strategy);
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

    executed(t,
             uploaded(t, LM_STR("name,domain\nZilverpad Logistiek,\nBakkerij Oost,oost.example\n")),
             SCRAPER__IMPORT_STRATEGY__FILL);
    m = executed(t,
                 uploaded(t, LM_STR("name,domain\nZilverpad Logistiek B.V.,zilverpad.example\n"
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

static void a_person_maps_columns_and_names_fields_of_his_own(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ImportColumn name = SCRAPER__IMPORT_COLUMN__INIT, own = SCRAPER__IMPORT_COLUMN__INIT;
    Scraper__ImportColumn *columns[] = {&name, &own, &own};
    Scraper__MapImportRequest map = SCRAPER__MAP_IMPORT_REQUEST__INIT;
    char *id = uploaded(t, lm_str_z(list));
    Lm__Company *c;
    ProtobufCMessage *m;
    Scraper__Import *import;

    name.column = 1;
    name.field = text("name");
    own.column = 5;
    own.custom_key = text("Omzet");
    map.import_id = id;
    map.columns = columns;
    map.n_columns = 3;
    assert_code(lm_pgtest_call(t, "MapImport", &map.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "columns[2].column");
    map.n_columns = 2;
    own.column = 6;
    assert_code(lm_pgtest_call(t, "MapImport", &map.base, NULL), LM_INVALID, &t->base.err);
    own.column = 5;
    import = called(t, "MapImport", &map.base);
    assert_string_equal(import->columns[4]->by, "person");
    assert_null(import->columns[1]->field);
    assert_int_equal(executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP)->counts->created, 4);
    {
        struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
        lm_str hex;
        struct lm_arena *a = t->base.arena;

        assert_true(lm_hex_decode(
            a,
            lm_str_z(lm_pgtest_text(
                t, "SELECT encode(custom, 'hex') FROM company WHERE name = 'Acme BV'")),
            &hex));
        assert_ok(lm_pb_unpack(ctx->arena, &lm__company__descriptor, hex, &m, &t->base.err),
                  &t->base.err);
        c = (Lm__Company *)m;
        assert_string_equal(c->custom[0]->key, "Omzet");
        assert_string_equal(c->custom[0]->value, "5");
    }
}

static void a_file_that_was_misread_is_read_as_a_person_says(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__MapImportRequest map = SCRAPER__MAP_IMPORT_REQUEST__INIT;
    char *id = uploaded(t, LM_STR("name|note, of a kind, and so on\nAcme|x\n"));
    Scraper__Import *m;

    map.import_id = id;
    map.separator = text("|");
    map.charset = text("windows-1252");
    called(t, "MapImport", &map.base);
    lm_pgtest_work(t);
    m = on(t, "GetImport", id);
    assert_int_equal(m->n_columns, 2);
    assert_string_equal(m->separator, "|");
    assert_string_equal(m->charset, "windows-1252");
    assert_string_equal(m->columns[0]->field, "name");
}

static void a_workbook_is_imported_as_well(void **state)
{
    struct lm_pgtest *t = *state;
    lm_str file = xlsx_make(t->base.arena,
                            "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>"
                            "<row><c t=\"inlineStr\"><is><t>Acme</t></is></c>"
                            "<c t=\"str\"><v>acme.example</v></c></row>",
                            "<si><t>Bedrijf</t></si><si><t>Domein</t></si>", "");
    char *id = uploaded(t, file);

    assert_string_equal(on(t, "GetImport", id)->format, "XLSX");
    assert_int_equal(executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP)->counts->created, 1);
    assert_string_equal(COMPANY("name", "acme.example"), "Acme");
}

/* ---- undo ---- */

static void an_undo_takes_back_what_nobody_has_changed_since(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__UpdateCompanyRequest edit = SCRAPER__UPDATE_COMPANY_REQUEST__INIT;
    Scraper__Import *m;
    char *first, *second;

    first =
        uploaded(t, LM_STR("name,domain,city\nAcme,acme.example,Utrecht\nBol,bol.example,Ede\n"));
    executed(t, first, SCRAPER__IMPORT_STRATEGY__SKIP);
    second =
        uploaded(t, LM_STR("name,domain,city,industry\nAcme Groep,acme.example,Amersfoort,Bouw\n"
                           "Bol,bol.example,Assen,\nNieuw,nieuw.example,Ede,\n"
                           "Bewerkt,bewerkt.example,Ede,\nNieuw BV,nieuw.example,,Zorg\n"));
    m = executed(t, second, SCRAPER__IMPORT_STRATEGY__UPDATE);
    assert_int_equal(m->counts->created, 2);
    assert_int_equal(m->counts->updated, 3);
    /* a person changes one of the new ones, and one value of an updated one */
    edit.company_id = text(COMPANY("id", "bewerkt.example"));
    edit.industry = text("Handel");
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &edit.base, NULL), &t->base.err);
    edit.company_id = text(COMPANY("id", "acme.example"));
    assert_ok(lm_pgtest_call(t, "UpdateCompany", &edit.base, NULL), &t->base.err);
    m = undone(t, second);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_UNDONE);
    assert_int_equal(m->counts->kept, 1);
    assert_string_equal(COMPANY("name", "acme.example"), "Acme");
    assert_string_equal(COMPANY("city", "acme.example"), "Utrecht");
    assert_string_equal(COMPANY("industry_words", "acme.example"), "Handel");
    assert_string_equal(COMPANY("city", "bol.example"), "Ede");
    assert_string_equal(COMPANY("status", "bewerkt.example"), "COMPANY_NEW");
    assert_int_equal(COMPANIES("is_undone AND status = 'COMPANY_ARCHIVED' AND domain IS NULL"), 1);
    assert_code(refused(t, "UndoImport", second), LM_CONFLICT, &t->base.err);
    /* The same list can be imported again. */
    m = executed(t, second, SCRAPER__IMPORT_STRATEGY__SKIP);
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

static void an_import_goes_on_behind_the_last_batch(void **state)
{
    enum { ROWS = 3500 };
    struct lm_pgtest *t = *state;
    char *id = uploaded(t, many(t, ROWS));
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;
    Scraper__Import *m;

    in.import_id = id;
    /* A company of the third batch cannot be stored, so that the batches before it are all there is. */
    lm_pgtest_sql(t,
                  "ALTER TABLE company ADD CONSTRAINT no CHECK (domain <> 'nummer2500.example')");
    called(t, "ExecuteImport", &in.base);
    lm_pgtest_await(t, 1, "SELECT count(*) FROM job WHERE state = 'dead'");
    m = on(t, "GetImport", id);
    assert_int_equal(m->counts->created, 2100);
    assert_int_equal(COMPANIES("true"), 2100);
    lm_pgtest_sql(t, "ALTER TABLE company DROP CONSTRAINT no");
    lm_pgtest_sql(t, "DELETE FROM job WHERE state = 'dead'");
    m = executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_DONE);
    assert_int_equal(m->counts->rows, ROWS);
    assert_int_equal(m->counts->created, ROWS);
    assert_int_equal(COMPANIES("true"), ROWS);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_batch"), 9);
    m = undone(t, id);
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
    char *id = uploaded(t, many(t, ROWS));
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;
    Scraper__Import *m;
    int64_t there;

    in.import_id = id;
    slow_down(t);
    called(t, "ExecuteImport", &in.base);
    lm_pgtest_await(t, 1, "SELECT least(count(*), 1) FROM company");
    on(t, "CancelImport", id);
    lm_pgtest_await(t, 0,
                    "SELECT count(*) FROM job WHERE kind = 'run_import' AND state = 'running'");
    lm_pgtest_sql(t, "DROP TRIGGER slow ON company; DELETE FROM job WHERE state = 'dead'");
    m = on(t, "GetImport", id);
    there = COMPANIES("true");
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_CANCELLED);
    assert_int_equal(m->counts->created, there);
    assert_true(there < ROWS);
    m = executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    assert_int_equal(m->counts->created, ROWS);
    assert_int_equal(COMPANIES("true"), ROWS);
}

static void a_small_file_is_imported_at_once_and_only_once(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ImportCompaniesRequest in = SCRAPER__IMPORT_COMPANIES_REQUEST__INIT;
    lm_str file = lm_str_z(list);
    Scraper__ImportResult *r;
    ProtobufCMessage *out;
    size_t half = file.n / 2;

    set_up();
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

static void the_bytes_go_some_days_after_the_end(void **state)
{
    struct lm_pgtest *t = *state;
    char *id = uploaded(t, lm_str_z(list)), *left = created(t, 1000);

    executed(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    scraper_settings.import_keep_ms = 0;
    lm_pgtest_sql(t, "UPDATE job SET run_at = lm_at(0) WHERE kind = 'forget_import'");
    lm_pgtest_await(t, 0, "SELECT count(*) FROM import_piece");
    lm_pgtest_await(t, 1, "SELECT count(*) FROM import");
    assert_code(refused(t, "GetImport", left), LM_NOT_FOUND, &t->base.err);
    /* The report and the undo are still there. */
    assert_int_equal(undone(t, id)->counts->undone, 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_batch"), 1);
    on(t, "GetImport", id);
    {
        Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

        in.import_id = id;
        assert_ok(lm_pgtest_call(t, "DeleteImport", &in.base, NULL), &t->base.err);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_batch"), 0);
}

static void imports_are_listed_newest_first(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ListImportsRequest in = SCRAPER__LIST_IMPORTS_REQUEST__INIT;
    char *ids[] = {created(t, 10), created(t, 20), created(t, 30)};
    Scraper__ListImportsResponse *r;
    ProtobufCMessage *out;

    (void)ids;
    in.has_limit = true;
    in.limit = 2;
    assert_ok(lm_pgtest_call(t, "ListImports", &in.base, &out), &t->base.err);
    r = (Scraper__ListImportsResponse *)out;
    assert_int_equal(r->total, 3);
    assert_int_equal(r->n_items, 2);
    in.after = r->next;
    assert_ok(lm_pgtest_call(t, "ListImports", &in.base, &out), &t->base.err);
    r = (Scraper__ListImportsResponse *)out;
    assert_int_equal(r->n_items, 1);
    assert_null(r->next);
}

LM_PGTEST_MAIN(scraper, LM_PGTEST(parts_come_in_any_order_and_more_than_once),
               LM_PGTEST(wrong_bytes_are_refused_and_leave_nothing),
               LM_PGTEST(a_file_over_the_limit_is_refused_at_once),
               LM_PGTEST(what_is_no_list_fails_and_says_why), LM_PGTEST(a_list_becomes_companies),
               LM_PGTEST(what_becomes_of_an_import_is_told),
               LM_PGTEST(a_preview_says_what_would_happen_and_does_nothing),
               LM_PGTEST(strategies_treat_known_companies_as_they_say),
               LM_PGTEST(names_tell_companies_where_domains_do_not),
               LM_PGTEST(a_person_maps_columns_and_names_fields_of_his_own),
               LM_PGTEST(a_file_that_was_misread_is_read_as_a_person_says),
               LM_PGTEST(a_workbook_is_imported_as_well),
               LM_PGTEST(an_undo_takes_back_what_nobody_has_changed_since),
               LM_PGTEST(an_import_goes_on_behind_the_last_batch),
               LM_PGTEST(a_cancelled_import_keeps_its_batches_and_can_go_on),
               LM_PGTEST(a_small_file_is_imported_at_once_and_only_once),
               LM_PGTEST(the_bytes_go_some_days_after_the_end),
               LM_PGTEST(imports_are_listed_newest_first))

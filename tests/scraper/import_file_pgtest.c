/* SPDX-License-Identifier: Apache-2.0 */
/* The file of an import: how it comes, what is read out of it, and how long it stays. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/json.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "tests/scraper/imports.h"
#include "tests/scraper/xlsx_make.h"

/* ---- how it comes ---- */

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
    id = import_create(t, (int64_t)file.n);
    m = import_on(t, "GetImport", id);
    assert_int_equal(m->part_bytes, SCRAPER_PART_BYTES);
    assert_int_equal(m->part_count, 3);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_UPLOADING);
    /* the end first; a part begun, left, and sent once more */
    assert_ok(import_put(t, id, 3, parts[2], 0, parts[2].n), &t->base.err);
    assert_ok(import_put(t, id, 1, parts[0], 0, SCRAPER_PIECE_BYTES), &t->base.err);
    m = import_on(t, "GetImport", id);
    assert_int_equal(m->n_parts, 1);
    assert_int_equal(m->parts[0]->number, 3);
    assert_ok(import_put(t, id, 3, parts[2], 0, parts[2].n), &t->base.err);
    import_put_all(t, id, lm_buf_str(&file));
    assert_int_equal(import_on(t, "GetImport", id)->n_parts, 3);
    lm_pgtest_work(t);
    m = import_on(t, "GetImport", id);
    assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_READY);
    assert_int_equal(m->n_columns, 2);
    assert_string_equal(m->columns[1]->field, "domain");
}

static void wrong_bytes_are_refused_and_leave_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    lm_str file = lm_str_z(import_list), other = lm_arena_dup(t->base.arena, file);
    Scraper__PutImportPartRequest in = SCRAPER__PUT_IMPORT_PART_REQUEST__INIT;
    char *id = import_create(t, (int64_t)file.n);

    ((char *)(uintptr_t)other.p)[3] ^= 1;
    in.import_id = id;
    in.number = 1;
    in.sha256 = import_hash_of(t, file);
    in.body = (ProtobufCBinaryData){other.n, (uint8_t *)(uintptr_t)other.p};
    assert_code(lm_pgtest_call(t, "PutImportPart", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "sha256");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_piece"), 0);
    assert_code(import_put(t, id, 2, file, 0, file.n), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "number");
    assert_code(import_put(t, id, 1, lm_str_sub(file, 0, 10), 0, 10), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "body");
    assert_ok(import_put(t, id, 1, file, 0, file.n), &t->base.err);
}

static void a_file_over_the_limit_is_refused_at_once(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CreateImportRequest in = SCRAPER__CREATE_IMPORT_REQUEST__INIT;

    import_set_up();
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
        char *id = import_upload(t, cases[i].bytes);
        Scraper__Import *m = import_on(t, "GetImport", id);

        assert_int_equal(m->status, SCRAPER__IMPORT_STATUS__IMPORT_FAILED);
        assert_true(lm_str_ifind(lm_str_z(m->error_message), lm_str_z(cases[i].word), 0) >= 0);
        assert_code(import_refused(t, "PreviewImport", id), LM_CONFLICT, &t->base.err);
    }
}

/* ---- what is read out of it ---- */

static void a_person_maps_columns_and_names_fields_of_his_own(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__ImportColumn name = SCRAPER__IMPORT_COLUMN__INIT, own = SCRAPER__IMPORT_COLUMN__INIT;
    Scraper__ImportColumn *columns[] = {&name, &own, &own};
    Scraper__MapImportRequest map = SCRAPER__MAP_IMPORT_REQUEST__INIT;
    char *id = import_upload(t, lm_str_z(import_list));
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
    import = import_call(t, "MapImport", &map.base);
    assert_string_equal(import->columns[4]->by, "person");
    assert_null(import->columns[1]->field);
    assert_int_equal(import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP)->counts->created, 4);
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
    char *id = import_upload(t, LM_STR("name|note, of a kind, and so on\nAcme|x\n"));
    Scraper__Import *m;

    map.import_id = id;
    map.separator = text("|");
    map.charset = text("windows-1252");
    import_call(t, "MapImport", &map.base);
    lm_pgtest_work(t);
    m = import_on(t, "GetImport", id);
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
    char *id = import_upload(t, file);

    assert_string_equal(import_on(t, "GetImport", id)->format, "XLSX");
    assert_int_equal(import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP)->counts->created, 1);
    assert_string_equal(COMPANY("name", "acme.example"), "Acme");
}

/* ---- how long it stays ---- */

static void the_bytes_go_some_days_after_the_end(void **state)
{
    struct lm_pgtest *t = *state;
    char *id = import_upload(t, lm_str_z(import_list)), *left = import_create(t, 1000);

    import_execute(t, id, SCRAPER__IMPORT_STRATEGY__SKIP);
    scraper_settings.import_keep_ms = 0;
    lm_pgtest_sql(t, "UPDATE job SET run_at = lm_at(0) WHERE kind = 'forget_import'");
    lm_pgtest_await(t, 0, "SELECT count(*) FROM import_piece");
    lm_pgtest_await(t, 1, "SELECT count(*) FROM import");
    assert_code(import_refused(t, "GetImport", left), LM_NOT_FOUND, &t->base.err);
    /* The report and the undo are still there. */
    assert_int_equal(import_undo(t, id)->counts->undone, 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM import_batch"), 1);
    import_on(t, "GetImport", id);
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
    char *ids[] = {import_create(t, 10), import_create(t, 20), import_create(t, 30)};
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
               LM_PGTEST(what_is_no_list_fails_and_says_why),
               LM_PGTEST(a_person_maps_columns_and_names_fields_of_his_own),
               LM_PGTEST(a_file_that_was_misread_is_read_as_a_person_says),
               LM_PGTEST(a_workbook_is_imported_as_well),
               LM_PGTEST(the_bytes_go_some_days_after_the_end),
               LM_PGTEST(imports_are_listed_newest_first))

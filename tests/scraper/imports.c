/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/imports.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"

const char import_list[] = "Bedrijfsnaam;Website;Plaats;Telefoon;Omzet\n"
                           "Acme BV;acme.example;Utrecht;030 1234567;5\n"
                           "Bol BV;www.bol.example;Ede;;7\n"
                           "Zonder domein;;Assen;;1\n"
                           "Fout BV;fout.example;Ede;veel;2\n";

void import_set_up(void)
{
    scraper_settings.import_max_bytes = 64 << 20;
    scraper_settings.import_keep_ms = INT32_MAX;
    scraper_settings.names_memory_bytes = 64 << 20;
    scraper_settings.home_country = "NL";
}

Scraper__Import *import_call(struct lm_pgtest *t, const char *method, const ProtobufCMessage *in)
{
    ProtobufCMessage *out;

    assert_ok(lm_pgtest_call(t, method, in, &out), &t->base.err);
    return (Scraper__Import *)out;
}

Scraper__Import *import_on(struct lm_pgtest *t, const char *method, const char *id)
{
    Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

    in.import_id = text(id);
    return import_call(t, method, &in.base);
}

lm_code import_refused(struct lm_pgtest *t, const char *method, const char *id)
{
    Scraper__ImportRequest in = SCRAPER__IMPORT_REQUEST__INIT;

    in.import_id = text(id);
    return lm_pgtest_call(t, method, &in.base, NULL);
}

char *import_create(struct lm_pgtest *t, int64_t size)
{
    Scraper__CreateImportRequest in = SCRAPER__CREATE_IMPORT_REQUEST__INIT;

    import_set_up();
    in.file_name = text("list.csv");
    in.size_bytes = size;
    return import_call(t, "CreateImport", &in.base)->id;
}

char *import_hash_of(struct lm_pgtest *t, lm_str bytes)
{
    struct lm_buf b = lm_buf_in(t->base.arena, 100);
    uint8_t digest[LM_SHA256_SIZE];

    lm_sha256(bytes.p, bytes.n, digest);
    lm_buf_hex(&b, digest, sizeof(digest));
    return lm_arena_strdup(t->base.arena, lm_buf_z(&b));
}

/* A piece of a part whose bytes are `part`, as the gateway sends it. */
lm_code import_put(struct lm_pgtest *t, const char *id, int number, lm_str part, size_t offset,
                   size_t n)
{
    Scraper__PutImportPartRequest in = SCRAPER__PUT_IMPORT_PART_REQUEST__INIT;
    lm_str piece = lm_str_sub(part, offset, offset + n);

    in.import_id = text(id);
    in.number = number;
    in.sha256 = import_hash_of(t, part);
    in.body = (ProtobufCBinaryData){piece.n, (uint8_t *)(uintptr_t)piece.p};
    in.has_offset = in.has_size_bytes = true;
    in.offset = (int32_t)offset;
    in.size_bytes = (int32_t)part.n;
    return lm_pgtest_call(t, "PutImportPart", &in.base, NULL);
}

void import_put_all(struct lm_pgtest *t, const char *id, lm_str file)
{
    for (size_t part = 0; part * SCRAPER_PART_BYTES < file.n; part++) {
        lm_str bytes = lm_str_sub(file, part * SCRAPER_PART_BYTES, (part + 1) * SCRAPER_PART_BYTES);

        for (size_t at = 0; at < bytes.n; at += SCRAPER_PIECE_BYTES)
            assert_ok(import_put(t, id, (int)part + 1, bytes, at, SCRAPER_PIECE_BYTES),
                      &t->base.err);
    }
}

/* Uploaded and looked at. */
char *import_upload(struct lm_pgtest *t, lm_str file)
{
    char *id = import_create(t, (int64_t)file.n);

    import_put_all(t, id, file);
    lm_pgtest_work(t);
    return id;
}

Scraper__Import *import_execute(struct lm_pgtest *t, const char *id,
                                Scraper__ImportStrategy strategy)
{
    Scraper__ExecuteImportRequest in = SCRAPER__EXECUTE_IMPORT_REQUEST__INIT;

    in.import_id = text(id);
    in.has_strategy = true;
    in.strategy = strategy;
    import_call(t, "ExecuteImport", &in.base);
    lm_pgtest_work(t);
    return import_on(t, "GetImport", id);
}

Scraper__Import *import_preview(struct lm_pgtest *t, const char *id)
{
    import_on(t, "PreviewImport", id);
    lm_pgtest_work(t);
    return import_on(t, "GetImport", id);
}

Scraper__Import *import_undo(struct lm_pgtest *t, const char *id)
{
    import_on(t, "UndoImport", id);
    lm_pgtest_work(t);
    return import_on(t, "GetImport", id);
}

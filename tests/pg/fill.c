/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg/fill.h"

/* Of which a tenant has a handful. */
static const char small[] =
    "tenant,app_user,send_config,writing_config,score_config,mailbox,inbox,schedule,"
    "source_rate,source_health,source_approval,intake_gate,domain_throttle";

/* From the catalogue; %s: tables left out, %d: rows. */
static const char fill[] =
    "DO $fill$ DECLARE r record; BEGIN"
    "  SET LOCAL session_replication_role = replica;"
    "  FOR r IN SELECT conrelid::regclass AS tbl, conname FROM pg_constraint"
    "            JOIN pg_class t ON t.oid = conrelid AND t.relrowsecurity"
    "            WHERE connamespace = current_schema()::regnamespace AND contype = 'c' LOOP"
    "    EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', r.tbl, r.conname);"
    "  END LOOP;"
    "  FOR r IN"
    "    WITH col AS ("
    "      SELECT c.oid, c.relname, a.attname, a.attnum, a.atttypid::regtype::text AS type,"
    "             EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid"
    "                        AND a.attnum = ANY (i.indkey)) AS is_key"
    "        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    "       WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    "         AND c.relrowsecurity AND a.attnum > 0 AND NOT a.attisdropped"
    "         AND a.attgenerated = '' AND a.attidentity = ''"
    "         AND c.relname <> ALL ('{%s}'))"
    "    SELECT relname,"
    "           string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names,"
    "           string_agg(CASE"
    "             WHEN attname = 'tenant_id' THEN"
    "               'CASE n / 4 %% 2 WHEN 0 THEN ''" LM_PGTEST_TENANT "'' ELSE ''" LM_PGTEST_TENANT2
    "'' END::uuid'"
    "             ELSE replace(CASE"
    "               WHEN type = 'uuid' THEN 'md5(@::text)::uuid'"
    "               WHEN type = 'text' THEN '''v'' || @'"
    "               WHEN type = 'bytea' THEN 'int8send(@)'"
    "               WHEN type = 'boolean' THEN '@ %% 2 = 0'"
    "               WHEN type = 'smallint' THEN '(@ %% 100)::smallint'"
    "               WHEN type LIKE 'timestamp%%' THEN"
    "                 'timestamptz ''2026-01-01'' + @ * interval ''1 second'''"
    "               WHEN type = 'date' THEN 'date ''2026-01-01'' + (@ %% 1000)::int'"
    "               WHEN type = 'inet' THEN 'inet ''10.0.0.0'' + @'"
    "               WHEN type LIKE 'json%%' THEN '''{}''::' || type"
    "               WHEN type LIKE '%%[]' THEN '''{}''::' || type"
    "               ELSE '@::' || type END, '@', CASE WHEN is_key THEN 'n' ELSE '(n %% 4)' END) END,"
    "             ', ' ORDER BY attnum) AS vals"
    "      FROM col GROUP BY oid, relname LOOP"
    "    EXECUTE format('INSERT INTO %%I (%%s) SELECT %%s FROM generate_series(1::bigint, %d) n"
    " ON CONFLICT DO NOTHING',"
    "                   r.relname, r.names, r.vals);"
    "    EXECUTE format('ANALYZE %%I', r.relname);"
    "  END LOOP;"
    "END $fill$";

void lm_pgtest_fill(struct lm_pgtest *t, int rows)
{
    lm_pgtest_sql(t, fill, small, rows);
}

void lm_pgtest_fill_all(struct lm_pgtest *t, int rows)
{
    lm_pgtest_sql(t, fill, "", rows);
}

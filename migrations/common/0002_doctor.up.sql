-- SPDX-License-Identifier: Apache-2.0
-- lm_doctor, which the migrator makes beside the services' roles: it reads every row of every tenant and writes
-- nothing. By a policy and not by BYPASSRLS, which only a superuser may give: a managed database has none.

-- What stands and the service may read; tables to come get it from the two functions below.
DO $$
DECLARE
    tbl regclass;
BEGIN
    FOR tbl IN SELECT c.oid FROM pg_class c
                WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                  AND has_table_privilege(':role', c.oid, 'SELECT') LOOP
        EXECUTE format('GRANT SELECT ON %s TO lm_doctor', tbl);
        IF (SELECT relrowsecurity FROM pg_class WHERE oid = tbl) THEN
            EXECUTE format('CREATE POLICY doctor ON %s FOR SELECT TO lm_doctor USING (true)', tbl);
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION lm_tenant_table(tbl regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    front name;
BEGIN
    SELECT a.attname INTO front
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = tbl AND i.indisprimary;
    IF front IS DISTINCT FROM 'tenant_id' THEN
        RAISE EXCEPTION 'the primary key of % must begin with tenant_id, not with %', tbl, front;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tbl);
    EXECUTE format('CREATE POLICY tenant ON %s'
                   ' USING (tenant_id = (SELECT nullif(current_setting(''lm.tenant'', true), '''')::uuid))'
                   ' WITH CHECK (tenant_id = (SELECT nullif(current_setting(''lm.tenant'', true), '''')::uuid))', tbl);
    EXECUTE format('CREATE POLICY doctor ON %s FOR SELECT TO lm_doctor USING (true)', tbl);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO :role', tbl);
    EXECUTE format('GRANT SELECT ON %s TO lm_doctor', tbl);
END $$;

CREATE OR REPLACE FUNCTION lm_shared_table(tbl regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO :role', tbl);
    EXECUTE format('GRANT SELECT ON %s TO lm_doctor', tbl);
END $$;

-- SPDX-License-Identifier: Apache-2.0
-- A service's schema as it is after so many leads, for psql: -v schema -v tenant -v first -v last. Rows first … last in each
-- table of the tenant (made from the types alone, so the checks go), as many events that all have heard, finished jobs.
\set ON_ERROR_STOP on
SET search_path = :"schema", public;
SET session_replication_role = replica;
SELECT set_config('bench.tenant', :'tenant', false), set_config('bench.first', :'first', false),
       set_config('bench.last', :'last', false), set_config('bench.schema', :'schema', false) \g /dev/null

-- Of some tables a tenant has a handful; of others the benches make rows that can be read.
DO $$ DECLARE
    r record;
    given CONSTANT text[] := '{tenant,app_user,session,api_key,send_config,writing_config,score_config,mailbox,inbox,schedule,
        source_rate,intake_gate,domain_throttle,company_view,lead_view,company_name_key,scrape_job,scrape_job_view}';
BEGIN
    FOR r IN SELECT conrelid::regclass AS tbl, conname FROM pg_constraint
              WHERE connamespace = current_schema()::regnamespace AND contype = 'c'
                AND conrelid IN (SELECT oid FROM pg_class WHERE relrowsecurity) LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', r.tbl, r.conname);
    END LOOP;
    FOR r IN
        SELECT c.relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names,
               string_agg(CASE WHEN attname = 'tenant_id' THEN format('%L::uuid', current_setting('bench.tenant'))
                   WHEN atttypid = 'uuid'::regtype THEN 'md5(n::text)::uuid'
                   WHEN atttypid = 'text'::regtype THEN '''v'' || n'
                   WHEN atttypid = 'bytea'::regtype THEN 'int8send(n)'
                   WHEN atttypid = 'boolean'::regtype THEN 'false'
                   WHEN atttypid = 'inet'::regtype THEN 'inet ''10.0.0.0'' + n'
                   WHEN atttypid = 'date'::regtype THEN 'date ''2026-01-01'' + (n % 1000)::int'
                   WHEN atttypid = 'timestamptz'::regtype THEN 'timestamptz ''2026-01-01'' + n * interval ''1 second'''
                   WHEN format_type(atttypid, NULL) LIKE '%[]' OR format_type(atttypid, NULL) LIKE 'json%'
                       THEN '''{}''::' || format_type(atttypid, NULL)
                   ELSE '(n % 30000)::' || format_type(atttypid, NULL) END, ', ' ORDER BY attnum) AS vals
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
           AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = '' AND c.relname <> ALL (given)
           AND NOT (current_schema() = 'scraper' AND c.relname = 'company')
         GROUP BY c.relname LOOP
        EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM generate_series(%s::bigint, %s::bigint) n', r.relname, r.names,
                       r.vals, current_setting('bench.first'), current_setting('bench.last'));
        EXECUTE format('ANALYZE %I', r.relname);
    END LOOP;
END $$;

-- What happened so far is in the log, numbered and heard by all; the log goes on behind it.
DO $$ DECLARE
    many CONSTANT bigint := current_setting('bench.last')::bigint - current_setting('bench.first')::bigint + 1;
    was  CONSTANT bigint := (SELECT head FROM event_head);
    upto bigint := 0;
    other text;
BEGIN
    WHILE upto <= was + many + 1000000 LOOP upto := lm_event_partition(upto); END LOOP;
    INSERT INTO event (seq, id, tenant_id, type, subject_id, version, payload, occurred_at)
    SELECT was + n, -was - n, current_setting('bench.tenant')::uuid, 'bench.Past', md5(n::text)::uuid, 1, int8send(n),
           clock_timestamp() FROM generate_series(1, many) n;
    UPDATE event_head SET head = was + many;
    UPDATE event_consumer SET seq = seq + many;
    FOREACH other IN ARRAY '{scraper,enricher,scorer,personalizer,mailer,tracker,gateway}'::text[] LOOP
        EXECUTE format('UPDATE %I.consumer_cursor SET seq = seq + $1 WHERE source = $2', other)
          USING many, current_setting('bench.schema');
    END LOOP;
END $$;

INSERT INTO job_done (tenant_id, id, kind, dedupe_key, state, attempts, max_attempts, run_at, progress_done, progress_total,
       created_at, finished_at)
SELECT :'tenant', gen_random_uuid(), 'bench', n, 'done', 1, 1, clock_timestamp(), 0, 0, clock_timestamp(), clock_timestamp()
  FROM generate_series(:first::bigint, :last::bigint) n;
-- Waiting, of a kind that no worker asks for and of another tenant. Ids and keys begin with the time, as ours do.
INSERT INTO job (tenant_id, id, kind, dedupe_key, max_attempts, run_at, created_at)
SELECT '22222222-2222-4222-8222-222222222222',
       (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7000a' || substr(md5(n::text), 1, 15))::uuid,
       'bench', lpad(n::text, 12, '0'), 1, clock_timestamp() - interval '1 hour',
       clock_timestamp() FROM generate_series(:first::bigint, :last::bigint) n WHERE :'schema' = 'scorer';
ANALYZE event; ANALYZE job_done; ANALYZE job;

-- SPDX-License-Identifier: Apache-2.0
-- The plumbing of every service's schema: the event log, the jobs, the stored answers, the ticks. It crosses
-- tenants and has no row security; only common/ touches it. `:role` is the service's database role.
-- Times: run_at, occurred_at and created_at are business time; leases, …_done and partition keys are real time.

-- ---------------------------------------------------------------- helpers of every statement

-- Milliseconds of a time and back. Built from immutable parts only, so that the planner inlines them.
CREATE FUNCTION lm_ms(at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (date_part('epoch', at - '1970-01-01 00:00:00+00'::timestamptz) * 1000)::bigint;

CREATE FUNCTION lm_at(ms bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(ms::double precision / 1000);

-- The tenant of the transaction; NULL when none is set, and NULL equals nothing.
CREATE FUNCTION lm_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('lm.tenant', true), '')::uuid;

-- Ends a pipeline of statements when a compare-and-set met nothing: what follows, COMMIT too, is not run.
CREATE FUNCTION lm_fence(holds boolean) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION 'the lease or the cursor is held by another' USING ERRCODE = 'LM001';
    END IF;
    RETURN true;
END $$;

-- ---------------------------------------------------------------- helpers of migrations

-- One line a tenant table: row security that its owner obeys too, the policy, the rights of the service.
CREATE FUNCTION lm_tenant_table(tbl regclass) RETURNS void
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
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO :role', tbl);
END $$;

-- A table that belongs to no tenant (a list of countries, the tenants themselves): rights only.
CREATE FUNCTION lm_shared_table(tbl regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO :role', tbl);
END $$;

-- ---------------------------------------------------------------- events

-- Written by the transaction of the state. The identity has no cache: ids drawn under a subject's row lock
-- follow the order of its commits.
CREATE TABLE event_new (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   uuid,
    type        text        NOT NULL,
    subject_id  uuid        NOT NULL,
    person_id   uuid,
    version     bigint      NOT NULL,
    payload     bytea,                    -- NULL: the person was erased
    request_id  uuid,
    occurred_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0,
        autovacuum_analyze_threshold = 1000000);

-- Numbered by the relay, without a gap. Partitions of a million, made ahead by lm_event_partition.
CREATE TABLE event (
    seq         bigint      NOT NULL,
    id          bigint      NOT NULL,
    tenant_id   uuid,
    type        text        NOT NULL,
    subject_id  uuid        NOT NULL,
    person_id   uuid,
    version     bigint      NOT NULL,
    payload     bytea,
    request_id  uuid,
    occurred_at timestamptz NOT NULL,
    numbered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (seq)
) PARTITION BY RANGE (seq);
CREATE INDEX event_person ON event (person_id) WHERE person_id IS NOT NULL;

-- One row. `gone`: everything up to this seq was detached.
CREATE TABLE event_head (
    one  boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    head bigint  NOT NULL DEFAULT 0,
    gone bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500);
INSERT INTO event_head DEFAULT VALUES;

-- How far each consumer of this log has said it is; nothing above the slowest is detached.
CREATE TABLE event_consumer (
    consumer text        NOT NULL PRIMARY KEY,
    seq      bigint      NOT NULL,
    seen_at  timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- How far this service has consumed each log. Moves by compare-and-set only.
CREATE TABLE consumer_cursor (
    source   text        NOT NULL PRIMARY KEY,
    seq      bigint      NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500);

-- Events that could not be applied, and later ones of the same subject. Applied by `leadmachine replay`.
CREATE TABLE event_parked (
    source      text        NOT NULL,
    seq         bigint      NOT NULL,
    id          bigint      NOT NULL,
    tenant_id   uuid,
    type        text        NOT NULL,
    subject_id  uuid        NOT NULL,
    person_id   uuid,
    version     bigint      NOT NULL,
    payload     bytea,
    request_id  uuid,
    occurred_at timestamptz NOT NULL,
    code        text        NOT NULL,
    error       text        NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, seq)
);
CREATE INDEX event_parked_subject ON event_parked (source, subject_id, seq);
CREATE INDEX event_parked_person ON event_parked (person_id) WHERE person_id IS NOT NULL;

-- Makes the partition that holds `upto`; returns the first seq it does not hold. ATTACH, not PARTITION OF:
-- writers and readers of the log go on meanwhile.
CREATE FUNCTION lm_event_partition(upto bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    span CONSTANT bigint := 1000000;
    n    CONSTANT bigint := upto / span;
    part CONSTANT text   := format('event_%s', lpad(n::text, 8, '0'));
BEGIN
    IF to_regclass(part) IS NULL THEN
        LOCK TABLE event IN SHARE UPDATE EXCLUSIVE MODE;
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING ALL)', part);
            EXECUTE format('ALTER TABLE event ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                           part, n * span, (n + 1) * span);
        END IF;
    END IF;
    RETURN (n + 1) * span;
END $$;
SELECT lm_event_partition(1);

-- Drops the oldest partition of the log when all of it is older than `keep` and every consumer has passed it.
-- Not DETACH … CONCURRENTLY, which no function may run and which would make the service own the table: the lock
-- is asked for at most 100 ms, so that nobody queues behind it, and the next tick tries again.
CREATE FUNCTION lm_event_expire(keep interval) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '100ms' AS $$
DECLARE
    span    CONSTANT bigint := 1000000;
    part    text;
    last    bigint;
    last_at timestamptz;
BEGIN
    SELECT c.relname INTO part
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'event'::regclass ORDER BY c.relname LIMIT 1;
    last := (substr(part, 7)::bigint + 1) * span - 1;
    IF last >= (SELECT head FROM event_head)
       OR EXISTS (SELECT FROM event_consumer WHERE seq < last) THEN
        RETURN 0;
    END IF;
    SELECT numbered_at INTO last_at FROM event WHERE seq = last;
    IF last_at > clock_timestamp() - keep THEN
        RETURN 0;
    END IF;
    EXECUTE format('ALTER TABLE event DETACH PARTITION %I', part);
    EXECUTE format('DROP TABLE %I', part);
    UPDATE event_head SET gone = last;
    RETURN last;
END $$;

-- ---------------------------------------------------------------- jobs

-- Unfinished work, and dead work until someone looks at it. Work of no tenant has the nil UUID as its tenant.
-- `lease_no` counts claims and is never set back (attempts is): it and lease_owner together are the lease.
CREATE TABLE job (
    tenant_id      uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    id             uuid        NOT NULL,
    kind           text        NOT NULL,
    dedupe_key     text        NOT NULL,
    payload        bytea,                 -- NULL: the person was erased
    person_id      uuid,
    state          text        NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'dead')),
    priority       integer     NOT NULL DEFAULT 0,
    attempts       integer     NOT NULL DEFAULT 0,
    max_attempts   integer     NOT NULL,
    run_at         timestamptz NOT NULL,
    again          boolean     NOT NULL DEFAULT false,
    again_at       timestamptz,
    cancel         boolean     NOT NULL DEFAULT false,
    lease_no       bigint      NOT NULL DEFAULT 0,
    lease_owner    text,
    lease_until    timestamptz,
    progress_done  bigint      NOT NULL DEFAULT 0,
    progress_total bigint      NOT NULL DEFAULT 0,
    last_code      text,
    last_error     text,
    request_id     uuid,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
CREATE UNIQUE INDEX job_live ON job (tenant_id, kind, dedupe_key) WHERE state <> 'dead';
CREATE INDEX job_ready ON job (kind, tenant_id, run_at, priority DESC, id) WHERE state = 'ready';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_dead ON job (tenant_id, id) WHERE state = 'dead';
CREATE INDEX job_person ON job (person_id) WHERE person_id IS NOT NULL;

-- Finished work, by day of real time. The default partition is there so that no job fails for want of one.
CREATE TABLE job_done (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    kind           text        NOT NULL,
    dedupe_key     text        NOT NULL,
    payload        bytea,
    person_id      uuid,
    state          text        NOT NULL CHECK (state IN ('done', 'cancelled')),
    attempts       integer     NOT NULL,
    max_attempts   integer     NOT NULL,
    run_at         timestamptz NOT NULL,
    progress_done  bigint      NOT NULL,
    progress_total bigint      NOT NULL,
    last_error     text,
    request_id     uuid,
    created_at     timestamptz NOT NULL,
    finished_at    timestamptz NOT NULL,  -- business time, for people
    done_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, id, done_at)
) PARTITION BY RANGE (done_at);
CREATE INDEX job_done_person ON job_done (person_id) WHERE person_id IS NOT NULL;
CREATE TABLE job_done_other PARTITION OF job_done DEFAULT;

-- Makes the partitions of today and the coming week; drops those older than `keep`.
CREATE FUNCTION lm_job_done_partitions(keep interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '1s' SET timezone = 'UTC' AS $$
DECLARE
    day  date;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('job_done ' || current_schema(), 0));
    FOR day IN SELECT generate_series(current_date, current_date + 7, interval '1 day')::date LOOP
        part := 'job_done_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE job_done INCLUDING ALL)', part);
            EXECUTE format('ALTER TABLE job_done ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           part, day::timestamptz, (day + 1)::timestamptz);
        END IF;
    END LOOP;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = 'job_done'::regclass AND c.relname ~ '^job_done_[0-9]{8}$'
                   AND to_date(substr(c.relname, 10), 'YYYYMMDD') < current_date - keep LOOP
        EXECUTE format('ALTER TABLE job_done DETACH PARTITION %I', part);
        EXECUTE format('DROP TABLE %I', part);
    END LOOP;
END $$;
SELECT lm_job_done_partitions(interval '7 days');

-- Claims up to `n` due jobs of a kind: walks the ready index from the tenant after `place` (NULL: the first),
-- looks at no more than 256 tenants, takes from no more than 16, a share of the batch from each. The settings keep
-- the plan on the index whatever the statistics say: the table is empty one moment and long the next.
CREATE FUNCTION lm_job_claim(want text, n integer, place uuid, now_at timestamptz, owner text, lease interval)
RETURNS SETOF job
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
                 SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    due     uuid[]  := '{}';
    tenant  uuid    := place;
    wrapped boolean := place IS NULL;
    first   record;
    got     integer;
BEGIN
    FOR probe IN 1 .. 256 LOOP
        IF tenant IS NULL THEN
            SELECT j.tenant_id, j.run_at INTO first FROM job j
             WHERE j.state = 'ready' AND j.kind = want
             ORDER BY j.tenant_id, j.run_at LIMIT 1;
        ELSE
            SELECT j.tenant_id, j.run_at INTO first FROM job j
             WHERE j.state = 'ready' AND j.kind = want AND j.tenant_id > tenant
             ORDER BY j.tenant_id, j.run_at LIMIT 1;
        END IF;
        IF first.tenant_id IS NULL OR (wrapped AND first.tenant_id > place) THEN
            EXIT WHEN wrapped;
            wrapped := true;
            tenant := NULL;
            CONTINUE;
        END IF;
        tenant := first.tenant_id;
        IF first.run_at <= now_at THEN
            due := due || tenant;
            EXIT WHEN cardinality(due) >= least(n, 16);
        END IF;
    END LOOP;

    -- Twice: a share to each, then what is left to those who have more.
    FOR i IN 1 .. 2 * cardinality(due) LOOP
        EXIT WHEN n <= 0;
        RETURN QUERY
        WITH pick AS MATERIALIZED (
            SELECT j.tenant_id, j.id FROM job j
             WHERE j.state = 'ready' AND j.kind = want AND j.tenant_id = due[1 + (i - 1) % cardinality(due)]
               AND j.run_at <= now_at
             ORDER BY j.run_at, j.priority DESC, j.id
             LIMIT CASE WHEN i <= cardinality(due) THEN ceil(n / (cardinality(due) - i + 1)::numeric) ELSE n END
               FOR UPDATE SKIP LOCKED)
        UPDATE job j
           SET state = 'running', attempts = j.attempts + 1, lease_no = j.lease_no + 1, lease_owner = owner,
               lease_until = clock_timestamp() + lease
          FROM pick p
         WHERE j.tenant_id = p.tenant_id AND j.id = p.id
        RETURNING j.*;
        GET DIAGNOSTICS got = ROW_COUNT;
        n := n - got;
    END LOOP;
END $$;

-- ---------------------------------------------------------------- calls, ticks, erasure

-- The answer of each writing call, by who asked what: the second of two waits for the first and gets its answer.
-- A call that waits for the network (`outside`) holds its row by a lease instead of a transaction.
CREATE TABLE call_done (
    tenant_id   uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    request_id  uuid        NOT NULL,
    method      text        NOT NULL,
    request     bytea       NOT NULL,      -- SHA-256 of the request: the same id with another body is refused
    answer      bytea,                     -- NULL: still running
    caused      bigint[]    NOT NULL DEFAULT '{}',
    lease_until timestamptz,
    done_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, request_id, method)
) WITH (fillfactor = 70);
CREATE INDEX call_done_at ON call_done (done_at);

-- Housekeeping that one replica of all does.
CREATE TABLE periodic (
    name        text        NOT NULL PRIMARY KEY,
    due_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_owner text,
    lease_until timestamptz
) WITH (fillfactor = 50);

-- People who were erased, as hashes: a late event or an import does not bring them back.
CREATE TABLE tombstone (
    tenant_id uuid        NOT NULL,
    hash      bytea       NOT NULL,
    made_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, hash)
);

-- ---------------------------------------------------------------- rights

REVOKE EXECUTE ON FUNCTION lm_tenant_table(regclass), lm_shared_table(regclass), lm_event_partition(bigint),
                           lm_event_expire(interval), lm_job_done_partitions(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lm_event_partition(bigint), lm_event_expire(interval), lm_job_done_partitions(interval)
    TO :role;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON event_new, event, event_head, event_consumer, consumer_cursor, event_parked, job, job_done, call_done, periodic,
       tombstone
    TO :role;

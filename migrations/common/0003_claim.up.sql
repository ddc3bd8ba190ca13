-- SPDX-License-Identifier: Apache-2.0
-- The same claim in one statement instead of two a tenant, and back to the rows that were picked by ctid instead of by
-- the primary key: a third less work for the processor.
--
-- Claims up to `n` due jobs of a kind: walks the ready index from the tenant after `place` (NULL: the first),
-- looks at no more than 256 tenants, takes from no more than 16, a share of the batch from each. The settings keep
-- the plan on the index whatever the statistics say: the table is empty one moment and long the next.
CREATE OR REPLACE FUNCTION lm_job_claim(want text, n integer, place uuid, now_at timestamptz, owner text, lease interval)
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

    -- Twice: a share to each, then what is left to those who have more. A row that was picked is locked, so its
    -- ctid is good until the end.
    FOR turn IN 1 .. 2 LOOP
        EXIT WHEN n <= 0 OR due = '{}';
        RETURN QUERY
        WITH pick AS MATERIALIZED (
            SELECT p.at
              FROM unnest(due) WITH ORDINALITY AS d (tenant, i)
             CROSS JOIN LATERAL (
                SELECT j.ctid AS at FROM job j
                 WHERE j.state = 'ready' AND j.kind = want AND j.tenant_id = d.tenant AND j.run_at <= now_at
                 ORDER BY j.run_at, j.priority DESC, j.id
                 LIMIT CASE turn WHEN 1 THEN (n * d.i) / cardinality(due) - (n * (d.i - 1)) / cardinality(due) ELSE n END
                   FOR UPDATE SKIP LOCKED) p
             LIMIT n)
        UPDATE job j
           SET state = 'running', attempts = j.attempts + 1, lease_no = j.lease_no + 1, lease_owner = owner,
               lease_until = clock_timestamp() + lease
          FROM pick p
         WHERE j.ctid = p.at
        RETURNING j.*;
        GET DIAGNOSTICS got = ROW_COUNT;
        n := n - got;
    END LOOP;
END $$;

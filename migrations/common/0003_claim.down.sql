-- SPDX-License-Identifier: Apache-2.0
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

-- SPDX-License-Identifier: Apache-2.0
-- The queue of bench_jobs_bare: what one makes without tenants, leases, keys and priorities.
DROP TABLE IF EXISTS job;
CREATE TABLE job (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state       smallint    NOT NULL DEFAULT 0,
    run_at      timestamptz NOT NULL DEFAULT now(),
    attempts    int         NOT NULL DEFAULT 0,
    claimed_at  timestamptz,
    finished_at timestamptz,
    payload     jsonb       NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX job_ready ON job (run_at, id) WHERE state = 0;
INSERT INTO job (payload) SELECT '{"lead":12345,"step":1}' FROM generate_series(1, :n);
ANALYZE job;

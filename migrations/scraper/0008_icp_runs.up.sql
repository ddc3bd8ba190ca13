-- SPDX-License-Identifier: Apache-2.0
-- Searches by an ideal customer profile: the same one is started once a day. `run_hash` is of profile, source,
-- parameters and day, in hexadecimal; `scrape_job_id` the search that it became.
CREATE TABLE icp_run (
    tenant_id     uuid        NOT NULL,
    run_hash      text        NOT NULL,
    scrape_job_id uuid,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, run_hash)
);
SELECT lm_tenant_table('icp_run');

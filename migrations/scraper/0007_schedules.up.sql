-- SPDX-License-Identifier: Apache-2.0
-- A schedule shows how its last turn went, and a search which schedule asked for it.
ALTER TABLE schedule
    ADD COLUMN last_run_at        timestamptz,
    ADD COLUMN last_scrape_job_id uuid,
    ADD COLUMN last_error         text;      -- why its last turn started no search
ALTER TABLE scrape_job ADD COLUMN schedule_id uuid;

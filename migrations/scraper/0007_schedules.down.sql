-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE schedule DROP COLUMN last_run_at, DROP COLUMN last_scrape_job_id, DROP COLUMN last_error;
ALTER TABLE scrape_job DROP COLUMN schedule_id;

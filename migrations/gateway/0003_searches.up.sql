-- SPDX-License-Identifier: Apache-2.0
-- Searches can be listed by the schedule that asked for them.
ALTER TABLE scrape_job_view ADD COLUMN schedule_id uuid;

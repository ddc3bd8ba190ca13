-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE scrape_job_view DROP COLUMN is_deleted;

-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE scrape_job DROP COLUMN is_deleted;

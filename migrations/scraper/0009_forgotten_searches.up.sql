-- SPDX-License-Identifier: Apache-2.0
-- A search that somebody deleted: its row stays, so that what the log says of it stays explained.
ALTER TABLE scrape_job ADD COLUMN is_deleted boolean NOT NULL DEFAULT false;

-- SPDX-License-Identifier: Apache-2.0
-- The reader was made up (the scraper's generator): it leaves into the dry-run Maildir or not at all.
ALTER TABLE delivery ADD COLUMN is_synthetic boolean NOT NULL DEFAULT false;

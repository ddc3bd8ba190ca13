-- SPDX-License-Identifier: Apache-2.0
-- A message whose hand-over ended without an answer may have arrived, too: what comes back for it is understood, and
-- until then it does not count as sent.
ALTER TABLE sent_message ADD COLUMN is_certain boolean NOT NULL DEFAULT true;

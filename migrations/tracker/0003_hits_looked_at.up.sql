-- SPDX-License-Identifier: Apache-2.0
-- How far the waiting hits were looked at, and when (business time) last from the first on. Anybody can open pictures that
-- are nobody's: to look at all of them for each that comes would be theirs to choose.
CREATE TABLE hit_look (
    one    boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    upto   bigint      NOT NULL DEFAULT 0,
    all_at timestamptz
) WITH (fillfactor = 10);
INSERT INTO hit_look DEFAULT VALUES;
SELECT lm_shared_table('hit_look');

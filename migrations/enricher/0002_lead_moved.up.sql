-- SPDX-License-Identifier: Apache-2.0
-- A company that went up in another can come out again, and takes the people with it who came with it.
ALTER TABLE lead ADD COLUMN moved_from uuid;  -- the company they were found for, of those who went over to another

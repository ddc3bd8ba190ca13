-- SPDX-License-Identifier: Apache-2.0
-- A company that asks for no unsolicited mail is not written to, and to one that was made up nothing leaves live.
ALTER TABLE company
    ADD COLUMN no_mailing   boolean NOT NULL DEFAULT false,
    ADD COLUMN is_synthetic boolean NOT NULL DEFAULT false;

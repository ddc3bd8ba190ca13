-- SPDX-License-Identifier: Apache-2.0
-- Names that came since have no keys: the binary before does not find them alike until they change.
DROP INDEX company_names;
ALTER TABLE company DROP COLUMN named;
DROP SEQUENCE company_named;
COMMENT ON TABLE company_name_key IS NULL;

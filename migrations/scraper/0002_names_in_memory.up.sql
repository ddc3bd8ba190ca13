-- SPDX-License-Identifier: Apache-2.0
-- Names are searched in memory (services/scraper/match/names.h). `named` numbers a company's name, anew when it changes,
-- and behind the tenant's gate: whoever has read up to a number reads on from there.
CREATE SEQUENCE company_named;
GRANT USAGE ON SEQUENCE company_named TO :role;
ALTER TABLE company ADD COLUMN named bigint NOT NULL DEFAULT nextval('company_named');
CREATE INDEX company_names ON company (tenant_id, named);

-- Read by binaries before this migration only; it goes with a later one.
COMMENT ON TABLE company_name_key IS 'no longer written';

-- SPDX-License-Identifier: Apache-2.0
-- Companies stay as they are shown; who said what of them, and what people decided on pairs, is lost.
DROP TABLE company_change, company_decision, company_link, company_record;
ALTER TABLE company DROP COLUMN found_at, DROP COLUMN status_before;

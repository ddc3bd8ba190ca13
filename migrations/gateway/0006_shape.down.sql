-- SPDX-License-Identifier: Apache-2.0
DROP FUNCTION tenants_to_shape();
DROP INDEX company_view_shape;
ALTER TABLE company_view DROP COLUMN shape;

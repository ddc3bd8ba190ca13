-- SPDX-License-Identifier: Apache-2.0
-- Which rule made what a company is searched, filtered and counted by (GATEWAY_SHAPE in services/gateway/store_internal.h).
-- What is there is of rule 0, with rows from before 0002 and industries in words: the gateway makes it anew in steps. The
-- next rule comes with a default, an index and a function of its own.
ALTER TABLE company_view ADD COLUMN shape integer NOT NULL DEFAULT 0;
ALTER TABLE company_view ALTER COLUMN shape SET DEFAULT 1;
-- Says nothing of `company`: an update that changes a column of a predicate is never heap-only.
CREATE INDEX company_view_shape ON company_view (tenant_id, id) WHERE shape < 1;

-- The tenants that have such rows.
CREATE FUNCTION tenants_to_shape() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gateway, pg_temp AS $$
    SELECT t.tenant_id FROM tenant t
     WHERE EXISTS (SELECT FROM company_view v WHERE v.tenant_id = t.tenant_id AND v.shape < 1)
     ORDER BY 1
$$;
REVOKE EXECUTE ON FUNCTION tenants_to_shape() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_to_shape() TO :role;

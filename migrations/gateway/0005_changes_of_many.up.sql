-- SPDX-License-Identifier: Apache-2.0
-- Which companies changed is noted once a statement: an import changes hundreds with one.
CREATE FUNCTION company_views_came() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gateway.company_change (tenant_id, xid, company_id)
    SELECT tenant_id, pg_current_xact_id()::text::bigint, id FROM came WHERE is_listed ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION company_views_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gateway.company_change (tenant_id, xid, company_id)
    SELECT n.tenant_id, pg_current_xact_id()::text::bigint, n.id
      FROM now n JOIN before b ON b.tenant_id = n.tenant_id AND b.id = n.id
     WHERE n.is_listed OR b.is_listed ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
DROP TRIGGER company_view_came ON company_view;
DROP TRIGGER company_view_changed ON company_view;
CREATE TRIGGER company_views_came AFTER INSERT ON company_view REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION company_views_came();
CREATE TRIGGER company_views_changed AFTER UPDATE ON company_view REFERENCING NEW TABLE AS now OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION company_views_changed();
DROP FUNCTION company_view_changed();

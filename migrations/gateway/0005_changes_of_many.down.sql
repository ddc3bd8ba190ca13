-- SPDX-License-Identifier: Apache-2.0
CREATE FUNCTION company_view_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gateway.company_change (tenant_id, xid, company_id)
    VALUES (NEW.tenant_id, pg_current_xact_id()::text::bigint, NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
DROP TRIGGER company_views_came ON company_view;
DROP TRIGGER company_views_changed ON company_view;
CREATE TRIGGER company_view_came AFTER INSERT ON company_view
    FOR EACH ROW WHEN (NEW.is_listed) EXECUTE FUNCTION company_view_changed();
CREATE TRIGGER company_view_changed AFTER UPDATE ON company_view
    FOR EACH ROW WHEN (NEW.is_listed OR OLD.is_listed) EXECUTE FUNCTION company_view_changed();
DROP FUNCTION company_views_came(), company_views_changed();

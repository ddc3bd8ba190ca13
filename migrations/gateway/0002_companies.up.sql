-- SPDX-License-Identifier: Apache-2.0
-- What companies are filtered, ordered and counted by, and how a replica learns which of them changed.

-- As people see the company: the scraper's word, and where it is silent that of research. Written with the row.
ALTER TABLE company_view
    ADD COLUMN sort_name      text    NOT NULL DEFAULT '',
    ADD COLUMN country        text,
    ADD COLUMN industry       text,
    ADD COLUMN city           text,
    ADD COLUMN has_domain     boolean NOT NULL DEFAULT false,
    ADD COLUMN has_email      boolean NOT NULL DEFAULT false,
    ADD COLUMN has_phone      boolean NOT NULL DEFAULT false,
    ADD COLUMN employee_count integer,
    ADD COLUMN open_vacancies integer;

CREATE INDEX company_view_name ON company_view (tenant_id, sort_name, id) WHERE is_listed;

-- Which companies changed, in the order in which transactions began. Every replica holds columns of companies in memory
-- (services/gateway/columns) and reads from here what it has not seen: all that was written by transactions which were
-- not over when it looked last. That is right whatever the order of commits, and costs a reader what changed.
CREATE TABLE company_change (
    tenant_id  uuid   NOT NULL,
    xid        bigint NOT NULL,
    company_id uuid   NOT NULL,
    PRIMARY KEY (tenant_id, xid, company_id)
);
SELECT lm_tenant_table('company_change');

-- Changes below `kept_from` are gone: who has looked last before that begins anew.
CREATE TABLE company_change_kept (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    kept_from bigint  NOT NULL,
    next_from bigint  NOT NULL
);
INSERT INTO company_change_kept (kept_from, next_from) VALUES (0, 0);

CREATE FUNCTION company_view_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gateway.company_change (tenant_id, xid, company_id)
    VALUES (NEW.tenant_id, pg_current_xact_id()::text::bigint, NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER company_view_came AFTER INSERT ON company_view
    FOR EACH ROW WHEN (NEW.is_listed) EXECUTE FUNCTION company_view_changed();
CREATE TRIGGER company_view_changed AFTER UPDATE ON company_view
    FOR EACH ROW WHEN (NEW.is_listed OR OLD.is_listed) EXECUTE FUNCTION company_view_changed();

-- A company is counted with its leads and the best score among them.
CREATE FUNCTION lead_view_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gateway.company_change (tenant_id, xid, company_id)
    SELECT NEW.tenant_id, pg_current_xact_id()::text::bigint, c
      FROM unnest(ARRAY[NEW.company_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.company_id END]) c
     WHERE c IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER lead_view_came AFTER INSERT ON lead_view
    FOR EACH ROW WHEN (NEW.is_listed AND NEW.company_id IS NOT NULL) EXECUTE FUNCTION lead_view_changed();
CREATE TRIGGER lead_view_changed AFTER UPDATE ON lead_view
    FOR EACH ROW WHEN (NEW.is_listed IS DISTINCT FROM OLD.is_listed OR NEW.icp_score IS DISTINCT FROM OLD.icp_score
                       OR NEW.company_id IS DISTINCT FROM OLD.company_id)
    EXECUTE FUNCTION lead_view_changed();

-- Drops what is two sweeps old, at most `most` rows; crosses tenants. Real time plays no part: what counts is which
-- transactions were over at the sweep before.
CREATE POLICY owner ON company_change TO CURRENT_USER USING (true);
CREATE FUNCTION sweep_company_changes(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gateway, pg_temp AS $$
DECLARE
    n bigint;
    below bigint;
BEGIN
    SELECT kept_from INTO below FROM company_change_kept FOR UPDATE;
    DELETE FROM company_change WHERE ctid IN (SELECT ctid FROM company_change WHERE xid < below LIMIT most);
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n < most THEN
        UPDATE company_change_kept
           SET kept_from = next_from, next_from = pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    END IF;
    RETURN n;
END $$;
REVOKE EXECUTE ON FUNCTION sweep_company_changes(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sweep_company_changes(integer) TO :role;
GRANT SELECT ON company_change_kept TO :role;

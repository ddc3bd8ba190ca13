-- SPDX-License-Identifier: Apache-2.0
-- Who may ask (tenants, users, sessions), and the views that lists and details are served from.
-- Enumerations are stored as the numbers of proto/. Times of the views are business time, those of
-- sessions and tokens are real time.

-- Trusted extension: the owner of the database may create it. Search by parts of words needs it.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

-- ---------------------------------------------------------------- who

CREATE TABLE tenant (
    tenant_id  uuid        NOT NULL PRIMARY KEY,
    slug       text        NOT NULL,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX tenant_slug ON tenant (slug);

CREATE TABLE app_user (
    tenant_id     uuid        NOT NULL REFERENCES tenant,
    id            uuid        NOT NULL,
    username      text        NOT NULL,
    username_key  text        NOT NULL,  -- folded: how it is looked up
    password_hash text        NOT NULL,
    full_name     text,
    email         text,
    role          integer     NOT NULL CHECK (role BETWEEN 1 AND 5),
    is_active     boolean     NOT NULL DEFAULT true,
    language      text,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_login_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX app_user_name ON app_user (tenant_id, username_key);
CREATE INDEX app_user_login ON app_user (username_key);

CREATE TABLE session (
    tenant_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    user_id       uuid        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_because text,                  -- logout, reuse, password, inactive
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES app_user ON DELETE CASCADE
);
CREATE INDEX session_of_user ON session (tenant_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX session_expiry ON session (expires_at);

-- Good once. What is stored is the SHA-256 of the secret part.
CREATE TABLE refresh_token (
    tenant_id  uuid        NOT NULL,
    hash       bytea       NOT NULL,
    session_id uuid        NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (tenant_id, hash),
    FOREIGN KEY (tenant_id, session_id) REFERENCES session ON DELETE CASCADE
);
CREATE INDEX refresh_token_session ON refresh_token (tenant_id, session_id);

-- Access tokens of this user or session that were issued before `at` are no longer good. Every
-- replica reads the young rows each second; older ones cannot meet a living token.
CREATE TABLE revoked (
    tenant_id  uuid        NOT NULL,
    subject_id uuid        NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject_id)
);
CREATE INDEX revoked_at ON revoked (at);

SELECT lm_tenant_table('tenant');
SELECT lm_tenant_table('app_user');
SELECT lm_tenant_table('session');
SELECT lm_tenant_table('refresh_token');
SELECT lm_tenant_table('revoked');

-- The functions below cross tenants on purpose: a login comes before its tenant is known. They run
-- as the owner, whom row security binds as well (FORCE), so these policies let it through.
CREATE POLICY owner ON tenant TO CURRENT_USER USING (true);
CREATE POLICY owner ON app_user TO CURRENT_USER USING (true);
CREATE POLICY owner ON session TO CURRENT_USER USING (true);
CREATE POLICY owner ON revoked TO CURRENT_USER USING (true);

-- All users of this name, or the one of the named tenant. Two rows at most: the caller only has to
-- know whether the name alone is enough.
CREATE FUNCTION login_lookup(name_key text, tenant_slug text)
RETURNS TABLE (tenant_id uuid, user_id uuid, password_hash text, role integer, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gateway, pg_temp AS $$
    SELECT u.tenant_id, u.id, u.password_hash, u.role, u.is_active
      FROM app_user u JOIN tenant t ON t.tenant_id = u.tenant_id
     WHERE u.username_key = name_key AND (tenant_slug IS NULL OR t.slug = tenant_slug)
     ORDER BY u.is_active DESC, u.tenant_id
     LIMIT 2
$$;

CREATE FUNCTION tenant_by_slug(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gateway, pg_temp AS $$
    SELECT tenant_id FROM tenant WHERE slug = wanted
$$;

CREATE FUNCTION revoked_since(since timestamptz) RETURNS TABLE (subject_id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gateway, pg_temp AS $$
    SELECT r.subject_id, r.at FROM revoked r WHERE r.at >= since ORDER BY r.at
$$;

-- Drops what ran out; a session takes its tokens with it. Small steps, so that nobody waits.
CREATE FUNCTION sweep_sessions(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gateway, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    DELETE FROM session s USING (
        SELECT tenant_id, id FROM session WHERE expires_at < clock_timestamp() LIMIT most) old
     WHERE s.tenant_id = old.tenant_id AND s.id = old.id;
    GET DIAGNOSTICS n = ROW_COUNT;
    DELETE FROM revoked WHERE at < clock_timestamp() - interval '1 day';
    RETURN n;
END $$;

-- ---------------------------------------------------------------- views
-- Each source has columns of its own with the version they come from; derived columns are computed
-- from all of them in the transaction that changes any, under the row's lock. A row may begin as a
-- stub, when a later source is heard first; is_listed says that its owner has spoken.

CREATE TABLE company_view (
    tenant_id        uuid        NOT NULL,
    id               uuid        NOT NULL,
    scraper_version  bigint      NOT NULL DEFAULT 0,
    company          bytea,                -- lm.Company
    name             text,
    domain           text,
    judged           integer,              -- lm.CompanyStatus as the scraper has it
    source           integer,
    sources          integer[]   NOT NULL DEFAULT '{}',
    has_funding      boolean     NOT NULL DEFAULT false,
    has_linkedin     boolean     NOT NULL DEFAULT false,
    merged_into      uuid,
    enricher_version bigint      NOT NULL DEFAULT 0,
    research         bytea,                -- enricher.CompanyEnriched
    researched       integer,              -- lm.CompanyStatus as the enricher has it
    status           integer     NOT NULL DEFAULT 1,
    is_listed        boolean     NOT NULL DEFAULT false,
    search_text      text        NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 85);
CREATE INDEX company_view_newest ON company_view (tenant_id, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX company_view_status ON company_view (tenant_id, status, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX company_view_source ON company_view (tenant_id, source, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX company_view_search ON company_view USING gin (search_text public.gin_trgm_ops) WHERE is_listed;

CREATE TABLE lead_view (
    tenant_id         uuid        NOT NULL,
    id                uuid        NOT NULL,
    company_id        uuid,
    enricher_version  bigint      NOT NULL DEFAULT 0,
    lead              bytea,               -- lm.Lead
    has_email         boolean     NOT NULL DEFAULT false,
    has_linkedin      boolean     NOT NULL DEFAULT false,
    email_state       integer     NOT NULL DEFAULT 0,
    email_hash        text,
    sort_name         text        NOT NULL DEFAULT '',
    scorer_version    bigint      NOT NULL DEFAULT 0,
    score             bytea,               -- scorer.Score
    icp_score         integer     NOT NULL DEFAULT -1,  -- -1: not scored
    classification    integer,
    is_qualified      boolean     NOT NULL DEFAULT false,
    sequence_version  bigint      NOT NULL DEFAULT 0,
    sequence_status   integer,             -- personalizer.SequenceStatus
    sequenced_at      timestamptz,
    stopped_because   text,
    emails_sent       integer     NOT NULL DEFAULT 0,   -- sums over message_view
    open_count        integer     NOT NULL DEFAULT 0,
    click_count       integer     NOT NULL DEFAULT 0,
    last_contacted_at timestamptz,
    replied_at        timestamptz,
    bounced_at        timestamptz,
    opted_out_at      timestamptz,
    judge_version     bigint      NOT NULL DEFAULT 0,
    is_disqualified   boolean     NOT NULL DEFAULT false,
    status            integer     NOT NULL DEFAULT 1,
    is_listed         boolean     NOT NULL DEFAULT false,
    search_person     text        NOT NULL DEFAULT '',
    search_company    text        NOT NULL DEFAULT '',
    search_text       text        NOT NULL GENERATED ALWAYS AS (search_person || search_company) STORED,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 85);
CREATE INDEX lead_view_newest ON lead_view (tenant_id, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX lead_view_status ON lead_view (tenant_id, status, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX lead_view_class ON lead_view (tenant_id, classification, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX lead_view_best ON lead_view (tenant_id, icp_score DESC, id DESC) WHERE is_listed;
CREATE INDEX lead_view_name ON lead_view (tenant_id, sort_name, id) WHERE is_listed;
CREATE INDEX lead_view_company ON lead_view (tenant_id, company_id, created_at DESC, id DESC);
CREATE INDEX lead_view_email ON lead_view (tenant_id, email_hash) WHERE email_hash IS NOT NULL;
CREATE INDEX lead_view_search ON lead_view USING gin (search_text public.gin_trgm_ops) WHERE is_listed;

CREATE TABLE message_view (
    tenant_id          uuid        NOT NULL,
    id                 uuid        NOT NULL,
    lead_id            uuid        NOT NULL,
    message_version    bigint      NOT NULL DEFAULT 0,
    message            bytea,              -- personalizer.Message
    status             integer,
    step               integer,
    delivery_version   bigint      NOT NULL DEFAULT 0,
    delivery_status    integer,            -- mailer.DeliveryStatus
    dry_run            boolean,
    sent_at            timestamptz,        -- delivered
    error              text,
    engagement_version bigint      NOT NULL DEFAULT 0,
    open_count         integer     NOT NULL DEFAULT 0,
    click_count        integer     NOT NULL DEFAULT 0,
    first_opened_at    timestamptz,
    first_clicked_at   timestamptz,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 85);
CREATE INDEX message_view_lead ON message_view (tenant_id, lead_id, step);

CREATE TABLE scrape_job_view (
    tenant_id  uuid        NOT NULL,
    id         uuid        NOT NULL,
    version    bigint      NOT NULL,
    job        bytea       NOT NULL,       -- scraper.ScrapeJob
    source     integer     NOT NULL,
    status     integer     NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX scrape_job_view_newest ON scrape_job_view (tenant_id, created_at DESC, id DESC);

-- Addresses that nobody writes to. A suppression may come before the lead it is about.
CREATE TABLE suppression_view (
    tenant_id    uuid        NOT NULL,
    address_hash text        NOT NULL,
    reason       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, address_hash)
);

SELECT lm_tenant_table('company_view');
SELECT lm_tenant_table('lead_view');
SELECT lm_tenant_table('message_view');
SELECT lm_tenant_table('scrape_job_view');
SELECT lm_tenant_table('suppression_view');
CREATE POLICY owner ON company_view FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner ON lead_view FOR SELECT TO CURRENT_USER USING (true);

-- Search by parts of words. LIKE is not leakproof, so under row security it would lose its index;
-- these run as the owner and name the tenant of the transaction themselves. `first` is the most
-- selective pattern, the others filter; the newest `most` matches come back. A custom plan each
-- time: what is right depends on the pattern.
CREATE FUNCTION search_companies(first text, second text, third text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = gateway, pg_temp
                 SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    me CONSTANT uuid := nullif(current_setting('lm.tenant', true), '')::uuid;
BEGIN
    RETURN QUERY SELECT v.id FROM company_view v
     WHERE v.tenant_id = me AND v.is_listed AND v.search_text LIKE first
       AND (second IS NULL OR v.search_text LIKE second) AND (third IS NULL OR v.search_text LIKE third)
     ORDER BY v.created_at DESC, v.id DESC LIMIT most;
END $$;

CREATE FUNCTION search_leads(first text, second text, third text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = gateway, pg_temp
                 SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    me CONSTANT uuid := nullif(current_setting('lm.tenant', true), '')::uuid;
BEGIN
    RETURN QUERY SELECT v.id FROM lead_view v
     WHERE v.tenant_id = me AND v.is_listed AND v.search_text LIKE first
       AND (second IS NULL OR v.search_text LIKE second) AND (third IS NULL OR v.search_text LIKE third)
     ORDER BY v.created_at DESC, v.id DESC LIMIT most;
END $$;

REVOKE EXECUTE ON FUNCTION login_lookup(text, text), tenant_by_slug(text), revoked_since(timestamptz),
                           sweep_sessions(integer), search_companies(text, text, text, integer),
                           search_leads(text, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION login_lookup(text, text), tenant_by_slug(text), revoked_since(timestamptz),
                          sweep_sessions(integer), search_companies(text, text, text, integer),
                          search_leads(text, text, text, integer) TO :role;

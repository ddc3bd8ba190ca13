-- SPDX-License-Identifier: Apache-2.0
-- How sources are asked. What belongs to a site is shared by all replicas and tenants, for the site sees one robot,
-- whoever in it asks: these tables have no tenant and no policy, as the plumbing has none; they hold nothing but what
-- the site itself says to everybody. What a tenant sees, decides and owns is a table of tenants.

-- robots.txt a site. Whoever finds it old takes the lease and asks; the others wait for what comes.
CREATE TABLE robots_file (
    origin      text        NOT NULL PRIMARY KEY,  -- https://host:port
    state       text        CHECK (state IN ('rules', 'none', 'unreachable')),  -- NULL: nobody has asked yet
    body        bytea,
    why         text,                              -- unreachable
    fresh_until timestamptz NOT NULL DEFAULT '-infinity',
    lease_until timestamptz NOT NULL
);
SELECT lm_shared_table('robots_file');

-- When a host may be asked again (real time), and until when it wants to be left alone altogether (Retry-After).
CREATE TABLE host_turn (
    host       text        NOT NULL PRIMARY KEY,
    next_at    timestamptz NOT NULL,
    held_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);
SELECT lm_shared_table('host_turn');
COMMENT ON TABLE source_rate IS 'no longer used';

-- Failures of a source in a row; while it is open, nobody asks, and then one tries.
CREATE TABLE source_breaker (
    source     text        NOT NULL PRIMARY KEY,
    failures   integer     NOT NULL,
    open_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);
SELECT lm_shared_table('source_breaker');

-- Pages of sources, for a while: what a tenant has read is not asked for again so soon, and later only if it changed.
CREATE TABLE page_cache (
    tenant_id     uuid        NOT NULL,
    key           bytea       NOT NULL,  -- SHA-256 of URL and headers
    url           text        NOT NULL,  -- that answered
    content_type  text,
    etag          text,
    last_modified text,
    size          integer     NOT NULL,
    body          bytea       NOT NULL,
    checked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX page_cache_age ON page_cache (tenant_id, checked_at) INCLUDE (key, size);
SELECT lm_tenant_table('page_cache');

-- How a source does for a tenant. `page` is the last one that had nothing on it, for a look.
CREATE TABLE source_health (
    tenant_id       uuid        NOT NULL,
    source          text        NOT NULL,
    runs            integer     NOT NULL DEFAULT 0,
    empty_runs      integer     NOT NULL DEFAULT 0,      -- since one yielded something
    last_cards      integer,
    last_success_at timestamptz,
    last_yield_at   timestamptz,
    last_error      text,
    last_error_at   timestamptz,
    is_suspect      boolean     NOT NULL DEFAULT false,  -- it used to yield, and does not
    page            bytea,
    page_url        text,
    page_type       text,
    page_at         timestamptz,
    PRIMARY KEY (tenant_id, source)
);
SELECT lm_tenant_table('source_health');

-- A tenant's word on a source; without one it is approved.
CREATE TABLE source_approval (
    tenant_id  uuid        NOT NULL,
    source     text        NOT NULL,
    approved   boolean     NOT NULL,
    decided_by uuid,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, source)
);
SELECT lm_tenant_table('source_approval');

-- A tenant's way to sources (services/scraper/proxies). Counts of a proxy live in its row, so that replicas share them.
CREATE TABLE proxy (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    scheme          text        NOT NULL CHECK (scheme IN ('http', 'https', 'socks5')),
    host            text        NOT NULL,
    port            integer     NOT NULL,
    username        text        NOT NULL DEFAULT '',
    sealed_password bytea,
    requests        bigint      NOT NULL DEFAULT 0,
    successes       bigint      NOT NULL DEFAULT 0,
    failures        bigint      NOT NULL DEFAULT 0,
    fail_count      integer     NOT NULL DEFAULT 0,   -- goes down with a success; three block it
    used_at         timestamptz,
    blocked_until   timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX proxy_address ON proxy (tenant_id, host, port, username, scheme);
SELECT lm_tenant_table('proxy');

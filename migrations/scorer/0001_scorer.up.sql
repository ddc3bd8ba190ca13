-- SPDX-License-Identifier: Apache-2.0
-- The scorer: what is known of leads and companies, the tenant's profile, the scores.

-- What the scraper knows of a company (version is its), and beside it what the enricher found on the company's own
-- pages (site_version is its). The two logs are independent: either may come first.
CREATE TABLE company_fact (
    tenant_id           uuid    NOT NULL,
    company_id          uuid    NOT NULL,
    version             bigint  NOT NULL DEFAULT 0,
    industry            text,
    employee_count      integer,
    open_vacancies      integer,
    has_funding         boolean NOT NULL DEFAULT false,
    location            text,
    country             text,
    is_discarded        boolean NOT NULL DEFAULT false,  -- archived or disqualified by a person
    site_version        bigint  NOT NULL DEFAULT 0,
    site_industry       text,
    site_employee_count integer,
    site_location       text,
    PRIMARY KEY (tenant_id, company_id)
) WITH (fillfactor = 90);
SELECT lm_tenant_table('company_fact');

CREATE TABLE lead_fact (
    tenant_id          uuid    NOT NULL,
    lead_id            uuid    NOT NULL,
    version            bigint  NOT NULL,
    company_id         uuid    NOT NULL,
    has_linkedin       boolean NOT NULL,
    linkedin_posts_30d integer,
    PRIMARY KEY (tenant_id, lead_id)
) WITH (fillfactor = 90);
CREATE INDEX lead_fact_company ON lead_fact (tenant_id, company_id);
SELECT lm_tenant_table('lead_fact');

-- The tenant's profile; without a row the defaults of proto/scorer.proto count, as version 0.
CREATE TABLE score_config (
    tenant_id           uuid        NOT NULL PRIMARY KEY,
    version             integer     NOT NULL,
    weight_company_size integer     NOT NULL,
    weight_industry     integer     NOT NULL,
    weight_growth       integer     NOT NULL,
    weight_activity     integer     NOT NULL,
    weight_location     integer     NOT NULL,
    hot                 integer     NOT NULL,
    warm                integer     NOT NULL,
    cool                integer     NOT NULL,
    qualified           integer     NOT NULL,
    target_industries   text[]      NOT NULL,
    related_industries  text[]      NOT NULL,
    updated_at          timestamptz NOT NULL,
    CHECK (weight_company_size + weight_industry + weight_growth + weight_activity + weight_location = 100),
    CHECK (hot > warm AND warm > cool)
);
SELECT lm_tenant_table('score_config');

-- Narrow and apart from the facts: scoring everything again writes only here, and only what changed.
CREATE TABLE score (
    tenant_id      uuid        NOT NULL,
    lead_id        uuid        NOT NULL,
    company_id     uuid        NOT NULL,
    points         smallint    NOT NULL CHECK (points BETWEEN 0 AND 100),
    classification text        NOT NULL CHECK (classification IN ('HOT', 'WARM', 'COOL', 'COLD')),
    is_qualified   boolean     NOT NULL,
    breakdown      bytea       NOT NULL,  -- scorer.Breakdown
    config_version integer     NOT NULL,  -- with which it last changed
    version        bigint      NOT NULL,
    scored_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, lead_id)
) WITH (fillfactor = 85);
SELECT lm_tenant_table('score');

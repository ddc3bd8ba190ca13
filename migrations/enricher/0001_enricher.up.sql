-- SPDX-License-Identifier: Apache-2.0
-- The enricher: companies as the scraper knows them with what research found, and the people who work there.

-- `facts` is the scraper's lm.Company of `source_version`; `judged` its status. What research found stands beside it,
-- with a version of its own, for two writers never raise the same one.
CREATE TABLE company (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    source_version bigint      NOT NULL,
    facts          bytea       NOT NULL,
    name           text        NOT NULL,
    domain         text,
    judged         text        NOT NULL,
    version        bigint      NOT NULL DEFAULT 0,
    status         text        NOT NULL DEFAULT 'COMPANY_NEW'
                   CHECK (status IN ('COMPANY_NEW', 'COMPANY_ENRICHED', 'COMPANY_NO_CONTACT')),
    found_domain   text,
    takes_mail     boolean,
    lead_count     integer     NOT NULL DEFAULT 0,
    phone          text,
    email          text,
    language       text,
    error          text,
    description    text,
    industry       text,
    employee_count integer,
    location       text,
    enriched_at    timestamptz,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 80);
CREATE INDEX company_status ON company (tenant_id, status, id);
SELECT lm_tenant_table('company');

-- People. `name_key` is the folded name: somebody found again is the same lead.
CREATE TABLE lead (
    tenant_id          uuid        NOT NULL,
    id                 uuid        NOT NULL,
    company_id         uuid        NOT NULL,
    version            bigint      NOT NULL,
    name_key           text        NOT NULL,
    first_name         text,
    last_name          text        NOT NULL,
    email              text,
    email_state        text        NOT NULL,
    email_confidence   integer     NOT NULL DEFAULT 0,
    job_title          text,
    phone              text,
    linkedin_url       text,
    linkedin_posts_30d integer,
    language           text,
    source_url         text,
    is_decision_maker  boolean     NOT NULL,
    source             text,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX lead_name ON lead (tenant_id, company_id, name_key);
CREATE INDEX lead_email ON lead (tenant_id, email) WHERE email IS NOT NULL;
SELECT lm_tenant_table('lead');

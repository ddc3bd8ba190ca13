-- SPDX-License-Identifier: Apache-2.0
-- The scraper: companies and their duplicates, searches and what they saw, schedules, the pace of sources.

-- A company, however it came. `name_norm` is what names are compared by (services/scraper/match/name.h). One that went
-- up in another keeps its row for those who know its id: archived, merged_into set, without domain and keys.
CREATE TABLE company (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    version        bigint      NOT NULL,
    name           text        NOT NULL,
    name_norm      text        NOT NULL,
    domain         text,
    website_url    text,
    linkedin_url   text,
    industry       text,
    employee_count integer,
    open_vacancies integer,
    has_funding    boolean,
    funding_amount text,
    location       text,
    country        text,
    description    text,
    source         text        NOT NULL,
    sources        text[]      NOT NULL,
    source_url     text,
    status         text        NOT NULL
                   CHECK (status IN ('COMPANY_NEW', 'COMPANY_DISQUALIFIED', 'COMPANY_ARCHIVED')),
    scrape_job_id  uuid,
    merged_ids     uuid[]      NOT NULL DEFAULT '{}',
    merged_into    uuid,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX company_domain ON company (tenant_id, domain) WHERE domain IS NOT NULL;
SELECT lm_tenant_table('company');

-- The index of names (services/scraper/match/keys.h): a name stands under about a dozen keys, and names that may be
-- the same are found by equality of bigint, which keeps its index under row security.
CREATE TABLE company_name_key (
    tenant_id  uuid   NOT NULL,
    key        bigint NOT NULL,
    company_id uuid   NOT NULL,
    PRIMARY KEY (tenant_id, key, company_id)
);
CREATE INDEX company_name_key_company ON company_name_key (tenant_id, company_id);
SELECT lm_tenant_table('company_name_key');

-- Whoever takes companies in updates this row first, so that two replicas do not both find a company missing.
CREATE TABLE intake_gate (
    tenant_id uuid   NOT NULL PRIMARY KEY,
    passed    bigint NOT NULL
) WITH (fillfactor = 10);
SELECT lm_tenant_table('intake_gate');

-- A search. `filters` is a scraper.Filters; `job_id` is the job that runs it.
CREATE TABLE scrape_job (
    tenant_id           uuid        NOT NULL,
    id                  uuid        NOT NULL,
    version             bigint      NOT NULL,
    source              text        NOT NULL,
    keywords            text[]      NOT NULL,
    filters             bytea,
    max_pages           integer     NOT NULL,
    status              text        NOT NULL
                        CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    pages_done          integer     NOT NULL DEFAULT 0,
    results_count       integer     NOT NULL DEFAULT 0,
    new_companies_count integer     NOT NULL DEFAULT 0,
    duplicate_count     integer     NOT NULL DEFAULT 0,
    dropped_count       integer     NOT NULL DEFAULT 0,
    error_message       text,
    requested_by        text,
    job_id              uuid,
    created_at          timestamptz NOT NULL,
    started_at          timestamptz,
    completed_at        timestamptz,
    updated_at          timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 70);
SELECT lm_tenant_table('scrape_job');

-- Pages a search has read: a run that failed goes on behind them. Gone with the end of the search.
CREATE TABLE scrape_page (
    tenant_id     uuid    NOT NULL,
    scrape_job_id uuid    NOT NULL,
    keyword       integer NOT NULL,
    page          integer NOT NULL,
    has_next      boolean NOT NULL,
    PRIMARY KEY (tenant_id, scrape_job_id, keyword, page)
);
SELECT lm_tenant_table('scrape_page');

-- Vacancies a search has seen, each once whatever page showed it. Gone with the end of the search.
CREATE TABLE posting (
    tenant_id     uuid NOT NULL,
    scrape_job_id uuid NOT NULL,
    key           text NOT NULL,
    number        integer NOT NULL,  -- order of arrival
    company       text NOT NULL,
    location      text,
    company_url   text,
    url           text,
    PRIMARY KEY (tenant_id, scrape_job_id, key)
);
SELECT lm_tenant_table('posting');

CREATE TABLE schedule (
    tenant_id   uuid        NOT NULL,
    id          uuid        NOT NULL,
    name        text        NOT NULL,
    source      text        NOT NULL,
    keywords    text[]      NOT NULL,
    filters     bytea,
    max_pages   integer     NOT NULL,
    cron        text        NOT NULL,
    timezone    text        NOT NULL,
    enabled     boolean     NOT NULL,
    next_run_at timestamptz,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
SELECT lm_tenant_table('schedule');

-- When a tenant may ask a source again (real time): a limit of the tenant, so a row and not a variable of a replica.
CREATE TABLE source_rate (
    tenant_id uuid        NOT NULL,
    source    text        NOT NULL,
    next_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, source)
) WITH (fillfactor = 10);
SELECT lm_tenant_table('source_rate');

-- SPDX-License-Identifier: Apache-2.0
-- What each source said of a company (services/scraper/match/company_record.h). A company is what its records say together. While
-- one source has said one thing of it, the company's own row is that record and there is none here: what was found at
-- created_at, and again at found_at. A record's id is a company's where it began one; so an id that went up in another
-- company can come out again.
CREATE TABLE company_record (
    tenant_id           uuid        NOT NULL,
    id                  uuid        NOT NULL,
    company_id          uuid        NOT NULL,  -- that it belongs to now
    said_of             uuid,                  -- of what people say (edits, imports): the record it is said of
    weight              smallint    NOT NULL,  -- 1: counts before all sources, -1: after them
    source              text        NOT NULL,
    first_at            timestamptz NOT NULL,
    said                bytea       NOT NULL,  -- scraper.CompanyRecord
    name                text        NOT NULL,  -- what it is found by
    name_norm           text        NOT NULL,
    domain              text,
    registration_number text,
    phone               text,
    named               bigint      NOT NULL DEFAULT nextval('company_named'),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX company_record_company ON company_record (tenant_id, company_id);
CREATE INDEX company_record_names ON company_record (tenant_id, named);
CREATE INDEX company_record_domain ON company_record (tenant_id, domain) WHERE domain IS NOT NULL;
CREATE INDEX company_record_registration ON company_record (tenant_id, registration_number)
    WHERE registration_number IS NOT NULL;
CREATE INDEX company_record_phone ON company_record (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX company_record_without_domain ON company_record (tenant_id, id) WHERE domain IS NULL;
SELECT lm_tenant_table('company_record');

ALTER TABLE company
    ADD COLUMN found_at      timestamptz,  -- when its source said last what stands here; NULL: at created_at
    ADD COLUMN status_before text;         -- of one that went up in another: what it was

-- Two companies that are not one but for their records' sake belong in one look: MAYBE is for people to decide, APART are
-- two of which something says that they are the same, and something stronger that they are not.
CREATE TABLE company_link (
    tenant_id uuid        NOT NULL,
    one       uuid        NOT NULL,  -- the smaller id
    other     uuid        NOT NULL,
    verdict   text        NOT NULL CHECK (verdict IN ('MAYBE', 'APART')),
    score     integer     NOT NULL,  -- thousandths
    reason    text        NOT NULL,
    PRIMARY KEY (tenant_id, one, other)
);
CREATE INDEX company_link_other ON company_link (tenant_id, other);
CREATE INDEX company_link_likeliest ON company_link (tenant_id, score DESC, one, other) WHERE verdict = 'MAYBE';
SELECT lm_tenant_table('company_link');

-- What people decided, of two records: it holds against the matcher, the latest against the earlier.
CREATE TABLE company_decision (
    tenant_id  uuid        NOT NULL,
    one        uuid        NOT NULL,  -- the smaller id
    other      uuid        NOT NULL,
    is_same    boolean     NOT NULL,
    decided_at timestamptz NOT NULL,
    user_id    uuid,
    PRIMARY KEY (tenant_id, one, other)
);
CREATE INDEX company_decision_other ON company_decision (tenant_id, other);
SELECT lm_tenant_table('company_decision');

-- Which company went up in which, and which came out.
CREATE TABLE company_change (
    tenant_id  uuid        NOT NULL,
    company_id uuid        NOT NULL,
    number     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('MERGED', 'UNMERGED')),
    other_id   uuid        NOT NULL,
    records    uuid[]      NOT NULL DEFAULT '{}',  -- that the other one had
    reason     text        NOT NULL,
    user_id    uuid,
    PRIMARY KEY (tenant_id, company_id, number)
);
CREATE INDEX company_change_other ON company_change (tenant_id, other_id, number);
SELECT lm_tenant_table('company_change');

-- SPDX-License-Identifier: Apache-2.0
-- The personalizer: what is known of the reader, how a tenant writes, sequences and their messages.

-- One row a tenant, made when someone changes a setting; without it the defaults of proto/personalizer.proto count.
CREATE TABLE writing_config (
    tenant_id         uuid        NOT NULL PRIMARY KEY,
    auto_approve      boolean     NOT NULL,
    sender_name       text,
    sender_company    text,
    value_proposition text,
    link_url          text,
    language          text,
    offer_languages   text[]      NOT NULL,   -- further value propositions, beside offer_texts
    offer_texts       text[]      NOT NULL,
    updated_at        timestamptz NOT NULL
);
SELECT lm_tenant_table('writing_config');

-- As in the scorer: what the scraper knows, and beside it what the enricher read on the company's own pages.
CREATE TABLE company (
    tenant_id           uuid    NOT NULL,
    company_id          uuid    NOT NULL,
    version             bigint  NOT NULL DEFAULT 0,
    name                text,
    domain              text,
    industry            text,
    employee_count      integer,
    open_vacancies      integer,
    has_funding         boolean NOT NULL DEFAULT false,
    location            text,
    country             text,
    source              integer NOT NULL DEFAULT 0,      -- lm.Source
    is_discarded        boolean NOT NULL DEFAULT false,  -- archived or disqualified by a person
    site_version        bigint  NOT NULL DEFAULT 0,
    site_industry       text,
    site_employee_count integer,
    site_location       text,
    PRIMARY KEY (tenant_id, company_id)
) WITH (fillfactor = 90);
SELECT lm_tenant_table('company');

-- A person, by three independent sources: the enricher (version), the scorer (score_version), people's decisions
-- (judged_version). Any of them, or a reason to stop, may come first, so any of them may be absent.
CREATE TABLE lead (
    tenant_id       uuid    NOT NULL,
    lead_id         uuid    NOT NULL,
    version         bigint  NOT NULL DEFAULT 0,
    company_id      uuid,
    first_name      text,
    last_name       text,
    email           text,
    is_email_dead   boolean NOT NULL DEFAULT false,  -- EMAIL_INVALID
    address_hash    text,
    job_title       text,
    language        text,
    page_url        text,
    source          integer NOT NULL DEFAULT 0,      -- lm.Source
    score_version   bigint  NOT NULL DEFAULT 0,
    score           integer,
    is_qualified    boolean NOT NULL DEFAULT false,
    judged_version  bigint  NOT NULL DEFAULT 0,
    is_disqualified boolean NOT NULL DEFAULT false,
    stopped_because text,                            -- reply, bounce, opt_out: for good
    PRIMARY KEY (tenant_id, lead_id)
) WITH (fillfactor = 85);
CREATE INDEX lead_company ON lead (tenant_id, company_id);
CREATE INDEX lead_address ON lead (tenant_id, address_hash);
CREATE INDEX lead_best ON lead (tenant_id, score DESC, lead_id);
SELECT lm_tenant_table('lead');

-- The mailer's suppressions: nobody writes to these addresses.
CREATE TABLE suppressed (
    tenant_id    uuid NOT NULL,
    address_hash text NOT NULL,
    reason       text NOT NULL,
    PRIMARY KEY (tenant_id, address_hash)
);
SELECT lm_tenant_table('suppressed');

-- The row that is locked before anything about a lead's messages changes.
CREATE TABLE sequence (
    tenant_id       uuid        NOT NULL,
    lead_id         uuid        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('ACTIVE', 'PAUSED', 'STOPPED', 'FINISHED')),
    stopped_because text,
    started_at      timestamptz NOT NULL,
    start_at        timestamptz,          -- nothing leaves before
    version         bigint      NOT NULL,
    PRIMARY KEY (tenant_id, lead_id)
) WITH (fillfactor = 85);
SELECT lm_tenant_table('sequence');

CREATE TABLE message (
    tenant_id        uuid        NOT NULL,
    id               uuid        NOT NULL,
    lead_id          uuid        NOT NULL,
    company_id       uuid,
    step             smallint    NOT NULL CHECK (step BETWEEN 1 AND 4),
    status           text        NOT NULL CHECK (status IN ('DRAFT', 'APPROVED', 'RELEASED', 'SENT', 'FAILED',
                                                            'CANCELLED', 'REJECTED')),
    subject          text        NOT NULL,
    body_text        text        NOT NULL,
    body_html        text        NOT NULL,
    preview_text     text,
    language         text        NOT NULL,
    word_count       integer     NOT NULL,
    day_offset       integer     NOT NULL,
    planned_at       timestamptz NOT NULL,   -- by the plan of its sequence; due_at once it is released
    due_at           timestamptz,
    sent_at          timestamptz,
    tracking_id      uuid        NOT NULL,
    to_email         text,
    to_name          text,
    country          text,
    timezone         text,
    approved_by      text,                   -- a user's id, or auto
    approved_at      timestamptz,
    review_note      text,
    content_hash     text        NOT NULL,
    version          bigint      NOT NULL,
    delivery_version bigint      NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, lead_id, step),
    UNIQUE (tenant_id, tracking_id)
) WITH (fillfactor = 80);
CREATE INDEX message_review ON message (tenant_id, planned_at, id) WHERE status = 'DRAFT';
SELECT lm_tenant_table('message');

-- Every wording a message ever had.
CREATE TABLE message_version (
    tenant_id    uuid        NOT NULL,
    message_id   uuid        NOT NULL,
    content_no   integer     NOT NULL,
    subject      text        NOT NULL,
    body_text    text        NOT NULL,
    body_html    text        NOT NULL,
    content_hash text        NOT NULL,
    made_by      text        NOT NULL,   -- a user's id, or writer
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, message_id, content_no)
);
SELECT lm_tenant_table('message_version');

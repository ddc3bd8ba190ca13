-- SPDX-License-Identifier: Apache-2.0
-- The mailer: settings of sending, mailboxes, deliveries with their attempts, throttles, suppressions.

-- One row a tenant, made when someone changes a setting; without it the defaults of proto/mailer.proto count.
CREATE TABLE send_config (
    tenant_id           uuid        NOT NULL PRIMARY KEY,
    dry_run             boolean     NOT NULL DEFAULT true,
    is_paused           boolean     NOT NULL DEFAULT false,
    daily_limit         integer     NOT NULL DEFAULT 50,
    min_delay_seconds   integer     NOT NULL DEFAULT 120,
    max_delay_seconds   integer     NOT NULL DEFAULT 300,
    timezone            text        NOT NULL DEFAULT 'Europe/Amsterdam',
    country             text        NOT NULL DEFAULT 'NL',
    from_minute         integer     NOT NULL DEFAULT 540,
    to_minute           integer     NOT NULL DEFAULT 1020,
    weekdays            integer     NOT NULL DEFAULT 31,
    keep_holidays       boolean     NOT NULL DEFAULT true,
    domain_hourly_limit integer     NOT NULL DEFAULT 5,
    postal_address      text,
    track_opens         boolean     NOT NULL DEFAULT true,
    track_clicks        boolean     NOT NULL DEFAULT true,
    updated_at          timestamptz NOT NULL
);
SELECT lm_tenant_table('send_config');

-- The unit of pacing. sent_today counts claims of sent_on, the local day; both move in the claiming transaction.
CREATE TABLE mailbox (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    email           text        NOT NULL,
    display_name    text,
    smtp_url        text,
    smtp_user       text,
    imap_url        text,
    imap_user       text,
    sealed_password bytea,
    is_paused       boolean     NOT NULL DEFAULT false,
    paused_because  text,
    skip_warmup     boolean     NOT NULL DEFAULT false,
    warmup_from     timestamptz,              -- the first claim
    next_send_at    timestamptz NOT NULL,
    sent_on         date,
    sent_today      integer     NOT NULL DEFAULT 0,
    version         bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email)
);
SELECT lm_tenant_table('mailbox');

-- A message on its way. lease_no counts claims; with lease_owner it is the lease that a hand-over must still hold.
CREATE TABLE delivery (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    message_id     uuid        NOT NULL,
    message_version bigint     NOT NULL,
    lead_id        uuid        NOT NULL,
    company_id     uuid,
    mailbox_id     uuid,                      -- the one that wrote before stays with the lead
    status         text        NOT NULL CHECK (status IN ('WAITING', 'CLAIMED', 'HANDING_OVER', 'DELIVERED',
                                   'DELIVERY_FAILED', 'DELIVERY_CANCELLED', 'UNCERTAIN', 'SUPPRESSED')),
    due_at         timestamptz NOT NULL,
    sent_at        timestamptz,
    dry_run        boolean,
    tracking_id    uuid        NOT NULL,
    rfc_message_id text,
    from_email     text,
    to_email       text        NOT NULL,
    to_name        text,
    to_domain      text        NOT NULL,
    address_hash   text        NOT NULL,
    step           integer     NOT NULL,
    subject        text        NOT NULL,
    body_text      text        NOT NULL,
    body_html      text        NOT NULL,
    content_hash   text        NOT NULL,
    sent_hash      text,                      -- SHA-256 of the bytes handed over
    language       text,
    timezone       text,
    country        text,
    attempts       integer     NOT NULL DEFAULT 0,
    lease_no       bigint      NOT NULL DEFAULT 0,
    lease_owner    text,
    lease_until    timestamptz,
    smtp_code      integer,
    error          text,
    is_hard_bounce boolean     NOT NULL DEFAULT false,
    version        bigint      NOT NULL DEFAULT 1,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, message_id)
);
CREATE INDEX delivery_waiting ON delivery (tenant_id, due_at, id) WHERE status = 'WAITING';
CREATE INDEX delivery_queue ON delivery (tenant_id, due_at, id);
CREATE INDEX delivery_lead ON delivery (tenant_id, lead_id, step);
CREATE INDEX delivery_address ON delivery (tenant_id, address_hash) WHERE status IN ('WAITING', 'CLAIMED'); -- opt-outs
CREATE INDEX delivery_leased ON delivery (lease_until) WHERE status IN ('CLAIMED', 'HANDING_OVER');
SELECT lm_tenant_table('delivery');

-- Every try, so that a counter can always be recounted from the history.
CREATE TABLE delivery_attempt (
    tenant_id   uuid        NOT NULL,
    delivery_id uuid        NOT NULL,
    attempt     integer     NOT NULL,
    mailbox_id  uuid        NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text,                         -- delivered, refused, failed, aborted, uncertain
    smtp_code   integer,
    error       text,
    PRIMARY KEY (tenant_id, delivery_id, attempt)
);
CREATE INDEX delivery_attempt_mailbox ON delivery_attempt (tenant_id, mailbox_id, started_at);
SELECT lm_tenant_table('delivery_attempt');

-- Mails to one recipient domain in one clock hour.
CREATE TABLE domain_throttle (
    tenant_id uuid        NOT NULL,
    domain    text        NOT NULL,
    hour_at   timestamptz NOT NULL,
    sent      integer     NOT NULL,
    PRIMARY KEY (tenant_id, domain)
);
SELECT lm_tenant_table('domain_throttle');

-- People whose sequence was stopped here first, before anything else happened.
CREATE TABLE lead_stop (
    tenant_id  uuid        NOT NULL,
    lead_id    uuid        NOT NULL,
    reason     text        NOT NULL,
    stopped_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, lead_id)
);
SELECT lm_tenant_table('lead_stop');

-- To whom nothing is sent. Never deleted; the address itself is not kept.
CREATE TABLE suppression (
    tenant_id    uuid        NOT NULL,
    id           uuid        NOT NULL,
    address_hash text        NOT NULL,
    reason       text        NOT NULL,        -- opt_out, bounce, complaint, person
    lead_id      uuid,
    version      bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, address_hash)
);
CREATE INDEX suppression_newest ON suppression (tenant_id, created_at DESC, id DESC);
SELECT lm_tenant_table('suppression');

-- Deliveries whose lease ran out, over all tenants: the sweep runs outside a tenant and then works inside each.
CREATE FUNCTION mailer_expired(n integer) RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT d.tenant_id, d.id FROM delivery d
     WHERE d.status IN ('CLAIMED', 'HANDING_OVER') AND d.lease_until < clock_timestamp()
     ORDER BY d.lease_until LIMIT n
$$;
REVOKE EXECUTE ON FUNCTION mailer_expired(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mailer_expired(integer) TO :role;

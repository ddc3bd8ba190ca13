-- SPDX-License-Identifier: Apache-2.0
-- The tracker: what was sent (as the mailer told), hits, engagement, mails that came back.

-- One row a delivered message: what a hit, a reply or a bounce is matched with.
CREATE TABLE sent_message (
    tenant_id      uuid        NOT NULL,
    message_id     uuid        NOT NULL,
    delivery_id    uuid        NOT NULL,
    lead_id        uuid        NOT NULL,
    tracking_id    uuid        NOT NULL,
    mailbox_id     uuid,
    rfc_message_id text        NOT NULL,
    address_hash   text        NOT NULL,
    step           integer     NOT NULL,
    sent_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
);
CREATE UNIQUE INDEX sent_message_tracking ON sent_message (tracking_id);
CREATE INDEX sent_message_rfc ON sent_message (tenant_id, rfc_message_id);
CREATE INDEX sent_message_address ON sent_message (tenant_id, address_hash, sent_at DESC);
CREATE INDEX sent_message_lead ON sent_message (tenant_id, lead_id, step);
CREATE INDEX sent_message_when ON sent_message (tenant_id, sent_at);
SELECT lm_tenant_table('sent_message');

-- What one message brought. Counters are recounted from track_event by `leadmachine doctor data`.
CREATE TABLE engagement (
    tenant_id        uuid        NOT NULL,
    message_id       uuid        NOT NULL,
    lead_id          uuid        NOT NULL,
    open_count       integer     NOT NULL DEFAULT 0,
    click_count      integer     NOT NULL DEFAULT 0,
    machine_count    integer     NOT NULL DEFAULT 0,
    first_opened_at  timestamptz,
    last_opened_at   timestamptz,
    first_clicked_at timestamptz,
    last_clicked_at  timestamptz,
    version          bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, message_id)
);
SELECT lm_tenant_table('engagement');

-- The history: opens, clicks, replies, bounces.
CREATE TABLE track_event (
    tenant_id  uuid        NOT NULL,
    id         uuid        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('TRACK_OPEN', 'TRACK_CLICK', 'TRACK_REPLY', 'TRACK_BOUNCE',
                               'TRACK_AUTO_REPLY', 'TRACK_COMPLAINT')),
    at         timestamptz NOT NULL,
    lead_id    uuid,
    message_id uuid,
    url        text,
    is_machine boolean     NOT NULL DEFAULT false,
    user_agent text,
    ip         inet,
    detail     text,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX track_event_when ON track_event (tenant_id, at DESC, id DESC);
CREATE INDEX track_event_kind ON track_event (tenant_id, kind, at DESC, id DESC);
CREATE INDEX track_event_lead ON track_event (tenant_id, lead_id, at DESC);
CREATE INDEX track_event_message ON track_event (tenant_id, message_id, kind, at);
SELECT lm_tenant_table('track_event');

-- Mails that came back and how they were understood. One row a mail: (mailbox, Message-ID) is what makes a second
-- fetch harmless. The text is kept for replies only.
CREATE TABLE inbox_mail (
    tenant_id    uuid        NOT NULL,
    id           uuid        NOT NULL,
    mailbox_id   uuid        NOT NULL,
    rfc_id       text        NOT NULL,        -- of the mail; derived from its bytes when it has none
    class        text        NOT NULL,
    lead_id      uuid,
    message_id   uuid,                        -- ours, that it answers
    matched_by   text,
    from_email   text,
    subject      text,
    body_text    text,
    status_code  text,
    received_at  timestamptz NOT NULL,
    version      bigint      NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, mailbox_id, rfc_id)
);
CREATE INDEX inbox_mail_when ON inbox_mail (tenant_id, received_at DESC, id DESC);
CREATE INDEX inbox_mail_lead ON inbox_mail (tenant_id, lead_id, received_at DESC);
SELECT lm_tenant_table('inbox_mail');

-- Where to look for answers, as the mailer told, and how far each was read.
CREATE TABLE inbox (
    tenant_id       uuid        NOT NULL,
    mailbox_id      uuid        NOT NULL,
    imap_url        text,
    imap_user       text,
    email           text        NOT NULL,
    sealed_password bytea,
    is_paused       boolean     NOT NULL DEFAULT false,
    version         bigint      NOT NULL,
    uid_validity    bigint      NOT NULL DEFAULT 0,
    last_uid        bigint      NOT NULL DEFAULT 0,
    checked_at      timestamptz,
    error           text,
    PRIMARY KEY (tenant_id, mailbox_id)
);
SELECT lm_tenant_table('inbox');

-- Hits as the gateways ship them: of all tenants, until their message is known.
CREATE TABLE hit_new (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text        NOT NULL,
    tracking_id uuid        NOT NULL,
    at          timestamptz NOT NULL,
    ip          inet,
    user_agent  text,
    url         text,
    taken_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT lm_shared_table('hit_new');

-- How far each spool segment was taken in; moves in the transaction of its hits.
CREATE TABLE hit_segment (
    segment_id uuid        NOT NULL PRIMARY KEY,
    position   bigint      NOT NULL,
    moved_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT lm_shared_table('hit_segment');

-- Whose messages these are. A tracking id is a random UUID that only its recipient knows.
CREATE FUNCTION tracker_resolve(ids uuid[])
RETURNS TABLE (tracking_id uuid, tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT m.tracking_id, m.tenant_id FROM sent_message m WHERE m.tracking_id = ANY (ids)
$$;

-- The inboxes of all tenants that can be read.
CREATE FUNCTION tracker_inboxes()
RETURNS TABLE (tenant_id uuid, mailbox_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT i.tenant_id, i.mailbox_id FROM inbox i
     WHERE NOT i.is_paused AND i.imap_url IS NOT NULL AND i.sealed_password IS NOT NULL
$$;
REVOKE EXECUTE ON FUNCTION tracker_resolve(uuid[]), tracker_inboxes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracker_resolve(uuid[]), tracker_inboxes() TO :role;

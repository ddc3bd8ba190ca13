-- SPDX-License-Identifier: Apache-2.0
-- Files of companies that people import: the bytes, what their columns are, what became of each row.

-- `facts` is a scraper.Import with what was found out and chosen (format, columns, strategy), `result` one with what came
-- of it (counts, first errors). `row_done`: the last row that is in a batch.
CREATE TABLE import (
    tenant_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    version       bigint      NOT NULL,
    file_name     text        NOT NULL,
    size_bytes    bigint      NOT NULL,
    part_bytes    integer     NOT NULL,
    status        text        NOT NULL CHECK (status LIKE 'IMPORT\_%'),
    facts         bytea       NOT NULL,
    result        bytea       NOT NULL,
    row_done      integer     NOT NULL DEFAULT 0,
    error_message text,
    requested_by  text,
    job_id        uuid,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 50);
CREATE INDEX import_newest ON import (tenant_id, created_at DESC, id DESC);
SELECT lm_tenant_table('import');

-- A part that is there whole, and the pieces it came in. Bytes are read in slices, so they are stored as they are.
CREATE TABLE import_part (
    tenant_id  uuid    NOT NULL,
    import_id  uuid    NOT NULL,
    number     integer NOT NULL,
    size_bytes integer NOT NULL,
    sha256     text    NOT NULL,
    PRIMARY KEY (tenant_id, import_id, number)
);
SELECT lm_tenant_table('import_part');

CREATE TABLE import_piece (
    tenant_id uuid    NOT NULL,
    import_id uuid    NOT NULL,
    part      integer NOT NULL,
    at        integer NOT NULL,
    bytes     bytea   NOT NULL,
    PRIMARY KEY (tenant_id, import_id, part, at)
);
ALTER TABLE import_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT lm_tenant_table('import_piece');

-- Rows that went through in one transaction; `rows` is a scraper.ImportBatch, `counts` how many have which RowResult.
CREATE TABLE import_batch (
    tenant_id  uuid      NOT NULL,
    import_id  uuid      NOT NULL,
    first_row  integer   NOT NULL,
    last_row   integer   NOT NULL,
    counts     integer[] NOT NULL,
    rows       bytea     NOT NULL,
    is_undone  boolean   NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, import_id, first_row)
);
SELECT lm_tenant_table('import_batch');

-- The import that last wrote a company, and the version it had then: while that is its version, nobody else has changed
-- it. One whose import was undone is archived, without its domain, and is nobody's duplicate any more.
ALTER TABLE company
    ADD COLUMN import_id      uuid,
    ADD COLUMN import_version bigint,
    ADD COLUMN is_undone      boolean NOT NULL DEFAULT false;
-- Whether a tenant has companies that only their names tell: a row with a domain is compared by name with those alone.
CREATE INDEX company_without_domain ON company (tenant_id, id)
    WHERE domain IS NULL AND merged_into IS NULL AND NOT is_undone;

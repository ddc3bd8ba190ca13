-- SPDX-License-Identifier: Apache-2.0
-- Any source may be searched: what a search finds is a company with all that the source says of it, or a vacancy. The
-- tables it stood in, scrape_page and posting, are those of binaries before this migration; a search that such a binary
-- left unfinished begins again.
ALTER TABLE scrape_job
    ADD COLUMN cards_count  integer NOT NULL DEFAULT 0,
    ADD COLUMN details_done integer NOT NULL DEFAULT 0,
    ADD COLUMN error_count  integer NOT NULL DEFAULT 0,
    ADD COLUMN page_errors  bytea;                        -- a scraper.ScrapeJob with nothing but `errors`

-- Pages a search has read: a run that failed goes on behind them. Gone with the end of the search.
CREATE TABLE search_page (
    tenant_id     uuid    NOT NULL,
    scrape_job_id uuid    NOT NULL,
    keyword       integer NOT NULL,
    page          integer NOT NULL,
    next          text,                 -- what the page behind it is asked with; NULL: there is none
    PRIMARY KEY (tenant_id, scrape_job_id, keyword, page)
);
SELECT lm_tenant_table('search_page');

-- What a search has found, each once whatever page showed it. Gone with the end of the search.
CREATE TABLE search_found (
    tenant_id     uuid    NOT NULL,
    scrape_job_id uuid    NOT NULL,
    key           text    NOT NULL,
    number        integer NOT NULL,     -- order of arrival
    url           text,
    company       bytea   NOT NULL,     -- lm.Company
    has_detail    boolean NOT NULL DEFAULT false,  -- its own page was read, or cannot be
    PRIMARY KEY (tenant_id, scrape_job_id, key)
);
SELECT lm_tenant_table('search_found');

-- What sources say of a company beyond the first columns; a scraper.Company's fields of the same names.
ALTER TABLE company
    ADD COLUMN phone               text,
    ADD COLUMN email               text,
    ADD COLUMN registration_number text,
    ADD COLUMN address             text,
    ADD COLUMN postal_code         text,
    ADD COLUMN city                text,
    ADD COLUMN industry_words      text,
    ADD COLUMN employee_range      text,
    ADD COLUMN sbi_codes           text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN no_mailing          boolean,
    ADD COLUMN is_synthetic        boolean,
    ADD COLUMN custom              bytea;                 -- an lm.Company with nothing but `custom`
CREATE INDEX company_registration ON company (tenant_id, registration_number) WHERE registration_number IS NOT NULL;
CREATE INDEX company_phone ON company (tenant_id, phone) WHERE phone IS NOT NULL;

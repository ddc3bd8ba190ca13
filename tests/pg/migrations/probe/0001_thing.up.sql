-- SPDX-License-Identifier: Apache-2.0
-- The schema of a service that exists in tests only.
CREATE TABLE thing (
    tenant_id uuid   NOT NULL,
    id        uuid   NOT NULL,
    version   bigint NOT NULL DEFAULT 1,
    amount    bigint NOT NULL DEFAULT 0 CHECK (amount < 1000000),
    PRIMARY KEY (tenant_id, id)
);
SELECT lm_tenant_table('thing');

-- What was done, in the order in which it was done.
CREATE TABLE deed (
    n    bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    what text   NOT NULL,
    at   bigint NOT NULL DEFAULT 0
);
SELECT lm_shared_table('deed');

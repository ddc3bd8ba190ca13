-- SPDX-License-Identifier: Apache-2.0
DROP INDEX company_without_domain;
ALTER TABLE company
    DROP COLUMN import_id,
    DROP COLUMN import_version,
    DROP COLUMN is_undone;
DROP TABLE import_batch, import_piece, import_part, import;

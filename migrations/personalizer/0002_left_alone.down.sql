-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE company DROP COLUMN no_mailing, DROP COLUMN is_synthetic;

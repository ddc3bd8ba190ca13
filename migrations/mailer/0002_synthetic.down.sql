-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE delivery DROP COLUMN is_synthetic;

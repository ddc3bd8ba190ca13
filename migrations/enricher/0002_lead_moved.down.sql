-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE lead DROP COLUMN moved_from;

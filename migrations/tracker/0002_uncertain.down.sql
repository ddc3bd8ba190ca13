-- SPDX-License-Identifier: Apache-2.0
ALTER TABLE sent_message DROP COLUMN is_certain;

-- SPDX-License-Identifier: Apache-2.0
DROP TABLE message_version, message, sequence, suppressed, lead, company, writing_config;

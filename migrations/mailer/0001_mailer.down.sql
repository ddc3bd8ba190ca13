-- SPDX-License-Identifier: Apache-2.0
DROP FUNCTION mailer_expired(integer);
DROP TABLE suppression, lead_stop, domain_throttle, delivery_attempt, delivery, mailbox, send_config;

-- SPDX-License-Identifier: Apache-2.0
-- The tables of the service are gone by now, their policies with them; the two functions go with 0001.
REVOKE SELECT ON event_new, event, event_head, event_consumer, consumer_cursor, event_parked, job, job_done, call_done,
                 periodic, tombstone, schema_migration FROM lm_doctor;

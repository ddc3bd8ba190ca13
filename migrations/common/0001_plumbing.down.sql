-- SPDX-License-Identifier: Apache-2.0
DROP FUNCTION lm_job_claim(text, integer, uuid, timestamptz, text, interval);
DROP TABLE tombstone, periodic, call_done, job_done, job, event_parked, consumer_cursor, event_consumer, event_head,
           event, event_new;
DROP FUNCTION lm_job_done_partitions(interval), lm_event_expire(interval), lm_event_partition(bigint);
DROP FUNCTION lm_shared_table(regclass), lm_tenant_table(regclass), lm_fence(boolean), lm_tenant(), lm_at(bigint),
              lm_ms(timestamptz);

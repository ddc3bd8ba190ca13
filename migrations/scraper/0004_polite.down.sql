-- SPDX-License-Identifier: Apache-2.0
DROP TABLE robots_file, host_turn, source_breaker, page_cache, source_health, source_approval, proxy;
COMMENT ON TABLE source_rate IS NULL;

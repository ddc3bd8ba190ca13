-- SPDX-License-Identifier: Apache-2.0
DROP TABLE score, score_config, lead_fact, company_fact;

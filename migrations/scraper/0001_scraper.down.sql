-- SPDX-License-Identifier: Apache-2.0
DROP TABLE source_rate, schedule, posting, scrape_page, scrape_job, intake_gate, company_name_key, company;

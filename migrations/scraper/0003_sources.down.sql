-- SPDX-License-Identifier: Apache-2.0
DROP INDEX company_registration, company_phone;
ALTER TABLE company
    DROP COLUMN phone, DROP COLUMN email, DROP COLUMN registration_number, DROP COLUMN address,
    DROP COLUMN postal_code, DROP COLUMN city, DROP COLUMN industry_words, DROP COLUMN employee_range,
    DROP COLUMN sbi_codes, DROP COLUMN no_mailing, DROP COLUMN is_synthetic, DROP COLUMN custom;
DROP TABLE search_found, search_page;
ALTER TABLE scrape_job
    DROP COLUMN cards_count, DROP COLUMN details_done, DROP COLUMN error_count, DROP COLUMN page_errors;

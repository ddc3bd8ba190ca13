-- SPDX-License-Identifier: Apache-2.0
DROP TRIGGER lead_view_changed ON lead_view;
DROP TRIGGER lead_view_came ON lead_view;
DROP TRIGGER company_view_changed ON company_view;
DROP TRIGGER company_view_came ON company_view;
DROP FUNCTION sweep_company_changes(integer);
DROP FUNCTION lead_view_changed();
DROP FUNCTION company_view_changed();
DROP TABLE company_change_kept;
DROP TABLE company_change;
DROP INDEX company_view_name;
ALTER TABLE company_view
    DROP COLUMN sort_name, DROP COLUMN country, DROP COLUMN industry, DROP COLUMN city, DROP COLUMN has_domain,
    DROP COLUMN has_email, DROP COLUMN has_phone, DROP COLUMN employee_count, DROP COLUMN open_vacancies;

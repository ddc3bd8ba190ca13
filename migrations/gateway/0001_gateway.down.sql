-- SPDX-License-Identifier: Apache-2.0
-- pg_trgm stays: another service may use it.
DROP FUNCTION login_lookup(text, text), tenant_by_slug(text), revoked_since(timestamptz), sweep_sessions(integer),
              search_companies(text, text, text, integer), search_leads(text, text, text, integer);
DROP TABLE suppression_view, scrape_job_view, message_view, lead_view, company_view, revoked, refresh_token, session,
           app_user, tenant;

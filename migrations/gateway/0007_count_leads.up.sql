-- SPDX-License-Identifier: Apache-2.0
-- Leads under several filters are counted in the index alone: of a million, rows in the order of their status lie anywhere.
DROP INDEX lead_view_newest;
DROP INDEX lead_view_status;
DROP INDEX lead_view_class;
CREATE INDEX lead_view_newest ON lead_view (tenant_id, created_at DESC, id DESC)
    INCLUDE (status, classification, icp_score, has_email) WHERE is_listed;
CREATE INDEX lead_view_status ON lead_view (tenant_id, status, created_at DESC, id DESC)
    INCLUDE (classification, icp_score, has_email) WHERE is_listed;
CREATE INDEX lead_view_class ON lead_view (tenant_id, classification, created_at DESC, id DESC)
    INCLUDE (status, icp_score, has_email) WHERE is_listed;

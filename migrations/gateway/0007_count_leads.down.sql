-- SPDX-License-Identifier: Apache-2.0
DROP INDEX lead_view_newest;
DROP INDEX lead_view_status;
DROP INDEX lead_view_class;
CREATE INDEX lead_view_newest ON lead_view (tenant_id, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX lead_view_status ON lead_view (tenant_id, status, created_at DESC, id DESC) WHERE is_listed;
CREATE INDEX lead_view_class ON lead_view (tenant_id, classification, created_at DESC, id DESC) WHERE is_listed;

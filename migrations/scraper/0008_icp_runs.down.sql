-- SPDX-License-Identifier: Apache-2.0
DROP TABLE icp_run;

-- SPDX-License-Identifier: Apache-2.0
DROP FUNCTION tracker_inboxes(), tracker_resolve(uuid[]);
DROP TABLE hit_segment, hit_new, inbox, inbox_mail, track_event, engagement, sent_message;

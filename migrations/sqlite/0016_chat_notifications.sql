-- What is about one thing is found by it: a room's unread notice is replaced, read and taken back.
CREATE INDEX notifications_group ON notifications (group_key, user_id) WHERE group_key IS NOT NULL;

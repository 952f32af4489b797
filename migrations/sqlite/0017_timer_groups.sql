-- Timers that follow a group: the members of a chat room, the people of a booking.
CREATE TABLE timer_groups (
    timer_id TEXT   NOT NULL REFERENCES timers (id) ON DELETE CASCADE,
    kind     TEXT   NOT NULL CHECK (kind IN ('chat_room', 'reservation')),
    group_id BIGINT NOT NULL,
    PRIMARY KEY (timer_id, kind, group_id)
);
CREATE INDEX timer_groups_group ON timer_groups (kind, group_id);

-- By which of its groups somebody is on a timer.
CREATE TABLE timer_group_people (
    timer_id TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    group_id BIGINT NOT NULL,
    user_id  BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (timer_id, kind, group_id, user_id),
    FOREIGN KEY (timer_id, kind, group_id) REFERENCES timer_groups (timer_id, kind, group_id) ON DELETE CASCADE
);
CREATE INDEX timer_group_people_group ON timer_group_people (kind, group_id, user_id);

-- Whether somebody is on it by name, and stays when a group loses them.
ALTER TABLE timer_people ADD COLUMN is_named BOOLEAN NOT NULL DEFAULT TRUE;

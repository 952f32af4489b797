-- Focus: notifications wait while somebody concentrates.
CREATE TABLE notification_holds (
    user_id    BIGINT PRIMARY KEY REFERENCES users (id),
    -- The newest notice for everybody when it began: those after it wait.
    held_after BIGINT NOT NULL
);

CREATE INDEX timers_focus ON timers (owner_id, ends_at) WHERE status = 'RUNNING' AND kind = 'focus';

-- The days, in the organisation's zone, on which somebody reached their goal and was told so.
CREATE TABLE timer_goal_days (
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- 2026-11-21
    day     TEXT   NOT NULL,
    PRIMARY KEY (user_id, day)
);
CREATE TABLE goals (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    minutes BIGINT NOT NULL CHECK (minutes BETWEEN 1 AND 1440)
);
INSERT INTO goals (user_id, minutes) SELECT user_id, minutes FROM timer_goals;
DROP TABLE timer_goals;
ALTER TABLE goals RENAME TO timer_goals;

-- When a timer's owner was asked whether it is still meant.
ALTER TABLE timers ADD COLUMN asked_at BIGINT;
-- What a meeting's timer offers towards its end, as JSON.
ALTER TABLE timers ADD COLUMN offer TEXT;
CREATE INDEX timers_meeting ON timers (reservation_id) WHERE status = 'RUNNING' AND reservation_id IS NOT NULL;

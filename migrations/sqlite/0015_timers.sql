-- Shared timers (contracts §4). Time is counted from `elapsed_ms` at `updated_at`; while a timer
-- runs, `ends_at` is its deadline.
CREATE TABLE timers (
    -- UUIDv7.
    id                 TEXT    PRIMARY KEY,
    owner_id           BIGINT  NOT NULL REFERENCES users (id),
    kind               TEXT    NOT NULL CHECK (kind IN ('plain', 'focus', 'break', 'meeting')),
    -- What clients call it: any text.
    schedule_id        TEXT,
    todo_id            TEXT,
    -- The booking that `schedule_id` names, when it is one of the owner's.
    reservation_id     BIGINT,
    title              TEXT,
    description        TEXT,
    -- JSON.
    tags               TEXT    NOT NULL,
    hold_notifications BOOLEAN NOT NULL,
    -- JSON, on timers of a series.
    cycle              TEXT,
    -- Seconds.
    allocated_duration BIGINT  NOT NULL CHECK (allocated_duration BETWEEN 1 AND 86400),
    elapsed_ms         BIGINT  NOT NULL CHECK (elapsed_ms BETWEEN 0 AND allocated_duration * 1000),
    status             TEXT    NOT NULL CHECK (status IN ('RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED')),
    started_at         BIGINT  NOT NULL,
    paused_at          BIGINT,
    ended_at           BIGINT,
    ends_at            BIGINT,
    created_at         BIGINT  NOT NULL,
    updated_at         BIGINT  NOT NULL,
    -- JSON.
    pause_history      TEXT    NOT NULL,
    version            BIGINT  NOT NULL,
    -- A deadline is what a running timer has and no other.
    CHECK ((status = 'RUNNING') = (ends_at IS NOT NULL)),
    CHECK ((status IN ('COMPLETED', 'CANCELLED')) = (ended_at IS NOT NULL))
);
CREATE INDEX timers_deadline ON timers (ends_at) WHERE status = 'RUNNING';
CREATE INDEX timers_active ON timers (owner_id) WHERE status IN ('RUNNING', 'PAUSED');

-- Who sees a timer; its owner is one of them.
CREATE TABLE timer_people (
    timer_id  TEXT   NOT NULL REFERENCES timers (id) ON DELETE CASCADE,
    user_id   BIGINT NOT NULL REFERENCES users (id),
    role      TEXT   NOT NULL CHECK (role IN ('host', 'participant')),
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (timer_id, user_id)
);
CREATE INDEX timer_people_user ON timer_people (user_id, timer_id);

-- What a person wants to do.
CREATE TABLE todos (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    BIGINT NOT NULL REFERENCES users (id),
    title      TEXT   NOT NULL,
    done_at    BIGINT,
    position   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX todos_user ON todos (user_id, position);

-- How many minutes a day somebody wants to concentrate.
CREATE TABLE timer_goals (
    user_id     BIGINT PRIMARY KEY REFERENCES users (id),
    minutes     BIGINT NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    -- The last day on which they were told that they have, in the organisation's zone: 2026-11-21.
    achieved_on TEXT
);

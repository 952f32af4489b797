-- What one person is told (contracts §3.6), or was not told, and why.
CREATE TABLE notifications (
    -- UUIDv7.
    id          TEXT    PRIMARY KEY,
    user_id     BIGINT  NOT NULL REFERENCES users (id),
    category    TEXT    NOT NULL,
    priority    TEXT    NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    -- What happened, as JSON: the text is made for its reader.
    data        TEXT    NOT NULL,
    action_url  TEXT,
    group_key   TEXT,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT,
    -- Why each channel was used or not.
    in_app      TEXT    NOT NULL,
    browser     TEXT    NOT NULL,
    is_read     BOOLEAN NOT NULL,
    read_at     BIGINT,
    seen_at     BIGINT,
    archived_at BIGINT
);
CREATE INDEX notifications_user ON notifications (user_id, created_at);
CREATE INDEX notifications_expires_at ON notifications (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX notifications_created_at ON notifications (created_at);

-- What everybody is told: one row for all.
CREATE TABLE notices (
    -- The order of marks.
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    category   TEXT    NOT NULL,
    priority   TEXT    NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    data       TEXT    NOT NULL,
    action_url TEXT,
    group_key  TEXT,
    -- Whose own action it is: not for them.
    actor_id   BIGINT,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT
);
CREATE INDEX notices_created_at ON notices (created_at);

-- What somebody has done with a single notice. It goes before the marks.
CREATE TABLE notice_states (
    user_id     BIGINT  NOT NULL REFERENCES users (id),
    notice      BIGINT  NOT NULL REFERENCES notices (number) ON DELETE CASCADE,
    is_read     BOOLEAN NOT NULL,
    read_at     BIGINT,
    archived_at BIGINT,
    is_deleted  BOOLEAN NOT NULL,
    PRIMARY KEY (user_id, notice)
);
CREATE INDEX notice_states_notice ON notice_states (notice);

-- What somebody has done with all notices up to a number.
CREATE TABLE notice_marks (
    user_id         BIGINT PRIMARY KEY REFERENCES users (id),
    read_up_to      BIGINT NOT NULL DEFAULT 0,
    read_at         BIGINT,
    seen_up_to      BIGINT NOT NULL DEFAULT 0,
    seen_at         BIGINT,
    -- Deleted, except what was archived.
    cleared_up_to   BIGINT NOT NULL DEFAULT 0,
    -- Too old to be shown.
    forgotten_up_to BIGINT NOT NULL DEFAULT 0
);

-- What was told because a moment had come: a row is written with what it tells, so each moment
-- tells once, whatever happens to the process.
CREATE TABLE reminders (
    reservation_id BIGINT NOT NULL REFERENCES reservations (id) ON DELETE CASCADE,
    kind           TEXT   NOT NULL,
    -- The start or deadline that it reminded of: a booking that moves reminds again.
    of             BIGINT NOT NULL,
    PRIMARY KEY (reservation_id, kind, of)
);
CREATE INDEX reservations_pending ON reservations (starts_at) WHERE status = 'pending';

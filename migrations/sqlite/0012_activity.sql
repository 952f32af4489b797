-- What has happened lately, as everybody may know it. Kept longer than the log.
CREATE TABLE activity (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    at             BIGINT NOT NULL,
    kind           TEXT   NOT NULL,
    -- Nobody for what happens by itself, and for what is private.
    actor_id       BIGINT REFERENCES users (id),
    room_id        BIGINT REFERENCES rooms (id),
    -- Names as they were.
    room_name      TEXT,
    reservation_id BIGINT,
    starts_at      BIGINT,
    ends_at        BIGINT,
    -- The first words of an announcement.
    subject        TEXT
);
CREATE INDEX activity_at ON activity (at);

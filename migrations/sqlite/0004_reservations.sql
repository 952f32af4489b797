CREATE TABLE reservations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id      BIGINT  NOT NULL REFERENCES rooms (id),
    organizer_id BIGINT  NOT NULL REFERENCES users (id),
    title        TEXT    NOT NULL,
    starts_at    BIGINT  NOT NULL,
    ends_at      BIGINT  NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'cancelled', 'completed')),
    head_count   BIGINT  NOT NULL CHECK (head_count > 0),
    private      BOOLEAN NOT NULL,
    version      BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    -- The search for overlaps relies on the longest booking of contracts §9.
    CHECK (starts_at < ends_at AND ends_at - starts_at <= 86400000)
);
CREATE INDEX reservations_room_time ON reservations (room_id, starts_at);
-- A list looks back by the longest booking from its start, so the start alone finds all.
CREATE INDEX reservations_starts_at ON reservations (starts_at);
CREATE INDEX reservations_organizer ON reservations (organizer_id, starts_at);

CREATE TABLE attendees (
    reservation_id BIGINT NOT NULL REFERENCES reservations (id) ON DELETE CASCADE,
    user_id        BIGINT NOT NULL REFERENCES users (id),
    -- The order in which they were entered.
    position       BIGINT NOT NULL,
    response       TEXT   NOT NULL CHECK (response IN ('invited', 'accepted', 'declined')),
    PRIMARY KEY (reservation_id, user_id)
);
CREATE INDEX attendees_user ON attendees (user_id);

-- No two bookings that hold their slot overlap in one room, whoever writes. Bookings last at most
-- 24 hours (86,400,000 ms), so only starts within that distance can reach into the new interval.
CREATE TRIGGER reservations_no_overlap_insert BEFORE INSERT ON reservations
WHEN NEW.status IN ('pending', 'approved') AND EXISTS (
    SELECT 1 FROM reservations r
    WHERE r.room_id = NEW.room_id AND r.status IN ('pending', 'approved')
      AND r.starts_at < NEW.ends_at AND r.starts_at > NEW.starts_at - 86400000 AND r.ends_at > NEW.starts_at
)
BEGIN
    SELECT RAISE(ABORT, 'reservation_overlap');
END;

CREATE TRIGGER reservations_no_overlap_update BEFORE UPDATE OF room_id, starts_at, ends_at, status ON reservations
WHEN NEW.status IN ('pending', 'approved') AND EXISTS (
    SELECT 1 FROM reservations r
    WHERE r.room_id = NEW.room_id AND r.status IN ('pending', 'approved') AND r.id <> NEW.id
      AND r.starts_at < NEW.ends_at AND r.starts_at > NEW.starts_at - 86400000 AND r.ends_at > NEW.starts_at
)
BEGIN
    SELECT RAISE(ABORT, 'reservation_overlap');
END;

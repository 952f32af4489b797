CREATE TABLE rooms (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    name              TEXT    NOT NULL,
    location          TEXT    NOT NULL,
    floor             TEXT    NOT NULL,
    capacity          BIGINT  NOT NULL CHECK (capacity > 0),
    -- JSON list of strings.
    equipment         TEXT    NOT NULL,
    requires_approval BOOLEAN NOT NULL,
    maintenance       BOOLEAN NOT NULL,
    version           BIGINT  NOT NULL,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    -- Rooms are deleted softly: past bookings keep their room.
    deleted_at        BIGINT
);
-- Two rooms that can be booked never share a name.
CREATE UNIQUE INDEX rooms_name ON rooms (name) WHERE deleted_at IS NULL;

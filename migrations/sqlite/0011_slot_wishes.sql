-- Who was refused a slot because it was taken: they are told when it becomes free.
CREATE TABLE slot_wishes (
    user_id    BIGINT NOT NULL REFERENCES users (id),
    room_id    BIGINT NOT NULL REFERENCES rooms (id),
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, room_id, starts_at, ends_at)
);
CREATE INDEX slot_wishes_room ON slot_wishes (room_id, starts_at);

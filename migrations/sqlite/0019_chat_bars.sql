-- Members who may read a room and not write there. Outlives the membership: whoever leaves and comes
-- back is still kept from writing.
CREATE TABLE chat_bars (
    room_id BIGINT NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    until   BIGINT NOT NULL,
    reason  TEXT   NOT NULL,
    PRIMARY KEY (room_id, user_id)
);

-- Messages that people keep for themselves, for as long as they are in the room.
CREATE TABLE chat_kept (
    user_id    BIGINT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    room_id    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (user_id, message_id),
    FOREIGN KEY (room_id, user_id) REFERENCES chat_members (room_id, user_id) ON DELETE CASCADE
);
CREATE INDEX chat_kept_member ON chat_kept (room_id, user_id);
CREATE INDEX chat_kept_message ON chat_kept (message_id);

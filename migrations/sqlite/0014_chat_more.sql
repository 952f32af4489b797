-- What people have uploaded. The bytes lie in the file store under `key`.
CREATE TABLE chat_files (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id      BIGINT NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    user_id      BIGINT NOT NULL REFERENCES users (id),
    key          TEXT   NOT NULL UNIQUE,
    name         TEXT   NOT NULL,
    -- As the bytes say.
    content_type TEXT   NOT NULL,
    size         BIGINT NOT NULL,
    width        BIGINT,
    height       BIGINT,
    created_at   BIGINT NOT NULL,
    -- Until a message has it, it is forgotten after a day.
    message_id   BIGINT REFERENCES chat_messages (id) ON DELETE CASCADE
);
CREATE INDEX chat_files_message ON chat_files (message_id);
CREATE INDEX chat_files_waiting ON chat_files (created_at) WHERE message_id IS NULL;

-- What those who manage rooms have done to others.
CREATE TABLE chat_audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         BIGINT NOT NULL,
    actor_id   BIGINT NOT NULL REFERENCES users (id),
    action     TEXT   NOT NULL,
    room_id    BIGINT NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    message_id BIGINT,
    user_id    BIGINT,
    reason     TEXT   NOT NULL
);

-- Pairs of neighbouring characters of every word: Korean is found from two syllables on.
-- rowid: the message.
CREATE VIRTUAL TABLE chat_search USING fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii');

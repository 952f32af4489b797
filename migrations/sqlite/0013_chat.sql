CREATE TABLE chat_rooms (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT   NOT NULL CHECK (kind IN ('channel', 'private', 'direct', 'live')),
    -- Has at least one character that is no digit: addresses name a room by its id or its slug.
    slug           TEXT   NOT NULL UNIQUE,
    -- Empty when two people talk: each sees the other's name.
    name           TEXT   NOT NULL,
    topic          TEXT   NOT NULL,
    -- The two people of a direct room, the lower id first: '3:7'.
    pair           TEXT   UNIQUE,
    -- The booking whose people talk here.
    reservation_id BIGINT UNIQUE REFERENCES reservations (id) ON DELETE SET NULL,
    -- The number of its newest message. Messages of a room are numbered without gaps from 1.
    last_seq       BIGINT NOT NULL,
    member_count   BIGINT NOT NULL,
    -- Members who let others see how far they have read.
    reader_count   BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    -- Nobody writes here any more.
    archived_at    BIGINT
);

CREATE TABLE chat_members (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id       BIGINT  NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    user_id       BIGINT  NOT NULL REFERENCES users (id),
    role          TEXT    NOT NULL CHECK (role IN ('member', 'admin', 'owner')),
    joined_at     BIGINT  NOT NULL,
    -- Everything up to this message has been read. Never moves back.
    last_read_seq BIGINT  NOT NULL,
    last_read_at  BIGINT,
    -- Kept as a reminder: from this message on the room shows as unread to its owner alone.
    unread_from   BIGINT,
    muted_until   BIGINT,
    -- Whether others see how far this person has read.
    shows_reading BOOLEAN NOT NULL,
    UNIQUE (room_id, user_id)
);
CREATE INDEX chat_members_user ON chat_members (user_id);

CREATE TABLE chat_messages (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id       BIGINT NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    seq           BIGINT NOT NULL,
    user_id       BIGINT NOT NULL REFERENCES users (id),
    -- The sender's own number for it: a repeat is recognised for good.
    client_msg_id TEXT,
    kind          TEXT   NOT NULL CHECK (kind IN ('text', 'image', 'file', 'system')),
    -- Markdown as it was written, and what is made of it. Both empty once it is deleted.
    text          TEXT   NOT NULL,
    html          TEXT   NOT NULL,
    file_url      TEXT,
    -- JSON: what is known of the file.
    file          TEXT,
    reply_to      BIGINT REFERENCES chat_messages (id),
    thread_root   BIGINT REFERENCES chat_messages (id),
    -- JSON {user_ids, everyone}.
    mentions      TEXT   NOT NULL,
    -- How many had not read it when it was sent.
    sent_to       BIGINT NOT NULL,
    -- Of a message that has a thread: its replies that are not deleted, and the newest of all.
    reply_count   BIGINT NOT NULL,
    last_reply_at BIGINT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    edited_at     BIGINT,
    deleted_at    BIGINT,
    UNIQUE (room_id, seq),
    UNIQUE (room_id, user_id, client_msg_id)
);
CREATE INDEX chat_messages_user ON chat_messages (user_id, id);
CREATE INDEX chat_messages_thread ON chat_messages (thread_root, seq) WHERE thread_root IS NOT NULL;
CREATE INDEX chat_messages_reply_to ON chat_messages (reply_to) WHERE reply_to IS NOT NULL;

-- What a message said before it was changed or deleted.
CREATE TABLE chat_versions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id BIGINT NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    text       TEXT   NOT NULL,
    -- Who changed it, when.
    user_id    BIGINT NOT NULL REFERENCES users (id),
    at         BIGINT NOT NULL
);
CREATE INDEX chat_versions_message ON chat_versions (message_id, id);

CREATE TABLE chat_reactions (
    room_id BIGINT NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL,
    emoji   TEXT   NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    at      BIGINT NOT NULL,
    PRIMARY KEY (room_id, seq, emoji, user_id)
);

-- Whom a message calls by name. User 0: everybody in the room.
CREATE TABLE chat_mentions (
    room_id   BIGINT NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    seq       BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    sender_id BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (room_id, seq, user_id)
);

-- What a person has chosen for all of their rooms.
CREATE TABLE chat_preferences (
    user_id       BIGINT  PRIMARY KEY REFERENCES users (id),
    shows_reading BOOLEAN NOT NULL
);

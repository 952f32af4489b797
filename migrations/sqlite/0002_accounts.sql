CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Lower case.
    email         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('employee', 'admin')),
    -- argon2id, PHC string.
    password_hash TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL
);

-- One row per signed-in device.
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      BIGINT  NOT NULL REFERENCES users (id),
    -- SHA-256 of the cookie's token.
    token_hash   TEXT    NOT NULL UNIQUE,
    remember     BOOLEAN NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_seen_at BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Single-use passes for `/ws?token=` (contracts §1.5).
CREATE TABLE tickets (
    token_hash TEXT   PRIMARY KEY,
    session_id BIGINT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tickets_session ON tickets (session_id);

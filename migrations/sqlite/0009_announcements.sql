CREATE TABLE announcements (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL CHECK (kind IN ('notification', 'maintenance')),
    severity     TEXT    NOT NULL CHECK (severity IN ('info', 'advisory', 'major', 'critical')),
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    -- JSON, as on the wire. Whether it is for everybody stands beside it for the look-up.
    audience     TEXT    NOT NULL,
    everyone     BOOLEAN NOT NULL,
    starts_at    BIGINT  NOT NULL,
    -- Until it is called off when there is none.
    expires_at   BIGINT,
    ack_required BOOLEAN NOT NULL,
    -- JSON list of {id, label}.
    ack_options  TEXT    NOT NULL,
    author_id    BIGINT  NOT NULL REFERENCES users (id),
    version      BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    -- Set once, in the transaction that sends it.
    sent_at      BIGINT,
    cancelled_at BIGINT
);
-- What is waiting for its start.
CREATE INDEX announcements_waiting ON announcements (starts_at) WHERE sent_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX announcements_created_at ON announcements (created_at);

-- To whom it went, when it was not for everybody: written once, at its start.
CREATE TABLE announcement_recipients (
    announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    user_id         BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (announcement_id, user_id)
);
CREATE INDEX announcement_recipients_user ON announcement_recipients (user_id);

-- What one person has done with it.
CREATE TABLE announcement_receipts (
    announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    user_id         BIGINT NOT NULL REFERENCES users (id),
    -- The newest answer.
    option_id       TEXT,
    answered_at     BIGINT,
    dismissed_at    BIGINT,
    PRIMARY KEY (announcement_id, user_id)
);

-- Every answer by the number that its sender gave it: a late repeat of an old answer changes nothing.
CREATE TABLE announcement_answers (
    announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    user_id         BIGINT NOT NULL,
    client_id       TEXT   NOT NULL,
    option_id       TEXT   NOT NULL,
    at              BIGINT NOT NULL,
    PRIMARY KEY (announcement_id, user_id, client_id)
);

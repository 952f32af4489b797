-- The one log of everything durable that happens (contracts §7.2).
-- `log_head` is the only contended row: it is taken last in a transaction and held until the
-- commit, so that commit order is `seq` order and there are no holes.
CREATE TABLE log_head (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    log_id TEXT   NOT NULL,
    seq    BIGINT NOT NULL
);

CREATE TABLE log (
    seq   BIGINT PRIMARY KEY,
    topic TEXT   NOT NULL,
    prev  BIGINT NOT NULL,
    kind  TEXT   NOT NULL,
    actor BIGINT,
    at    BIGINT NOT NULL,
    -- The exact JSON text that sockets send.
    frame TEXT   NOT NULL
);
CREATE INDEX log_topic_seq ON log (topic, seq);
CREATE INDEX log_at ON log (at);

CREATE TABLE topic_head (
    topic TEXT   PRIMARY KEY,
    seq   BIGINT NOT NULL
);

-- Values that an installation makes once and keeps: its signing key.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- First answers to requests that carried an `Idempotency-Key` (contracts §9), kept for 24 hours.
CREATE TABLE idempotency (
    user_id   BIGINT NOT NULL,
    route     TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    body_hash TEXT   NOT NULL,
    status    BIGINT NOT NULL,
    answer    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

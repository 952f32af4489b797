-- What a person has chosen, on all devices. What is NULL has not been chosen.
CREATE TABLE user_settings (
    user_id       BIGINT PRIMARY KEY REFERENCES users (id),
    language      TEXT,
    theme         TEXT,
    time_zone     TEXT,
    -- JSON.
    notifications TEXT
);

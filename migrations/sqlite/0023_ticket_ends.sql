-- When what a ticket was made with ends, when that was an access token: so does the socket that it opens.
ALTER TABLE tickets ADD COLUMN session_ends_at BIGINT;

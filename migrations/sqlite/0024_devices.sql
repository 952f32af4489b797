-- What the browser of a session says that it is.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';

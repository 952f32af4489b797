-- What a timer's people talk about, point by point, as JSON.
ALTER TABLE timers ADD COLUMN agenda TEXT;

-- The status that a room was last announced with (`room:status_changed`), and for which instant.
-- A room's state itself is derived; this says what everybody has been told, so that each change is
-- told exactly once, also when the process was down at that moment.
ALTER TABLE rooms ADD COLUMN announced_status TEXT NOT NULL DEFAULT 'available'
    CHECK (announced_status IN ('available', 'in_use', 'maintenance'));
ALTER TABLE rooms ADD COLUMN announced_at BIGINT NOT NULL DEFAULT 0;
UPDATE rooms SET announced_status = 'maintenance' WHERE maintenance;

-- Whether a room has been opened again is asked of its notes.
CREATE INDEX chat_audit_room ON chat_audit (room_id);

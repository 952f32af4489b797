-- What has happened to the room, as JSON: of messages of kind 'system'.
ALTER TABLE chat_messages ADD COLUMN change TEXT;

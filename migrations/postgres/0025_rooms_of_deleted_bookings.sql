-- Live rooms of no booking are those of streams, which take in whoever comes.
UPDATE chat_rooms SET kind = 'private' WHERE kind = 'live' AND reservation_id IS NULL AND slug LIKE 'reservation-%';

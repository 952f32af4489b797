-- JSON list of user ids: who decides about bookings of the room besides admins.
ALTER TABLE rooms ADD COLUMN approver_ids TEXT NOT NULL DEFAULT '[]';

-- What the decision was given with, and until when it can be given.
ALTER TABLE reservations ADD COLUMN reason TEXT;
ALTER TABLE reservations ADD COLUMN decide_by BIGINT;
-- When approvers were reminded that this ends soon.
ALTER TABLE reservations ADD COLUMN reminded_at BIGINT;
UPDATE reservations
SET decide_by = CASE WHEN starts_at < created_at + 86400000 THEN starts_at ELSE created_at + 86400000 END
WHERE status = 'pending';
CREATE INDEX reservations_decide_by ON reservations (decide_by) WHERE status = 'pending';

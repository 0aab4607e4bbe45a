-- The topic that a mention stands under; those of earlier versions get theirs when their note is read again.
ALTER TABLE mentions ADD COLUMN topic TEXT;

-- Whether a person has looked at the item and said that it is one: 0 or 1.
ALTER TABLE items ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;

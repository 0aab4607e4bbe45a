-- Who gave the command, where that is known; operations of earlier versions do not tell.
ALTER TABLE operations ADD COLUMN who TEXT;

-- The logins of people on GitHub, where somebody has said so.
CREATE TABLE logins (
    person TEXT PRIMARY KEY,
    login TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done since the last meeting, among all that ever was.
CREATE INDEX items_by_closing ON items (series, carried, state, closed);

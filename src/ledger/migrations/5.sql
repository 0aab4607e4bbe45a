-- Who gave the command, where that is known; operations of earlier versions do not tell.
ALTER TABLE operations ADD COLUMN who TEXT;

-- The logins of people on GitHub, where somebody has said so.
CREATE TABLE logins (
    person TEXT PRIMARY KEY,
    login TEXT NOT NULL
) STRICT, WITHOUT ROWID;

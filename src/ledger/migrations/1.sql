-- What was done, when, and by which command.
CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- Which operation was taken back by which.
CREATE TABLE undone (
    operation INTEGER PRIMARY KEY REFERENCES operations (id),
    by INTEGER NOT NULL REFERENCES operations (id)
) STRICT;

CREATE INDEX undone_by ON undone (by);

-- The log. Everything below it but the notes can be made from it.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    item TEXT NOT NULL,
    change TEXT NOT NULL
) STRICT;

CREATE INDEX changes_of_operation ON changes (operation);

CREATE INDEX changes_of_item ON changes (item);

CREATE TRIGGER changes_are_not_rewritten BEFORE UPDATE ON changes
BEGIN
    SELECT RAISE (ABORT, 'the log is only added to');
END;

CREATE TRIGGER changes_are_not_deleted BEFORE DELETE ON changes
BEGIN
    SELECT RAISE (ABORT, 'the log is only added to');
END;

-- The items as the log makes them. `owners` is a JSON array, `key` the digest of the item's key.
CREATE TABLE items (
    id TEXT NOT NULL UNIQUE,
    series TEXT NOT NULL,
    kind TEXT NOT NULL,
    certainty TEXT NOT NULL,
    owners TEXT NOT NULL,
    text TEXT NOT NULL,
    due_phrase TEXT,
    due_date TEXT,
    due_alternative TEXT,
    state TEXT NOT NULL,
    since TEXT,
    key INTEGER NOT NULL
) STRICT;

CREATE INDEX items_by_key ON items (key);

CREATE INDEX items_by_state ON items (state, since, id);

CREATE INDEX items_by_series ON items (series, state, since, id);

-- The owners in their normal form, with what a list of one owner asks for first.
CREATE TABLE item_owners (
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    item TEXT NOT NULL REFERENCES items (id),
    PRIMARY KEY (owner, state, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_owners_of_item ON item_owners (item);

CREATE TABLE mentions (
    item TEXT NOT NULL REFERENCES items (id),
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    end_line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    certainty TEXT NOT NULL,
    status TEXT NOT NULL,
    speaker TEXT,
    owners TEXT NOT NULL,
    text TEXT NOT NULL,
    due_phrase TEXT,
    due_date TEXT,
    due_alternative TEXT,
    rule TEXT NOT NULL,
    confidence REAL NOT NULL,
    quote TEXT NOT NULL,
    meeting TEXT,
    key INTEGER NOT NULL
) STRICT;

CREATE INDEX mentions_of_item ON mentions (item);

CREATE INDEX mentions_at_path ON mentions (path);

CREATE INDEX mentions_by_key ON mentions (key);

-- The boxes in owed's own blocks that are not open.
CREATE TABLE marks (
    path TEXT NOT NULL,
    item TEXT NOT NULL REFERENCES items (id),
    mark TEXT NOT NULL,
    PRIMARY KEY (path, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX marks_of_item ON marks (item);

-- The notes as they were when they were last read.
CREATE TABLE notes (
    path TEXT PRIMARY KEY,
    series TEXT NOT NULL,
    meeting TEXT,
    title TEXT,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

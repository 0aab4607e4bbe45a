-- What people can set about an item. `pinned` and `links` are JSON arrays, `snoozed` is a JSON object. `carried` is 1
-- for what goes on agendas without asking.
ALTER TABLE items ADD COLUMN closed TEXT;

ALTER TABLE items ADD COLUMN pinned TEXT NOT NULL DEFAULT '[]';

ALTER TABLE items ADD COLUMN snoozed TEXT;

ALTER TABLE items ADD COLUMN again TEXT;

ALTER TABLE items ADD COLUMN links TEXT NOT NULL DEFAULT '[]';

ALTER TABLE items ADD COLUMN carried INTEGER NOT NULL DEFAULT 1;

DROP INDEX items_by_state;

DROP INDEX items_by_series;

CREATE INDEX items_by_state ON items (carried, state, since, id);

CREATE INDEX items_by_series ON items (series, carried, state, since, id);

-- The mention's own id.
ALTER TABLE mentions ADD COLUMN id TEXT;

CREATE INDEX mentions_by_id ON mentions (id);

-- Ids that no item has any more, and where they lead.
CREATE TABLE forwards (
    id TEXT PRIMARY KEY,
    leads_to TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX forwards_by_target ON forwards (leads_to);

-- Where people have said that a mention belongs, as JSON.
CREATE TABLE homes (
    mention TEXT PRIMARY KEY,
    home TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What waits for a person's yes, and what has been decided: 1 for yes, 0 for no. `body` is the proposal as JSON.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    other TEXT,
    path TEXT NOT NULL,
    decided INTEGER,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX proposals_of_item ON proposals (item);

CREATE INDEX proposals_with_item ON proposals (other);

CREATE INDEX proposals_at_path ON proposals (path);

CREATE INDEX proposals_waiting ON proposals (id) WHERE decided IS NULL;

-- Whom a name as written stands for.
CREATE TABLE aliases (
    series TEXT NOT NULL,
    name TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (series, name)
) STRICT, WITHOUT ROWID;

ALTER TABLE mentions ADD COLUMN people TEXT NOT NULL DEFAULT '[]';

-- How many mentions of an item have a word, in its stem, and how many of the whole series; the empty word counts all.
CREATE TABLE words (
    series TEXT NOT NULL,
    word TEXT NOT NULL,
    item TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (series, word, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE word_counts (
    series TEXT NOT NULL,
    word TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (series, word)
) STRICT, WITHOUT ROWID;

-- What a note said when it was last read, as JSON, and the day of the last meeting that it tells of. Notes that were
-- read by an earlier version are read again.
DELETE FROM notes;

ALTER TABLE notes ADD COLUMN last_said TEXT NOT NULL DEFAULT '';

ALTER TABLE notes ADD COLUMN reading TEXT NOT NULL DEFAULT '';

CREATE INDEX notes_of_series ON notes (series, last_said, path);

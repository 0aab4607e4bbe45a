-- What is to be done on GitHub, and how far it has come. A row is written before anything is sent. `done_once` names
-- the deed, so that none is written down twice; `request` is what is sent, as JSON.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    done_once TEXT NOT NULL UNIQUE,
    item TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    stage TEXT NOT NULL,
    request TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    started TEXT,
    url TEXT,
    problem TEXT
) STRICT;

CREATE INDEX outbox_by_stage ON outbox (stage, id);

-- The issues and pull requests of repositories that items are filed in, as far as they were read. `repository` is
-- `host/owner/name` in lower case; `marker` is the item whose id owed wrote into the body.
CREATE TABLE issues (
    repository TEXT NOT NULL,
    number INTEGER NOT NULL,
    node TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    trusted INTEGER NOT NULL,
    open INTEGER NOT NULL,
    reason TEXT,
    pull INTEGER NOT NULL,
    merged INTEGER NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    marker TEXT,
    assignees TEXT NOT NULL,
    milestone TEXT,
    milestone_due TEXT,
    PRIMARY KEY (repository, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX issues_by_marker ON issues (marker) WHERE marker IS NOT NULL;

-- Up to when the issues of a repository were read, by GitHub's clock.
CREATE TABLE repositories (
    repository TEXT PRIMARY KEY,
    read_until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was last known of an issue that an item is tied to.
CREATE TABLE followed (
    url TEXT PRIMARY KEY,
    open INTEGER NOT NULL,
    reason TEXT,
    gone INTEGER NOT NULL,
    node TEXT NOT NULL,
    assignees TEXT NOT NULL,
    milestone TEXT,
    ours INTEGER NOT NULL,
    checked TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Issues that a person has said an item is not tied to; with an empty address, that the item is not to be filed.
CREATE TABLE refused (
    item TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (item, url)
) STRICT, WITHOUT ROWID;

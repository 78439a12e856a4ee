-- From version 1 to version 2. A CHECK can only be changed by making its table anew.

ALTER TABLE calls ADD COLUMN source TEXT NOT NULL DEFAULT 'ring' CHECK (source IN ('ring', 'modem_list', 'alert'));
ALTER TABLE calls ADD COLUMN record TEXT;

ALTER TABLE incoming ADD COLUMN meaning TEXT;
ALTER TABLE incoming ADD COLUMN redacted INTEGER NOT NULL DEFAULT 0 CHECK (redacted IN (0, 1));

CREATE TABLE texts_before AS SELECT * FROM texts;
DROP TABLE texts;
CREATE TABLE texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id INTEGER REFERENCES calls (id) ON DELETE CASCADE,
    incoming_id INTEGER REFERENCES incoming (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (
        kind IN ('missed_call', 'reply', 'forward', 'notice', 'test', 'acknowledgement', 'answer', 'code')
    ),
    recipient TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    parts INTEGER NOT NULL CHECK (parts BETWEEN 1 AND 255),
    state TEXT NOT NULL DEFAULT 'QUEUED'
        CHECK (state IN ('QUEUED', 'SUBMITTING', 'SENT', 'DELIVERED', 'FAILED', 'UNKNOWN')),
    reason TEXT,
    tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    queued_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    expires_at INTEGER,
    submitted_at INTEGER,
    sent_at INTEGER,
    delivered_at INTEGER,
    UNIQUE (call_id, kind),
    UNIQUE (incoming_id, kind)
) STRICT;
INSERT INTO texts SELECT * FROM texts_before;
DROP TABLE texts_before;

CREATE INDEX texts_unknown ON texts (id) WHERE state = 'UNKNOWN';
CREATE INDEX texts_waiting ON texts (next_try_at) WHERE state = 'QUEUED';
CREATE INDEX texts_by_time ON texts (queued_at, kind, state, person);
CREATE INDEX texts_by_person ON texts (person, kind, queued_at, state);

ALTER TABLE parts ADD COLUMN storage TEXT;
ALTER TABLE parts ADD COLUMN place INTEGER;
CREATE INDEX parts_stored ON parts (text_id) WHERE place IS NOT NULL;

ALTER TABLE people ADD COLUMN done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1));
CREATE INDEX people_to_do ON people (rank) WHERE done = 0;
-- Whoever the owner has answered has been seen to.
UPDATE people SET done = 1 WHERE last_kind = 'out'
    AND EXISTS (SELECT 1 FROM texts WHERE texts.id = people.last_id AND texts.kind = 'reply');

-- Who wants no texts: keyed hashes of E.164 numbers, so that the wish outlives the number. A restored
-- backup brings its own key along; the newest key is the one that is used for more.
CREATE TABLE stop_keys (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE stops (
    hash BLOB PRIMARY KEY,
    stopped_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Small values that the box keeps for itself.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The oldest version of the program that can work with this file as it is.
CREATE TABLE compatibility (
    oldest_reader INTEGER NOT NULL
) STRICT;

INSERT INTO compatibility VALUES (2);

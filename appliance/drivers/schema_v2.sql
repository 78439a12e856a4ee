-- The journal, version 2. Times are unix milliseconds, UTC.
-- `number`, `recipient`, `sender` are as the network or the owner gave them; `key` is the same in E.164,
-- NULL when it is no dialable number; `person` is what a conversation is kept under.

CREATE TABLE calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    number TEXT,
    key TEXT,
    person TEXT GENERATED ALWAYS AS (coalesce(key, number)) VIRTUAL,
    presentation TEXT NOT NULL DEFAULT 'unavailable'
        CHECK (presentation IN ('allowed', 'withheld', 'unavailable', 'payphone')),
    rings INTEGER NOT NULL DEFAULT 0 CHECK (rings >= 0),
    outcome TEXT NOT NULL DEFAULT 'ringing'
        CHECK (outcome IN ('ringing', 'missed', 'answered', 'rejected')),
    verdict TEXT,
    source TEXT NOT NULL DEFAULT 'ring' CHECK (source IN ('ring', 'modem_list', 'alert')),
    record TEXT, -- the facts behind the verdict, as JSON
    CHECK ((outcome = 'ringing') = (ended_at IS NULL))
) STRICT;

CREATE INDEX calls_by_time ON calls (started_at, outcome);
CREATE INDEX calls_by_person ON calls (person, started_at);
CREATE INDEX calls_ringing ON calls (id) WHERE outcome = 'ringing';

-- Incoming texts. Ids are shared with `texts`, so that a text's id names one text whichever way it went.
CREATE TABLE incoming (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL,
    key TEXT,
    person TEXT GENERATED ALWAYS AS (coalesce(key, sender)) VIRTUAL,
    body TEXT NOT NULL,
    parts INTEGER NOT NULL CHECK (parts BETWEEN 1 AND 255),
    sent_at INTEGER,
    received_at INTEGER NOT NULL,
    meaning TEXT,
    redacted INTEGER NOT NULL DEFAULT 0 CHECK (redacted IN (0, 1))
) STRICT;

CREATE INDEX incoming_by_time ON incoming (received_at, person);
CREATE INDEX incoming_by_person ON incoming (person, received_at);
CREATE INDEX incoming_by_sender ON incoming (sender, sent_at);

-- Parts of incoming texts. A part with a message_id has been joined, and stays (without its words) so
-- that the same part read from the SIM a second time is known.
CREATE TABLE incoming_parts (
    id INTEGER PRIMARY KEY,
    message_id INTEGER REFERENCES incoming (id) ON DELETE CASCADE,
    sender TEXT NOT NULL,
    key TEXT,
    reference INTEGER NOT NULL,
    total INTEGER NOT NULL CHECK (total BETWEEN 1 AND 255),
    sequence INTEGER NOT NULL CHECK (sequence BETWEEN 1 AND total),
    words BLOB NOT NULL,
    sent_at INTEGER,
    received_at INTEGER NOT NULL
) STRICT;

CREATE INDEX incoming_parts_seen ON incoming_parts (sender, reference, total, sequence, sent_at);
CREATE INDEX incoming_parts_of ON incoming_parts (message_id);
CREATE UNIQUE INDEX incoming_parts_open ON incoming_parts (sender, reference, total, sequence)
    WHERE message_id IS NULL;
CREATE INDEX incoming_parts_waiting ON incoming_parts (received_at) WHERE message_id IS NULL;

-- The outbox.
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

CREATE INDEX texts_unknown ON texts (id) WHERE state = 'UNKNOWN';
CREATE INDEX texts_waiting ON texts (next_try_at) WHERE state = 'QUEUED';
CREATE INDEX texts_by_time ON texts (queued_at, kind, state, person);
CREATE INDEX texts_by_person ON texts (person, kind, queued_at, state);

-- The ledger: how far each part of an outgoing text has got.
CREATE TABLE parts (
    text_id INTEGER NOT NULL REFERENCES texts (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence BETWEEN 1 AND 255),
    person TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'QUEUED'
        CHECK (state IN ('QUEUED', 'SUBMITTING', 'SENT', 'DELIVERED', 'FAILED', 'UNKNOWN')),
    reference INTEGER,
    submitted_at INTEGER,
    sent_at INTEGER,
    settled_at INTEGER,
    storage TEXT,
    place INTEGER, -- its index in the modem's store while it lies there
    PRIMARY KEY (text_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX parts_interrupted ON parts (text_id) WHERE state = 'SUBMITTING';
CREATE INDEX parts_stored ON parts (text_id) WHERE place IS NOT NULL;
CREATE INDEX parts_by_reference ON parts (person, reference, text_id);

-- One row for everybody who has a conversation. `rank` grows with every new item, so the list keeps the
-- order in which things happened whatever the clock said.
CREATE TABLE people (
    person TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    rank INTEGER NOT NULL UNIQUE,
    last_at INTEGER NOT NULL,
    last_kind TEXT NOT NULL CHECK (last_kind IN ('call', 'out', 'in')),
    last_id INTEGER NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0 CHECK (unread >= 0),
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX people_to_do ON people (rank) WHERE done = 0;

-- What happened to the box itself: the newest 1,000.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_name ON events (name, id);

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

-- A journal as version 1 left it when its power was cut: a text under way, a phone ringing.
BEGIN TRANSACTION;
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
    CHECK ((outcome = 'ringing') = (ended_at IS NULL))
) STRICT;
INSERT INTO "calls" VALUES(1,1795428000000,1795428018000,'+447700900123','+447700900123','allowed',3,'missed','TEXT');
INSERT INTO "calls" VALUES(2,1795431600000,1795431618000,NULL,NULL,'withheld',3,'missed','WITHHELD');
INSERT INTO "calls" VALUES(3,1795435200000,1795435218000,'+447700900456','+447700900456','allowed',3,'missed','TEXT');
INSERT INTO "calls" VALUES(4,1795442400000,1795442460000,'01632960001','+441632960001','allowed',2,'answered','ANSWERED');
INSERT INTO "calls" VALUES(5,1795446000000,NULL,'07700900789','+447700900789','allowed',0,'ringing',NULL);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,1795428000000,'started','');
CREATE TABLE incoming (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL,
    key TEXT,
    person TEXT GENERATED ALWAYS AS (coalesce(key, sender)) VIRTUAL,
    body TEXT NOT NULL,
    parts INTEGER NOT NULL CHECK (parts BETWEEN 1 AND 255),
    sent_at INTEGER,
    received_at INTEGER NOT NULL
) STRICT;
INSERT INTO "incoming" VALUES(2,'+447700900123','+447700900123','Boiler shows F28 🔥',1,1795428240000,1795428240000);
INSERT INTO "incoming" VALUES(6,'MyBank',NULL,'Your code is 1234',1,1795438800000,1795438800000);
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
INSERT INTO "incoming_parts" VALUES(1,NULL,'+447700900456','+447700900456',5,2,1,X'5468652066697273742068616C6620',1795438800000,1795438800000);
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
    PRIMARY KEY (text_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO "parts" VALUES(1,1,'+447700900123','DELIVERED',7,1795428020000,1795428022000,1795428030000);
INSERT INTO "parts" VALUES(3,1,'+447700900999','QUEUED',NULL,NULL,NULL,NULL);
INSERT INTO "parts" VALUES(4,1,'+447700900123','SENT',8,1795428360000,1795428360000,NULL);
INSERT INTO "parts" VALUES(5,1,'+447700900456','SENT',9,1795435200000,1795435200000,NULL);
INSERT INTO "parts" VALUES(5,2,'+447700900456','SUBMITTING',NULL,1795435200000,NULL,NULL);
CREATE TABLE people (
    person TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    rank INTEGER NOT NULL UNIQUE,
    last_at INTEGER NOT NULL,
    last_kind TEXT NOT NULL CHECK (last_kind IN ('call', 'out', 'in')),
    last_id INTEGER NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0 CHECK (unread >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "people" VALUES('+441632960001','01632960001',8,1795442400000,'call',4,0);
INSERT INTO "people" VALUES('+447700900123','+447700900123',4,1795428360000,'out',4,1);
INSERT INTO "people" VALUES('+447700900456','+447700900456',6,1795435200000,'out',5,0);
INSERT INTO "people" VALUES('MyBank','MyBank',7,1795438800000,'in',6,1);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id INTEGER REFERENCES calls (id) ON DELETE CASCADE,
    incoming_id INTEGER REFERENCES incoming (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('missed_call', 'reply', 'forward', 'notice', 'test')),
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
INSERT INTO "texts" VALUES(1,1,NULL,'missed_call','+447700900123','+447700900123','Hi, it''s Dave''s. Sorry I missed you. I''ll ring back within 2 hours.',1,'DELIVERED',NULL,0,1795428019000,1795428019000,1795435200000,1795428020000,1795428022000,1795428030000);
INSERT INTO "texts" VALUES(3,NULL,2,'forward','07700900999','+447700900999','07700 900123: Boiler shows F28',1,'QUEUED',NULL,0,1795428240000,1795428240000,NULL,NULL,NULL,NULL);
INSERT INTO "texts" VALUES(4,NULL,NULL,'reply','+447700900123','+447700900123','On my way',1,'SENT',NULL,0,1795428360000,1795428360000,NULL,1795428360000,1795428360000,NULL);
INSERT INTO "texts" VALUES(5,3,NULL,'missed_call','+447700900456','+447700900456','Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. Sorry I missed you. ',2,'SUBMITTING',NULL,0,1795435200000,1795435200000,NULL,1795435200000,NULL,NULL);
CREATE INDEX calls_by_time ON calls (started_at, outcome);
CREATE INDEX calls_by_person ON calls (person, started_at);
CREATE INDEX calls_ringing ON calls (id) WHERE outcome = 'ringing';
CREATE INDEX incoming_by_time ON incoming (received_at, person);
CREATE INDEX incoming_by_person ON incoming (person, received_at);
CREATE INDEX incoming_by_sender ON incoming (sender, sent_at);
CREATE INDEX incoming_parts_seen ON incoming_parts (sender, reference, total, sequence, sent_at);
CREATE INDEX incoming_parts_of ON incoming_parts (message_id);
CREATE UNIQUE INDEX incoming_parts_open ON incoming_parts (sender, reference, total, sequence)
    WHERE message_id IS NULL;
CREATE INDEX incoming_parts_waiting ON incoming_parts (received_at) WHERE message_id IS NULL;
CREATE INDEX texts_waiting ON texts (next_try_at) WHERE state = 'QUEUED';
CREATE INDEX texts_by_time ON texts (queued_at, kind, state, person);
CREATE INDEX texts_by_person ON texts (person, kind, queued_at, state);
CREATE INDEX parts_interrupted ON parts (text_id) WHERE state = 'SUBMITTING';
CREATE INDEX parts_by_reference ON parts (person, reference, text_id);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_name ON events (name, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',1);
INSERT INTO "sqlite_sequence" VALUES('calls',5);
INSERT INTO "sqlite_sequence" VALUES('texts',5);
INSERT INTO "sqlite_sequence" VALUES('incoming',6);
COMMIT;
PRAGMA user_version = 1;

-- The index: a cache of the journal. Everything here can be made anew from the journal files, in the same order and
-- with the same numbers (columns `seq`); nothing else is stored here.

-- Journal files, in the order of their chain.
CREATE TABLE runs (
  seq     INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  phone   TEXT,
  source  TEXT,
  kinds   TEXT NOT NULL,               -- JSON array
  at      INTEGER NOT NULL,            -- milliseconds
  ended   INTEGER,
  outcome TEXT,
  applied INTEGER NOT NULL,            -- bytes of the file that this index holds
  seal    BLOB
) STRICT;

CREATE TABLE phones (
  id     TEXT PRIMARY KEY,
  name   TEXT NOT NULL,
  model  TEXT,
  system TEXT,
  folder TEXT NOT NULL                 -- its folder name in the views
) STRICT;

CREATE TABLE collections (
  seq         INTEGER PRIMARY KEY,
  phone       TEXT NOT NULL,
  kind        INTEGER NOT NULL,        -- as what its items are listed; order of sidekeep_model::Kind
  id          TEXT NOT NULL,
  link        TEXT NOT NULL,           -- the way by which it was last listed: adb, folder, dav
  description TEXT NOT NULL,           -- JSON of sidekeep_model::Collection
  file        TEXT NOT NULL,           -- its file name in the views, without ending
  changed     INTEGER NOT NULL DEFAULT 0, -- how often what counts in it changed
  viewed      INTEGER NOT NULL DEFAULT 0, -- the `changed` that the view on disk shows
  UNIQUE (phone, kind, id)
) STRICT;

CREATE TABLE items (
  seq          INTEGER PRIMARY KEY,
  id           INTEGER NOT NULL UNIQUE, -- sidekeep_model::ItemId, as a signed number
  collection   INTEGER NOT NULL,        -- collections.seq
  kind         INTEGER NOT NULL,        -- what it is by its bytes: a group may be a card of an address book
  remote       TEXT NOT NULL,
  source       TEXT NOT NULL,
  present      INTEGER NOT NULL,
  current      INTEGER NOT NULL,        -- versions.seq whose bytes count
  latest       INTEGER NOT NULL,        -- versions.seq of the latest bytes kept, counted or not
  first_seen   INTEGER NOT NULL,
  last_changed INTEGER NOT NULL,
  title        TEXT NOT NULL,
  sort         TEXT NOT NULL,
  start        TEXT,                    -- wall time, 2024-05-03T14:00:00
  stop         TEXT                     -- wall time; NULL with a start means: without end
) STRICT;
CREATE INDEX items_collection ON items (collection);
CREATE INDEX items_sort ON items (kind, sort, seq);

-- One row per item record.
CREATE TABLE versions (
  seq         INTEGER PRIMARY KEY,
  item        INTEGER NOT NULL,         -- items.seq
  run         INTEGER NOT NULL,         -- runs.seq
  change      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  digest      BLOB,                     -- NULL when gone
  media       TEXT,
  fingerprint TEXT,
  marks       TEXT NOT NULL,            -- JSON
  counted     INTEGER NOT NULL,
  kind        INTEGER NOT NULL,         -- what these bytes say, as in items; of what is gone that of its collection
  uid         TEXT,                     -- a contact's, as groups name it
  title       TEXT NOT NULL,            -- empty when gone
  sort        TEXT NOT NULL,
  start       TEXT,
  stop        TEXT
) STRICT;
CREATE INDEX versions_item ON versions (item, seq);
CREATE INDEX versions_run ON versions (run);
CREATE INDEX versions_aside ON versions (run) WHERE counted = 0;

-- Pictures that contacts name by an address, by the contact's bytes.
CREATE TABLE pictures (
  contact BLOB NOT NULL,                -- digest of the contact's bytes
  phone   TEXT NOT NULL,                -- another account may be let see what this one is not
  address TEXT NOT NULL,
  asked   INTEGER,                      -- milliseconds; NULL: it was never answered
  digest  BLOB,                         -- NULL: not asked, or there is none
  media   TEXT,
  none    TEXT,                         -- why there is none
  PRIMARY KEY (contact, phone)
) STRICT, WITHOUT ROWID;

-- Where payload bytes are.
CREATE TABLE payloads (
  digest BLOB PRIMARY KEY,
  run    INTEGER NOT NULL,              -- runs.seq
  offset INTEGER NOT NULL,              -- of the journal line
  length INTEGER NOT NULL,
  size   INTEGER NOT NULL,              -- of the raw bytes
  object INTEGER NOT NULL,              -- 1: an object file holds them
  damage TEXT                           -- by the last check
) STRICT, WITHOUT ROWID;

-- Original files.
CREATE TABLE originals (
  digest   BLOB PRIMARY KEY,
  path     TEXT NOT NULL,
  clash    TEXT NOT NULL,               -- what the path and any path that some system confuses with it share
  size     INTEGER NOT NULL,
  original TEXT NOT NULL,               -- JSON of the record's Original
  damage   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX originals_clash ON originals (clash);
CREATE INDEX originals_path ON originals (path);

CREATE TABLE verdicts (
  seq        INTEGER PRIMARY KEY,
  run        INTEGER NOT NULL,
  phone      TEXT NOT NULL,
  source     TEXT NOT NULL,
  kind       INTEGER NOT NULL,
  collection TEXT,
  accepted   INTEGER NOT NULL,
  complete   INTEGER NOT NULL,
  listed     INTEGER,                   -- NULL when unavailable
  cursor     TEXT,
  verdict    TEXT NOT NULL,             -- JSON
  hold       TEXT                       -- open, accepted, refused, superseded; NULL when never held
) STRICT;
CREATE INDEX verdicts_run ON verdicts (run);
CREATE INDEX verdicts_kind ON verdicts (phone, kind, seq);

CREATE TABLE checks (
  seq   INTEGER PRIMARY KEY,
  at    INTEGER NOT NULL,
  whole INTEGER NOT NULL,               -- everything was re-read
  upto  INTEGER NOT NULL,               -- versions.seq at that time
  found TEXT NOT NULL                   -- JSON of Check
) STRICT;

-- What is kept of each kind of each phone: counted when a writer has done its work, emptied by whatever changes what was counted.
CREATE TABLE sums (
  phone         TEXT NOT NULL,
  kind          INTEGER NOT NULL,
  present       INTEGER NOT NULL,
  gone          INTEGER NOT NULL,
  bytes         INTEGER NOT NULL,
  verified      INTEGER NOT NULL,
  verified_gone INTEGER NOT NULL,
  damaged       INTEGER NOT NULL,
  PRIMARY KEY (phone, kind)
) STRICT, WITHOUT ROWID;

-- Words of each item's current state; rowid is items.seq.
CREATE VIRTUAL TABLE words USING fts5 (
  title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

-- Small pictures: a cache, keyed by the digest of what they show and the longer side that was asked for.

CREATE TABLE thumbs (
  seq    INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  edge   INTEGER NOT NULL,
  used   INTEGER NOT NULL,              -- the opening of this file in which it was last asked for
  size   INTEGER NOT NULL,              -- of `bytes`
  sum    BLOB NOT NULL,                 -- BLAKE3 of `bytes`
  bytes  BLOB NOT NULL,                 -- empty: no picture can be made of it
  UNIQUE (digest, edge)
) STRICT;
CREATE INDEX thumbs_used ON thumbs (used, seq, size);

-- Who may speak, what stands where, and what was measured.
--
-- The meter is first in every key of what was measured, and a meter is a number there, so that the tables can be
-- distributed by it over several machines and an index entry stays small. Instants are timestamptz, days are UTC days.

-- Things that every head-end on this database must agree on: its own id, its agreement key.
CREATE TABLE setting (
  name text PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE gateway (
  key int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  -- Ed25519, raw.
  public_key bytea NOT NULL,
  -- X25519, raw.
  agreement_key bytea NOT NULL,
  enrolled_at timestamptz NOT NULL
);

-- One-time codes, as SHA-256: a copy of this table enrols nobody.
CREATE TABLE enrolment_code (
  hash bytea PRIMARY KEY,
  made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  used_by text
);

-- Device keys that are welcome without a code.
CREATE TABLE allowed_key (
  public_key bytea PRIMARY KEY,
  added_at timestamptz NOT NULL
);

CREATE TABLE site (
  id text PRIMARY KEY,
  gateway int4 NOT NULL,
  name text NOT NULL,
  zone text NOT NULL,
  allowed_export_w int4 NOT NULL,
  rated_w int4 NOT NULL,
  simulated boolean NOT NULL,
  tariff text,
  -- The statement that this row comes from; an older one does not replace it.
  epoch int8 NOT NULL,
  seq int8 NOT NULL
);

CREATE TABLE meter (
  key int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  gateway int4 NOT NULL,
  -- Unknown until the site's statement has come: a reading may arrive before it.
  site text,
  role text,
  profile text,
  serial text,
  interval_s int2,
  channels int2[]
);
CREATE INDEX meter_by_site ON meter (site);

-- Every sealed statement that is not a reading, as the gateway signed it.
CREATE TABLE statement (
  gateway int4 NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  kind text NOT NULL,
  -- Canonical text of the body.
  body text NOT NULL,
  previous bytea NOT NULL,
  signature bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (gateway, epoch, seq)
);

-- A finished UTC day of a meter: its delivery and its seal, over all channels together.
CREATE TABLE meter_day (
  meter int4 NOT NULL,
  day date NOT NULL,
  gateway int4 NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  received_at timestamptz NOT NULL,
  previous bytea NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (meter, day)
) PARTITION BY RANGE (day);

-- A UTC day of a channel. `values` are Wh or varh, 0 where missing: `quality` says which, and is empty where every
-- interval is actual. Every register count can be had back: `open`, then one difference after the other; where that
-- breaks off, `anchors` holds the counts that follow. `delays` and `anchors` are packed (varint.ts).
CREATE TABLE block (
  meter int4 NOT NULL,
  channel int2 NOT NULL,
  day date NOT NULL,
  interval_s int2 NOT NULL,
  per_count int4 NOT NULL,
  digits int2 NOT NULL,
  step int8 NOT NULL,
  -- Register at the day's two ends, null where it was not read.
  open int8,
  close int8,
  values int4[] NOT NULL,
  quality bytea NOT NULL,
  delays bytea NOT NULL,
  anchors bytea,
  breaks int2[],
  PRIMARY KEY (meter, channel, day)
) PARTITION BY RANGE (day);

-- Intervals of days that are not over: one row for all channels of a meter, deleted when the day's blocks are stored.
CREATE TABLE intraday (
  meter int4 NOT NULL,
  start timestamptz NOT NULL,
  interval_s int2 NOT NULL,
  gateway int4 NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  received_at timestamptz NOT NULL,
  channels int2[] NOT NULL,
  -- Beside `channels`: Wh or varh, 0 where missing.
  values int4[] NOT NULL,
  quality bytea NOT NULL,
  -- Formats, counts and delays of all channels, packed (varint.ts).
  registers bytea NOT NULL,
  previous bytea NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (meter, start)
);

-- What came for a key that holds something else. The first stays; this is kept for a person to look at.
CREATE TABLE conflict (
  meter int4 NOT NULL,
  start timestamptz NOT NULL,
  kind text NOT NULL,
  gateway int4 NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  body text NOT NULL,
  previous bytea NOT NULL,
  signature bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (meter, start, kind, gateway, epoch, seq)
);

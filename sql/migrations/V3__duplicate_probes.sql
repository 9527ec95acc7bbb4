-- Two boxes with one key: the second is turned away, and the owner is told.

ALTER TABLE probe_session
  ADD COLUMN turned_away_at   DATETIME(3) NULL COMMENT 'When another probe with this machine''s key was last turned away, UTC',
  ADD COLUMN turned_away_from VARCHAR(64) NULL COMMENT 'Address and port that this other probe had';

-- Raised by the first one, over when none has come for 15 minutes.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('duplicate_probes', 'critical', 1, 0, 0);

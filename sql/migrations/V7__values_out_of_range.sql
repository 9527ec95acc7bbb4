-- A value that no hardware can mean is left out and counted, and costs its reading nothing else.

-- What an admin has already set for the whole fleet stays as it is. A value now and then is nobody's business; a sensor that
-- went mad is. First of all, for a statement here that fails leaves nothing half done.
INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES
  ('rejected_value_count', 'warning', 1, 0, 300)
  ON DUPLICATE KEY UPDATE metric = VALUES(metric);

-- All other columns of values hold their metric's whole range as they are, so no partition is written anew.
ALTER TABLE reading
  ADD COLUMN rejected_value_count SMALLINT UNSIGNED NULL COMMENT 'Values of this reading, the machine''s and its cards'', that were not credible and so left out';

-- A counter of 19 digits fits gpu_reading; it must fit the alarm that it raises, too, and so must the largest limit, rounded.
ALTER TABLE alarm
  MODIFY COLUMN raise_at      DECIMAL(21,2) NULL COMMENT 'Limit when it was raised, in the metric''s unit',
  MODIFY COLUMN clear_at      DECIMAL(21,2) NULL COMMENT 'Value from which on it was to be cleared',
  MODIFY COLUMN raised_value  DECIMAL(21,2) NULL COMMENT 'Value that raised it, in the metric''s unit',
  MODIFY COLUMN cleared_value DECIMAL(21,2) NULL COMMENT 'Value that cleared it, in the metric''s unit';

-- An early MySQL 8.0 alters no table with a default of UTC_TIMESTAMP(3), unless the same statement says that default anew.
ALTER TABLE alarm_event
  MODIFY COLUMN recorded_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'When the collector stored it, UTC',
  MODIFY COLUMN value DECIMAL(21,2) NULL COMMENT 'Value at that time, in the metric''s unit';
